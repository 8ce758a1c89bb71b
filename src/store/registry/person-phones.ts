import { openTexts, sealText } from '../keys/sealed-text.ts'
import type { Db } from '../pg/pool.ts'

/** Where somebody can be called; null takes the number away. False: no such person. */
export async function savePersonPhone(
  tx: Db,
  change: {
    readonly personId: string
    readonly phone: string | null
    readonly by: string
    readonly nowMs: number
  },
): Promise<boolean> {
  const known = await tx.query('select from persons where id = $1', [change.personId])
  if (known.rows.length === 0) return false
  const { personId } = change
  const phone =
    change.phone === null
      ? null
      : await sealText(tx, scopeOfPerson(personId), aboutPhone(personId), change.phone)
  await tx.query(
    `insert into person_phones (person_id, phone, changed_by, changed_at)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000))
     on conflict (person_id) do update set phone = excluded.phone,
       changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
    [personId, phone, change.by, change.nowMs],
  )
  return true
}

/** The numbers of those an alert is about: the wearer, and whom the order protects. */
export async function listPhonesOf(db: Db, alertId: string): Promise<readonly PersonPhone[]> {
  const { rows } = await db.query<PersonPhone>(
    `select p.person_id as "personId", p.phone, w.who from person_phones p join (
       select offender_id as id, 'wearer' as who from alerts where id = $1
       union select victim_id, 'victim' from alerts where id = $1
       union select named.victim_id, 'victim' from alerts a
         join protection_orders o on o.id = a.protection_order_id
         join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
        cross join hoede_victims_in(v.body) as named (victim_id)
        where a.id = $1 and a.victim_id is null) w on w.id = p.person_id
      where p.phone is not null
      order by p.person_id`,
    [alertId],
  )
  const phones = await openTexts(
    db,
    rows.map(({ personId, phone }) => ({ text: phone, about: aboutPhone(personId) })),
  )
  return rows.flatMap((row, place) => {
    const phone = phones[place] ?? null
    return phone === null ? [] : [{ ...row, phone }]
  })
}

/** Destroyed, it takes what is known of the person along. */
export function scopeOfPerson(personId: string): string {
  return `person/${personId}`
}

/** A number that is laid beside somebody else opens no more. */
export function aboutPhone(personId: string): string {
  return `phone/${personId}`
}

export type PersonPhone = {
  readonly personId: string
  readonly phone: string
  readonly who: 'wearer' | 'victim'
}
