import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { submitToLane } from '../../../src/ingest/intake/lane.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createLanes } from '../../../src/ingest/intake/lanes.ts'
import { listWaiting } from '../../../src/store/journal/turns.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import {
  nowMs,
  readJournalDeviceEvents,
  readJournalFixes,
  readJournalRows,
  reportAt,
} from '../support.ts'

const deviceId = '01890000-0000-7000-8000-00000000000a'
const fix = { ...reportAt(1), deviceId, receivedAtMs: nowMs }
const event = {
  deviceId,
  kind: 'strap-tamper',
  recordedAtMs: nowMs,
  receivedAtMs: nowMs,
  batteryFraction: null,
  sequence: null,
} as const

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})

function lanes() {
  return createLanes({
    limits: defaultLimits,
    db: database.pool,
    shard: 0,
    clock: { nowMs: () => nowMs },
    onCommitted: () => {},
    log: createSilentLog(),
  })
}

describe('the lanes into the journal', () => {
  it('the lanes into the journal carry fixes and device events as rows of their own, with how many they hold', async () => {
    const { fixLane, eventLane } = lanes()
    await submitToLane(fixLane, [fix, { ...fix, recordedAtMs: nowMs - 1_000, sequence: 2 }])
    await submitToLane(eventLane, [event])
    const rows = await readJournalRows(database.pool)
    expect(rows.map(({ kind, entryCount }) => [kind, entryCount])).toEqual([
      [1, 2],
      [2, 1],
    ])
    expect(await readJournalFixes(database.pool)).toHaveLength(2)
    expect(await readJournalDeviceEvents(database.pool)).toEqual([event])
  })

  it('the lanes into the journal give what is judged in turn rows that are judged in a moment', async () => {
    const { fixLane } = lanes()
    const before = (await readJournalRows(database.pool)).length
    const senderId = '01890000-0000-7000-8000-00000000000b'
    const fixes = Array.from({ length: 620 }, (_, second) => {
      return { ...fix, recordedAtMs: nowMs - 7_200_000 + second * 1_000 }
    })
    await submitToLane(fixLane, fixes, () => ({ senderId, lane: 'history' }))
    const rows = (await readJournalRows(database.pool)).slice(before)
    expect(rows.map(({ entryCount }) => entryCount)).toEqual([250, 250, 120])
    expect(await listWaiting(database.pool, 0)).toEqual(
      rows.map(({ id: journalId, entryCount }) => {
        return { journalId, entryCount, turn: { senderId, lane: 'history' } }
      }),
    )
  })

  it('the lanes into the journal remember nothing of what the database did not take', async () => {
    const { fixLane, eventLane } = lanes()
    await database.pool.query('alter table journal rename to journal_away')
    await expect(submitToLane(fixLane, [fix])).rejects.toThrow()
    await expect(submitToLane(eventLane, [event])).rejects.toThrow()
    await database.pool.query('alter table journal_away rename to journal')
    expect(await submitToLane(fixLane, [fix])).toEqual({ acceptedCount: 1, duplicateCount: 0 })
    expect(await submitToLane(eventLane, [event])).toEqual({ acceptedCount: 1, duplicateCount: 0 })
  })
})
