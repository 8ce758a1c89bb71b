import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * A sign of life of the intake. Where the one before is too long ago, the outage between them goes
 * into the journal first; an append to the journal does the same, so that nothing received after
 * an outage comes before it.
 */
export async function noteIntakeAlive(db: Db, shard: number): Promise<void> {
  await db.query('select intake_alive($1)', [shard])
}

/**
 * Up to when it is known that we could receive, by the caller's clock; null: no intake has ever
 * given a sign. Read the journal after this: an outage that is over by then is in it.
 */
export async function findReceptionEndMs(
  db: Db,
  query: { readonly shard: number; readonly nowMs: number },
): Promise<number | null> {
  // An age and not a moment, so that two machines need not agree on the time.
  const { rows } = await db.query<{ readonly leftMs: number }>(
    `select ${epochMs('updated_at + intake_grace() - clock_timestamp()')} as "leftMs"
       from journal_positions where reader = 'intake' and shard = $1`,
    [query.shard],
  )
  const row = rows[0]
  return row === undefined ? null : query.nowMs + row.leftMs
}
