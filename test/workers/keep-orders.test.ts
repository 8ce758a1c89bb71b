import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createOrderKeeper } from '../../workers/keep-orders.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { createSilentLog } from '../support/silent-log.ts'

/** Reminders while several things happen in one moment. */
let world: TestApp
let worker: TestApp['machinery']
let offenderId = ''
let orderCount = 0
const hour = 3_600_000
const day = 24 * hour

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
  const person = { role: 'offender', reference: 'o' }
  const { body } = await world.call('supervisor', 'POST', '/v1/persons', person)
  offenderId = String(body['id'])
})
afterAll(() => world.close())

/** Of ninety days that end at a moment. */
async function impose(validUntil: string): Promise<string> {
  orderCount += 1
  world.clock.timeMs = Date.parse(validUntil) - 60 * day
  const { body, status } = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: `KEEP-${orderCount}`,
    legalBasis: 'prosecutor-behaviour-order',
    offenderId,
    validFrom: new Date(Date.parse(validUntil) - 90 * day).toISOString(),
    validUntil,
    locationBans: [{ label: 'x', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } }],
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return String(body['id'])
}

/** An instance of the worker, at the time of the world. */
const keep = createKeeper()
function createKeeper() {
  return async (): Promise<void> => {
    const clock = { nowMs: () => world.clock.timeMs }
    const deps = { pool: worker, clock, log: createSilentLog(), limits: defaultLimits }
    await createOrderKeeper({ ...deps, onEvent: () => {} })()
  }
}

type Row = {
  readonly id: string
  readonly step: number
  readonly askedCount: number
  readonly dueMs: number
  readonly askedMs: number | null
  readonly isAnswered: boolean
}

async function rowsOf(orderId: string, isOver = false): Promise<readonly Row[]> {
  const { rows } = await world.database.pool.query<Row>(
    `select id, step, asked_count as "askedCount", extract(epoch from due_at)::float8 * 1000 as "dueMs",
            extract(epoch from last_asked_at)::float8 * 1000 as "askedMs", answered_at is not null as "isAnswered"
       from order_reminders where protection_order_id = $1 and (over_at is not null) = $2 order by step`,
    [orderId, isOver],
  )
  return rows
}

const answer = (id: string | undefined) =>
  world.call('supervisor', 'POST', `/v1/order-reminders/${id}/_answer`, { answer: 'in-hand' })

it('two instances that look at once ask each row once', async () => {
  const id = await impose('2027-02-01T12:00:00Z')
  world.clock.timeMs = Date.parse('2027-02-01T12:00:00Z') - 30 * day + hour
  await Promise.all([keep(), keep(), keep()])
  expect((await rowsOf(id)).map(({ askedCount }) => askedCount)).toEqual([1, 0, 0, 0, 0, 0])
  // Nobody answers for three days: of the next one, once more.
  world.clock.timeMs += 72 * hour
  await Promise.all([keep(), keep(), keep()])
  expect((await rowsOf(id)).map(({ askedCount }) => askedCount)).toEqual([2, 0, 0, 0, 0, 0])
})

it('an answer in the moment in which it is asked further up stands, and nothing is asked after it', async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const id = await impose('2027-02-01T12:00:00Z')
    world.clock.timeMs = Date.parse('2027-02-01T12:00:00Z') - 30 * day + hour
    await keep()
    world.clock.timeMs += 72 * hour
    const first = (await rowsOf(id))[0]
    const [said] = await Promise.all([answer(first?.id), keep()])
    expect(said.status, JSON.stringify(said.body)).toBe(200)
    const after = (await rowsOf(id))[0]
    expect(after?.isAnswered).toBe(true)
    world.clock.timeMs += 24 * hour
    await keep()
    expect((await rowsOf(id))[0]?.askedCount).toBe(after?.askedCount)
    expect((await answer(first?.id)).status).toBe(409)
  }
})

it('an order that is extended between a reminder and the next one up is asked by its new end alone', async () => {
  const id = await impose('2027-02-01T12:00:00Z')
  world.clock.timeMs = Date.parse('2027-02-01T12:00:00Z') - 30 * day + hour
  await keep()
  const path = `/v1/protection-orders/${id}/_extend`
  const extended = { validUntil: '2027-05-02T12:00:00Z', documentReference: 'V' }
  const both = await Promise.all([world.call('supervisor', 'POST', path, extended), keep()])
  expect(both[0].status).toBe(200)
  world.clock.timeMs += 72 * hour
  await keep()
  expect((await rowsOf(id, true)).map(({ askedCount }) => askedCount)).toEqual([1, 0, 0, 0, 0, 0])
  const rows = await rowsOf(id)
  expect(rows.map(({ askedCount }) => askedCount)).toEqual([0, 0, 0, 0, 0, 0])
  expect(new Date(rows.at(-1)?.dueMs ?? 0).toISOString()).toBe('2027-05-02T12:00:00.000Z')
})

it.each([
  ['of 23 hours', '2027-03-28T04:00:00Z'],
  ['of 25 hours', '2027-10-31T04:00:00Z'],
])(
  'an order that ends after a night %s is asked about each hour of that night, none lost and none twice',
  async (_, validUntil) => {
    const id = await impose(validUntil)
    const endMs = Date.parse(validUntil)
    world.clock.timeMs = endMs - 10 * hour
    await keep()
    const asked = new Map<number, Set<number>>()
    for (; world.clock.timeMs < endMs + 3 * hour; world.clock.timeMs += 10 * 60_000) {
      await Promise.all([keep(), keep()])
      for (const { askedMs, step } of await rowsOf(id))
        if (askedMs !== null) asked.set(step, (asked.get(step) ?? new Set()).add(askedMs))
    }
    const hoursOf = (step: number): readonly number[] => {
      const times = [...(asked.get(step) ?? [])].toSorted((one, other) => one - other)
      return times.slice(1).map((ms, place) => (ms - (times[place] ?? 0)) / hour)
    }
    // The last step is asked each hour, and the end itself from its moment on.
    expect(new Set(hoursOf(4))).toEqual(new Set([1]))
    expect(hoursOf(4).length).toBeGreaterThan(7)
    expect(Math.min(...(asked.get(100) ?? []))).toBe(endMs)
    expect(hoursOf(100)).toEqual([1, 1])
  },
)
