import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultOfDoubled, findDoubledNames } from '../../../src/http/door/doubled-names.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

const pointersIn = (text: string) =>
  findDoubledNames(text).map((name) => faultOfDoubled(name, 0).pointer)

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(() => world.close())

describe('a name that stands twice in one object', () => {
  it.each([
    ['{"a":1,"a":2}', '/a'],
    [String.raw`{"a":1,"\u0061":2}`, '/a'],
    ['{"a":[0,{"b":{"c":1}, "b" :2}]}', '/a/1/b'],
    ['[[],{"x/y":"},{","x/y":"\\""}]', '/1/(unnamed field)'],
    ['{"":1,"":1}', '/(unnamed field)'],
  ])('the name that stands twice in %s is named with its place', (text, pointer) => {
    expect(pointersIn(text)).toEqual([pointer])
  })

  it.each([
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1},"a","a"]',
    String.raw`{"a":"\"a\":1,","b":"{\"b\":1,\"b\":2}"}`,
    '{"positions":[{"a":1,"b":[1,2,3]},{"a":2,"b":[]}]}',
    '"a"',
    '{}',
  ])('no name stands twice in %s', (text) => {
    expect(pointersIn(text)).toEqual([])
  })

  it('a body with a doubled name is refused with a pointer to it', async () => {
    const body = '{"name":"Enkelband BV","name":"Enkelband NV"}'
    const answer = await world.call('administrator', 'POST', '/v1/vendors', body)
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toEqual([
      {
        pointer: '/name',
        code: 'doubled-name',
        detail: 'expected a field of this name once, got it again',
      },
    ])
  })

  it('a doubled name in one position costs that position only', async () => {
    const { rows } = await world.database.pool.query<{ serial_number: string }>(
      `insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
       values ($1, 'AM-1', 'ankle-monitor', 60) returning serial_number`,
      [world.vendorId],
    )
    expect(rows).toHaveLength(1)
    const at = new Date(world.clock.timeMs).toISOString()
    const position = (longitude: string): string =>
      `{"serialNumber":"AM-1","recordedAt":"${at}",${longitude},"latitude":52.5,"accuracyMeters":10}`
    const body = `{"positions":[${position('"longitude":5.0,"longitude":6.0')},${position('"longitude":5.5')}]}`
    const answer = await world.call('vendor', 'POST', '/v1/positions', body)
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, code: 'invalid-value' }],
    })
  })
})
