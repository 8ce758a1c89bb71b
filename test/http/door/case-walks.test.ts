import { afterAll, beforeAll, expect, it } from 'vitest'
import { tooManyCases } from '../../../src/http/door/case-walks.ts'
import { defaultRateLimits } from '../../../src/http/door/rate-limit.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs, type TestPerson } from '../../support/signed-in.ts'

let world: TestApp
let operator: TestPerson
let supervisor: TestPerson
const orderIds: string[] = []
const offenderIds: string[] = []

beforeAll(async () => {
  world = await createTestApp({
    rateLimits: {
      ...defaultRateLimits,
      casesOfPerson: { burst: 3, perSecond: 1 / 60 },
      foundByPerson: { burst: 2, perSecond: 1 / 60 },
    },
  })
  operator = await signInAs(world, { roles: ['operator'] })
  supervisor = await signInAs(world, { roles: ['supervisor'] })
  for (let number = 0; number < 7; number += 1) {
    const made = async (url: string, body: object) =>
      String((await world.call('supervisor', 'POST', url, body)).body['id'])
    const offenderId = await made('/v1/persons', { role: 'offender', reference: `o${number}` })
    offenderIds.push(offenderId)
    orderIds.push(
      await made('/v1/protection-orders', {
        reference: `ORDER-${number}`,
        legalBasis: 'liberty-restricting-measure',
        offenderId,
        validFrom: '2026-11-01T00:00:00Z',
        validUntil: '2027-11-01T00:00:00Z',
        locationBans: [
          {
            label: 'home',
            circle: { longitude: 5 + number / 10, latitude: 52, radiusMeters: 300 },
          },
        ],
        proximityBans: [],
      }),
    )
  }
})
afterAll(() => world.close())

const read = async (person: TestPerson, number: number, path = '') =>
  await person.call('GET', `/v1/protection-orders/${orderIds[number] ?? ''}${path}`)

async function raise(number: number): Promise<string> {
  const alert = makeAlertDraft({
    kind: 'device-silent',
    protectionOrderId: orderIds[number] ?? '',
    offenderId: offenderIds[number] ?? '',
  })
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
  )
  return alert.id
}

it('somebody who reads case after case is slowed, and listed to the auditor at once', async () => {
  for (const number of [0, 1, 2]) {
    expect((await read(operator, number)).status).toBe(200)
    expect((await read(operator, number, '/protection-state')).status).toBe(200)
  }
  const offender = await operator.call('GET', `/v1/persons/${offenderIds[0] ?? ''}`)
  expect(offender.status).toBe(200)
  const slowed = await read(operator, 3)
  expect(slowed).toMatchObject({ status: 429, body: { detail: tooManyCases } })
  expect(slowed.headers['retry-after']).toBe('60')
  expect((await operator.call('GET', `/v1/persons/${offenderIds[3] ?? ''}`)).status).toBe(429)
  // What was read before can be read on, and nobody else is held up.
  expect((await read(operator, 2)).status).toBe(200)
  expect((await read(supervisor, 3)).status).toBe(200)
  world.clock.timeMs += 1_000
  const listed = await world.call('auditor', 'GET', '/v1/readings-outside')
  const lines = (listed.body['items'] as { by: string; action: string }[]).filter(
    ({ action }) => action === 'slowed-reading-case-after-case',
  )
  expect(lines).toMatchObject([{ by: operator.staffId }])
  world.clock.timeMs += 60_000
  expect((await read(operator, 3)).status).toBe(200)
  expect((await read(operator, 4)).status).toBe(429)
})

it('a case with an open alert, or closed in the last shift, is read by whoever is slowed', async () => {
  expect((await read(operator, 4)).status).toBe(429)
  const alertId = await raise(4)
  expect((await read(operator, 4)).status).toBe(200)
  expect((await operator.call('GET', `/v1/alerts/${alertId}`)).status).toBe(200)
  const closedId = await raise(5)
  const closeAt = async (hoursAgo: number) =>
    await world.database.pool.query(
      `update alerts set status = 'closed', outcome = 'test', closed_at = to_timestamp($2::float8 / 1000) where id = $1`,
      [closedId, world.clock.timeMs - hoursAgo * 3_600_000],
    )
  await closeAt(13)
  expect((await operator.call('GET', `/v1/alerts/${closedId}`)).status).toBe(429)
  await closeAt(11)
  expect((await operator.call('GET', `/v1/alerts/${closedId}`)).status).toBe(200)
})

it('a case of the own caseload is read by whoever is slowed', async () => {
  expect((await read(operator, 6)).status).toBe(429)
  await world.database.pool.query(
    `with unit as (insert into units (organisation_id, name) select organisation_id, 'team' from staff where id = $1 returning *)
     insert into caseloads (organisation_id, protection_order_id, unit_id, staff_id, "from")
     select organisation_id, $2, id, $1, to_timestamp(0) from unit`,
    [operator.staffId, orderIds[6]],
  )
  expect((await read(operator, 6)).status).toBe(200)
})

it('whoever walks over the map box by box is slowed too', async () => {
  const search = async (west: number, east: number) =>
    await supervisor.call('POST', '/v1/location-bans/_search', { bbox: [west, 51.9, east, 52.1] })
  expect((await search(4.95, 5.15)).body['items']).toHaveLength(2)
  expect((await search(4.95, 5.15)).status).toBe(200)
  const slowed = await search(5.15, 5.25)
  expect(slowed.status).toBe(429)
  expect(JSON.stringify(slowed.body)).not.toContain('5.2')
  expect((await search(7, 7.1)).status).toBe(200)
})
