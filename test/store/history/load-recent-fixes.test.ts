import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDeviceIds } from '../../../src/store/registry/device-lookup.ts'
import {
  loadRecentDeviceEvents,
  loadRecentFixes,
} from '../../../src/store/history/load-recent-fixes.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})

const first = '01890000-0000-7000-8000-00000000000a'
const second = '01890000-0000-7000-8000-00000000000b'
const startMs = Date.parse('2026-11-21T18:30:00Z')
const hourMs = 3_600_000

describe('the recent past of devices', () => {
  it('the recent past of a device is its newest fixes, oldest first, over days, and none from before the moment asked for', async () => {
    await database.pool.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, journal_id)
       select device, $2::timestamptz + hour * interval '1 hour', now(), 5 + hour / 100.0, 52, 1
       from unnest($1::uuid[]) as device, generate_series(0, 47) as hour`,
      [[first, second], new Date(startMs).toISOString()],
    )
    const rows = await loadRecentFixes(database.pool, [first, second], {
      sinceMs: startMs,
      fixCountMax: 3,
    })
    expect(rows).toEqual(
      [first, second].flatMap((deviceId) =>
        [45, 46, 47].map((hour) => ({
          deviceId,
          recordedAtMs: startMs + hour * hourMs,
          longitude: 5 + hour / 100,
          latitude: 52,
        })),
      ),
    )
    const sinceMs = startMs + 46 * hourMs
    const bounded = await loadRecentFixes(database.pool, [first], { sinceMs, fixCountMax: 64 })
    expect(bounded.map(({ recordedAtMs }) => recordedAtMs)).toEqual([sinceMs, sinceMs + hourMs])
  })

  it('the recent past of a device has its newest events', async () => {
    await database.pool.query(
      `insert into device_events (device_id, recorded_at, received_at, kind, journal_id)
       select $1::uuid, $2::timestamptz + hour * interval '1 hour', now(), 'heartbeat', 1 from generate_series(0, 9) as hour`,
      [first, new Date(startMs).toISOString()],
    )
    const rows = await loadRecentDeviceEvents(database.pool, [first, second], {
      sinceMs: startMs,
      eventCountMax: 2,
    })
    expect(rows).toMatchObject(
      [8, 9].map((hour) => ({
        deviceId: first,
        kind: 'heartbeat',
        recordedAtMs: startMs + hour * hourMs,
      })),
    )
  })
})

describe('the devices of a vendor', () => {
  it('the devices of a vendor are found by serial number, its own only', async () => {
    const { rows } = await database.pool.query<{ id: string; vendor_id: string }>(
      `with vendor as (insert into vendors (name) values ('ours'), ('theirs') returning id)
       insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
       select id, 'AM-1', 'ankle-monitor', 60 from vendor returning id, vendor_id`,
    )
    for (const row of rows) {
      expect(await findDeviceIds(database.pool, row.vendor_id, ['AM-1', 'AM-2'])).toEqual([
        { id: row.id, serialNumber: 'AM-1' },
      ])
    }
  })
})
