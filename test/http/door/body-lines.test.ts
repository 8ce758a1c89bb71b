import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readJournalFixes } from '../../ingest/support.ts'
import { readRefused } from '../../support/refused-reports.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app.close())

let second = 0

function position(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  second += 1
  return {
    serialNumber: 'PHONE-1',
    recordedAt: new Date(app.clock.timeMs - 86_400_000 + second * 1_000).toISOString(),
    longitude: 4.8952,
    latitude: 52.3702,
    ...changes,
  }
}

const line = (changes = {}): string => JSON.stringify(position(changes))

async function post(payload: string | Buffer, headers: Record<string, string> = {}) {
  return await postTo('/v1/positions', payload, headers)
}

async function postTo(url: string, payload: string | Buffer, headers: Record<string, string> = {}) {
  const answer = await app.app.inject({
    method: 'POST',
    url,
    payload,
    headers: {
      authorization: `Bearer ${app.tokens.vendor}`,
      'content-type': 'application/x-ndjson',
      ...headers,
    },
  })
  return { status: answer.statusCode, body: answer.json<Record<string, never>>() }
}

const refusedAt = (...indexes: readonly number[]) => ({
  status: 202,
  body: { rejected: indexes.map((index) => expect.objectContaining({ index })) },
})

describe('positions as lines', () => {
  it('lines are taken as the elements of a list are, and the index is the line', async () => {
    const sent = [position(), position({ serialNumber: 'of nobody' }), position()]
    const answer = await post(sent.map((each) => `${JSON.stringify(each)}\n`).join(''))
    expect(answer).toMatchObject({
      status: 202,
      body: {
        accepted: 2,
        duplicates: 0,
        rejected: [{ index: 1, code: 'unknown-device' }],
        wantedIntervals: [],
      },
    })
    const again = await app.call('vendor', 'POST', '/v1/positions', { positions: sent })
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 2 })
    expect((await readJournalFixes(app.database.pool)).length).toBe(2)
  })

  it.each([
    ['the last line has no end', (lines: string[]) => lines.join('\n')],
    ['lines end as on Windows', (lines: string[]) => lines.join('\r\n')],
    ['a proxy added a parameter', (lines: string[]) => lines.join('\n')],
  ])('all lines are taken when %s', async (why, join) => {
    const type = `application/x-ndjson${why.startsWith('a proxy') ? '; charset=utf-8' : ''}`
    const answer = await post(join([line(), line(), line()]), { 'content-type': type })
    expect(answer).toMatchObject({ status: 202, body: { accepted: 3, rejected: [] } })
  })

  it('a compressed body of lines is taken', async () => {
    const answer = await post(gzipSync(`${line()}\n${line()}\n`), { 'content-encoding': 'gzip' })
    expect(answer).toMatchObject({ status: 202, body: { accepted: 2 } })
  })

  it.each([
    ['is no JSON', () => '{"serialNumber":'],
    ['is empty', () => ''],
    ['is a carriage return', () => '\r'],
    ['begins with a byte order mark', () => `\uFEFF${line()}`],
    ['holds two positions', () => `${line()} ${line()}`],
    ['holds a position in a list', () => `[${line()}]`],
    ['is null', () => 'null'],
    ['holds the zero character', () => line().replace('PHONE', 'PH\0NE')],
    ['holds the zero character as an escape', () => line().replace('PHONE', 'PH\\u0000NE')],
    ['holds half a pair', () => line().replace('PHONE', 'PH\\ud800NE')],
    ['has a name twice', () => line().replace('{', '{"latitude":1,')],
    ['has a name that reaches into prototypes', () => line().replace('{', '{"__proto__":1,')],
    ['is nested without end', () => `${'['.repeat(40_000)}${']'.repeat(40_000)}`],
    ['is huge', () => line({ serialNumber: 'x'.repeat(1_500_000) })],
  ])('a line that %s costs itself alone and is named', async (_why, make) => {
    // Brackets that close what nobody opened may not hide the depth of the next line.
    const answer = await post(`${line()}\n${make()}\n${line()}`)
    expect(answer).toMatchObject(refusedAt(1))
    expect(answer.body).toMatchObject({ accepted: 2 })
  })

  it('a line that is not UTF-8 costs itself alone', async () => {
    const bytes = Buffer.concat([Buffer.from(`${line()}\n"`), Buffer.of(0xff), Buffer.from(`"\n`)])
    const answer = await post(bytes)
    expect(answer).toMatchObject(refusedAt(1))
    expect(answer.body).toMatchObject({ rejected: [{ code: 'unreadable' }] })
  })

  it('brackets that close too much do not hide how deep the next line is', async () => {
    const answer = await post(`${']'.repeat(100)}\n${'['.repeat(90)}${']'.repeat(90)}\n${line()}\n`)
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 0, code: 'unreadable' },
        { index: 1, detail: expect.stringContaining('nesting') },
      ],
    })
  })

  it('what could not be read is kept for people as it came', async () => {
    await post(`${line()}\nno JSON \0 at all\n`)
    const kept = await readRefused(app.database.pool, 'unreadable')
    expect(kept.at(-1)?.body).toEqual({ line: 'no JSON \0 at all' })
  })

  it('the answer is 400 and names each line when none could be taken', async () => {
    const answer = await post('no\nneither')
    expect(answer).toMatchObject({
      status: 400,
      body: {
        type: '/docs#problem-nothing-accepted',
        errors: [{ pointer: '/positions/0' }, { pointer: '/positions/1' }],
      },
    })
    expect(JSON.stringify(answer.body)).not.toContain('neither')
  })

  it('lines are taken as many as elements of a list, and one more is refused as there', async () => {
    const lines = Array.from({ length: 1_000 }, () => line())
    expect(await post(lines.join('\n'))).toMatchObject({ status: 202, body: { accepted: 1_000 } })
    for (const body of [[...lines, line()].join('\n'), '1\n'.repeat(900_000)]) {
      expect(await post(body)).toMatchObject({
        status: 400,
        body: {
          type: '/docs#problem-invalid-request',
          errors: [{ pointer: '/positions', code: 'too-big' }],
        },
      })
    }
    expect(await post('\n')).toMatchObject({
      status: 400,
      body: { type: '/docs#problem-nothing-accepted' },
    })
    expect(await post('')).toMatchObject({ status: 400 })
  })

  it('lines are bounded by bytes and by values as a list is', async () => {
    expect(await post('x'.repeat(2 * 1024 * 1024 + 1))).toMatchObject({ status: 413 })
    expect(await post(`[${'1,'.repeat(60_001)}1]\n`)).toMatchObject({ status: 413 })
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, '1\n'))
    expect(await post(bomb, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 })
  })

  it('lines are refused where a call does not take them', async () => {
    expect(await postTo('/v1/device-events', '{}\n')).toMatchObject({
      status: 415,
      body: { type: '/docs#problem-unsupported-media-type' },
    })
  })
})
