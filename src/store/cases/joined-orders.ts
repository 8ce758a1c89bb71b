import type { BothLanguages } from '../../core/model/protocol.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import type { OrderAgainst } from '../report/case-facts.ts'
import { onlyRow } from '../registry/registry-rows.ts'

/** The orders that are one case with this one, itself among them, by id. */
export async function listJoinedOrderIds(db: Db, orderId: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>(
    `select $1::uuid as id union
     select other.protection_order_id from joined_orders own
       join joined_orders other on other.case_id = own.case_id and other.left_at is null
      where own.protection_order_id = $1 and own.left_at is null order by id`,
    [orderId],
  )
  return rows.map(({ id }) => id)
}

/** Null: the order is a case by itself, as far as the caller sees; of one that others left too. */
export async function findCaseId(db: Db, orderId: string): Promise<string | null> {
  const isAlone = (await listJoinedOrderIds(db, orderId)).length === 1
  return isAlone ? null : await findOwnCaseId(db, orderId)
}

/** Of its own row, whoever else is in that case. */
export async function findOwnCaseId(db: Db, orderId: string): Promise<string | null> {
  const { rows } = await db.query<{ readonly caseId: string }>(
    `select case_id as "caseId" from joined_orders where protection_order_id = $1 and left_at is null`,
    [orderId],
  )
  return rows[0]?.caseId ?? null
}

/** Puts an order into a case; a new one where `caseId` is null. Gives the id of the case. */
export async function joinCase(
  tx: Db,
  joining: {
    readonly orderId: string
    readonly caseId: string | null
    readonly by: string
    readonly nowMs: number
  },
): Promise<string> {
  const { rows } = await tx.query<{ readonly caseId: string }>(
    `insert into joined_orders (protection_order_id, case_id, joined_by, joined_at)
     values ($1, coalesce($2, uuidv7()), $3, to_timestamp($4::float8 / 1000)) returning case_id as "caseId"`,
    [joining.orderId, joining.caseId, joining.by, joining.nowMs],
  )
  return onlyRow(rows).caseId
}

/**
 * False: it was in none. The row of no other order is touched: which of them are left there the
 * caller need not see.
 */
export async function leaveCase(
  tx: Db,
  leaving: { readonly orderId: string; readonly by: string; readonly nowMs: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update joined_orders set left_by = $2, left_at = to_timestamp($3::float8 / 1000)
      where protection_order_id = $1 and left_at is null`,
    [leaving.orderId, leaving.by, leaving.nowMs],
  )
  return (rowCount ?? 0) > 0
}

/** Each with whom it binds and whom it protects by name, as the caller may see. */
export async function listOrdersOfCase(
  db: Db,
  orderIds: readonly string[],
): Promise<readonly OrderOfCase[]> {
  const { rows } = await db.query<OrderOfCase>(
    `select o.id, o.organisation_id as "organisationId", o.reference, o.legal_basis as "legalBasis", o.status, o.offender_id as "offenderId",
            array(select victim_id::text from hoede_victims_in(v.body) as victim_id order by 1) as "victimIds",
            v.body #> '{risk,name}' as "riskName", v.body #>> '{risk,profile}' as "riskProfile",
            ${epochMs('o.valid_from')} as "validFromMs", ${epochMs('o.valid_until')} as "validUntilMs"
       from protection_orders o
       join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
      where o.id = any($1::uuid[]) order by o.valid_from desc, o.id`,
    [orderIds],
  )
  return rows
}

export type OrderOfCase = OrderAgainst & {
  readonly organisationId: string
  readonly offenderId: string
  readonly victimIds: readonly string[]
  /** The key of its risk profile; null: none. */
  readonly riskProfile: string | null
  readonly riskName: BothLanguages | null
}
