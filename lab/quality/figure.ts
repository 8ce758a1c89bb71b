import type { Score } from './score.ts'
import { quantile } from './score.ts'
import type { Told } from './trial.ts'
import { dayMs } from '../../src/core/model/units.ts'

export function recall({ foundCount, dueCount }: Score, least: number): Figure {
  return share(foundCount, dueCount, least)
}

export function share(part: number, whole: number, least: number): Figure {
  if (whole === 0) return none
  const figure = whole > 1e7 ? '' : ` (${part} of ${whole})`
  return { text: `${((100 * part) / whole).toFixed(2)} %${figure}`, isMet: part / whole >= least }
}

export function delays(values: readonly number[]): Figure {
  const p50 = quantile(values, 0.5)
  const p95 = quantile(values, 0.95)
  const most = quantile(values, 1)
  if (p50 === null || p95 === null || most === null) return none
  const text = [p50, p95, most].map((ms) => (ms / 1000).toFixed(ms < 10_000 ? 1 : 0)).join(', ')
  return { text, isMet: null }
}

/**
 * Met when half are told at once and nineteen in twenty within one
 * reporting interval of the device.
 */
export function promptness({ fromRevealedMs, fromRevealedIntervals }: Score): Figure {
  const p50 = quantile(fromRevealedMs, 0.5)
  const intervals = quantile(fromRevealedIntervals, 0.95)
  if (p50 === null || intervals === null) return none
  const { text } = delays(fromRevealedMs)
  return {
    text: `${text}; p95 ${intervals.toFixed(2)} interval`,
    isMet: p50 === 0 && intervals <= 1,
  }
}

export function falsePerDay(score: Score, most: number): Figure {
  if (score.watchedMs === 0) return none
  const perDay = countBreaches(score.falseAlerts) / (score.watchedMs / dayMs)
  return { text: perDay.toFixed(4), isMet: perDay <= most }
}

export function falseBreaches(score: Score): Figure {
  if (score.watchedMs === 0) return none
  const breaches = countBreaches(score.falseAlerts)
  const passages = score.falseAlerts.length - breaches
  return {
    text: passages === 0 ? `${breaches}` : `${breaches} (+ ${passages})`,
    isMet: breaches === 0,
  }
}

export function countBreaches(alerts: readonly Told[]): number {
  return alerts.filter(({ kind }) => kind !== 'location-ban-passage').length
}

export function repeatRate({ repeats, dueCount }: Score, most: number): Figure {
  return dueCount === 0
    ? none
    : { text: rate(repeats, dueCount), isMet: repeats / dueCount <= most }
}

export function precision({ trueAlerts, falseAlerts }: Score): Figure {
  return { ...share(trueAlerts, trueAlerts + falseAlerts.length, 0), isMet: null }
}

export function rate(part: number, whole: number): string {
  return whole === 0 ? '—' : (part / whole).toFixed(3)
}

export type Figure = { readonly text: string; readonly isMet: boolean | null }

/** Nothing to measure it by. */
export const none: Figure = { text: '—', isMet: null }
