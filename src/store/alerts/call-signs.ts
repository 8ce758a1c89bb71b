import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { isLoudSql } from '../pg/quiet.ts'
import { onlyRow } from '../registry/registry-rows.ts'

/** A sign of life of whoever calls people: it has just looked who must be called. */
export async function noteCalling(db: Db, shard: number): Promise<void> {
  await db.query(
    `insert into journal_positions (reader, shard, journal_id, updated_at) values ('calls', $1, 0, now())
     on conflict (reader, shard) do update set updated_at = excluded.updated_at`,
    [shard],
  )
}

/** Since when nobody has looked who must be called. */
export async function findUncalled(db: Db, shard: number): Promise<Uncalled> {
  const { rows } = await db.query<Uncalled>(
    `select ${epochMs(uncalledSince('$1'))} as "sinceMs", ${epochMs('now()')} as "nowMs"`,
    [shard],
  )
  return onlyRow(rows)
}

/**
 * Before the first look, since there is something to tell. Null: there is nothing, or this is a
 * restored copy, which calls nobody on purpose.
 */
export function uncalledSince(shard: '$1' | 'any'): string {
  const ofShard = shard === 'any' ? '' : `and shard = ${shard}`
  return `(select coalesce(
             (select min(updated_at) from journal_positions where reader = 'calls' ${ofShard}),
             (select at from alert_events order by sequence limit 1))
            where ${isLoudSql})`
}

/** People are called every second; a start on a busy machine takes half a minute. */
export const uncalledSecondsMax = 60

export type Uncalled = { readonly sinceMs: number | null; readonly nowMs: number }
