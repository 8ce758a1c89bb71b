import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProtectionReason } from '../../../src/core/protection/judge-person-seen.ts'
import {
  insertProtectionStates,
  noteProtectionJudged,
} from '../../../src/store/evaluator/protection-states.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let orderIds: string[] = []
beforeAll(async () => {
  world = await createTestApp()
  orderIds = [await addOrder('one'), await addOrder('two'), await addOrder('three')]
})
afterAll(async () => {
  await world.close()
})

async function addOrder(reference: string): Promise<string> {
  const { rows } = await world.database.pool.query<{ id: string }>(
    `with person as (
       insert into persons (role, reference) values ('offender', $1) returning id)
     insert into protection_orders (reference, legal_basis, offender_id, valid_from, valid_until)
     select $1, 'civil-ban', id, '2026-11-01', '2027-01-01' from person returning id`,
    [reference],
  )
  return rows[0]?.id ?? ''
}

const silent: ProtectionReason = {
  code: 'device-silent',
  sinceMs: Date.parse('2026-11-23T18:20:00Z'),
  subject: 'victim',
  personId: '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21',
  deviceId: '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e22',
}

async function list(query = ''): Promise<readonly (readonly [string, string])[]> {
  const answer = await world.call('operator', 'GET', `/v1/protection-states${query}`)
  expect(answer.status).toBe(200)
  const items = answer.body['items'] as { protectionOrderId: string; state: string }[]
  return items.map(({ protectionOrderId, state }) => [protectionOrderId, state])
}

async function read(orderId = ''): Promise<Readonly<Record<string, unknown>>> {
  const path = `/v1/protection-orders/${orderId}/protection-state`
  const answer = await world.call('supervisor', 'GET', path)
  expect(answer.status).toBe(200)
  return answer.body
}

describe('the protection state', () => {
  test('the protection state of an order nobody has judged is unknown, and says that detection never looked', async () => {
    expect(await read(orderIds[0])).toMatchObject({
      protectionOrderId: orderIds[0],
      state: 'unknown',
      reasons: [{ code: 'not-judged-yet' }, { code: 'detection-behind', since: null }],
      changedAt: null,
      judgedAt: null,
    })
  })

  test('the protection state is the last one on record, with its reasons', async () => {
    const { pool } = world.database
    const nowMs = world.clock.timeMs
    const [one = '', two = ''] = orderIds
    await insertProtectionStates(pool, [{ orderId: one, state: 'unknown', reasons: [silent] }], 1)
    await insertProtectionStates(
      pool,
      [
        { orderId: one, state: 'protected', reasons: [] },
        { orderId: two, state: 'degraded', reasons: [silent] },
      ],
      nowMs - 5_000,
    )
    await noteProtectionJudged(pool, 0, nowMs - 1_000)
    expect(await read(one)).toEqual({
      protectionOrderId: one,
      protectionOrderReference: expect.any(String),
      state: 'protected',
      reasons: [],
      changedAt: '2026-11-23T18:29:55.000Z',
      judgedAt: '2026-11-23T18:29:59.000Z',
    })
    const { sinceMs: _sinceMs, ...rest } = silent
    expect((await read(two))['reasons']).toEqual([{ ...rest, since: '2026-11-23T18:20:00.000Z' }])
  })

  test('the protection state is listed by order, all or one state only', async () => {
    const [one = '', two = '', three = ''] = orderIds
    const all = [
      [one, 'protected'],
      [two, 'degraded'],
      [three, 'unknown'],
    ]
    expect(await list()).toEqual(all)
    for (const [id = '', state = ''] of all) {
      expect(await list(`?state=${state}`)).toEqual([[id, state]])
    }
    const page = await world.call('operator', 'GET', '/v1/protection-states?limit=2')
    const next = await list(`?limit=2&cursor=${String(page.body['nextCursor'])}`)
    expect(next).toEqual([[three, 'unknown']])
    const wrong = await world.call('operator', 'GET', '/v1/protection-states?state=fine')
    expect(wrong.status).toBe(400)
  })

  test('the protection state is counted by state in the metrics', async () => {
    const { body } = await world.call(null, 'GET', '/metrics')
    const text = String(body['text'])
    for (const state of ['protected', 'degraded', 'unknown']) {
      expect(text).toContain(`hoede_protection_orders{state="${state}"} 1`)
    }
  })

  test('the protection state of every order is unknown while detection is behind', async () => {
    world.clock.timeMs += 60_000
    expect(await list('?state=protected')).toEqual([])
    expect((await list('?state=unknown')).map(([id]) => id)).toEqual(orderIds)
    expect(await read(orderIds[0])).toMatchObject({
      state: 'unknown',
      reasons: [{ code: 'detection-behind', since: '2026-11-23T18:29:59.000Z' }],
    })
    world.clock.timeMs -= 60_000
  })

  test('the protection state of an order that does not exist is 404', async () => {
    const path = '/v1/protection-orders/019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e99/protection-state'
    expect((await world.call('operator', 'GET', path)).status).toBe(404)
  })
})
