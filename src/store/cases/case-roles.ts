import type { CaseRoleName } from '../../core/model/contract-words.ts'
import { aboutOfficial, openWords, scopeOfOrganisation, sealWords } from '../keys/sealed-words.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'

/** From now on it is theirs; whoever had it has it no longer. Gives whoever has it now. */
export async function giveCaseRole(
  tx: Db,
  role: Omit<CaseRole, 'id' | 'fromMs' | 'untilMs' | 'isHere' | 'isStandInHere'> & {
    readonly nowMs: number
  },
): Promise<CaseRole> {
  await tx.query(
    `update case_roles set until = to_timestamp($3::float8 / 1000)
      where protection_order_id = $1 and role = $2 and until is null`,
    [role.protectionOrderId, role.role, role.nowMs],
  )
  const scope = await scopeOfOrder(tx, role.protectionOrderId)
  const { rows } = await tx.query<{ readonly id: string }>(
    `insert into case_roles (protection_order_id, role, staff_id, name, phone, stand_in_staff_id, stand_in_name,
       stand_in_phone, hand_over_note, given_by, "from")
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, to_timestamp($11::float8 / 1000)) returning id`,
    [
      role.protectionOrderId,
      role.role,
      role.staffId,
      role.name,
      await sealWords(tx, scope, aboutOfficial(role.name), role.phone),
      role.standInStaffId,
      role.standInName,
      await sealWords(tx, scope, aboutOfficial(role.standInName), role.standInPhone),
      await sealWords(tx, scope, aboutOfficial(role.name), role.handOverNote),
      role.givenBy,
      role.nowMs,
    ],
  )
  const { id } = onlyRow(rows)
  const made = (await listCaseRoles(tx, role.protectionOrderId)).find((row) => row.id === id)
  if (made === undefined) throw new Error('expected the role that was given, got none')
  return made
}

/**
 * One case has one lead: whoever was given it last has it in each of its orders, those among them
 * that the caller does not see. Of an order that has left a case: in those which it left.
 */
export async function shareCaseRoles(
  tx: Db,
  { by, nowMs, orderId }: { readonly orderId: string; readonly by: string; readonly nowMs: number },
): Promise<void> {
  await tx.query('select hoede_share_case_roles($1, $2, to_timestamp($3::float8 / 1000))', [
    orderId,
    by,
    nowMs,
  ])
}

/** Everybody who had one, the newest first. */
export async function listCaseRoles(db: Db, orderId: string): Promise<readonly CaseRole[]> {
  const { rows } = await db.query<CaseRole>(
    `select r.id, r.protection_order_id as "protectionOrderId", r.role, r.staff_id as "staffId", r.name, r.phone,
            r.stand_in_staff_id as "standInStaffId", r.stand_in_name as "standInName",
            r.stand_in_phone as "standInPhone", r.hand_over_note as "handOverNote", r.given_by as "givenBy",
            ${epochMs('r."from"')} as "fromMs", ${epochMs('r.until')} as "untilMs",
            ${isHere('staff_id')} as "isHere", ${isHere('stand_in_staff_id')} as "isStandInHere"
       from case_roles r where r.protection_order_id = $1 order by r."from" desc, r.id desc limit 100`,
    [orderId],
  )
  const opened = await openOfficials(db, rows)
  return await openWords(db, opened, 'handOverNote', ({ name }) => aboutOfficial(name))
}

/** Their numbers, which are sealed. */
export async function openOfficials<Row extends Officials>(
  db: Db,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const withPhones = await openWords(db, rows, 'phone', ({ name }) => aboutOfficial(name))
  return await openWords(db, withPhones, 'standInPhone', ({ standInName }) =>
    aboutOfficial(standInName),
  )
}

type Officials = Pick<CaseRole, 'name' | 'phone' | 'standInName' | 'standInPhone'>

/** Not of the case: whoever leads several is copied to the others, and stays when it goes. */
async function scopeOfOrder(tx: Db, orderId: string): Promise<string> {
  const { rows } = await tx.query<{ readonly organisationId: string }>(
    'select organisation_id as "organisationId" from protection_orders where id = $1',
    [orderId],
  )
  return scopeOfOrganisation(onlyRow(rows).organisationId)
}

/** Whoever has no account any more, or is of the side that a case came from, leads nothing. */
export function isHere(column: 'staff_id' | 'stand_in_staff_id'): string {
  return `(r.${column} is null or exists (
    select from staff s where s.id = r.${column} and s.disabled_at is null and s.organisation_id = r.organisation_id))`
}

export type CaseRole = {
  readonly id: string
  readonly protectionOrderId: string
  readonly role: CaseRoleName
  readonly staffId: string | null
  readonly name: string
  readonly phone: string | null
  readonly standInStaffId: string | null
  readonly standInName: string
  readonly standInPhone: string | null
  readonly handOverNote: string | null
  readonly givenBy: string
  readonly fromMs: number
  readonly untilMs: number | null
  readonly isHere: boolean
  readonly isStandInHere: boolean
}

/** By what name a colleague is known who works here now; null: nobody does of this id. */
export async function findColleague(db: Db, staffId: string): Promise<string | null> {
  const { rows } = await db.query<{ readonly name: string }>(
    `select display_name as name from staff
      where id = $1 and disabled_at is null and organisation_id = any ((select hoede_organisations())::uuid[])`,
    [staffId],
  )
  return rows[0]?.name ?? null
}
