import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/** Notes that somebody sits at the desk with what open; true: that is news to the others. */
export async function saveSeat(db: Db, seat: Seat): Promise<boolean> {
  const { rows } = await db.query<{ readonly isNews: boolean }>(
    `with before as (select incident_id, seen_at from desk_seats where person_id = $1)
     insert into desk_seats (person_id, organisation_id, name, incident_id, seen_at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
     on conflict (person_id) do update set organisation_id = excluded.organisation_id,
       name = excluded.name, incident_id = excluded.incident_id, seen_at = excluded.seen_at
     returning not exists (select from before where incident_id is not distinct from $4
                              and seen_at >= to_timestamp($6::float8 / 1000)) as "isNews"`,
    [
      seat.personId,
      seat.organisationId,
      seat.name,
      seat.incidentId,
      seat.seenAtMs,
      seat.seenAtMs - seatMsMax,
    ],
  )
  return rows[0]?.isNews === true
}

/** Who was here of late. */
export async function listSeats(db: Db, sinceMs: number): Promise<readonly Seat[]> {
  const { rows } = await db.query<Seat>(
    `select person_id as "personId", organisation_id as "organisationId", name,
       incident_id as "incidentId", ${epochMs('seen_at')} as "seenAtMs"
       from desk_seats where seen_at >= to_timestamp($1::float8 / 1000) order by name, person_id limit 500`,
    [sinceMs],
  )
  return rows
}

/** Whom an alert can be handed to: everybody of the organisation who may answer one. */
export async function listColleagues(
  db: Db,
  query: { readonly organisationId: string; readonly sinceMs: number },
): Promise<readonly Colleague[]> {
  const { rows } = await db.query<Colleague>(
    `select s.id, s.display_name as name,
       exists (select from desk_seats d where d.person_id = s.id
                  and d.seen_at >= to_timestamp($2::float8 / 1000)) as "isHere"
       from staff s
      where s.organisation_id = $1 and s.disabled_at is null and exists (
        select from staff_roles r where r.staff_id = s.id and r.role in ('operator', 'supervisor')
           and r."from" <= now() and (r.until is null or r.until > now()))
      order by "isHere" desc, s.display_name, s.id limit 200`,
    [query.organisationId, query.sinceMs],
  )
  return rows
}

export type Seat = {
  readonly personId: string
  readonly organisationId: string
  readonly name: string
  readonly incidentId: string | null
  readonly seenAtMs: number
}

export type Colleague = { readonly id: string; readonly name: string; readonly isHere: boolean }

/** A seat that says nothing for so long is empty: pages say it every fifteen seconds. */
export const seatMsMax = 40_000
