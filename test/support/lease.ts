import type { Db } from '../../src/store/pg/pool.ts'

/** The fence of the shard as it is, for a test that writes as its leader and has no rival. */
export async function readFence(db: Db, shard = 0): Promise<number> {
  const { rows } = await db.query<{ readonly fence: number }>(
    `insert into evaluator_leases (shard, fence, beats, patience) values ($1, 1, 0, 5)
     on conflict (shard) do update set beats = 0 returning fence`,
    [shard],
  )
  return rows[0]?.fence ?? 0
}
