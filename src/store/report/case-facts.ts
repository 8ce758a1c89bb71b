import type { AlertKind } from '../../core/model/alert.ts'
import type { LegalBasis } from '../../core/model/registry.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/** When what was told of these orders, and what came of it: no place, no number, no words. */
export async function listAlertMarks(
  db: Db,
  orderIds: readonly string[],
): Promise<readonly AlertMark[]> {
  const { rows } = await db.query<AlertMark>(
    `select kind, ${epochMs('occurred_at')} as "occurredAtMs", coalesce(outcome, 'open') as outcome
       from alerts where protection_order_id = any($1::uuid[]) order by occurred_at, id`,
    [orderIds],
  )
  return rows
}

export type AlertMark = {
  readonly kind: AlertKind
  readonly occurredAtMs: number
  readonly outcome: string
}

/** Every order against the same person that the caller may see, the newest first. */
export async function listOrdersAgainst(
  db: Db,
  offenderId: string,
): Promise<readonly OrderAgainst[]> {
  const { rows } = await db.query<OrderAgainst>(
    `select id, reference, legal_basis as "legalBasis", status, ${epochMs('valid_from')} as "validFromMs",
            ${epochMs('valid_until')} as "validUntilMs"
       from protection_orders where offender_id = $1 order by valid_from desc, id limit 50`,
    [offenderId],
  )
  return rows
}

export type OrderAgainst = {
  readonly id: string
  readonly reference: string
  readonly legalBasis: LegalBasis
  readonly status: 'active' | 'suspended' | 'ended'
  readonly validFromMs: number
  readonly validUntilMs: number
}
