import type { Limits } from '../../src/core/model/limits.ts'
import { apart } from './reference-belief.ts'
import type { Judged } from './reference-belief.ts'

/**
 * Since when a person has been at rest at one place, by a plain reading: all believed fixes from
 * the first of the rest on lie within 50 m and the radii (150 m of them at most) of it, for five
 * minutes. Null is under way, or put elsewhere by two coarse positions in a row.
 */
export function findRestSince(
  judged: readonly Judged[],
  person: string,
  limits: Limits,
): number | null {
  const own = judged.filter((one) => one.person === person)
  const seen = own.filter(({ doubts }) => doubts.length === 0)
  const last = seen.at(-1)
  if (last === undefined) return null
  const coarse = own
    .slice(own.indexOf(last) + 1)
    .filter(({ doubts }) => doubts.join() === 'accuracy-too-poor')
    .slice(-limits.heldAwayCountMax)
  const isAway =
    coarse.length === limits.heldAwayCountMax &&
    coarse.every((one) => apart(one.fix, last.fix) > 2 * one.accuracy + 150)
  if (isAway) return null
  let anchor: Judged | null = null
  for (const [place, now] of seen.entries()) {
    const before = seen[place - 1]
    if (anchor === null || isMoving(now)) anchor = now
    else if (isOnePlace(anchor, now)) continue
    else if (before !== undefined && !isMoving(before) && isOnePlace(before, now)) anchor = before
    else anchor = now
  }
  const sinceMs = anchor?.fix.recordedAtMs ?? Infinity
  return last.fix.recordedAtMs - sinceMs >= 300_000 ? sinceMs : null
}

/**
 * Since when the person was seen at that place, by the same reading: nothing but the fixes since
 * the last stretch of more than five minutes in which none was believed (every plan is fast here).
 */
export function findRestSeenSince(
  judged: readonly Judged[],
  person: string,
  sinceMs: number,
): number {
  const timesMs = judged
    .filter((one) => one.person === person && one.doubts.length === 0)
    .map(({ fix }) => fix.recordedAtMs)
  const isReturn = (ms: number, place: number): boolean =>
    place > 0 && ms - timesMs[place - 1]! > 300_000
  return Math.max(sinceMs, ...timesMs.filter(isReturn))
}

function isMoving({ fix }: Judged): boolean {
  return (fix.speedMetersPerSecond ?? 0) > 2.5
}

function isOnePlace(one: Judged, other: Judged): boolean {
  return apart(one.fix, other.fix) <= 50 + Math.min(150, one.accuracy + other.accuracy)
}
