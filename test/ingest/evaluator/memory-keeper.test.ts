import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCounts } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { createMemoryKeeper } from '../../../src/ingest/evaluator/memory-keeper.ts'
import type { TakenMemory } from '../../../src/ingest/evaluator/evaluator-saving.ts'
import {
  findSnapshotPlace,
  loadSnapshots,
  usualSnapshotKey,
} from '../../../src/store/evaluator/evaluator-snapshots.ts'
import { copyHistory } from '../../../workers/copy-history.ts'
import { makePartitions } from '../../../src/store/history/partitions.ts'
import { keysOf } from '../../../src/store/keys/keys-of.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, banCentre, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { readFence } from '../../support/lease.ts'
import { openRound } from '../../support/open-round.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
let pool: pg.Pool
let fence: number
beforeAll(async () => {
  database = await createTestDatabase()
  pool = database.pool
})
afterAll(() => database.drop())
beforeEach(async () => {
  await pool.query('delete from evaluator_snapshots')
  await pool.query(`delete from journal_positions where reader = 'evaluator-snapshot'`)
  fence = await readFence(pool)
})

const taken = (expected: number | null, journalId: number, scope = 'watch'): TakenMemory => ({
  shard: 0,
  expected: [expected],
  journalId,
  clockMs: journalId,
  keyScope: usualSnapshotKey,
  isEverything: false,
  later: 'window:',
  snapshots: [{ scope, state: `as of ${journalId}` }],
})

const log = createSilentLog()
const counts = createCounts()
const createKeeper = () => createMemoryKeeper({ counts, log, pool, shard: 0, fence })

async function isAsOf(journalId: number): Promise<void> {
  expect(await findSnapshotPlace(pool, 0)).toEqual({ journalId, clockMs: journalId })
  const scopes = await loadSnapshots(pool, 0, 'window:')
  expect(scopes).toEqual([{ scope: 'watch', state: `as of ${journalId}` }])
}

it('memory is written beside other work, and is said to be when it is', async () => {
  const keeper = createKeeper()
  let writtenCount = 0
  keeper.begin(taken(null, 5), (isWritten) => (writtenCount += Number(isWritten)))
  expect(keeper.isWriting()).toBe(true)
  expect(writtenCount).toBe(0)
  await keeper.settle()
  expect([keeper.isWriting(), writtenCount]).toEqual([false, 1])
  await isAsOf(5)
})

it('memory of whoever has lost the shard is not written, and whoever asks next is told', async () => {
  const keeper = createKeeper()
  keeper.begin(taken(null, 5), () => {})
  await keeper.settle()
  await pool.query('update evaluator_leases set fence = fence + 1')
  keeper.begin(taken(5, 9), (isWritten) => expect(isWritten).toBe(false))
  await keeper.ended()
  expect(() => keeper.check()).toThrow('taken this shard')
  await expect(keeper.settle()).rejects.toThrow('taken this shard')
  await isAsOf(5)
})

it('memory that does not go on from what was saved last is refused, also while that is on its way', async () => {
  const first = createKeeper()
  first.begin(taken(null, 5), () => {})
  await first.settle()
  // A line that was given up: its transaction is still open, and is committed after all.
  const late = await pool.connect()
  await late.query('begin')
  await late.query(
    `update journal_positions set journal_id = 7, updated_at = to_timestamp(0.007) where reader = 'evaluator-snapshot'`,
  )
  const second = createKeeper()
  second.begin(taken(5, 9), (isWritten) => expect(isWritten).toBe(false))
  await late.query('commit')
  late.release()
  await second.ended()
  expect(() => second.check()).toThrow('saved by somebody else')
  expect(await findSnapshotPlace(pool, 0)).toEqual({ journalId: 7, clockMs: 7 })
})

it('a writing that the database undid for another one is done again, whole', async () => {
  await pool.query(`create sequence tries`)
  await pool.query(`create function undo_first() returns trigger language plpgsql as $$ begin
    if nextval('tries') = 1 then raise exception 'undone' using errcode = '40001'; end if;
    return new; end $$`)
  await pool.query(
    `create trigger undo_first before insert on evaluator_snapshots for each row execute function undo_first()`,
  )
  const keeper = createKeeper()
  keeper.begin(taken(null, 5), () => {})
  await keeper.settle()
  await isAsOf(5)
})

describe('memory that cannot be written', () => {
  beforeAll(async () => {
    await pool.query(`create function refuse() returns trigger language plpgsql as $$ begin
      raise exception 'no space left on device' using errcode = '53100'; end $$`)
    await makePartitions(pool, { nowMs: Date.now() })
  })
  const refuse = async (): Promise<unknown> =>
    await pool.query(
      `create trigger refuse before insert on evaluator_snapshots for each row execute function refuse()`,
    )
  const relent = async (): Promise<unknown> =>
    await pool.query('drop trigger refuse on evaluator_snapshots')

  it('memory that was refused is written with what is taken next', async () => {
    const keeper = createKeeper()
    await refuse()
    keeper.begin(taken(null, 5, 'case:a'), (isWritten) => expect(isWritten).toBe(false))
    await keeper.settle()
    expect(keeper.isSaved()).toBe(false)
    expect(counts.snapshotsUnsaved).toBeGreaterThan(0)
    await relent()
    keeper.begin(taken(5, 9), (isWritten) => expect(isWritten).toBe(true))
    await keeper.settle()
    expect(keeper.isSaved()).toBe(true)
    expect(await findSnapshotPlace(pool, 0)).toEqual({ journalId: 9, clockMs: 9 })
    expect(await loadSnapshots(pool, 0, 'window:')).toEqual([
      { scope: 'case:a', state: 'as of 5' },
      { scope: 'watch', state: 'as of 9' },
    ])
  })

  it('memory whose writing was saved after all, though its answer was lost, goes on from there', async () => {
    const keeper = createKeeper()
    await refuse()
    keeper.begin(taken(null, 5), () => {})
    await keeper.settle()
    await relent()
    const saved = createKeeper()
    saved.begin(taken(null, 5), () => {})
    await saved.settle()
    keeper.begin(taken(5, 9), () => {})
    await keeper.settle()
    await isAsOf(9)
  })

  it('a breach is told while memory is refused, and nothing is loaded anew for it', async () => {
    await refuse()
    await withRound(async (round) => {
      const { offenderId, deviceId } = await addCase(pool, { atMs: Date.now() })
      for (const part of breachOf(deviceId)) {
        await journalFixes(pool, [part])
        await round.step()
        await round.ended()
      }
      await waitUntil('it is told', async () => {
        await round.step()
        return await isTold(offenderId)
      })
    })
    await relent()
  })

  it('a breach is told while memory waits for a lock and an old stretch for memory', async () => {
    await withRound(async (round) => {
      await comeLate(round)
      const holder = await pool.connect()
      await holder.query('begin')
      await holder.query('lock table evaluator_snapshots in share mode')
      await stepUntil(round, async () => (await countOpenStretches()) > 0)
      await copyHistory({ pool, log })
      const { offenderId, deviceId } = await addCase(pool, { atMs: Date.now() })
      await journalFixes(pool, breachOf(deviceId))
      const startedAtMs = performance.now()
      await stepUntil(round, async () => await isTold(offenderId))
      const tookMs = performance.now() - startedAtMs
      await holder.query('commit')
      holder.release()
      // A writing is given up after five seconds.
      expect(tookMs).toBeLessThan(4_000)
      await stepUntil(round, async () => (await countOpenStretches()) === 0)
    })
  })

  it('no old stretch is judged while no key can be used to save memory with it', async () => {
    await withRound(async (round) => {
      await comeLate(round)
      await stepUntil(round, async () => (await countOpenStretches()) > 0)
      await copyHistory({ pool, log })
      const spare = Array.from({ length: 8 }, (_, at) => `${usualSnapshotKey}/${at + 1}`)
      await pool.query(
        `insert into data_keys (id, scope, wrapped, master_id)
         select gen_random_uuid(), s, '\\x00', k.master_id
           from unnest($1::text[]) s, (select master_id from data_keys limit 1) k`,
        [spare],
      )
      const { rows } = await pool.query<{ wrapped: Buffer }>(
        `select wrapped from data_keys where scope = $1`,
        [usualSnapshotKey],
      )
      await setUsualKey(Buffer.from([0]))
      const untilMs = performance.now() + 2_500
      await stepUntil(round, async () => performance.now() > untilMs)
      expect(await countOpenStretches()).toBe(1)
      await setUsualKey(rows[0]?.wrapped ?? Buffer.alloc(0))
      await stepUntil(round, async () => (await countOpenStretches()) === 0)
    })
  })
})

/** What somebody sent hours ago comes now, and is older than what detection has at hand. */
async function comeLate(round: Round): Promise<void> {
  const nowMs = Date.now()
  const { deviceId } = await addCase(pool, { atMs: nowMs })
  const minutes = Array.from({ length: 300 }, (_, at) => nowMs - (300 - at) * 60_000)
  await journalFixes(
    pool,
    minutes.map((atMs) => makeFix(deviceId, atMs, farAway)),
  )
  await stepUntil(round, async () => (round.progress().journalId ?? 0) > 0)
  await round.ended()
  const lateAtMs = (minutes[10] ?? 0) + 30_000
  await journalFixes(
    pool,
    [0, 5_000, 10_000].map((offsetMs) =>
      makeFix(deviceId, lateAtMs + offsetMs, banCentre, { receivedAtMs: nowMs }),
    ),
  )
}

async function countOpenStretches(): Promise<number> {
  return (await pool.query('select 1 from rejudgements where done_at is null')).rows.length
}

async function setUsualKey(wrapped: Buffer): Promise<void> {
  await pool.query(`update data_keys set wrapped = $1 where scope = $2`, [
    wrapped,
    usualSnapshotKey,
  ])
  keysOf(pool).forget([usualSnapshotKey])
}

type Round = Awaited<ReturnType<typeof openRound>>

/** Memory is due after each step. */
async function withRound(work: (round: Round) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  const closers: (() => void)[] = []
  const round = await openRound(database, client, (close) => closers.push(close))
  await work(round)
  await round.ended()
  closers.forEach((close) => close())
  client.release()
}

async function stepUntil(round: Round, isDone: () => Promise<boolean>): Promise<void> {
  await waitUntil('the steps', async () => {
    await round.step()
    return await isDone()
  })
}

function breachOf(deviceId: string) {
  const nowMs = Date.now()
  return [60_000, 30_000, 2_000].map((agoMs) =>
    makeFix(deviceId, nowMs - agoMs, agoMs === 60_000 ? farAway : banCentre, {
      receivedAtMs: nowMs,
    }),
  )
}

async function isTold(offenderId: string): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from alerts where offender_id = $1 and kind = 'location-ban-breach'`,
    [offenderId],
  )
  return rows.length > 0
}
