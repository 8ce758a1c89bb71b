import { DatabaseError } from 'pg'
import { describe, expect, it } from 'vitest'
import { OperatingError } from '../src/errors.ts'
import { createLog } from '../src/log.ts'
import { createSilentLog } from './support/silent-log.ts'
import type { Log } from '../src/log.ts'

describe('the log', () => {
  it('the log is one line of JSON with a fixed sentence and facts as fields', () => {
    const [line] = capture((log) =>
      log.info(
        { protectionOrderId: 'o-1', alertId: 'a-1', verdict: 'breach', count: 3 },
        'breach opened',
      ),
    )
    expect(JSON.parse(line ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      protectionOrderId: 'o-1',
      alertId: 'a-1',
      verdict: 'breach',
      count: 3,
      msg: 'breach opened',
    })
  })

  it.each([
    ['a fix', { fix: { longitude: 4.89521, latitude: 52.37021 } }],
    ['coordinates at the top', { longitude: 4.89521, latitude: 52.37021 }],
    ['coordinates deep down', { a: { b: [{ c: { lat: 52.37021, lon: 4.89521 } }] } }],
    ['a geometry', { ban: { geometry: { coordinates: [[[4.89521, 52.37021]]] } } }],
    ['evidence', { alert: { evidence: { fixes: [{ longitude: 4.89521 }] } } }],
    ['a coordinate in a sentence', { detail: 'the point 4.89521 52.37021 is outside' }],
    ['a body', { body: '{"longitude":4.89521}', rawBody: Buffer.from('4.89521') }],
    ['an address with a query', { path: '/v1/positions?near=4.89521,52.37021' }],
    [
      'a class of somebody else',
      {
        thing: new (class {
          longitude = 4.89521
        })(),
      },
    ],
    [
      'something nested without end',
      { a: { a: { a: { a: { a: { a: { a: { x: 4.89521 } } } } } } } },
    ],
    [
      'an error that quotes a row',
      {
        err: Object.assign(new DatabaseError('duplicate key', 1, 'error'), {
          code: '23505',
          constraint: 'fixes_key',
          detail: 'Key (longitude, latitude)=(4.89521, 52.37021) already exists.',
          where: 'COPY fixes, line 1: "4.89521"',
          internalQuery: 'select 4.89521',
        }),
      },
    ],
    [
      'an error in an error',
      { err: new OperatingError('unavailable', null, new Error('near 52.37021, 4.89521')) },
    ],
  ])('the log never holds a position: %s', (_, fields) => {
    const text = capture((log) => log.error(fields, 'something happened at 52.37021')).join()
    expect(text).toContain('something happened')
    expect(text).not.toMatch(/4\.895|52\.37/)
  })

  it.each([
    [
      'a value that the database could not read',
      Object.assign(
        new DatabaseError(
          'invalid input syntax for type integer: "Jansen, Dorpsstraat 1"',
          1,
          'error',
        ),
        { code: '22P02' },
      ),
    ],
    ['a text that is no JSON', errorOf(() => JSON.parse('Jansen, Dorpsstraat 1'))],
    ['an argument that cannot be used', errorOf(() => Buffer.alloc('Jansen' as unknown as number))],
    ['an address that is none', errorOf(() => new URL('Jansen'))],
  ])('the log never holds what somebody typed: %s', (_, err) => {
    const text = capture((log) =>
      log.error({ err: new OperatingError('internal-error', null, err) }, 'failed'),
    ).join()
    expect(text).toContain(err.name)
    expect(text).not.toMatch(/Jansen|Dorpsstraat/)
  })

  it.each([
    [
      'a token',
      { token: 'hoede_abcdef', access_token: 'hoede_abcdef', adminToken: 'hoede_abcdef' },
    ],
    ['a header', { headers: { authorization: 'Bearer hoede_abcdef' } }],
    ['a header in a sentence', { detail: 'Authorization: Bearer hoede_abcdef' }],
    ['an address with a password', { at: 'postgres://hoede:hoede_abcdef@db:5432/hoede' }],
    ['a configuration', { config: { databaseUrl: 'x hoede_abcdef', secret: 'hoede_abcdef' } }],
    ['parameters of a statement', { parameters: ['hoede_abcdef'], values: ['hoede_abcdef'] }],
  ])('the log never holds a secret: %s', (_, fields) => {
    const text = capture((log) => log.error(fields, 'refused')).join()
    expect(text).toContain('refused')
    expect(text).not.toContain('hoede_abcdef')
  })

  it('the log keeps of a request only what cannot hold a position or a secret', () => {
    const [line] = capture((log) =>
      log.info(
        {
          req: {
            id: 'r-1',
            method: 'POST',
            url: '/v1/positions?token=hoede_abcdef',
            headers: { authorization: 'Bearer hoede_abcdef' },
            routeOptions: { url: '/v1/positions' },
          },
          res: { statusCode: 202, body: 'hoede_abcdef' },
        },
        'answered',
      ),
    )
    expect(JSON.parse(line ?? '')).toMatchObject({
      req: { id: 'r-1', method: 'POST', route: '/v1/positions' },
      res: { statusCode: 202 },
    })
    expect(line).not.toContain('hoede_abcdef')
  })

  it('the log keeps what names a fault of the database, and the chain of causes', () => {
    const cause = Object.assign(new DatabaseError('duplicate key value', 1, 'error'), {
      code: '23505',
      constraint: 'vendors_name_key',
      table: 'vendors',
    })
    const [line] = capture((log) =>
      log.error({ err: new OperatingError('unavailable', 'not stored', cause) }, 'x'),
    )
    expect(JSON.parse(line ?? '')).toMatchObject({
      err: {
        type: 'OperatingError',
        code: 'unavailable',
        message: 'not stored',
        cause: { code: '23505', constraint: 'vendors_name_key', table: 'vendors' },
      },
    })
  })

  it('the log redacts what a child logger always adds, too', () => {
    const text = capture((log) =>
      log.child({ alertId: 'a-1', near: { latitude: 52.37021 } }).info({ latitude: 52.37021 }, 'x'),
    ).join()
    expect(text).toContain('a-1')
    expect(text).not.toContain('52.37')
  })

  it('the log can be silent', () => {
    expect(createSilentLog().isLevelEnabled('fatal')).toBe(false)
  })
})

function errorOf(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('expected an error')
}

function capture(write: (log: Log) => void): string[] {
  const lines: string[] = []
  write(createLog({ destination: { write: (line) => void lines.push(line) } }))
  return lines
}
