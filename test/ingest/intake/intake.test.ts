import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceEventReport, FixReport } from '../../../src/core/model/fix.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { readRefused } from '../../support/refused-reports.ts'
import {
  nowMs,
  readJournalDeviceEvents,
  readJournalFixes,
  readJournalRows,
  registerDevice,
  registerDevices,
  reportAt,
  startIntake,
  vendorRequest,
} from '../support.ts'

let database: TestDatabase
let vendorNumber = 0

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})

async function registerVendor(...serialNumbers: string[]) {
  vendorNumber += 1
  return await registerDevices(database.pool, `vendor ${vendorNumber}`, serialNumbers)
}

async function fixesOf(deviceId: string | undefined) {
  return (await readJournalFixes(database.pool)).filter((fix) => fix.deviceId === deviceId)
}

const quarantined = (code: string) => readRefused(database.pool, code)

describe('an accepted fix', () => {
  it('an accepted fix is in the journal when it is acknowledged, with the id of its device and the time it came', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const intake = startIntake(database.pool)
    const result = await intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(1)]]))
    expect(result).toEqual({
      acceptedCount: 1,
      duplicateCount: 0,
      refused: [],
      wantedIntervals: [],
    })
    expect(await fixesOf(devices.get('AM-1'))).toEqual([
      { ...reportAt(1), deviceId: devices.get('AM-1'), receivedAtMs: nowMs },
    ])
  })

  it('an accepted fix needs no wearer and no order', async () => {
    const { vendorId } = await registerVendor('AM-1')
    const result = await startIntake(database.pool).acceptFixes(
      vendorRequest(vendorId, [['AM-1', reportAt(1)]]),
    )
    expect(result.acceptedCount).toBe(1)
  })

  it('an accepted fix wakes the evaluator once it is committed', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    let wokenAt = 0
    const intake = startIntake(database.pool, { onCommitted: () => (wokenAt += 1) })
    await intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(1)]]))
    expect(wokenAt).toBe(1)
    expect(await fixesOf(devices.get('AM-1'))).toHaveLength(1)
  })
})

describe('requests that arrive together', () => {
  it('requests that arrive together share commits, and each acknowledged fix is in the journal exactly once', async () => {
    const serialNumbers = Array.from({ length: 50 }, (_, index) => `AM-${index}`)
    const { vendorId, devices } = await registerVendor(...serialNumbers)
    const intake = startIntake(database.pool)
    const rowsBefore = (await readJournalRows(database.pool)).length
    const results = await Promise.all(
      serialNumbers.map(
        async (serialNumber) =>
          await intake.acceptFixes(
            vendorRequest(
              vendorId,
              Array.from({ length: 20 }, (_, second) => [serialNumber, reportAt(second)] as const),
            ),
          ),
      ),
    )
    expect(results.every((result) => result.acceptedCount === 20)).toBe(true)
    const rowsAdded = (await readJournalRows(database.pool)).length - rowsBefore
    expect(rowsAdded).toBeLessThan(25)
    for (const deviceId of devices.values()) {
      const sequences = (await fixesOf(deviceId)).map((fix) => fix.sequence)
      expect(sequences.toSorted((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: 20 }, (_, second) => second),
      )
    }
  })

  it('requests that arrive together count a fix that both hold once as accepted and once as duplicate', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const intake = startIntake(database.pool)
    const request = vendorRequest(vendorId, [['AM-1', reportAt(1)]])
    const results = await Promise.all([intake.acceptFixes(request), intake.acceptFixes(request)])
    const counts = results.map((result) => `${result.acceptedCount} ${result.duplicateCount}`)
    expect(counts.toSorted()).toEqual(['0 1', '1 0'])
    expect(await fixesOf(devices.get('AM-1'))).toHaveLength(1)
  })
})

describe('a counter that a device repeats', () => {
  it('a repeated counter makes no duplicates of a parked device: each of its minutes is stored', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const parked = [0, 60, 120, 180].map((second) => ({
      ...reportAt(0),
      recordedAtMs: reportAt(second).recordedAtMs,
    }))
    const result = await startIntake(database.pool).acceptFixes(
      vendorRequest(
        vendorId,
        parked.map((report) => ['AM-1', report] as const),
      ),
    )
    expect(result).toMatchObject({ acceptedCount: 4, duplicateCount: 0 })
    expect(await fixesOf(devices.get('AM-1'))).toHaveLength(4)
  })

  it('a repeated counter hides no second place of one moment', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const result = await startIntake(database.pool).acceptFixes(
      vendorRequest(vendorId, [
        ['AM-1', reportAt(0)],
        ['AM-1', { ...reportAt(0), latitude: 52.4 }],
      ]),
    )
    expect(result).toMatchObject({ acceptedCount: 2, duplicateCount: 0 })
    expect((await fixesOf(devices.get('AM-1'))).map((fix) => fix.latitude)).toEqual([52.3, 52.4])
  })
})

describe('duplicates after a restart', () => {
  it('duplicates after a restart are recognised from the end of the journal', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const request = vendorRequest(vendorId, [['AM-1', reportAt(1)]])
    await startIntake(database.pool).acceptFixes(request)
    const result = await startIntake(database.pool).acceptFixes(request)
    expect(result).toMatchObject({ acceptedCount: 0, duplicateCount: 1 })
    expect(await fixesOf(devices.get('AM-1'))).toHaveLength(1)
  })

  it('duplicates after a restart are recognised from the stored history when the journal has been copied', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const report = reportAt(1)
    await database.pool.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, sequence, journal_id)
       values ($1, $2, now(), $3, $4, $5, 0)`,
      [
        devices.get('AM-1'),
        new Date(report.recordedAtMs).toISOString(),
        report.longitude,
        report.latitude,
        report.sequence,
      ],
    )
    const result = await startIntake(database.pool).acceptFixes(
      vendorRequest(vendorId, [
        ['AM-1', report],
        ['AM-1', reportAt(2)],
      ]),
    )
    expect(result).toMatchObject({ acceptedCount: 1, duplicateCount: 1 })
  })
})

describe('a refused element', () => {
  it('a refused element does not keep the good ones of its request out, and is in quarantine with its reason and body', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const result = await startIntake(database.pool).acceptFixes(
      vendorRequest(vendorId, [
        ['AM-1', reportAt(1)],
        ['AM-1', { ...reportAt(2), recordedAtMs: nowMs + 6 * 60_000 }],
        ['AM-1', reportAt(3)],
      ]),
    )
    expect(result).toMatchObject({
      acceptedCount: 2,
      refused: [{ index: 1, reasons: [{ code: 'future' }] }],
    })
    expect(await fixesOf(devices.get('AM-1'))).toHaveLength(2)
    expect(await quarantined('future')).toMatchObject([
      {
        element_index: 1,
        detail:
          "recordedAt: Expected a time at most 5 minutes ahead of the server's clock, got one 6 minutes ahead.",
        body: { serialNumber: 'AM-1', note: 'as sent' },
      },
    ])
  })

  it('a refused element is kept even when it holds characters the database cannot hold', async () => {
    const { vendorId } = await registerVendor('AM-1')
    const request = vendorRequest<FixReport>(vendorId, [])
    await startIntake(database.pool).acceptFixes({
      ...request,
      refused: [
        {
          index: 0,
          reasons: [{ field: null, code: 'unreadable', detail: 'expected a position' }],
          body: { text: 'zero \0, half \ud800, backslash \\u0000', 'key\0': 1 },
        },
      ],
    })
    expect((await quarantined('unreadable'))[0]?.body).toEqual({
      text: 'zero \0, half \ud800, backslash \\u0000',
      'key\0': 1,
    })
  })

  it('a refusal names a device of another vendor exactly as one that does not exist', async () => {
    const ours = await registerVendor('AM-1')
    await registerVendor('THEIRS-1')
    const result = await startIntake(database.pool).acceptFixes(
      vendorRequest(ours.vendorId, [
        ['THEIRS-1', reportAt(1)],
        ['NOBODY-1', reportAt(1)],
      ]),
    )
    expect(result.refused.map(({ reasons }) => reasons)).toEqual([
      result.refused[0]?.reasons,
      result.refused[0]?.reasons,
    ])
    expect(result.refused[0]?.reasons[0].code).toBe('unknown-device')
  })
})

describe('a device registered by another process', () => {
  it('a device registered by another process can report at once when nobody asked for it before', async () => {
    const { vendorId } = await registerVendor('AM-1')
    const intake = startIntake(database.pool)
    await intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(1)]]))
    await registerDevice(database.pool, vendorId, 'AM-2')
    const result = await intake.acceptFixes(vendorRequest(vendorId, [['AM-2', reportAt(1)]]))
    expect(result.acceptedCount).toBe(1)
  })
})

describe('device events', () => {
  const panic: DeviceEventReport = {
    kind: 'panic',
    recordedAtMs: nowMs - 1_000,
    batteryFraction: null,
    sequence: null,
  }

  it('device events are journalled apart from fixes, and one sent twice is counted as a duplicate', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const intake = startIntake(database.pool)
    const result = await intake.acceptDeviceEvents(
      vendorRequest(vendorId, [
        ['AM-1', panic],
        ['AM-1', panic],
        ['AM-1', { ...panic, kind: 'heartbeat' }],
      ]),
    )
    expect(result).toEqual({ acceptedCount: 2, duplicateCount: 1, refused: [] })
    const events = (await readJournalDeviceEvents(database.pool)).filter(
      (event) => event.deviceId === devices.get('AM-1'),
    )
    expect(events.map((event) => event.kind)).toEqual(['panic', 'heartbeat'])
  })

  it('device events are answered at once while judging is behind, and positions later', async () => {
    const { vendorId } = await registerVendor('AM-1')
    const intake = startIntake(database.pool, { judgingLagMs: () => 1_800 })
    const took = async (work: Promise<unknown>): Promise<number> => {
      const startedAtMs = performance.now()
      await work
      return performance.now() - startedAtMs
    }
    const fixes = intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(1)]]))
    expect(await took(fixes)).toBeGreaterThan(790)
    const events = intake.acceptDeviceEvents(vendorRequest(vendorId, [['AM-1', panic]]))
    expect(await took(events)).toBeLessThan(700)
  })

  it('device events sent again are recognised after a restart', async () => {
    const { vendorId } = await registerVendor('AM-1')
    const request = vendorRequest(vendorId, [['AM-1', panic]])
    await startIntake(database.pool).acceptDeviceEvents(request)
    expect(await startIntake(database.pool).acceptDeviceEvents(request)).toMatchObject({
      acceptedCount: 0,
      duplicateCount: 1,
    })
  })
})

describe('an intake that is closing', () => {
  it('an intake that is closing finishes what it has and refuses what comes later', async () => {
    const { vendorId, devices } = await registerVendor('AM-1')
    const intake = startIntake(database.pool)
    await intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(1)]]))
    const last = intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(2)]]))
    await intake.close()
    await expect(
      intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(3)]])),
    ).rejects.toMatchObject({
      code: 'shutting-down',
    })
    await last
    expect(await fixesOf(devices.get('AM-1'))).toHaveLength(2)
  })
})
