import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createMemoryKeeper } from '../../../src/ingest/evaluator/memory-keeper.ts'
import type { TakenMemory } from '../../../src/ingest/evaluator/evaluator-saving.ts'
import {
  findSnapshotPlace,
  loadSnapshots,
  usualSnapshotKey,
} from '../../../src/store/evaluator/evaluator-snapshots.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { readFence } from '../../support/lease.ts'

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

const taken = (expected: number | null, journalId: number): TakenMemory => ({
  shard: 0,
  expected,
  journalId,
  clockMs: journalId,
  keyScope: usualSnapshotKey,
  isEverything: false,
  later: 'window:',
  snapshots: [{ scope: 'watch', state: `as of ${journalId}` }],
})

async function isAsOf(journalId: number): Promise<void> {
  expect(await findSnapshotPlace(pool, 0)).toEqual({ journalId, clockMs: journalId })
  const scopes = await loadSnapshots(pool, 0, 'window:')
  expect(scopes).toEqual([{ scope: 'watch', state: `as of ${journalId}` }])
}

it('memory is written beside other work, and is said to be when it is', async () => {
  const keeper = createMemoryKeeper({ pool, shard: 0, fence })
  let writtenCount = 0
  keeper.begin(taken(null, 5), () => (writtenCount += 1))
  expect(keeper.isWriting()).toBe(true)
  expect(writtenCount).toBe(0)
  await keeper.settle()
  expect([keeper.isWriting(), writtenCount]).toEqual([false, 1])
  await isAsOf(5)
})

it('memory of whoever has lost the shard is not written, and whoever asks next is told', async () => {
  const keeper = createMemoryKeeper({ pool, shard: 0, fence })
  keeper.begin(taken(null, 5), () => {})
  await keeper.settle()
  await pool.query('update evaluator_leases set fence = fence + 1')
  keeper.begin(taken(5, 9), () => expect.unreachable())
  await keeper.ended()
  expect(() => keeper.check()).toThrow('taken this shard')
  await expect(keeper.settle()).rejects.toThrow('taken this shard')
  await isAsOf(5)
})

it('memory that does not go on from what was saved last is refused, also while that is on its way', async () => {
  const first = createMemoryKeeper({ pool, shard: 0, fence })
  first.begin(taken(null, 5), () => {})
  await first.settle()
  // A line that was given up: its transaction is still open, and is committed after all.
  const late = await pool.connect()
  await late.query('begin')
  await late.query(
    `update journal_positions set journal_id = 7, updated_at = to_timestamp(0.007) where reader = 'evaluator-snapshot'`,
  )
  const second = createMemoryKeeper({ pool, shard: 0, fence })
  second.begin(taken(5, 9), () => expect.unreachable())
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
  const keeper = createMemoryKeeper({ pool, shard: 0, fence })
  keeper.begin(taken(null, 5), () => {})
  await keeper.settle()
  await isAsOf(5)
})
