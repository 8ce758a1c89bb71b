import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * A sign of life of the intake. Where the one before is too long ago, the outage between them goes
 * into the journal first; an append to the journal does the same, so that nothing received after
 * an outage comes before it. Gives the time of the database, and a place that the journal has
 * passed.
 */
export async function noteIntakeAlive(db: Db, shard: number): Promise<SignOfLife> {
  const { rows } = await db.query<SignOfLife>(
    `select ${epochMs('clock_timestamp()')} as "nowMs",
            coalesce((select max(id) from journal), 0) as "journalId" from intake_alive($1)`,
    [shard],
  )
  return onlyRow(rows)
}

type SignOfLife = { readonly nowMs: number; readonly journalId: number }

/**
 * What time it is for the database, and for how long from now it is known that we could receive;
 * null: no intake has ever given a sign. Read the journal after this: an outage that is over by
 * then is in it.
 */
export async function readDatabaseTime(db: Db, shard: number): Promise<DatabaseTime> {
  // An age and not a moment, so that two machines need not agree on the time.
  const { rows } = await db.query<DatabaseTime>({
    name: 'reception-time',
    text: `select ${epochMs('clock_timestamp()')} as "nowMs", (
       select ${epochMs('updated_at + intake_grace() - clock_timestamp()')}
         from journal_positions where reader = 'intake' and shard = $1) as "receptionLeftMs"`,
    values: [shard],
  })
  return onlyRow(rows)
}

export type DatabaseTime = { readonly nowMs: number; readonly receptionLeftMs: number | null }
