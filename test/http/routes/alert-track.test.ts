import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AlertDraft } from '../../../src/core/model/alert.ts'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let offenderId = ''
let victimId = ''
let orderId = ''
const minute = 60_000

beforeAll(async () => {
  world = await createTestApp()
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'o' })
  victimId = await make('/v1/persons', { role: 'victim', reference: 'v' })
  orderId = await make('/v1/protection-orders', {
    reference: 'ORDER-1',
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    proximityBans: [{ victimId, separationMeters: 1000 }],
  })
  const now = world.clock.timeMs
  const his = await wear(offenderId, 'AM-1', null)
  const before = await wear(offenderId, 'AM-0', now - 30 * minute)
  const hers = await wear(victimId, 'VD-1', null)
  await seen(his, now - 90 * minute, 4.8)
  await seen(his, now - 20 * minute, 4.81)
  await seen(his, now - 10 * minute, 4.99)
  await seen(his, now - 5 * minute, 4.82)
  await seen(before, now - 40 * minute, 4.83)
  // Worn by nobody then.
  await seen(before, now - 25 * minute, 4.84)
  await seen(hers, now - 8 * minute, 5.1)
  for (const [learnedMs, reasons] of [
    [now - 9 * minute, '{teleport}'],
    [now - 7 * minute, '{teleport,unreachable}'],
  ] as const) {
    await world.database.pool.query(
      `insert into disbelieved_fixes (device_id, recorded_at, longitude, latitude, reasons, learned_at)
       values ($1, $2, 4.99, 52.3, $3, $4)`,
      [his, iso(now - 10 * minute), reasons, iso(learnedMs)],
    )
  }
})
afterAll(() => world.close())

it('the last hour is shown to whoever handles the alert, and to nobody before they do', async () => {
  const id = await raise({ kind: 'proximity-breach', victimId })
  const before = await readingCount()
  const looking = await read('operator', id)
  expect(looking).toMatchObject({ shown: 'nobody', fixes: [], truncated: false })
  // Nothing was answered, so nobody's place was read.
  expect(await readingCount()).toBe(before)
  await world.call('operator', 'POST', `/v1/alerts/${id}/_acknowledge`, {})
  const handling = await read('operator', id)
  expect(handling['shown']).toBe('both')
  expect(placesOf(handling)).toEqual(['4.83', '4.81', '4.99 teleport unreachable', '5.1', '4.82'])
  expect(await readingCount()).toBe(before + 1)
  expect(placesOf(await read('supervisor', id))).toEqual(placesOf(handling))
  // Closed, it needs nobody's place of now.
  world.clock.timeMs += 30 * minute
  await close(id)
  const closed = await read('supervisor', id)
  expect(closed['shown']).toBe('offender')
  expect(placesOf(closed)).toEqual(['4.83', '4.81', '4.99 teleport unreachable'])
  expect(placesOf(await read('operator', id))).toEqual([])
  world.clock.timeMs -= 30 * minute
})

it('an alert that needs no place shows no way to an operator, also to the one who took it over', async () => {
  const id = await raise({ kind: 'battery-low', priority: 'P3', victimId: null })
  await world.call('operator', 'POST', `/v1/alerts/${id}/_acknowledge`, {})
  expect(await read('operator', id)).toMatchObject({ shown: 'nobody', fixes: [] })
  expect((await read('supervisor', id))['shown']).toBe('offender')
})

it('the protected person is on no track of an alert about an area', async () => {
  const id = await raise({ kind: 'location-ban-breach', victimId })
  await world.call('operator', 'POST', `/v1/alerts/${id}/_acknowledge`, {})
  expect((await read('operator', id))['shown']).toBe('offender')
  expect(placesOf(await read('operator', id))).not.toContain('5.1')
})

it('a fix without a radius has the one it is judged by', async () => {
  const id = await raise({ kind: 'proximity-breach', victimId, occurredAtMs: world.clock.timeMs })
  const { fixes } = (await read('supervisor', id)) as { fixes: { accuracyMeters: number }[] }
  expect(fixes.map(({ accuracyMeters }) => accuracyMeters)).toEqual([30, 30, 30, 30, 30])
})

async function make(url: string, body: object): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

async function read(role: 'operator' | 'supervisor', id: string) {
  const answer = await world.call(role, 'GET', `/v1/alerts/${id}/track`)
  expect(answer.status).toBe(200)
  return answer.body
}

async function close(id: string): Promise<void> {
  const body = { outcome: 'confirmed', note: 'seen' }
  expect((await world.call('operator', 'POST', `/v1/alerts/${id}/_close`, body)).status).toBe(200)
}

function placesOf(track: Readonly<Record<string, unknown>>): readonly string[] {
  const fixes = track['fixes'] as { longitude: number; isBelieved: boolean; disbelief: string[] }[]
  return fixes.map(({ longitude, isBelieved, disbelief }) => {
    expect(isBelieved).toBe(disbelief.length === 0)
    return [longitude, ...disbelief].join(' ')
  })
}

async function raise(facts: Partial<AlertDraft>): Promise<string> {
  const nowMs = world.clock.timeMs
  const times = {
    occurredAtMs: nowMs - 60_000,
    learnedAtMs: nowMs,
    lastSeenAtMs: nowMs - 8 * minute,
  }
  const ids = { protectionOrderId: orderId, offenderId, locationBanId: null }
  return await raiseAlertAt(world.database.pool, nowMs, { ...times, ...ids, ...facts })
}

async function wear(personId: string, serialNumber: string, untilMs: number | null) {
  const { pool } = world.database
  const { rows } = await pool.query<{ id: string }>(
    `with made as (
       insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
       values ($1, $2, 'ankle-monitor', 60) returning id)
     insert into device_assignments (device_id, person_id, valid_from, valid_until)
     select id, $3, '2026-11-01', $4 from made returning device_id as id`,
    [world.vendorId, serialNumber, personId, untilMs === null ? null : iso(untilMs)],
  )
  return rows[0]?.id ?? ''
}

async function seen(deviceId: string, recordedAtMs: number, longitude: number): Promise<void> {
  await world.database.pool.query(
    `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, journal_id)
     values ($1, $2, $2, $3, 52.3, 1)`,
    [deviceId, iso(recordedAtMs), longitude],
  )
}

async function readingCount(): Promise<number> {
  const { rows } = await world.database.pool.query<{ count: number }>(
    `select count(*)::int as count from access_log where action = 'read-alert-positions'`,
  )
  return rows[0]?.count ?? 0
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
