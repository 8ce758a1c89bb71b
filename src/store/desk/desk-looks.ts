import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * Notes that somebody has looked at an incident, and forgets of theirs what is not open any more.
 * Of two pages the one that knew of more is believed.
 */
export async function saveLook(db: Db, look: Look & { readonly personId: string }): Promise<void> {
  await db.query(
    `insert into desk_looks (person_id, incident_id, told_at, rank)
     values ($1, $2, to_timestamp($3::float8 / 1000), $4)
     on conflict (person_id, incident_id) do update set told_at = excluded.told_at, rank = excluded.rank
       where excluded.told_at >= desk_looks.told_at`,
    [look.personId, look.incidentId, look.toldAtMs, look.rank],
  )
  await db.query(
    `delete from desk_looks l where l.person_id = $1 and not exists (
       select from alerts a where a.incident_id = l.incident_id and a.status <> 'closed')`,
    [look.personId],
  )
}

/** What somebody has looked at of what is open, by incident. */
export async function listLooks(db: Db, personId: string): Promise<ReadonlyMap<string, Look>> {
  const { rows } = await db.query<Look>(
    `select incident_id as "incidentId", rank, ${epochMs('told_at')} as "toldAtMs"
       from desk_looks where person_id = $1`,
    [personId],
  )
  return new Map(rows.map((look) => [look.incidentId, look]))
}

export type Look = {
  readonly incidentId: string
  /** What was told of it last, as far as they saw. */
  readonly toldAtMs: number
  /** How urgent it was then; 0: a P1 that nobody has answered. */
  readonly rank: number
}
