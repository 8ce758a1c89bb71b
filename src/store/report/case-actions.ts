import type { AlertKind } from '../../core/model/alert.ts'
import type { NoticeAct } from '../../core/orders/ban-notice.ts'
import type { PartnerKind } from '../../core/model/contract-words.ts'
import type { Audience } from '../../core/model/order-terms.ts'
import type { HoldAuthority } from '../../core/model/retention-terms.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * What was done about these orders, and what is still to do, for the page of their case: words of
 * lists, moments and counts. No place, no words that somebody typed, and nobody who moved.
 */
export async function readCaseActions(
  db: Db,
  { breachKinds, nowMs, orderIds }: CaseAsked,
): Promise<CaseActions> {
  const list = async <Row extends object>(sql: string, ...more: readonly unknown[]) =>
    (await db.query<Row>(sql, [orderIds, ...more])).rows
  const [counts] = await list<CaseCounts>(countsSql, [...breachKinds])
  return {
    counts: counts ?? noCounts,
    moveQuestions: await list<OpenMoveQuestion>(
      `select o.reference, q.audience, ${epochMs('min(q.due_at)')} as "dueAtMs", count(*)::int as count
         from relocation_questions q join protection_orders o on o.id = q.protection_order_id
        where o.id = any($1::uuid[]) and o.status <> 'ended' and q.answered_at is null and q.over_at is null
        group by o.id, q.audience order by min(q.due_at), o.id, q.audience`,
    ),
    unconfirmed: await list<UnconfirmedNotice>(
      `select o.reference, coalesce(p.name, n.partner_name) as "partnerName", n.partner_kind as "partnerKind", n.act,
              ${epochMs('n.made_at')} as "madeAtMs", ${epochMs('n.receipt_due_at')} as "receiptDueAtMs",
              n.asked_count as "askedCount"
         from partner_notices n join protection_orders o on o.id = n.protection_order_id left join partners p on p.id = n.partner_id
        where ${latestSql} and n.received_at is null order by n.receipt_due_at, n.id limit 50`,
    ),
    holds: await list<RunningHold>(
      `select o.reference, h.held_for as "heldFor", ${epochMs('h.at')} as "atMs", ${epochMs('h.until')} as "untilMs"
         from retention_holds h join protection_orders o on o.id = h.protection_order_id
        where o.id = any($1::uuid[]) and h.released_at is null and h.until > to_timestamp($2::float8 / 1000)
        order by h.until, h.id`,
      nowMs,
    ),
    planned: await list<PlannedOfCase>(
      `select o.reference, c.act, ${epochMs('coalesce(c.decided_at, c.proposed_at)')} as "decidedAtMs",
              ${epochMs('c.begins_at')} as "beginsAtMs", ${epochMs('c.until')} as "untilMs"
         from proposals c join protection_orders o on o.id = c.protection_order_id
        where o.id = any($1::uuid[]) and c.status = 'planned' order by c.begins_at, c.id`,
    ),
  }
}

type CaseAsked = {
  readonly orderIds: readonly string[]
  /** Which alerts are about a breach. */
  readonly breachKinds: ReadonlySet<AlertKind>
  readonly nowMs: number
}

export type CaseActions = {
  readonly counts: CaseCounts
  readonly moveQuestions: readonly OpenMoveQuestion[]
  readonly unconfirmed: readonly UnconfirmedNotice[]
  readonly holds: readonly RunningHold[]
  readonly planned: readonly PlannedOfCase[]
}

export type CaseCounts = {
  /** Of the breaches: how many somebody took over, and in how many the police were called. */
  readonly breachCount: number
  readonly answeredCount: number
  readonly policeCount: number
  readonly stepCount: number
  /** Tellings about alerts of these orders, and those about one that was none. */
  readonly toldCount: number
  readonly toldInVainCount: number
  /** Bans as they are now that partners were told, received or not. */
  readonly noticeCount: number
}

export type OpenMoveQuestion = {
  readonly reference: string
  readonly audience: Audience
  /** Of the first of them. */
  readonly dueAtMs: number
  readonly count: number
}

export type UnconfirmedNotice = {
  readonly reference: string
  readonly partnerName: string
  readonly partnerKind: PartnerKind
  readonly act: NoticeAct
  readonly madeAtMs: number
  readonly receiptDueAtMs: number
  readonly askedCount: number
}

export type RunningHold = {
  readonly reference: string
  readonly heldFor: HoldAuthority
  readonly atMs: number
  readonly untilMs: number
}

export type PlannedOfCase = {
  readonly reference: string
  readonly act: string
  readonly decidedAtMs: number
  readonly beginsAtMs: number
  readonly untilMs: number | null
}

/** When what was done at its moment was decided, by the version that it made. */
export async function listDecidedAt(db: Db, orderId: string): Promise<ReadonlyMap<number, number>> {
  const { rows } = await db.query<{ readonly version: number; readonly decidedAtMs: number }>(
    `select made_version as version, ${epochMs('coalesce(decided_at, proposed_at)')} as "decidedAtMs" from proposals
      where protection_order_id = $1 and status = 'begun' and made_version is not null`,
    [orderId],
  )
  return new Map(rows.map(({ decidedAtMs, version }) => [version, decidedAtMs]))
}

const noCounts: CaseCounts = {
  breachCount: 0,
  answeredCount: 0,
  policeCount: 0,
  stepCount: 0,
  toldCount: 0,
  toldInVainCount: 0,
  noticeCount: 0,
}

/** What holds now of an order by a partner; of what was asked about its end nothing is a ban. */
const latestSql = `n.protection_order_id = any($1::uuid[]) and n.number is not null and n.reminder_id is null
  and n.partner_id is not null and p.ended_at is null and not exists (
    select from partner_notices m where m.partner_id = n.partner_id and m.protection_order_id = n.protection_order_id
       and m.reminder_id is null and m.number > n.number)`

const countsSql = `with breaches as (select id, acknowledged_at, status from alerts
    where protection_order_id = any($1::uuid[]) and kind = any($2::text[])),
  acts as (select t.alert_id, t.kind, t.detail from alert_transitions t join breaches b on b.id = t.alert_id),
  told as (select a.status = 'closed' and a.outcome in ('false-alarm', 'device-fault', 'test') as "isInVain"
    from person_tellings t join alerts a on a.id = t.alert_id where a.protection_order_id = any($1::uuid[]))
  select (select count(*)::int from breaches) as "breachCount",
    (select count(*)::int from breaches where acknowledged_at is not null or status = 'closed') as "answeredCount",
    (select count(distinct alert_id)::int from acts where kind = 'escalated' and detail ->> 'target' = 'police') as "policeCount",
    (select count(*)::int from acts where kind = 'step') as "stepCount",
    (select count(*)::int from told) as "toldCount",
    (select count(*)::int from told where "isInVain") as "toldInVainCount",
    (select count(*)::int from partner_notices n left join partners p on p.id = n.partner_id where ${latestSql}) as "noticeCount"`
