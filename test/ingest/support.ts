import type pg from 'pg'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import {
  createIntake,
  type Intake,
  type IntakeDeps,
  type IntakeRequest,
} from '../../src/ingest/intake/intake.ts'
import type { FixReport } from '../../src/core/model/fix.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { decodeDeviceEvents, decodeFixes } from '../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { readJournal, type JournalRow } from '../../src/store/journal/journal.ts'

export const nowMs = Date.parse('2026-11-23T18:30:00Z')

export async function registerDevices(
  pool: pg.Pool,
  vendorName: string,
  serialNumbers: readonly string[],
) {
  const vendor = await pool.query<{ id: string }>(
    'insert into vendors (name) values ($1) returning id',
    [vendorName],
  )
  const vendorId = vendor.rows[0]?.id ?? ''
  const devices = new Map<string, string>()
  for (const serialNumber of serialNumbers)
    devices.set(serialNumber, await registerDevice(pool, vendorId, serialNumber))
  return { vendorId, devices }
}

export async function registerDevice(
  pool: pg.Pool,
  vendorId: string,
  serialNumber: string,
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
     values ($1, $2, 'ankle-monitor', 60) returning id`,
    [vendorId, serialNumber],
  )
  return rows[0]?.id ?? ''
}

export function startIntake(
  pool: pg.Pool,
  options: Pick<Partial<IntakeDeps>, 'judgingLagMs' | 'onCommitted'> = {},
): Intake {
  return createIntake({
    db: pool,
    log: createSilentLog(),
    clock: { nowMs: () => nowMs },
    limits: defaultLimits,
    shard: 0,
    onCommitted: () => {},
    ...options,
  })
}

/** The fix of a second: distinct in time, place and sequence. */
export function reportAt(second: number): FixReport {
  return {
    recordedAtMs: nowMs - 3_600_000 + second * 1_000,
    longitude: 4.8 + second / 1e5,
    latitude: 52.3,
    accuracyMeters: 12,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: 'gnss',
    hdop: null,
    satellites: null,
    batteryFraction: 0.81,
    sequence: second,
  }
}

export function vendorRequest<Report>(
  vendorId: string,
  reports: readonly (readonly [serialNumber: string, report: Report])[],
): IntakeRequest<Report> {
  return {
    apiClientId: '01890000-0000-7000-8000-000000000001',
    sender: { type: 'vendor', vendorId },
    receivedAtMs: nowMs,
    reports: reports.map(([serialNumber, report], index) => ({
      index,
      serialNumber,
      report,
      body: { serialNumber, note: 'as sent' },
    })),
    refused: [],
  }
}

export async function readJournalRows(pool: pg.Pool): Promise<JournalRow[]> {
  return await readJournal(pool, { shard: 0, afterId: 0, limit: 1_000_000 })
}

export async function readJournalFixes(pool: pg.Pool): Promise<Fix[]> {
  const rows = await readJournalRows(pool)
  return rows.flatMap((row) => (row.kind === journalKinds.fixes ? decodeFixes(row.payload) : []))
}

export async function readJournalDeviceEvents(pool: pg.Pool): Promise<DeviceEvent[]> {
  const rows = await readJournalRows(pool)
  return rows.flatMap((row) =>
    row.kind === journalKinds.deviceEvents ? decodeDeviceEvents(row.payload) : [],
  )
}
