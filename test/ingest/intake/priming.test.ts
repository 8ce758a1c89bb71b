import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { createPriming } from '../../../src/ingest/intake/priming.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createRecentDeviceEvents } from '../../../src/ingest/intake/recent-device-events.ts'
import { committedGroupId } from '../../../src/ingest/intake/recent-entries.ts'
import { createRecentFixes } from '../../../src/ingest/intake/recent-fixes.ts'
import { encodeDeviceEvents, encodeFixes } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../../src/store/journal/journal.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { nowMs, reportAt } from '../support.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})

function fixOf(deviceId: string, second: number): Fix {
  return { ...reportAt(second), deviceId, receivedAtMs: nowMs }
}

function createMemory() {
  const recentFixes = createRecentFixes()
  const recentDeviceEvents = createRecentDeviceEvents(defaultLimits)
  const priming = createPriming({
    db: database.pool,
    log: createSilentLog(),
    shard: 0,
    clock: { nowMs: () => nowMs },
    recentFixes,
    recentDeviceEvents,
  })
  return { recentFixes, recentDeviceEvents, priming }
}

async function journalFixes(fixes: readonly Fix[]): Promise<number> {
  return await appendJournal(database.pool, {
    shard: 0,
    kind: journalKinds.fixes,
    entryCount: fixes.length,
    payload: encodeFixes(fixes),
  })
}

describe('a fresh process', () => {
  const copied = '01890000-0000-7000-8000-00000000000a'
  const waiting = '01890000-0000-7000-8000-00000000000b'

  it('a fresh process knows the fixes and events at the end of the journal, whether the history holds them already or not', async () => {
    const copiedId = await journalFixes([fixOf(copied, 1)])
    await database.pool.query(
      `insert into journal_positions (reader, shard, journal_id) values ('history', 0, $1)
       on conflict (reader, shard) do update set journal_id = excluded.journal_id`,
      [copiedId],
    )
    await journalFixes([fixOf(waiting, 1), fixOf(waiting, 2)])
    const event = {
      deviceId: waiting,
      kind: 'panic',
      recordedAtMs: nowMs,
      receivedAtMs: nowMs,
      batteryFraction: null,
      sequence: null,
    } as const
    await appendJournal(database.pool, {
      shard: 0,
      kind: journalKinds.deviceEvents,
      entryCount: 1,
      payload: encodeDeviceEvents([event]),
    })
    const { recentFixes, recentDeviceEvents, priming } = createMemory()
    await priming.primeFixes([{ deviceId: copied }, { deviceId: waiting }])
    await priming.primeDeviceEvents([{ deviceId: waiting }])
    expect(recentFixes.find(waiting, fixOf(waiting, 1))).toBe(committedGroupId)
    expect(recentFixes.find(waiting, fixOf(waiting, 2))).toBe(committedGroupId)
    expect(recentFixes.find(copied, fixOf(copied, 1))).toBe(committedGroupId)
    expect(recentFixes.find(copied, fixOf(copied, 2))).toBeNull()
    expect(recentDeviceEvents.find(waiting, event)).toBe(committedGroupId)
    expect(recentDeviceEvents.find(waiting, { ...event, kind: 'heartbeat' })).toBeNull()
  })

  it('a fresh process asks the history of a device once', async () => {
    const { recentFixes, priming } = createMemory()
    await priming.primeFixes([{ deviceId: waiting }])
    const count = recentFixes.entryCount()
    await priming.primeFixes([{ deviceId: waiting }])
    expect(recentFixes.entryCount()).toBe(count)
    expect(recentFixes.isPrimed(waiting)).toBe(true)
  })

  it('a fresh process tries again after the database could not answer', async () => {
    const { recentFixes, priming } = createMemory()
    await database.pool.query('alter table journal rename to journal_away')
    await expect(priming.primeFixes([{ deviceId: waiting }])).rejects.toThrow()
    await database.pool.query('alter table journal_away rename to journal')
    await priming.primeFixes([{ deviceId: waiting }])
    expect(recentFixes.find(waiting, fixOf(waiting, 1))).toBe(committedGroupId)
  })
})
