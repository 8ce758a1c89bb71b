import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createJournalTail } from '../../../src/ingest/intake/journal-tail.ts'
import { createRecentDeviceEvents } from '../../../src/ingest/intake/recent-device-events.ts'
import { createRecentFixes } from '../../../src/ingest/intake/recent-fixes.ts'
import { encodeFixes } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../../src/store/journal/journal.ts'
import type { Db } from '../../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { reportAt } from '../support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})

const deviceId = '01890000-0000-7000-8000-00000000000a'
const brokenLine = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })

it('a row whose append was not answered is found behind hundreds that came after it', async () => {
  const { tail, isKnown } = openTail()
  await tail.read()
  await tail.follow(() => append(1))
  await expect(tail.follow(() => appendUnanswered(2))).rejects.toThrow('ECONNRESET')
  for (let second = 100; second < 350; second += 1) await append(second)
  expect(isKnown(2)).toBe(false)
  await tail.read()
  expect([isKnown(1), isKnown(2), isKnown(349)]).toEqual([false, true, true])
})

it('whoever waits for a reading waits for the next one too, once another append was not answered', async () => {
  const gate = Promise.withResolvers<void>()
  const { tail, isKnown } = openTail(gate.promise)
  await expect(tail.follow(() => appendUnanswered(1_000))).rejects.toThrow('ECONNRESET')
  // Its rows are read, and their answer is on the way.
  const first = tail.read()
  await expect(tail.follow(() => appendUnanswered(1_001))).rejects.toThrow('ECONNRESET')
  gate.resolve()
  await first
  expect([isKnown(1_000), isKnown(1_001)]).toEqual([true, true])
})

it('a reading that fails leaves what it looked for to the next one', async () => {
  const gate = Promise.withResolvers<void>()
  const { tail, isKnown } = openTail(gate.promise)
  await expect(tail.follow(() => appendUnanswered(2_000))).rejects.toThrow('ECONNRESET')
  gate.promise.catch(() => {})
  const first = expect(tail.read()).rejects.toThrow('ECONNRESET')
  gate.reject(brokenLine)
  await first
  await tail.read()
  expect(isKnown(2_000)).toBe(true)
})

it('a row whose append was not answered is found whatever the clock of the database says since', async () => {
  const { tail, isKnown } = openTail()
  await tail.read()
  await tail.follow(() => append(3_000))
  await expect(tail.follow(() => appendUnanswered(3_001))).rejects.toThrow('ECONNRESET')
  await database.pool.query(`update journal set committed_at = committed_at - interval '1 hour'`)
  await tail.read()
  expect(isKnown(3_001)).toBe(true)
})

it('a row whose append was not answered is found where a standby has taken over that had not come as far', async () => {
  const { tail, isKnown } = openTail()
  await tail.read()
  await tail.follow(async () => 1_000_000)
  await tail.follow(() => append(4_000))
  await expect(tail.follow(() => appendUnanswered(4_001))).rejects.toThrow('ECONNRESET')
  await tail.read()
  expect(isKnown(4_001)).toBe(true)
})

it('what others had appended before a place was noted is not read, and what was not answered since is', async () => {
  const { tail, isKnown } = openTail()
  await tail.read()
  await append(5_000)
  tail.notePlace(await append(5_001))
  await expect(tail.follow(() => appendUnanswered(5_002))).rejects.toThrow('ECONNRESET')
  await append(5_003)
  await tail.read()
  expect([5_000, 5_001, 5_002, 5_003].map(isKnown)).toEqual([false, false, true, true])
})

it('a row whose append was not answered is found where a standby took over just before it', async () => {
  const { tail, isKnown } = openTail()
  await tail.read()
  await tail.follow(async () => 1_000_000)
  await expect(tail.follow(() => appendUnanswered(6_000))).rejects.toThrow('ECONNRESET')
  await tail.read()
  await expect(tail.follow(() => appendUnanswered(6_001))).rejects.toThrow('ECONNRESET')
  await tail.read()
  expect([isKnown(6_000), isKnown(6_001)]).toEqual([true, true])
})

/** The first question after the first reading is answered once `held` is. */
function openTail(held: Promise<void> = Promise.resolve()) {
  const recentFixes = createRecentFixes()
  const recentDeviceEvents = createRecentDeviceEvents(defaultLimits)
  let isHeld = true
  const query = async (statement: string | { readonly name: string }, values?: unknown[]) => {
    const answer = await database.pool.query(statement as string, values)
    if (typeof statement === 'object' && statement.name.startsWith('load-journal') && isHeld) {
      isHeld = false
      await held
    }
    return answer
  }
  const db = new Proxy(database.pool, {
    get: (pool, key) => (key === 'query' ? query : Reflect.get(pool, key)),
  }) as unknown as Db
  const log = createSilentLog()
  const tail = createJournalTail({ db, log, shard: 0, recentFixes, recentDeviceEvents })
  return { tail, isKnown: (second: number) => recentFixes.find(deviceId, fixAt(second)) !== null }
}

function fixAt(second: number): Fix {
  const report = reportAt(second)
  return { ...report, deviceId, receivedAtMs: report.recordedAtMs }
}

async function append(second: number): Promise<number> {
  const payload = encodeFixes([fixAt(second)])
  const entry = { shard: 0, kind: journalKinds.fixes, entryCount: 1, payload }
  return await appendJournal(database.pool, entry)
}

async function appendUnanswered(second: number): Promise<number> {
  await append(second)
  throw brokenLine
}
