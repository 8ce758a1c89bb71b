import type { NoticeAct, ReadingAct } from '../../core/orders/ban-notice.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import type { Partner } from './partners.ts'

/** What a partner was told of an order, the newest first, with what came of it. */
export async function listNoticesOfOrder(db: Db, orderId: string): Promise<readonly OrderNotice[]> {
  const { rows } = await db.query<OrderNotice>(
    `select ${columns}, coalesce(p.name, n.partner_name) as "partnerName"
       from partner_notices n left join partners p on p.id = n.partner_id
      where n.protection_order_id = $1 and n.number is not null order by n.made_at desc, n.id desc limit 200`,
    [orderId],
  )
  return rows
}

/** Those of one partner after a number, in their order. */
export async function listNoticesOfPartner(
  db: Db,
  query: {
    readonly partnerId: string
    readonly afterNumber: number
    readonly isWaitingOnly: boolean
    readonly limit: number
  },
): Promise<readonly PartnerNotice[]> {
  const { rows } = await db.query<PartnerNotice>(
    `select ${columns} from partner_notices n
      where n.partner_id = $1 and n.number > $2 and (not $3 or n.received_at is null)
      order by n.number limit $4`,
    [query.partnerId, query.afterNumber, query.isWaitingOnly, query.limit],
  )
  return rows
}

export async function findNotice(
  tx: Db,
  { id, partnerId }: { readonly id: string; readonly partnerId: string },
): Promise<PartnerNotice | null> {
  const { rows } = await tx.query<PartnerNotice>(
    `select ${columns} from partner_notices n where n.id = $1 and n.partner_id = $2 and n.number is not null
        for update`,
    [id, partnerId],
  )
  return rows[0] ?? null
}

export async function markFetched(tx: Db, id: string, nowMs: number): Promise<void> {
  await tx.query(
    `update partner_notices set fetched_at = coalesce(fetched_at, to_timestamp($2::float8 / 1000)) where id = $1`,
    [id, nowMs],
  )
}

/** The first receipt stands. Nothing is sent any more. */
export async function receiveNotice(
  tx: Db,
  id: string,
  receipt: { readonly by: string; readonly reference: string; readonly nowMs: number },
): Promise<void> {
  await tx.query(
    `update partner_notices set received_at = to_timestamp($2::float8 / 1000), received_by = $3,
       receipt_reference = $4, next_attempt_at = null where id = $1 and received_at is null`,
    [id, receipt.nowMs, receipt.by, receipt.reference],
  )
}

export type NoticeSubject = {
  readonly notice: PartnerNotice
  readonly partner: Pick<Partner, 'kind' | 'onBreach' | 'onBreachBy' | 'organisationId'>
  readonly oin: string | null
}

export type OrderNotice = PartnerNotice & {
  readonly partnerName: string
  readonly protectionOrderId: string
  readonly orderVersion: number
  readonly act: NoticeAct
}

export type PartnerNotice = {
  readonly id: string
  /** Null: of the server that the case came from. */
  readonly partnerId: string | null
  readonly number: number
  /** Null, as the version: it tells of no order, but of who looked where somebody is. */
  readonly protectionOrderId: string | null
  readonly orderVersion: number | null
  readonly previousVersion: number | null
  readonly act: NoticeAct | ReadingAct
  readonly madeAtMs: number
  readonly receiptDueAtMs: number
  readonly attemptCount: number
  readonly lastError: string | null
  readonly sentAtMs: number | null
  readonly fetchedAtMs: number | null
  readonly receivedAtMs: number | null
  readonly receiptReference: string | null
  readonly askedCount: number
  readonly isSuperseded: boolean
  /** What is asked about the end; null: it tells of the order. */
  readonly reminderId: string | null
  readonly breakGlassId: string | null
  /** Of readings that nothing at hand asked for: from then, and before `readingsUntilMs`. */
  readonly readingsFromMs: number | null
  readonly readingsUntilMs: number | null
}

/** A newer one says how the order, or the look behind glass, is now. */
export const isOvertaken = `exists (select from partner_notices m where m.partner_id = n.partner_id
  and (m.protection_order_id = n.protection_order_id or m.break_glass_id = n.break_glass_id) and m.number > n.number)`

export const columns = `n.id, n.partner_id as "partnerId", n.number, n.protection_order_id as "protectionOrderId",
  n.order_version as "orderVersion", n.previous_version as "previousVersion", n.act,
  ${epochMs('n.made_at')} as "madeAtMs", ${epochMs('n.receipt_due_at')} as "receiptDueAtMs",
  n.attempts as "attemptCount", n.last_error as "lastError", ${epochMs('n.sent_at')} as "sentAtMs",
  ${epochMs('n.fetched_at')} as "fetchedAtMs", ${epochMs('n.received_at')} as "receivedAtMs",
  n.receipt_reference as "receiptReference", n.asked_count as "askedCount", n.reminder_id as "reminderId",
  n.break_glass_id as "breakGlassId", ${epochMs('n.readings_from')} as "readingsFromMs",
  ${epochMs('n.readings_until')} as "readingsUntilMs", n.partner_id is null or ${isOvertaken} as "isSuperseded"`
