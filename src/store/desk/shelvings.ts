import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/** Puts an answered alert aside for a while: out of the list, into one of its own. */
export async function saveShelving(
  tx: Db,
  shelving: {
    readonly alertId: string
    readonly by: string
    readonly untilMs: number
    readonly nowMs: number
  },
): Promise<void> {
  await tx.query(
    `insert into alert_shelvings (alert_id, by, at, until)
     values ($1, $2, to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000))
     on conflict (alert_id) do update set by = excluded.by, at = excluded.at, until = excluded.until`,
    [shelving.alertId, shelving.by, shelving.nowMs, shelving.untilMs],
  )
}

/**
 * What is put aside at a moment. Whatever was told since, because it got worse or is open again, is
 * not: nobody who put it aside had seen that.
 */
export async function listShelved(db: Db, nowMs: number): Promise<readonly Shelved[]> {
  const { rows } = await db.query<Shelved>(
    `select h.alert_id as "alertId", ${epochMs('h.until')} as "untilMs",
       coalesce(s.display_name, c.name) as "byName"
       from alert_shelvings h join alerts a on a.id = h.alert_id
       left join staff s on s.id = h.by left join api_clients c on c.id = h.by
      where h.until > to_timestamp($1::float8 / 1000) and a.status = 'acknowledged'
        and coalesce(a.told_at, a.raised_at) <= h.at`,
    [nowMs],
  )
  return rows
}

export type Shelved = {
  readonly alertId: string
  readonly untilMs: number
  readonly byName: string | null
}
