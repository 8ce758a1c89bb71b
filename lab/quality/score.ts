import type { Stretch, Subject, Told, Truth } from './trial.ts'
import { pushAll } from '../../src/core/model/lists.ts'

/** Holds what was told of one ban against what was true of it. */
export function scoreSubject(subject: Subject, told: readonly Told[]): Score {
  const { truths, toleranceMs } = subject
  const breaches = told.filter(
    ({ kind, subjectId }) => subjectId === subject.id && breachKinds.has(kind),
  )
  const score: Score = { ...emptyScore(), watchedMs: subject.watchedMs }
  const isTrue = new Set<Told>()
  for (const truth of truths) {
    const matching = breaches
      .filter((alert) => overlaps(alert, truth, toleranceMs))
      .toSorted((one, other) => one.raisedAtMs - other.raisedAtMs)
    for (const alert of matching) isTrue.add(alert)
    scoreTruth(score, truth, matching, subject)
  }
  for (const alert of breaches) {
    if (isTrue.has(alert)) score.trueAlerts++
    else if (subject.known.some((known) => holds(known, alert.occurredAtMs)))
      score.falseAlerts.push(alert)
    else score.unjudgedAlerts++
  }
  return score
}

export function addScores(scores: Iterable<Score>): Score {
  const sum = emptyScore()
  for (const score of scores) {
    sum.watchedMs += score.watchedMs
    sum.dueCount += score.dueCount
    sum.foundCount += score.foundCount
    sum.unseenCount += score.unseenCount
    sum.unseenFoundCount += score.unseenFoundCount
    sum.repeats += score.repeats
    sum.trueAlerts += score.trueAlerts
    sum.unjudgedAlerts += score.unjudgedAlerts
    sum.falseClears += score.falseClears
    pushAll(sum.falseAlerts, score.falseAlerts)
    pushAll(sum.missed, score.missed)
    pushAll(sum.fromEventMs, score.fromEventMs)
    pushAll(sum.fromRevealedMs, score.fromRevealedMs)
    pushAll(sum.fromRevealedIntervals, score.fromRevealedIntervals)
  }
  return sum
}

/** The value that this share of the values does not exceed; null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}

export function overlaps(
  alert: Pick<Told, 'occurredAtMs' | 'clearedAtMs'>,
  stretch: Stretch,
  toleranceMs: number,
): boolean {
  return (
    alert.occurredAtMs <= stretch.endMs + toleranceMs &&
    (alert.clearedAtMs ?? Infinity) >= stretch.startMs - toleranceMs
  )
}

function holds({ startMs, endMs }: Stretch, atMs: number): boolean {
  return startMs <= atMs && atMs <= endMs
}

export type Score = {
  watchedMs: number
  /** True episodes that had to be found, and those that were. */
  dueCount: number
  foundCount: number
  /** True episodes that no fixes show, and those of them that were told all the same. */
  unseenCount: number
  unseenFoundCount: number
  /** Alerts after the first for one true episode. */
  repeats: number
  trueAlerts: number
  unjudgedAlerts: number
  /** Endings told in the midst of a true episode. */
  falseClears: number
  readonly falseAlerts: Told[]
  readonly missed: Truth[]
  /** From the true beginning, and from the receipt of the first fix that shows it, to the alert. */
  readonly fromEventMs: number[]
  readonly fromRevealedMs: number[]
  /** The latter in reporting intervals. */
  readonly fromRevealedIntervals: number[]
}

/** A passage says that the offender was inside between two fixes: such an episode is found. */
export const breachKinds: ReadonlySet<string> = new Set([
  'location-ban-breach',
  'location-ban-passage',
  'proximity-breach',
])

export function emptyScore(): Score {
  return {
    watchedMs: 0,
    dueCount: 0,
    foundCount: 0,
    unseenCount: 0,
    unseenFoundCount: 0,
    repeats: 0,
    trueAlerts: 0,
    unjudgedAlerts: 0,
    falseClears: 0,
    falseAlerts: [],
    missed: [],
    fromEventMs: [],
    fromRevealedMs: [],
    fromRevealedIntervals: [],
  }
}

function scoreTruth(
  score: Score,
  truth: Truth,
  matching: readonly Told[],
  { toleranceMs, reportIntervalMs }: Subject,
): void {
  const first = matching[0]
  score.repeats += Math.max(0, matching.length - 1)
  for (const { clears } of matching) {
    score.falseClears += clears.filter(
      (atMs) => atMs > truth.startMs && atMs < truth.endMs - toleranceMs,
    ).length
  }
  if (truth.isUnseen) {
    score.unseenCount++
    if (first !== undefined) score.unseenFoundCount++
  }
  if (!truth.isDue) return
  score.dueCount++
  if (first === undefined) {
    score.missed.push(truth)
    return
  }
  score.foundCount++
  score.fromEventMs.push(Math.max(0, first.raisedAtMs - truth.startMs))
  if (truth.revealedAtMs !== null) {
    const delayMs = Math.max(0, first.raisedAtMs - truth.revealedAtMs)
    score.fromRevealedMs.push(delayMs)
    score.fromRevealedIntervals.push(delayMs / reportIntervalMs)
  }
}
