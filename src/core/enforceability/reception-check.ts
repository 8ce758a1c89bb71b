import type { BanShape } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import { metersBetween } from '../../../geo/distance.ts'
import type { Limits } from '../model/limits.ts'
import { minOf } from '../model/lists.ts'
import { dayMs } from '../model/units.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { judged, unknown } from './check-result.ts'

/** One stored position of the offender's monitor. */
export type StoredFix = {
  readonly recordedAtMs: number
  readonly receivedAtMs: number
  readonly longitude: number
  readonly latitude: number
  /** Null: not told. */
  readonly accuracyMeters: number | null
}

/** How good the positions about a ban were, and how soon they came. */
export type Reception = {
  readonly fixCount: number
  readonly dayCount: number
  /** Shares of positions that claim to be good enough, at rest and moving; null: too few. */
  readonly accurateShareResting: number | null
  readonly accurateShareMoving: number | null
  /** What should have come by the plan, and what of it came in time. */
  readonly expectedCount: number
  readonly inTimeCount: number
}

/**
 * Counts what was stored within the ban, its band and a kilometre, in the order it was recorded.
 * What is missing between two positions counts as late: a hole is no good reception.
 */
export function measureReception(
  fixes: readonly StoredFix[],
  { shape, marginMeters, intervalMs }: ReceptionQuestion,
  limits: Limits,
): Reception {
  const tally = { resting: [0, 0], moving: [0, 0] }
  const days = new Set<number>()
  let [fixCount, expectedCount, inTimeCount] = [0, 0, 0]
  let before: StoredFix | null = null
  for (const fix of fixes) {
    const { longitude, latitude, recordedAtMs, receivedAtMs, accuracyMeters } = fix
    if (shape !== null && signedDistanceMeters(shape, longitude, latitude) > marginMeters) {
      before = null
      continue
    }
    fixCount++
    days.add(Math.floor(recordedAtMs / dayMs))
    const kind = tally[isMoving(before, fix, limits) ? 'moving' : 'resting']
    kind[0] = (kind[0] ?? 0) + 1
    const isAccurate =
      accuracyMeters !== null && accuracyMeters <= limits.receptionAccuracyMetersMax
    if (isAccurate) kind[1] = (kind[1] ?? 0) + 1
    const gapMs = before === null ? intervalMs : recordedAtMs - before.recordedAtMs
    expectedCount += Math.max(1, Math.round(gapMs / intervalMs))
    const delayMs = receivedAtMs - recordedAtMs
    // By a clock that is ahead nobody knows how late it came.
    if (delayMs >= -limits.clockSlackMs && delayMs <= limits.deliveryMsMax) inTimeCount++
    before = fix
  }
  const shareOf = ([all = 0, accurate = 0]: readonly number[]) =>
    all < limits.receptionKindCountMin ? null : accurate / all
  return {
    fixCount,
    dayCount: days.size,
    accurateShareResting: shareOf(tally.resting),
    accurateShareMoving: shareOf(tally.moving),
    expectedCount,
    inTimeCount,
  }
}

export type ReceptionQuestion = {
  /** Null: a distance that moves along, so that every place counts. */
  readonly shape: BanShape | null
  readonly marginMeters: number
  readonly intervalMs: number
}

/** E7: whether positions about the ban are good enough to tell inside from outside. */
export function checkReception(reception: Reception, limits: Limits): EnforceabilityCheck {
  const { accurateShareResting, accurateShareMoving, fixCount, dayCount } = reception
  const shares = [accurateShareResting, accurateShareMoving].filter((share) => share !== null)
  const { receptionShareGreenMin, receptionShareAmberMin, receptionAccuracyMetersMax } = limits
  const base = { code: 'E7', threshold: percent(receptionShareGreenMin), unit: 'percent' } as const
  if (isTooFew(reception, limits) || shares.length === 0) {
    return unknown(
      { ...base, value: null },
      'judgement',
      `Only ${fixCount} positions of ${dayCount} days are stored about the ban: too few to tell how good reception is.`,
      `Er zijn rond het gebied maar ${fixCount} posities van ${dayCount} dagen bewaard: te weinig om te zeggen hoe goed de ontvangst is.`,
    )
  }
  const worst = minOf(shares)
  const value = percent(worst)
  return judged(
    { ...base, value },
    resultOf(worst, receptionShareGreenMin, receptionShareAmberMin),
    'judgement',
    `Of ${fixCount} stored positions about the ban ${value} % claim ${receptionAccuracyMetersMax} m or better, at rest or moving, whichever is worse.`,
    `Van ${fixCount} bewaarde posities rond het gebied zegt ${value} % op ${receptionAccuracyMetersMax} m of beter te kloppen, in rust of onderweg, wat het slechtst is.`,
  )
}

/** E8: whether positions about the ban come in time to act on. */
export function checkDelivery(reception: Reception, limits: Limits): EnforceabilityCheck {
  const { expectedCount, inTimeCount, fixCount, dayCount } = reception
  const { deliveryShareGreenMin, deliveryShareAmberMin } = limits
  const seconds = limits.deliveryMsMax / 1_000
  const base = { code: 'E8', threshold: percent(deliveryShareGreenMin), unit: 'percent' } as const
  if (isTooFew(reception, limits)) {
    return unknown(
      { ...base, value: null },
      'judgement',
      `Only ${fixCount} positions of ${dayCount} days are stored about the ban: too few to tell how soon they come.`,
      `Er zijn rond het gebied maar ${fixCount} posities van ${dayCount} dagen bewaard: te weinig om te zeggen hoe snel ze binnenkomen.`,
    )
  }
  const share = inTimeCount / expectedCount
  const value = percent(share)
  return judged(
    { ...base, value },
    resultOf(share, deliveryShareGreenMin, deliveryShareAmberMin),
    'judgement',
    `Of ${expectedCount} positions that were due about the ban ${value} % came within ${seconds} s; missing ones count as late.`,
    `Van ${expectedCount} posities die rond het gebied verwacht werden, kwam ${value} % binnen ${seconds} s; wat ontbreekt, telt als te laat.`,
  )
}

function isTooFew({ fixCount, dayCount }: Reception, limits: Limits): boolean {
  return fixCount < limits.receptionFixCountMin || dayCount < limits.receptionDayCountMin
}

/** Between the last two positions; the first is taken as at rest. */
function isMoving(before: StoredFix | null, fix: StoredFix, limits: Limits): boolean {
  if (before === null) return false
  const seconds = (fix.recordedAtMs - before.recordedAtMs) / 1_000
  return metersBetween(before, fix) / seconds > limits.receptionMovingMetersPerSecond
}

function resultOf(share: number, green: number, amber: number) {
  return share >= green ? 'green' : share >= amber ? 'amber' : 'red'
}

/** Down: 89.9 is not 90. */
function percent(share: number): number {
  return Math.floor(share * 100 + 1e-9)
}
