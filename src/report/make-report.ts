import { alertPriorities } from '../core/model/alert.ts'
import { dayMs, minuteMs } from '../core/model/units.ts'
import type {
  ReportedAct,
  ReportedAlert,
  ReportedOutages,
  ReportedTelling,
  ReportPeriod,
} from '../store/report/yearly-facts.ts'
import { judgeOrderYear, orderEnds, type OrderYear } from './order-years.ts'
import { smallestCount } from './apart.ts'
import { suppress, type ShownCounts } from './suppress.ts'

/** The report of a year, from what was so at its end: the same facts give the same bytes. */
export function makeReport(facts: ReportFacts): YearlyReport {
  const { year, period, alerts } = facts
  const orders = [...Map.groupBy(facts.acts, ({ orderId }) => orderId).values()]
    .map((acts) => judgeOrderYear(acts, period))
    .filter((one) => one !== null)
  const imposed = orders.filter(({ isImposed }) => isImposed)
  const carried = orders.filter(({ isImposed }) => !isImposed)
  const newOrders = suppress(imposed, [
    { nameOf: ({ legalBasis }) => legalBasis },
    { nameOf: ({ advice }) => advice ?? 'not-assessed' },
  ])
  const oldOrders = suppress(carried, [{ nameOf: ({ legalBasis }) => legalBasis }])
  const ends = orders.flatMap((one) => one.ends)
  const met = suppress(ends, [{ nameOf: (end) => end, names: orderEnds }])
  const told = suppress(alerts, [
    { nameOf: ({ outcome }) => outcome },
    { nameOf: ({ priority }) => priority },
    { nameOf: ({ kind }) => kind },
    { nameOf: answerOf, names: answers, divides: { place: 1, partOf: priorityOfAnswer } },
  ])
  return {
    format: 'hoede-yearly-report-1',
    year,
    from: new Date(period.fromMs).toISOString(),
    until: new Date(period.untilMs).toISOString(),
    smallestCount,
    orders: {
      imposed: { total: newOrders.total, byType: newOrders.groups[0] ?? {} },
      imposedByAdvice: newOrders.groups[1] ?? {},
      carriedOver: { total: oldOrders.total, byType: oldOrders.groups[0] ?? {} },
      ends: { total: met.total, byDecision: met.groups[0] ?? {} },
    },
    alerts: {
      ...tellPerDay(told.total, told.groups[0] ?? {}, orders),
      byPriority: told.groups[1] ?? {},
      byKind: told.groups[2] ?? {},
      answers: alertPriorities.map((priority) =>
        tellAnswers(alerts, priority, told.groups[3] ?? {}),
      ),
    },
    victimsTold: tellTellings(facts.tellings),
    outages: facts.outages === null ? null : tellOutages(facts.outages),
  }
}

export type ReportFacts = {
  readonly year: number
  readonly period: ReportPeriod
  readonly acts: readonly ReportedAct[]
  readonly alerts: readonly ReportedAlert[]
  readonly tellings: readonly ReportedTelling[]
  readonly outages: ReportedOutages | null
}

export type YearlyReport = {
  readonly format: 'hoede-yearly-report-1'
  readonly year: number
  readonly from: string
  readonly until: string
  readonly smallestCount: number
  readonly orders: {
    readonly imposed: { readonly total: number | null; readonly byType: ShownCounts }
    readonly imposedByAdvice: ShownCounts
    readonly carriedOver: { readonly total: number | null; readonly byType: ShownCounts }
    readonly ends: { readonly total: number | null; readonly byDecision: ShownCounts }
  }
  readonly alerts: {
    readonly total: number | null
    readonly caseDays: number | null
    readonly byOutcome: ShownCounts
    readonly perCaseDay: ShownCounts
    readonly byPriority: ShownCounts
    readonly byKind: ShownCounts
    readonly answers: readonly Answers[]
  }
  readonly victimsTold: Tellings
  readonly outages: Outages | null
}

type Answers = {
  readonly priority: string
  readonly answered: number | null
  readonly unanswered: number | null
  readonly medianSeconds: number | null
  readonly p95Seconds: number | null
}

type Tellings = {
  readonly total: number | null
  /** In the way, at the hours and about what they asked for. */
  readonly byWishes: ShownCounts
  readonly byOutcome: ShownCounts
  /** `false`: about an alert that was none; `not-known`: about no alert, or one still open. */
  readonly byTruth: ShownCounts
}

type Outages = {
  readonly count: number
  readonly minutes: number
  readonly longestMinutes: number
  readonly floods: number
}

/** A rate tells its count to whoever knows the days. */
function tellPerDay(total: number | null, byOutcome: ShownCounts, orders: readonly OrderYear[]) {
  const days = orders.reduce((sum, { inForceMs }) => sum + inForceMs, 0) / dayMs
  const caseDays = orders.length < smallestCount ? null : Math.round(days)
  return {
    total,
    caseDays,
    byOutcome,
    perCaseDay: Object.fromEntries(
      Object.entries(byOutcome).map(([name, shown]) => [
        name,
        shown === null || caseDays === null || caseDays === 0
          ? null
          : Number((shown / caseDays).toFixed(4)),
      ]),
    ),
  }
}

/** Whoever was not answered is still open, so the two are told beside the outcomes. */
function answerOf({ priority, answerSeconds }: ReportedAlert): string {
  return `${priority} ${answerSeconds === null ? 'unanswered' : 'answered'}`
}

function priorityOfAnswer(answer: string): string {
  return answer.slice(0, answer.indexOf(' '))
}

const answers = alertPriorities.flatMap((priority) => [
  `${priority} answered`,
  `${priority} unanswered`,
])

function tellAnswers(
  alerts: readonly ReportedAlert[],
  priority: string,
  counts: ShownCounts,
): Answers {
  const seconds = alerts
    .filter((alert) => alert.priority === priority)
    .map(({ answerSeconds }) => answerSeconds)
    .filter((one) => one !== null)
    .toSorted((one, other) => one - other)
  const at = (part: number): number | null =>
    seconds.length < smallestCount
      ? null
      : Math.round(seconds[Math.ceil(part * seconds.length) - 1] ?? 0)
  return {
    priority,
    answered: counts[`${priority} answered`] ?? null,
    unanswered: counts[`${priority} unanswered`] ?? null,
    medianSeconds: at(0.5),
    p95Seconds: at(0.95),
  }
}

function tellTellings(tellings: readonly ReportedTelling[]): Tellings {
  const shown = suppress(tellings, [
    { nameOf: ({ byWishes }) => byWishes },
    { nameOf: ({ outcome }) => outcome },
    {
      nameOf: ({ wasFalse }) =>
        wasFalse === null ? 'not-known' : wasFalse ? 'false' : 'not-false',
    },
  ])
  const [byWishes = {}, byOutcome = {}, byTruth = {}] = shown.groups
  return { total: shown.total, byWishes, byOutcome, byTruth }
}

function tellOutages({ outages, floodCount }: ReportedOutages): Outages {
  const minutes = outages.map(({ fromMs, untilMs }) => (untilMs - fromMs) / minuteMs)
  return {
    count: outages.length,
    minutes: Math.round(minutes.reduce((sum, one) => sum + one, 0)),
    longestMinutes: Math.round(minutes.reduce((most, one) => Math.max(most, one), 0)),
    floods: floodCount,
  }
}
