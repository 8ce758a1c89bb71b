import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { loadMemory, type EvaluatorMemory } from '../../../src/ingest/evaluator/evaluator-memory.ts'
import { judgeRow } from '../../../src/ingest/evaluator/judge-row.ts'
import { createStretchReader } from '../../../src/ingest/evaluator/stretch-reader.ts'
import { makePartitions } from '../../../src/store/history/partitions.ts'
import { readJournalToJudge } from '../../../src/store/journal/turns.ts'
import { copyHistory } from '../../../workers/copy-history.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import {
  addCase,
  farAway,
  journalFixes,
  makeFix,
  type JournalCase,
} from '../../support/journal-world.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
let memory: EvaluatorMemory
let cases: readonly JournalCase[]
const log = createSilentLog()
const nowMs = Date.now()
const fixCount = 40

beforeAll(async () => {
  database = await createTestDatabase()
  const { pool } = database
  await makePartitions(pool, { nowMs })
  const made: JournalCase[] = []
  for (let count = 0; count < 3; count += 1) made.push(await addCase(pool, { atMs: nowMs }))
  cases = made
  for (const { deviceId } of cases) {
    const fixes = Array.from({ length: fixCount }, (_, at) =>
      makeFix(deviceId, nowMs - (at + 1) * 60_000, farAway),
    )
    await journalFixes(pool, fixes)
  }
  await copyHistory({ pool, log })
  const rows = await readJournalToJudge(pool, { shard: 0, afterId: 0, limit: 1_000 })
  memory = await loadMemory(pool, {
    shard: 0,
    limits: defaultLimits,
    log,
    isClockHeld: () => false,
  })
  for (const row of rows) judgeRow(memory, row)
  memory.journalId = rows.at(-1)?.placeId ?? 0
})
afterAll(() => database.drop())

beforeEach(async () => {
  await database.pool.query('delete from rejudgements')
  for (const { offenderId } of cases) await ask(offenderId)
})

async function ask(offenderId: string): Promise<void> {
  await database.pool.query(
    'insert into rejudgements (offender_id, from_at, journal_id) values ($1, now(), 0)',
    [offenderId],
  )
}

const open = (longFixCount?: number) =>
  createStretchReader({
    limits: defaultLimits,
    log,
    memory,
    pool: database.pool,
    shard: 0,
    ...(longFixCount === undefined ? {} : { longFixCount }),
  })

type Reader = ReturnType<typeof open>

/** Reads once, with whatever `meanwhile` does while it is under way. */
async function readOnce(reader: Reader, meanwhile: () => unknown = () => {}): Promise<void> {
  reader.begin([])
  await meanwhile()
  await waitUntil('it is read', async () => await Promise.resolve(!reader.isReading()))
}

/** So many are read at first; then more, by how long they are. */
async function readAll(reader: Reader): Promise<void> {
  await readOnce(reader)
  expect(reader.take(Infinity)).toHaveLength(2)
  await readOnce(reader)
}

const offendersOf = (reader: Reader, fixCountMax = Infinity): readonly string[] =>
  reader.take(fixCountMax).map(({ request }) => request.offenderId)

it('several stretches are read at once, each with its own fixes, and given in pieces', async () => {
  const reader = open()
  await readAll(reader)
  const piece = reader.take(2 * fixCount)
  expect(piece.map(({ request }) => request.offenderId)).toEqual(
    cases.slice(0, 2).map(({ offenderId }) => offenderId),
  )
  for (const [at, { fixes }] of piece.entries()) {
    expect(fixes).toHaveLength(fixCount)
    expect(new Set(Array.isArray(fixes) ? fixes.map(({ deviceId }) => deviceId) : [])).toEqual(
      new Set([cases[at]?.deviceId]),
    )
  }
  expect(offendersOf(reader, 1)).toEqual([cases[2]?.offenderId])
  expect(offendersOf(reader)).toEqual([])
})

it('a stretch that is asked for further back while it is read is read anew, and the others stand', async () => {
  const reader = open()
  const [first, second] = cases
  const asked = { type: 'rejudge-needed', offenderId: first?.offenderId ?? '', fromMs: 0 } as const
  await readOnce(reader, () => reader.noteJudged([], [asked]))
  expect(offendersOf(reader)).toEqual([second?.offenderId])
})

it('a stretch that is asked for further back while it is at hand is read anew', async () => {
  const reader = open()
  await readAll(reader)
  const asked = {
    type: 'rejudge-needed',
    offenderId: cases[1]?.offenderId ?? '',
    fromMs: 0,
  } as const
  reader.noteJudged([], [asked])
  expect(offendersOf(reader)).toEqual([cases[0]?.offenderId, cases[2]?.offenderId])
})

it('a stretch is read anew when fixes have left the window of its dossier since', async () => {
  const reader = open()
  await readAll(reader)
  const dossier = memory.engine.dossiers.get(cases[0]?.offenderId ?? '')
  expect(dossier).toBeDefined()
  if (dossier !== undefined) dossier.evictedMs = nowMs - 30 * 60_000
  expect(offendersOf(reader)).toEqual([cases[1]?.offenderId, cases[2]?.offenderId])
})

it('a change of the registry makes all be read anew', async () => {
  const reader = open()
  await readAll(reader)
  const rows = await readJournalToJudge(database.pool, { shard: 0, afterId: 0, limit: 1 })
  reader.noteJudged(rows, [])
  expect(offendersOf(reader)).toEqual([])
})

it('a stretch that was tried before is for whoever judges it alone', async () => {
  const reader = open()
  await database.pool.query('update rejudgements set attempt_count = 1')
  await readOnce(reader)
  expect([reader.isAloneDue(), offendersOf(reader)]).toEqual([true, []])
  reader.noteAlone(null)
  expect(reader.isAloneDue()).toBe(false)
})

it('a stretch that is never at hand for long enough is judged alone, whatever others are judged', async () => {
  const reader = open()
  const offenderId = cases[0]?.offenderId ?? ''
  const asked = { type: 'rejudge-needed', offenderId, fromMs: 0 } as const
  for (let count = 0; count < 8; count += 1) {
    await readOnce(reader, () => reader.noteJudged([], [asked]))
    expect(offendersOf(reader)).not.toContain(offenderId)
  }
  expect(reader.isAloneDue()).toBe(true)
})

it('a stretch that was judged alone is not judged a second time from what was read of it', async () => {
  const reader = open()
  const [first, second, third] = cases.map(({ offenderId }) => offenderId)
  await readOnce(reader, () => reader.noteAlone({ offenderId: first ?? '' }))
  expect(offendersOf(reader)).toEqual([second])
  await readOnce(reader)
  reader.noteAlone({ offenderId: second ?? '' })
  expect(offendersOf(reader)).toEqual([first, third])
})

it('a stretch too long to be read with others is read beside too, in full and by itself', async () => {
  const reader = open(fixCount - 1)
  await readOnce(reader)
  expect(reader.isAloneDue()).toBe(false)
  const [piece, ...others] = reader.take(1)
  expect([piece?.request.offenderId, piece?.fixes.length, others]).toEqual([
    cases[0]?.offenderId,
    fixCount,
    [],
  ])
})

it('a long stretch is not read in vain a second time', async () => {
  const reader = open(fixCount - 1)
  const offenderId = cases[0]?.offenderId ?? ''
  const asked = { type: 'rejudge-needed', offenderId, fromMs: 0 } as const
  await readOnce(reader, () => reader.noteJudged([], [asked]))
  expect([offendersOf(reader), reader.isAloneDue()]).toEqual([[], true])
})

it('stretches wait until the history has what is judged, and not for ever', async () => {
  const reader = open()
  const { journalId } = memory
  memory.journalId = 1_000_000_000
  await readOnce(reader, async () => await delay(100))
  memory.journalId = journalId
  expect([reader.isAloneDue(), offendersOf(reader)]).toEqual([true, []])
})
