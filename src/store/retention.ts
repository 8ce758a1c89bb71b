import { journalKinds } from './journal.ts'
import type { Db } from './pool.ts'

/**
 * Removes rows of the journal that are older than `before` and that every reader has passed and stands for in what it
 * saved: they are in the history, and no restart of the evaluator needs them. Changes of the registry and outages
 * stay, they are few and an old alert cannot be explained without them. In bounded bites; gives the count.
 */
export async function pruneJournal(db: Db, limit: PruneLimit): Promise<number> {
  let prunedCount = 0
  for (;;) {
    const { rows } = await db.query<{ count: number }>(
      `with gone as (delete from journal where id in (
         select j.id from journal j
          where j.shard = $1 and j.committed_at < to_timestamp($2::float8 / 1000) and j.kind <> all($4)
            and j.id <= (select min(coalesce(p.journal_id, 0))
                           from unnest(array['evaluator', 'evaluator-snapshot', 'history']) as r (reader)
                           left join journal_positions p on p.reader = r.reader and p.shard = $1)
          order by j.id limit $3) returning id),
       noted as (
         insert into journal_positions (reader, shard, journal_id)
         select 'pruned', $1, max(id) from gone having count(*) > 0
         on conflict (reader, shard) do update
            set journal_id = greatest(journal_positions.journal_id, excluded.journal_id))
       select count(*) as count from gone`,
      [limit.shard, limit.beforeMs, ROW_COUNT, KEPT_KINDS],
    )
    const count = rows[0]?.count ?? 0
    prunedCount += count
    if (count < ROW_COUNT) return prunedCount
  }
}

/** Up to where fixes and events have been removed from the journal; 0 when none were. */
export async function findPrunedPlace(db: Db, shard: number): Promise<number> {
  const { rows } = await db.query<{ journal_id: number }>(
    `select journal_id from journal_positions where reader = 'pruned' and shard = $1`,
    [shard],
  )
  return rows[0]?.journal_id ?? 0
}

/** Removes what is kept beside the daily partitions of fixes and is older than `beforeMs`. */
export async function pruneBesideFixes(db: Db, beforeMs: number): Promise<void> {
  const before = new Date(beforeMs).toISOString()
  await db.query('delete from device_events where recorded_at < $1', [before])
  await db.query('delete from disbelieved_fixes where recorded_at < $1', [before])
  await db.query('delete from quarantined_fixes where received_at < $1', [before])
}

export type PruneLimit = { readonly shard: number; readonly beforeMs: number }

const ROW_COUNT = 1_000
const KEPT_KINDS = [journalKinds.registryChange, journalKinds.outage]
