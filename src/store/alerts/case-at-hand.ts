import type { Db } from '../pg/pool.ts'

/**
 * Whose case this is, by one person of it, and whether something at hand asks for it: an alert of
 * theirs that nobody has closed, of any kind, this very alert, closed within the last shift, or a
 * case in the hands of the reader or the reader's unit. Null: whoever asks sees no such row.
 */
export async function findCaseAtHand(
  db: Db,
  asked: {
    readonly what: CaseSubject
    readonly id: string
    readonly readerId: string
    readonly nowMs: number
  },
): Promise<CaseAtHand | null> {
  const { rows } = await db.query<CaseAtHand>(
    `with subject as (${personOf[asked.what]})
     select s.person_id as "personId",
            s.is_recent or exists (
              select 1 from alerts a where a.status <> 'closed'
                 and (a.offender_id = s.person_id or a.victim_id = s.person_id))
            or exists (
              select 1 from caseloads c join protection_orders o on o.id = c.protection_order_id
                join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
               where c."from" <= to_timestamp($2::float8 / 1000)
                 and (c.until is null or c.until > to_timestamp($2::float8 / 1000))
                 and (c.staff_id = $3 or (c.staff_id is null and c.unit_id = (select unit_id from staff where id = $3)))
                 and (o.offender_id = s.person_id or exists (
                   select 1 from hoede_victims_in(v.body) as victim_id where victim_id = s.person_id))
            ) as "isAtHand"
       from subject s where s.person_id is not null`,
    [asked.id, asked.nowMs, asked.readerId],
  )
  return rows[0] ?? null
}

export type CaseSubject = 'alerts' | 'protection-orders' | 'persons'

export type CaseAtHand = { readonly personId: string; readonly isAtHand: boolean }

/** Whoever takes a shift over reads what the one before closed. */
const personOf: Readonly<Record<CaseSubject, string>> = {
  alerts: `select coalesce(offender_id, victim_id) as person_id,
                  coalesce(closed_at > to_timestamp($2::float8 / 1000) - interval '12 hours', false) as is_recent
             from alerts where id = $1`,
  'protection-orders':
    'select offender_id as person_id, false as is_recent from protection_orders where id = $1',
  persons: 'select id as person_id, false as is_recent from persons where id = $1',
}
