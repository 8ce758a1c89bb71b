import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let deviceId = ''
let personId = ''
const minute = 60_000

beforeAll(async () => {
  world = await createTestApp()
  const { pool } = world.database
  const person = { role: 'offender', reference: 'o' }
  personId = String((await world.call('supervisor', 'POST', '/v1/persons', person)).body['id'])
  const device = {
    vendorId: world.vendorId,
    serialNumber: 'AM-9',
    kind: 'ankle-monitor',
    reportIntervalSeconds: 60,
  }
  deviceId = String((await world.call('supervisor', 'POST', '/v1/devices', device)).body['id'])
  await world.call('supervisor', 'POST', '/v1/device-assignments', {
    deviceId,
    personId,
    validFrom: '2026-11-01T00:00:00Z',
  })
  const now = world.clock.timeMs
  // Minutes ago, radius, battery, minutes until it came in.
  const fixes: [number, number | null, number | null, number][] = [
    [100, 10, 0.9, 0],
    [99, 20, 0.8, 0],
    [98, null, null, 0],
    // Twenty minutes of nothing, and then what was kept meanwhile.
    [78, 30, 0.3, 15],
    [77, 1_000, 0.5, 0],
    // Long before the week.
    [20_000, 5, 0.01, 0],
  ]
  for (const [ago, radius, battery, delay] of fixes) {
    await pool.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, accuracy_meters, battery_fraction, journal_id)
       values ($1, $2, $3, 4.8977, 52.3411, $4, $5, 1)`,
      [deviceId, iso(now - ago * minute), iso(now - (ago - delay) * minute), radius, battery],
    )
  }
  await pool.query(
    `insert into disbelieved_fixes (device_id, recorded_at, longitude, latitude, reasons, learned_at)
     values ($1, $2, 4.8977, 52.3411, '{teleport,frozen}', $2), ($1, $2, 4.8977, 52.3411, '{teleport}', $3)`,
    [deviceId, iso(now - 77 * minute), iso(now)],
  )
  await pool.query(
    `insert into device_events (device_id, recorded_at, received_at, kind, journal_id)
     values ($1, $2, $2, 'battery-low', 1)`,
    [deviceId, iso(now - 76 * minute)],
  )
  const refused = {
    positions: [{ serialNumber: 'AM-9', recordedAt: iso(now), longitude: 4.8977, latitude: 152 }],
  }
  expect((await world.call('vendor', 'POST', '/v1/positions', refused)).status).toBe(400)
})
afterAll(() => world.close())

it('a device tells by numbers how well it was heard in a week, and where nobody is', async () => {
  const { status, body } = await world.call('supervisor', 'GET', `/v1/devices/${deviceId}/quality`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    fixCount: 5,
    plannedCount: 10_080,
    gapSeconds: 180,
    gapCount: 1,
    unknownRadiusCount: 1,
    radiusMetersMedian: 25,
    lateCount: 1,
    batteryLast: 0.5,
    batteryLeast: 0.3,
    doubted: [{ name: 'teleport', count: 1 }],
    events: [{ name: 'battery-low', count: 1 }],
    refused: [{ count: 1 }],
  })
  expect(body['longestGaps']).toEqual([
    {
      from: iso(world.clock.timeMs - 98 * minute),
      until: iso(world.clock.timeMs - 78 * minute),
    },
  ])
  const device = await world.call('operator', 'GET', `/v1/devices/${deviceId}`)
  // Of the newest report that said it.
  expect(device.body['batteryFraction']).toBe(0.5)
  expect(JSON.stringify(body)).not.toMatch(/4\.897|52\.341/)
})

it('a device that was given to somebody an hour ago is expected to have reported for an hour', async () => {
  const { pool } = world.database
  const { rows } = await pool.query<{ from: Date }>(
    `update device_assignments d set valid_from = $2 from device_assignments before
      where d.device_id = $1 and before.id = d.id returning before.valid_from as from`,
    [deviceId, iso(world.clock.timeMs - 60 * minute)],
  )
  const { body } = await world.call('supervisor', 'GET', `/v1/devices/${deviceId}/quality`)
  expect(body['plannedCount']).toBe(60)
  await pool.query('update device_assignments set valid_from = $2 where device_id = $1', [
    deviceId,
    rows[0]?.from,
  ])
})

it('the record says whose reports were counted, and nobody but a supervisor counts them', async () => {
  const { rows } = await world.database.pool.query<{ text: string }>(
    `select convert_from(body, 'UTF8') as text from audit_entries`,
  )
  const entries = rows.filter(({ text }) => text.includes('getDeviceQuality'))
  expect(entries.length).toBe(2)
  expect(entries[0]?.text).toContain(personId)
  for (const role of ['operator', 'vendor', 'administrator'] as const) {
    const answer = await world.call(role, 'GET', `/v1/devices/${deviceId}/quality`)
    expect(answer.status, role).toBe(403)
  }
})

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
