import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createTestApp, type TestAnswer, type TestApp } from '../../support/http-app.ts'

const { victimsPerOffenderMax, victimsPerOrderMax } = defaultLimits
let world: TestApp
let offenderId: string
let victimIds: string[]

beforeAll(async () => {
  world = await createTestApp()
  const { rows } = await world.database.pool.query<{ id: string }>(
    `insert into persons (role, reference) select 'victim', 'V-' || n from generate_series(1, $1::int) n returning id`,
    [victimsPerOffenderMax + victimsPerOrderMax],
  )
  victimIds = rows.map(({ id }) => id)
  const person = { role: 'offender', reference: 'O-1' }
  const answer = await world.call('supervisor', 'POST', '/v1/persons', person)
  offenderId = String(answer.body['id'])
})
afterAll(async () => {
  await world.close()
})

it('a victim may name no more than all orders against an offender may, former versions included', async () => {
  const orderCount = victimsPerOffenderMax / victimsPerOrderMax
  const created: TestAnswer[] = []
  // The last one is left for two at once.
  for (let order = 0; order < orderCount - 1; order++) created.push(await post(order, batch(order)))
  expect(created.map(({ status }) => status)).toEqual(created.map(() => 201))
  const sixty = (from: number) => batch(orderCount - 1 + from).slice(0, 60)
  const two = await Promise.all([0, 1].map((half) => post(100 + half, sixty(half))))
  expect(new Set(two.map(({ status }) => status))).toEqual(new Set([201, 409]))
  const refused = two.find(({ status }) => status === 409)!
  expect(refused.body['detail']).toContain(
    'may name at most 1000 victims; with this one they would name 1020',
  )
  // Whom the order protected before still counts.
  const id = String(created[0]!.body['id'])
  const taken = two.findIndex(({ status }) => status === 201)
  const others = sixty(1 - taken)
  const replaced = await put(id, others)
  expect([replaced.status, replaced.body['detail']]).toEqual([409, refused.body['detail']])
  expect((await put(id, others.slice(0, 40))).status).toBe(200)
  expect((await post(200, others.slice(40))).status).toBe(409)
  expect((await post(201, batch(0))).status).toBe(201)
})

const batch = (order: number) =>
  victimIds.slice(order * victimsPerOrderMax, (order + 1) * victimsPerOrderMax)

const post = (order: number, victims: readonly string[]) =>
  world.call('supervisor', 'POST', '/v1/protection-orders', orderBody(order, victims))
const put = (id: string, victims: readonly string[]) =>
  world.call('supervisor', 'PUT', `/v1/protection-orders/${id}`, orderBody(0, victims))

const orderBody = (order: number, victims: readonly string[]) => ({
  reference: `09/${String(order).padStart(6, '0')}-26`,
  legalBasis: 'prosecutor-behaviour-order',
  offenderId,
  validFrom: '2026-11-01T00:00:00+01:00',
  validUntil: '2027-01-29T00:00:00+01:00',
  proximityBans: victims.map((victimId) => ({ victimId, separationMeters: 1000 })),
})
