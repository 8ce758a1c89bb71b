import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { insertRows } from '../../src/transfer/case-rows.ts'
import { caseTables } from '../../src/transfer/case-tables.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('a fix whose place is not there comes in once, however often it is brought', async () => {
  const { pool } = database
  const [vendorId, deviceId] = [randomUUID(), randomUUID()]
  await pool.query(
    `insert into vendors (id, name) values ('${vendorId}', 'V');
     insert into devices (id, organisation_id, vendor_id, serial_number, kind, report_interval_seconds)
       select '${deviceId}', id, '${vendorId}', 'S', 'ankle-monitor', 60 from organisations limit 1`,
  )
  const table = caseTables.find(({ name }) => name === 'fixes')!
  const lineOf = (recordedAt: string, longitude: number | null): string =>
    JSON.stringify({
      deviceId,
      recordedAt,
      receivedAt: recordedAt,
      longitude,
      latitude: longitude === null ? null : 52,
      speedMetersPerSecond: null,
      headingDegrees: null,
      accuracyMeters: null,
      source: null,
      hdop: null,
      satellites: null,
      batteryFraction: null,
      sequence: null,
    })
  const lines = [lineOf('2026-11-01T00:00:00+00:00', 5), lineOf('2026-11-01T00:01:00+00:00', null)]
  const bring = async (): Promise<number> =>
    await insertRows(pool, { table, lines, from: randomUUID(), into: randomUUID() })
  expect([await bring(), await bring()]).toEqual([2, 0])
})
