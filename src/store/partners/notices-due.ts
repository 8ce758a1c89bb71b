import { alertId } from '../../core/model/alert-id.ts'
import type { Effect } from '../../core/model/alert.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import { minuteMs } from '../../core/model/units.ts'
import { changesSince, noticeActOf } from '../../core/orders/ban-notice.ts'
import { lockAlertEvents } from '../alerts/alert-events.ts'
import { giveToOrganisation } from '../alerts/give-to-organisation.ts'
import { saveEffectsOfOrders } from '../alerts/save-own-effects.ts'
import { unlessUnreadable } from '../keys/sealed-orders.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { findOrderVersion } from '../registry/order-versions.ts'
import { isOrderUnreadable } from '../registry/unreadable-orders.ts'
import { columns, isOvertaken, type PartnerNotice } from './notices.ts'

/**
 * Gives every partner a notice of each order that is another than it was told of, or has lapsed
 * since, from the rows of the orders alone: however it came to be so, a partner that is new, or was
 * away, hears of it. Call inside a transaction; concurrent callers take turns.
 */
export async function makeNotices(tx: Db, { nowMs, limit }: NoticeWork): Promise<number> {
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.partnerNotices])
  const { rows } = await tx.query<UntoldOrder>(
    `select p.id as "partnerId", p.kind, p.receipt_within_minutes as "withinMinutes", p.url is not null as "isSent",
            o.id as "orderId", o.version, last.told as "toldVersion", not (${isAnother}) as "hasLapsed"
       from partners p join protection_orders o on o.organisation_id = p.organisation_id ${lastTold}
      where ${untold('$2')} order by o.changed_at, o.id, p.id limit $1`,
    [limit, nowMs],
  )
  // Of one that cannot be read there is nothing to tell yet, and people are called about it.
  for (const row of rows) await makeNotice(tx, row, nowMs).catch(unlessUnreadable)
  return rows.length
}

/** Without a transaction: nearly always nobody is to be told anything. */
export async function isNoticeDue(db: Db, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>({
    name: 'partner-orders-are-due',
    text: `select exists (select from partners p join protection_orders o on o.organisation_id = p.organisation_id
       ${lastTold} where ${untold('$1')}) as "isDue"`,
    values: [nowMs],
  })
  return rows[0]?.isDue === true
}

const lastTold = `left join lateral (
  select max(n.order_version) as version, max(n.order_version) filter (where n.number is not null) as told
    from partner_notices n where n.partner_id = p.id and n.protection_order_id = o.id) last on true`

const isAnother = 'last.version is distinct from o.version'

/** That its end passed makes no version: it is told once of each end, of what was told before. */
const hasLapsed = (nowMs: string): string =>
  `last.told is not null and o.status <> 'ended' and o.valid_until <= to_timestamp(${nowMs}::float8 / 1000)
   and not exists (select from partner_notices l where l.partner_id = p.id and l.protection_order_id = o.id
     and l.act = 'lapsed' and l.made_at >= o.valid_until)`

/** Whoever decides is asked about ends, and told of no ban. */
const untold = (nowMs: string): string => `p.kind in ('police', 'victim-information')
  and p.confirmed_at is not null and p.ended_at is null
  and (${isAnother} or ${hasLapsed(nowMs)})
  and (o.status <> 'ended' or last.version is not null)
  and o.id <> all(array(select a.protection_order_id from alerts a where ${isOrderUnreadable('a')}))`

type UntoldOrder = {
  readonly partnerId: string
  readonly kind: string
  readonly withinMinutes: number
  readonly isSent: boolean
  readonly orderId: string
  readonly version: number
  /** The version that it was told of last; null: of none. */
  readonly toldVersion: number | null
  /** Nothing of it is another but that its end has passed. */
  readonly hasLapsed: boolean
}

async function makeNotice(tx: Db, row: UntoldOrder, nowMs: number): Promise<void> {
  const order = await findOrderVersion(tx, row.orderId, row.version)
  if (order === null) throw new Error('the version of an order is not found')
  const { toldVersion } = row
  const before = toldVersion === null ? null : await findOrderVersion(tx, row.orderId, toldVersion)
  // Whom nobody protects by name, nobody is to be told of; nor of what is as it was told.
  const concerns =
    row.hasLapsed ||
    (before === null
      ? row.kind === 'police' || order.proximityBans.length > 0
      : changesSince(before, order).length > 0)
  await tx.query(
    `insert into partner_notices (partner_id, number, protection_order_id, order_version, previous_version, act, made_at,
       receipt_due_at, next_attempt_at, stage, partner_name, partner_kind)
     select p.id, case when $8 then (select coalesce(max(number), 0) + 1 from partner_notices where partner_id = $1) end,
       $2, $3, $4, $5, to_timestamp($6::float8 / 1000), to_timestamp($7::float8 / 1000),
       case when $9 then to_timestamp($6::float8 / 1000) end, case when $8 then null else 'over' end, p.name, p.kind
       from partners p where p.id = $1`,
    [
      row.partnerId,
      row.orderId,
      row.version,
      before?.version ?? null,
      row.hasLapsed ? 'lapsed' : noticeActOf(before, order),
      nowMs,
      nowMs + row.withinMinutes * minuteMs,
      concerns,
      concerns && row.isSent,
    ],
  )
}

/**
 * Brings the alert about each missing receipt in line: on the list when it is due, called out when
 * as much time again has passed, over with the receipt or a newer notice. Each time it is sent
 * anew.
 */
export async function alignReceiptAlerts(tx: Db, work: NoticeWork): Promise<number> {
  await lockAlertEvents(tx)
  const { rows } = await tx.query<Staged>(
    `select ${columns}, n.alert_id as "alertId", n.organisation_id as "organisationId", p.kind, ${stage} as wanted, ${epochMs('n.made_at')} as "sinceMs",
            p.url is not null and p.ended_at is null as "isSent"
       from partner_notices n join partners p on p.id = n.partner_id
      where ${misaligned} order by n.receipt_due_at, n.id limit $2 for update of n skip locked`,
    [work.nowMs, work.limit],
  )
  for (const row of rows) {
    const isOver = row.wanted === 'over'
    const raised = isOver ? null : draftReceiptMissing(row, work)
    const effects: Effect[] = [
      ...(row.alertId === null ? [] : [endOf(row.alertId, work.nowMs)]),
      ...(raised === null ? [] : [{ type: 'alert-raised' as const, alert: raised }]),
    ]
    await saveEffectsOfOrders(tx, work, effects)
    if (raised?.protectionOrderId === null)
      await giveToOrganisation(tx, raised.id, row.organisationId)
    await tx.query(
      `update partner_notices set stage = $2, alert_id = coalesce($3, alert_id),
         asked_count = asked_count + case when $2 = 'over' then 0 else 1 end,
         next_attempt_at = case when $2 = 'over' then case when received_at is null and $5 then next_attempt_at end
                                when $5 then to_timestamp($4::float8 / 1000) end
        where id = $1`,
      [row.id, row.wanted, raised?.id ?? null, work.nowMs, row.isSent],
    )
  }
  return rows.length
}

export async function isReceiptDue(db: Db, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>({
    name: 'partner-receipts-are-due',
    text: `select exists (select from partner_notices n join partners p on p.id = n.partner_id
       where ${misaligned} limit $2) as "isDue"`,
    values: [nowMs, 1],
  })
  return rows[0]?.isDue === true
}

const stage = `case
  when n.received_at is not null or p.ended_at is not null or n.reminder_id is not null and not exists (
    select from order_reminders r where r.id = n.reminder_id and r.over_at is null and r.answered_at is null)
    or ${isOvertaken} or n.readings_from is not null and exists (
      select from partner_notices m where m.partner_id = n.partner_id
         and m.readings_from > n.readings_from and m.received_at is not null) then 'over'
  -- Asked about once for each partner, however many hours have gone by: the oldest of them.
  when n.readings_from is not null and exists (
    select from partner_notices m where m.partner_id = n.partner_id and m.readings_from < n.readings_from
       and m.stage is distinct from 'over') then n.stage
  when n.receipt_due_at + (n.receipt_due_at - n.made_at) <= to_timestamp($1::float8 / 1000) then 'called'
  when n.receipt_due_at <= to_timestamp($1::float8 / 1000) then 'asked' end`

/** By their letters stages come after each other; a clock that goes back takes none back. */
const misaligned = `n.stage is distinct from 'over' and ${stage} > coalesce(n.stage, '')`

type Staged = PartnerNotice & {
  readonly alertId: string | null
  readonly organisationId: string
  readonly kind: string
  readonly wanted: 'asked' | 'called' | 'over'
  readonly sinceMs: number
  readonly isSent: boolean
}

export type NoticeWork = {
  readonly nowMs: number
  readonly limit: number
  readonly limits: Limits
}

function draftReceiptMissing(row: Staged, { limits, nowMs }: NoticeWork) {
  return draftAlert(limits, {
    id: alertId(['receipt-missing', row.id, row.wanted], nowMs),
    kind: 'receipt-missing',
    // Nobody is in danger for want of that one: it stays on the list.
    priority: row.wanted === 'called' && row.kind !== 'data-protection' ? 'P2' : 'P3',
    protectionOrderId: row.protectionOrderId,
    occurredAtMs: row.receiptDueAtMs,
    learnedAtMs: nowMs,
    facts: {
      partner: row.kind,
      act: row.act,
      minutes: Math.round((nowMs - row.sinceMs) / minuteMs),
    },
  })
}

function endOf(id: string, nowMs: number): Effect {
  return { type: 'alert-ended', alertId: id, clearedAtMs: nowMs, learnedAtMs: nowMs }
}
