import type { CaseFix } from '../fixes/case-fix.ts'
import type { ConfirmWindows } from '../rules/confirm-window.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from '../belief/track-state.ts'
import { findReportedMs } from '../belief/track.ts'

/**
 * How far each device by which somebody was seen inside has come in seeing them outside. A band
 * left at home says nothing of the one in the ban: each must see its wearer leave. Of two people
 * it is the devices of both.
 */
export type Leaving = {
  readonly personSlot: number
  readonly deviceSlot: number
  /**
   * Readings outside in a row; the moment of the first, and the evidence of the
   * last. NaN while there is none.
   */
  readonly count: number
  readonly sinceMs: number
  readonly lastMs: number
  /** The same of readings surely outside, however near the border. */
  readonly nearCount: number
  readonly nearSinceMs: number
  readonly nearLastMs: number
}

/** Seen inside by these: they are waited for from now on, and everybody has to leave anew. */
export function waitFor(leaving: readonly Leaving[], seen: readonly CaseFix[]): readonly Leaving[] {
  const news = seen.filter(
    (fix, place) =>
      !leaving.some((entry) => isBy(entry, fix)) &&
      !seen.slice(0, place).some((earlier) => earlier.deviceSlot === fix.deviceSlot),
  )
  const kept = startAgain(leaving)
  if (news.length === 0) return kept
  return [...kept, ...news.map(({ personSlot, deviceSlot }) => notYet(personSlot, deviceSlot))]
}

/** Not surely outside: whatever was counted counts no more. */
export function startAgain(leaving: readonly Leaving[]): readonly Leaving[] {
  if (leaving.every(({ count, nearCount }) => count === 0 && nearCount === 0)) return leaving
  return leaving.map(({ personSlot, deviceSlot }) => notYet(personSlot, deviceSlot))
}

/** Nearer than the margin: what was counted beyond it counts no more. */
export function startMarginAgain(leaving: readonly Leaving[]): readonly Leaving[] {
  if (leaving.every(({ count }) => count === 0)) return leaving
  return leaving.map((entry) => ({ ...entry, count: 0, sinceMs: Number.NaN, lastMs: Number.NaN }))
}

/**
 * Seen outside by these. It counts when each is waited for. A device that has been silent for
 * longer than its plan explains is waited for no longer, and when none of a person's is left,
 * the one that reports takes its place. `evidenceMs` is when the older of the fixes was recorded
 * that the reading rests on.
 */
export function noteOutside(
  leaving: readonly Leaving[],
  seen: readonly [CaseFix, ...CaseFix[]],
  evidenceMs: number,
  hearing: Hearing,
  isByMargin = true,
): readonly Leaving[] {
  const [fix] = seen
  const awaited = leaving.filter(
    (entry) => seen.some((one) => isBy(entry, one)) || !isSilent(entry, fix, hearing),
  )
  for (const { personSlot, deviceSlot } of seen) {
    const isLeft = awaited.some((entry) => entry.personSlot === personSlot)
    if (!isLeft) awaited.push(notYet(personSlot, deviceSlot))
  }
  const counts = seen.every((one) => awaited.some((entry) => isBy(entry, one)))
  if (!counts) return leaving
  return awaited.map((entry) =>
    seen.some((one) => isBy(entry, one))
      ? countOutside(entry, fix.recordedAtMs, evidenceMs, isByMargin)
      : entry,
  )
}

/** When they left, once every device that is waited for has shown it; null before. */
export function findLeftMs(leaving: readonly Leaving[], limits: Limits): number | null {
  let leftMs = -Infinity
  for (const { count, sinceMs, lastMs, nearCount, nearSinceMs, nearLastMs } of leaving) {
    const isShown = count >= limits.clearFixCountMin && lastMs - sinceMs >= limits.clearDwellMs
    const isShownNear =
      nearCount >= limits.leaveNearFixCountMin && nearLastMs - nearSinceMs >= limits.leaveNearMsMin
    if (!isShown && !isShownNear) return null
    leftMs = Math.max(leftMs, isShown ? sinceMs : nearSinceMs)
  }
  return leftMs
}

/** What is known of when devices were heard. `theirs` is null where there is only one person. */
export type Hearing = {
  readonly limits: Limits
  readonly mine: Track
  readonly theirs: Track | null
  readonly confirmWindows: ConfirmWindows
}

/** Nearer than the margin it counts for the longer count alone. */
function countOutside(
  entry: Leaving,
  atMs: number,
  evidenceMs: number,
  isByMargin: boolean,
): Leaving {
  const near = countNear(entry, atMs, evidenceMs)
  if (!isByMargin) return near
  if (entry.count === 0) return { ...near, count: 1, sinceMs: atMs, lastMs: evidenceMs }
  // Two reports of one moment are one piece of evidence.
  if (evidenceMs <= entry.lastMs) return near
  return { ...near, count: entry.count + 1, lastMs: evidenceMs }
}

function countNear(entry: Leaving, atMs: number, evidenceMs: number): Leaving {
  const { nearCount, nearLastMs } = entry
  if (nearCount === 0) return { ...entry, nearCount: 1, nearSinceMs: atMs, nearLastMs: evidenceMs }
  if (evidenceMs <= nearLastMs) return entry
  return { ...entry, nearCount: nearCount + 1, nearLastMs: evidenceMs }
}

/**
 * By recorded times alone, so that late uploads come to the same. An hour at most, which is well
 * within what is read again when an old fix comes in.
 */
function isSilent(entry: Leaving, fix: CaseFix, hearing: Hearing): boolean {
  const { limits, confirmWindows } = hearing
  const track = entry.personSlot === fix.personSlot ? hearing.mine : hearing.theirs
  const heardMs = (track === null ? null : findReportedMs(track, entry.deviceSlot)) ?? -Infinity
  const windowMs = findConfirmWindowMs(confirmWindows, entry.deviceSlot, fix.recordedAtMs)
  const planMs = limits.silentIntervalsMax * windowMs
  return fix.recordedAtMs - heardMs > Math.min(planMs, limits.beliefMemoryMsMax)
}

function notYet(personSlot: number, deviceSlot: number): Leaving {
  return {
    personSlot,
    deviceSlot,
    count: 0,
    sinceMs: Number.NaN,
    lastMs: Number.NaN,
    nearCount: 0,
    nearSinceMs: Number.NaN,
    nearLastMs: Number.NaN,
  }
}

function isBy(entry: Leaving, fix: CaseFix): boolean {
  return entry.deviceSlot === fix.deviceSlot && entry.personSlot === fix.personSlot
}
