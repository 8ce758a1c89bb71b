import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceEvent, Fix } from '../../../src/core/model/fix.ts'
import {
  copyToHistory,
  findHistoryDue,
  loadHistoryPlace,
} from '../../../src/store/history/history.ts'
import { encodeDeviceEvents, encodeFixes } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds, type JournalKind } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../../src/store/journal/journal.ts'
import {
  openPlaces,
  placeColumns,
  placedOf,
  type StoredPlace,
} from '../../../src/store/keys/sealed-places.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { reconcileHistory } from '../../../src/store/history/reconcile-history.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { TestDatabase } from '../../support/database.ts'

const deviceIds = [
  '0192f3a4-5b6c-7d8e-9f00-112233445566',
  '0192f3a4-5b6c-7d8e-9f00-112233445567',
] as const
const nowMs = Date.UTC(2026, 10, 23, 18)

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
afterEach(async () => {
  await database.pool.query('truncate fixes, device_events, journal, journal_positions')
})

describe('whether the history is behind', () => {
  it('whether the history is behind is known without reading the journal, however long that is', async () => {
    const { pool } = database
    await pool.query(
      `insert into journal (id, shard, kind, entry_count, payload)
       select nextval('journal_id'), 0, 1, 1, '\\x00' from generate_series(1, 50000)`,
    )
    await pool.query(
      `insert into journal_positions (reader, shard, journal_id) select 'history', 0, max(id) from journal`,
    )
    await pool.query('analyze journal')
    const client = await pool.connect()
    const countReads = async (): Promise<number> => {
      await client.query('select pg_stat_force_next_flush()')
      const { rows } = await client.query<{ count: number }>(
        `select (seq_tup_read + idx_tup_fetch)::int as count from pg_stat_user_tables where relname = 'journal'`,
      )
      return rows[0]?.count ?? 0
    }
    const before = await countReads()
    expect((await findHistoryDue(client, 0)).isBehind).toBe(false)
    expect((await countReads()) - before).toBeLessThan(10)
    client.release()
    await pool.query(
      `insert into journal (id, shard, kind, entry_count, payload) values (nextval('journal_id'), 0, 1, 1, '\\x00')`,
    )
    expect((await findHistoryDue(pool, 0)).isBehind).toBe(true)
    expect((await findHistoryDue(pool, 1)).isBehind).toBe(false)
  })
})

describe('the history', () => {
  it('the history holds every fix exactly as it was sent, to the millisecond and the last digit', async () => {
    // Minus zero is zero to PostgreSQL, and to everybody who judges.
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)
    const maybe = fc.option(number, { nil: null })
    const arbitrary: fc.Arbitrary<Fix> = fc.record({
      deviceId: fc.constantFrom(...deviceIds),
      recordedAtMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
      receivedAtMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }).map((x) => x + 0),
      latitude: fc.double({ min: -90, max: 90, noNaN: true }).map((x) => x + 0),
      accuracyMeters: maybe,
      speedMetersPerSecond: maybe,
      headingDegrees: maybe,
      source: fc.constantFrom('gnss', null),
      hdop: maybe,
      satellites: maybe,
      batteryFraction: maybe,
      sequence: fc.option(fc.maxSafeInteger(), { nil: null }),
    })
    const key = (fix: Fix): string =>
      JSON.stringify([fix.deviceId, fix.recordedAtMs, fix.longitude, fix.latitude])
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(arbitrary, { selector: key, minLength: 1, maxLength: 50 }),
        async (fixes) => {
          await database.pool.query('truncate fixes')
          await append(journalKinds.fixes, encodeFixes(fixes), fixes.length)
          await copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })
          const stored = await readFixes()
          expect(new Map(stored.map((fix) => [key(fix), fix]))).toEqual(
            new Map(fixes.map((fix) => [key(fix), fix])),
          )
        },
      ),
      { numRuns: 25 },
    )
  })

  it('the history counts what is new, once, however often it was acknowledged', async () => {
    const fix = makeFix(1)
    await append(journalKinds.fixes, encodeFixes([fix, fix, makeFix(2)]), 3)
    await append(journalKinds.fixes, encodeFixes([{ ...fix, receivedAtMs: nowMs + 999 }]), 1)
    await append(journalKinds.deviceEvents, encodeDeviceEvents([makeEvent(1), makeEvent(1)]), 2)
    const last = await append(journalKinds.registryChange, Buffer.from('of no interest'), 1)
    const step = await copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })
    expect(step).toEqual({
      journalId: last,
      rowCount: 4,
      isEnd: true,
      fixCount: 2,
      deviceEventCount: 1,
      unreadableIds: [],
      withheldCount: 0,
    })
    expect(
      (await readFixes()).find(({ recordedAtMs }) => recordedAtMs === fix.recordedAtMs),
    ).toEqual(fix)
    const first = last - 3
    expect(
      await reconcileHistory(database.pool, {
        shard: 0,
        fromId: first,
        untilId: last,
        keptFromMs: 0,
      }),
    ).toEqual({
      acknowledgedCount: 6,
      duplicateCount: 3,
      missing: [],
      unreadableIds: [],
    })
  })

  it('a fix is kept as it was among more than are written at once', async () => {
    const fixes = Array.from({ length: 2_700 }, (_, index) => makeFix(index))
    await append(journalKinds.fixes, encodeFixes(fixes), fixes.length)
    const { fixCount } = await copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })
    expect(fixCount).toBe(fixes.length)
    const byMoment = (one: Fix, other: Fix): number => one.recordedAtMs - other.recordedAtMs
    expect((await readFixes()).toSorted(byMoment)).toEqual(fixes.toSorted(byMoment))
  })

  it('the history goes on where it stopped, and several copiers do each row once', async () => {
    for (let index = 0; index < 30; index += 1) {
      await append(journalKinds.fixes, encodeFixes([makeFix(index)]), 1)
    }
    const copyAll = async (): Promise<number> => {
      for (let count = 0; ;) {
        const step = await copyToHistory(database.pool, { shard: 0, rowCountMax: 4 })
        count += step.fixCount
        if (step.rowCount === 0) return count
      }
    }
    const counts = await Promise.all([copyAll(), copyAll(), copyAll()])
    expect(counts.reduce((sum, count) => sum + count)).toBe(30)
    expect(await readFixes()).toHaveLength(30)
  })

  it('a crash between the rows and the place repeats the rows without doubling them', async () => {
    const last = await append(journalKinds.fixes, encodeFixes([makeFix(1), makeFix(2)]), 2)
    await copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })
    await database.pool.query(
      `update journal_positions set journal_id = 0 where reader = 'history'`,
    )
    const step = await copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })
    expect(step).toMatchObject({ journalId: last, rowCount: 1, fixCount: 0 })
    expect(await readFixes()).toHaveLength(2)
  })

  it('a step that fails moves nothing', async () => {
    await append(journalKinds.fixes, encodeFixes([makeFix(1)]), 1)
    await database.pool.query(
      'alter table fixes add constraint stop check (satellites > 100) not valid',
    )
    await expect(copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })).rejects.toThrow(
      'stop',
    )
    await database.pool.query('alter table fixes drop constraint stop')
    expect(await loadHistoryPlace(database.pool, 0)).toBe(0)
    expect(await copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })).toMatchObject({
      fixCount: 1,
    })
  })

  it('the history names a damaged row and copies the rest', async () => {
    await append(journalKinds.fixes, encodeFixes([makeFix(1)]), 1)
    const payload = encodeFixes([makeFix(2)])
    payload.writeUInt8(payload.readUInt8(40) ^ 1, 40)
    const damaged = await append(journalKinds.fixes, payload, 1)
    const last = await append(journalKinds.fixes, encodeFixes([makeFix(3)]), 1)
    const step = await copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })
    expect(step).toMatchObject({ journalId: last, fixCount: 2, unreadableIds: [damaged] })
    const reconciled = await reconcileHistory(database.pool, {
      shard: 0,
      fromId: 1,
      untilId: last,
      keptFromMs: 0,
    })
    expect(reconciled.unreadableIds).toEqual([damaged])
  })
})

describe('comparing history and journal', () => {
  it('the comparison of history and journal names the rows whose fixes or events are missing', async () => {
    const first = await append(journalKinds.fixes, encodeFixes([makeFix(1), makeFix(2)]), 2)
    const second = await append(journalKinds.deviceEvents, encodeDeviceEvents([makeEvent(1)]), 1)
    await copyToHistory(database.pool, { shard: 0, rowCountMax: 10 })
    await database.pool.query(
      'delete from fixes where recorded_at = to_timestamp($1::float8 / 1000)',
      [makeFix(2).recordedAtMs],
    )
    await database.pool.query('delete from device_events')
    expect(
      await reconcileHistory(database.pool, {
        shard: 0,
        fromId: first,
        untilId: second,
        keptFromMs: 0,
      }),
    ).toMatchObject({
      missing: [
        { journalId: first, entryCount: 1 },
        { journalId: second, entryCount: 1 },
      ],
    })
  })

  it('the comparison of history and journal does not look for what was recorded before the days that are kept', async () => {
    const first = await append(journalKinds.fixes, encodeFixes([makeFix(1), makeFix(2)]), 2)
    const keptFromMs = makeFix(2).recordedAtMs
    expect(
      await reconcileHistory(database.pool, {
        shard: 0,
        fromId: first,
        untilId: first,
        keptFromMs,
      }),
    ).toMatchObject({ acknowledgedCount: 1, missing: [{ journalId: first, entryCount: 1 }] })
  })
})

async function append(kind: JournalKind, payload: Buffer, entryCount: number): Promise<number> {
  return inTransaction(database.pool, (tx) =>
    appendJournal(tx, { shard: 0, kind, entryCount, payload }),
  )
}

async function readFixes(): Promise<Fix[]> {
  const { rows } = await database.pool.query<Fix & StoredPlace>(
    `select device_id as "deviceId", device_id as "ownerId", (extract(epoch from recorded_at) * 1000)::float8 as "recordedAtMs",
            (extract(epoch from received_at) * 1000)::float8 as "receivedAtMs", ${placeColumns('fixes')}, motion,
            accuracy_meters as "accuracyMeters", source, hdop, satellites, battery_fraction as "batteryFraction", sequence
       from fixes`,
  )
  return placedOf(await openPlaces(database.pool, rows)).map(
    ({ ownerId: _ownerId, gap: _gap, motion: [speedMetersPerSecond, headingDegrees], ...fix }) => {
      return { ...fix, speedMetersPerSecond, headingDegrees }
    },
  )
}

function makeFix(index: number): Fix {
  return {
    deviceId: deviceIds[0],
    recordedAtMs: nowMs + index * 1000,
    receivedAtMs: nowMs + index * 1000 + 321,
    longitude: 4.9,
    latitude: 52.4,
    accuracyMeters: 12.345_678_901,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: 'gnss',
    hdop: null,
    satellites: 9,
    batteryFraction: 0.81,
    sequence: index,
  }
}

function makeEvent(index: number): DeviceEvent {
  return {
    deviceId: deviceIds[0],
    kind: 'panic',
    recordedAtMs: nowMs + index * 1000,
    receivedAtMs: nowMs + index * 1000,
    batteryFraction: null,
    sequence: null,
  }
}
