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
  if (leaving.every(({ count }) => count === 0)) return leaving
  return leaving.map(({ personSlot, deviceSlot }) => notYet(personSlot, deviceSlot))
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
      ? countOutside(entry, fix.recordedAtMs, evidenceMs)
      : entry,
  )
}

/** When they left, once every device that is waited for has shown it; null before. */
export function findLeftMs(leaving: readonly Leaving[], limits: Limits): number | null {
  let leftMs = -Infinity
  for (const { count, sinceMs, lastMs } of leaving) {
    const isShown = count >= limits.clearFixCountMin && lastMs - sinceMs >= limits.clearDwellMs
    if (!isShown) return null
    leftMs = Math.max(leftMs, sinceMs)
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

function countOutside(entry: Leaving, atMs: number, evidenceMs: number): Leaving {
  if (entry.count === 0) return { ...entry, count: 1, sinceMs: atMs, lastMs: evidenceMs }
  // Two reports of one moment are one piece of evidence.
  if (evidenceMs <= entry.lastMs) return entry
  return { ...entry, count: entry.count + 1, lastMs: evidenceMs }
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
  return { personSlot, deviceSlot, count: 0, sinceMs: Number.NaN, lastMs: Number.NaN }
}

function isBy(entry: Leaving, fix: CaseFix): boolean {
  return entry.deviceSlot === fix.deviceSlot && entry.personSlot === fix.personSlot
}
