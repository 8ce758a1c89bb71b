import type { AlertOutcome, AlertPriority } from '../../core/model/alert.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * How the desk did between two moments, from the histories of the alerts alone. Who is not answered
 * yet has waited until now: without them the worst desk would look best.
 */
export async function readDeskFigures(
  db: Db,
  { nowMs, ...period }: Period & { readonly nowMs: number },
): Promise<DeskFigures> {
  const values = [period.fromMs, period.untilMs]
  const hours = await db.query<HourFigures>(hoursSql, values)
  const answers = await db.query<AnswerFigures>(answersSql, [...values, nowMs])
  const outcomes = await db.query<{ outcome: AlertOutcome; count: number }>(outcomesSql, values)
  const sources = await db.query<SourceFigures>(sourcesSql, values)
  const rest = await db.query<RestFigures>(restSql, values)
  const first = rest.rows[0]
  if (first === undefined) throw new Error('expected one row of figures, got none')
  return {
    hours: hours.rows,
    answers: answers.rows,
    outcomes: outcomes.rows,
    sources: sources.rows,
    ...first,
  }
}

export type Period = { readonly fromMs: number; readonly untilMs: number }

export type DeskFigures = RestFigures & {
  readonly hours: readonly HourFigures[]
  readonly answers: readonly AnswerFigures[]
  readonly outcomes: readonly { readonly outcome: AlertOutcome; readonly count: number }[]
  readonly sources: readonly SourceFigures[]
}

export type HourFigures = {
  readonly atMs: number
  /** Alerts put in front of people: raised, and opened again. */
  readonly callCount: number
  /** People who did something with an alert in it. */
  readonly seatCount: number
}

export type AnswerFigures = {
  readonly priority: AlertPriority
  /** Calls: raised, and opened again. */
  readonly raisedCount: number
  readonly answeredCount: number
  readonly p50Seconds: number | null
  readonly p95Seconds: number | null
}

export type SourceFigures = {
  readonly name: string
  readonly what: 'device' | 'order' | 'vendor' | 'system'
  readonly callCount: number
}

type RestFigures = {
  readonly callCount: number
  readonly alertCount: number
  /** Alerts of them that were opened again. */
  readonly repeatedCount: number
  readonly floodMs: number
  readonly floodCount: number
}

const within = (column: string): string =>
  `${column} >= to_timestamp($1::float8 / 1000) and ${column} < to_timestamp($2::float8 / 1000)`

/** Raised, or opened again: each time somebody was called. */
const callsSql = `select e.alert_id, e.at, e.type from alert_events e
  where ${within('e.at')} and (e.type = 'raised' or e.data #>> '{facts,previousStatus}' is not null)`

/** Every hour of the period, also those in which nothing happened: a desk is manned in them too. */
const hoursSql = `with hours as (
    select generate_series(date_trunc('hour', to_timestamp($1::float8 / 1000)),
      to_timestamp($2::float8 / 1000) - interval '1 millisecond', interval '1 hour') as hour
  ), calls as (${callsSql}), called as (
    select date_trunc('hour', at) as hour, count(*)::int as n from calls group by 1
  ), seated as (
    select date_trunc('hour', at) as hour, count(distinct actor)::int as n from alert_transitions
     where actor is not null and ${within('at')} group by 1
  )
  select ${epochMs('hour')} as "atMs", coalesce(called.n, 0) as "callCount", coalesce(seated.n, 0) as "seatCount"
    from hours left join called using (hour) left join seated using (hour) order by 1`

/**
 * Until somebody answered that call, it called again, ended by itself, or until now. From when it
 * was raised by the clock that answers go by too: its event has that of the database.
 */
const answersSql = `with calls as (${callsSql}), turns as (
    select c.alert_id, case c.type when 'raised' then a.raised_at else c.at end as at,
      lead(c.at) over (partition by c.alert_id order by c.at) as next_at
      from calls c join alerts a on a.id = c.alert_id
  ), answered as (
    select a.priority, extract(epoch from (
      select min(t.at) from alert_transitions t
       where t.alert_id = a.id and t.kind in ('acknowledged', 'closed') and t.actor is not null
         and t.at >= c.at and (c.next_at is null or t.at < c.next_at)) - c.at) as seconds,
      extract(epoch from least(c.next_at, a.closed_at, to_timestamp($3::float8 / 1000)) - c.at) as waited
      from turns c join alerts a on a.id = c.alert_id
  )
  select priority, count(*)::int as "raisedCount", count(seconds)::int as "answeredCount",
    percentile_cont(0.5) within group (order by coalesce(seconds, waited))::float8 as "p50Seconds",
    percentile_cont(0.95) within group (order by coalesce(seconds, waited))::float8 as "p95Seconds"
    from answered group by priority order by priority`

const outcomesSql = `select outcome, count(*)::int as count from alerts
  where status = 'closed' and outcome is not null and ${within('closed_at')}
  group by outcome order by count desc, outcome`

/** Ten who call most; an alert of a device is the device's, else its order's. */
const sourcesSql = `with calls as (${callsSql})
  select coalesce(d.serial_number, o.reference, v.name, 'Hoede') as name,
    case when d.id is not null then 'device' when o.id is not null then 'order'
         when v.id is not null then 'vendor' else 'system' end as what,
    count(*)::int as "callCount"
    from calls join alerts a on a.id = calls.alert_id
    left join devices d on d.id = a.device_id left join protection_orders o on o.id = a.protection_order_id
    left join vendors v on v.id = a.vendor_id
   group by 1, 2 order by 3 desc, 1 limit 10`

const restSql = `with calls as (${callsSql}), told as (
    select alert_id, count(*) as n from calls group by alert_id
  )
  select (select count(*)::int from calls) as "callCount",
    (select count(*)::int from told) as "alertCount",
    (select count(*)::int from told where n > 1) as "repeatedCount",
    (select count(*)::int from floods where started_at < to_timestamp($2::float8 / 1000)
       and coalesce(ended_at, to_timestamp($2::float8 / 1000)) > to_timestamp($1::float8 / 1000)) as "floodCount",
    coalesce((select 1000 * sum(extract(epoch from
        least(coalesce(ended_at, to_timestamp($2::float8 / 1000)), to_timestamp($2::float8 / 1000))
        - greatest(started_at, to_timestamp($1::float8 / 1000))))
       from floods where started_at < to_timestamp($2::float8 / 1000)
        and coalesce(ended_at, to_timestamp($2::float8 / 1000)) > to_timestamp($1::float8 / 1000)), 0)::float8 as "floodMs"`
