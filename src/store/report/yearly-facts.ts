import type { LegalBasis } from '../../core/model/registry.ts'
import type { LifeAct } from '../../core/orders/order-life.ts'
import { decodeOutage } from '../journal/journal-codec.ts'
import { journalKinds } from '../journal/journal-kinds.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * What happened before a moment, from what is only ever added to: acts of orders and events of
 * alerts. Asked again later it is the same, whatever was done since.
 */
export async function listActsBefore(db: Db, untilMs: number): Promise<readonly ReportedAct[]> {
  const { rows } = await db.query<ReportedAct>(
    `select a.protection_order_id as "orderId", o.legal_basis as "legalBasis", a.act, ${epochMs('a.at')} as "atMs",
            ${epochMs('a.effective_at')} as "effectiveAtMs", ${epochMs('a.valid_until')} as "validUntilMs",
            e.answer ->> 'verdict' as advice
       from order_acts a join protection_orders o on o.id = a.protection_order_id
       left join enforceability_assessments e on e.id = a.assessment_id
      where a.at < to_timestamp($1::float8 / 1000) and a.act not in ('propose', 'assess')
      order by a.protection_order_id, a.at, a.id`,
    [untilMs],
  )
  return rows
}

export type ReportedAct = {
  readonly orderId: string
  readonly legalBasis: LegalBasis
  readonly act: LifeAct
  readonly atMs: number
  readonly effectiveAtMs: number
  /** The end after it. */
  readonly validUntilMs: number
  /** Of the assessment it was made with; null: with none. */
  readonly advice: string | null
}

/** Alerts about orders that were raised in the period, as they stood at its end. */
export async function listAlertsOf(
  db: Db,
  period: ReportPeriod,
): Promise<readonly ReportedAlert[]> {
  const { rows } = await db.query<ReportedAlert>(
    `with raised as (
       select distinct on (alert_id) alert_id, at, data from alert_events
        where type = 'raised' and ${during('at')} order by alert_id, at, sequence),
     ${closedSql},
     latest as (
       select distinct on (alert_id) alert_id, data ->> 'status' as status from alert_events
        where ${beforeEnd('at')} order by alert_id, at desc, sequence desc),
     answered as (
       select alert_id, min(at) as at from alert_events
        where type in ('acknowledged', 'closed') and ${beforeEnd('at')} group by alert_id)
     select r.data ->> 'kind' as kind, r.data ->> 'priority' as priority,
            coalesce(case when l.status = 'closed' then c.outcome end, 'open') as outcome,
            extract(epoch from w.at - r.at)::float8 as "answerSeconds"
       from raised r join alerts a on a.id = r.alert_id
       left join latest l on l.alert_id = r.alert_id
       left join closed c on c.alert_id = r.alert_id
       left join answered w on w.alert_id = r.alert_id
      where a.protection_order_id is not null order by r.at, r.alert_id`,
    [period.fromMs, period.untilMs],
  )
  return rows
}

export type ReportedAlert = {
  readonly kind: string
  readonly priority: string
  /** Of whoever closed it; `open` where nobody had. */
  readonly outcome: string
  /** From when it was raised to the first answer; null: none. */
  readonly answerSeconds: number | null
}

/**
 * What protected persons were told in the period, and what became of the alert by its end. By when
 * it was kept: what is typed in January of a call in December alters no year that was told.
 */
export async function listTellingsOf(
  db: Db,
  period: ReportPeriod,
): Promise<readonly ReportedTelling[]> {
  const { rows } = await db.query<ReportedTelling>(
    `with ${closedSql}
     select t.outcome,
            case when 'not-asked' = any(t.outside_wishes) then 'not-asked'
                 when cardinality(t.outside_wishes) > 0 then 'outside' else 'within' end as "byWishes",
            c.outcome in ('false-alarm', 'device-fault', 'test') as "wasFalse"
       from person_tellings t left join closed c on c.alert_id = t.alert_id where ${during('t.at')} order by t.at, t.id`,
    [period.fromMs, period.untilMs],
  )
  return rows
}

export type ReportedTelling = {
  readonly outcome: string
  /**
   * `outside`: told in another way, at another hour or about something else than was asked for.
   * `not-asked`: nobody knew what they wish.
   */
  readonly byWishes: 'within' | 'outside' | 'not-asked'
  /** About an alert that was none; null: about none, or one that was not closed by then. */
  readonly wasFalse: boolean | null
}

export type ReportPeriod = { readonly fromMs: number; readonly untilMs: number }

/** For the machinery alone: when we could not hear anybody, and when the desk was flooded. */
export async function readOutages(db: Db, period: ReportPeriod): Promise<ReportedOutages> {
  const journal = await db.query<{ payload: Buffer }>(
    `select payload from journal where kind = ${journalKinds.outage} and ${during('committed_at')} order by id`,
    [period.fromMs, period.untilMs],
  )
  const floods = await db.query<{ count: number }>(
    `select count(*)::int as count from floods where ${during('started_at')}`,
    [period.fromMs, period.untilMs],
  )
  return {
    outages: journal.rows.map(({ payload }) => decodeOutage(payload)),
    floodCount: floods.rows[0]?.count ?? 0,
  }
}

export type ReportedOutages = {
  readonly outages: readonly ReportPeriod[]
  readonly floodCount: number
}

const beforeEnd = (column: string): string => `${column} < to_timestamp($2::float8 / 1000)`

/** As what each was closed last by then. Events are read once, and not anew for each alert. */
const closedSql = `closed as (
       select distinct on (alert_id) alert_id, data #>> '{facts,outcome}' as outcome from alert_events
        where type = 'closed' and ${beforeEnd('at')} order by alert_id, at desc, sequence desc)`

const during = (column: string): string =>
  `${column} >= to_timestamp($1::float8 / 1000) and ${column} < to_timestamp($2::float8 / 1000)`
