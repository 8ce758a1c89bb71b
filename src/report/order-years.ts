import { dayMs } from '../core/model/units.ts'
import type { ReportedAct, ReportPeriod } from '../store/report/yearly-facts.ts'

/** What a year was for one order, from the acts about it that were done before the year's end. */
export function judgeOrderYear(
  acts: readonly ReportedAct[],
  period: ReportPeriod,
): OrderYear | null {
  const [first] = acts
  if (first === undefined) return null
  const stretches = listStretches(acts, period.untilMs)
  const inForceMs = stretches.reduce((sum, one) => sum + overlapMs(one, period), 0)
  const isImposed = isWithin(first.atMs, period)
  if (inForceMs === 0 && !isImposed) return null
  return {
    legalBasis: first.legalBasis,
    isImposed,
    advice: first.advice,
    inForceMs,
    ends: listEnds(acts, period),
  }
}

export type OrderYear = {
  readonly legalBasis: ReportedAct['legalBasis']
  readonly isImposed: boolean
  /** Of the assessment that it was imposed with. */
  readonly advice: string | null
  readonly inForceMs: number
  readonly ends: readonly OrderEnd[]
}

/** How an end of the year was met. */
export const orderEnds = [
  'extended-in-time',
  'extended-late',
  'stop-confirmed',
  'stop-confirmed-late',
  'lifted',
  'no-decision',
] as const
export type OrderEnd = (typeof orderEnds)[number]

/** From its start to its end, without what it was suspended. */
function listStretches(acts: readonly ReportedAct[], untilMs: number): readonly ReportPeriod[] {
  const stretches: ReportPeriod[] = []
  let fromMs: number | null = null
  let endMs = untilMs
  const stop = (atMs: number): void => {
    if (fromMs !== null && Math.min(atMs, endMs) > fromMs)
      stretches.push({ fromMs, untilMs: Math.min(atMs, endMs) })
    fromMs = null
  }
  for (const { act, atMs, effectiveAtMs, validUntilMs } of acts) {
    if (act === 'impose') fromMs = effectiveAtMs
    if (act === 'suspend' || act === 'lift' || act === 'confirm-stop') stop(effectiveAtMs)
    // The while between an end and a late extension was protected by nothing.
    if (fromMs !== null && atMs > endMs) {
      stop(endMs)
      fromMs = atMs
    }
    if (act === 'resume' || act === 'reinstate') fromMs = effectiveAtMs
    endMs = validUntilMs
  }
  stop(untilMs)
  return stretches
}

function listEnds(acts: readonly ReportedAct[], period: ReportPeriod): readonly OrderEnd[] {
  const ends: OrderEnd[] = []
  let endMs: number | null = null
  let isOver = false
  for (const { act, atMs, validUntilMs } of acts) {
    const isPast: boolean = endMs !== null && atMs >= endMs
    const isOfYear: boolean = endMs !== null && isWithin(endMs, period)
    if (act === 'extend' && isOfYear) ends.push(isPast ? 'extended-late' : 'extended-in-time')
    if (act === 'confirm-stop' && isOfYear)
      ends.push(atMs > (endMs ?? 0) + dayMs ? 'stop-confirmed-late' : 'stop-confirmed')
    if (act === 'lift' && isWithin(atMs, period)) ends.push('lifted')
    if (act === 'lift' || act === 'confirm-stop') isOver = true
    if (act === 'impose' || act === 'reinstate') isOver = false
    endMs = validUntilMs
  }
  // Whoever forgets does nothing, so this is what no act says.
  if (!isOver && endMs !== null && isWithin(endMs, period)) ends.push('no-decision')
  return ends
}

function isWithin(atMs: number, { fromMs, untilMs }: ReportPeriod): boolean {
  return atMs >= fromMs && atMs < untilMs
}

function overlapMs(one: ReportPeriod, other: ReportPeriod): number {
  return Math.max(0, Math.min(one.untilMs, other.untilMs) - Math.max(one.fromMs, other.fromMs))
}
