import type { CaseFix } from '../fixes/case-fix.ts'
import type { ConfirmWindows } from '../rules/confirm-window.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from '../belief/track-state.ts'
import { findReportedMs, listReported } from '../belief/reported.ts'
import type { Run } from './leaving-run.ts'
import { countOutside, dropMargin, dropNear, dropRun } from './leaving-run.ts'
import { findShownMs, isCounted, noRun } from './leaving-run.ts'

/**
 * How far each device by which somebody was seen inside has come in seeing them outside. A band
 * left at home says nothing of the one in the ban: each must see its wearer leave. Of two people
 * it is the devices of both.
 */
export type Leaving = Run & {
  readonly personSlot: number
  readonly deviceSlot: number
  /**
   * The same, which only its own readings break: one that is seen to leave has shown it, also while
   * another reports from inside.
   */
  readonly own: Run
  /**
   * Not waited for: it was elsewhere while one that is waited for reported, or was heard in the day
   * before and did not see it begin. Only one of the two is where its wearer is, so it ends nothing
   * when the other says nothing more.
   */
  readonly isElsewhere: boolean
  /** It saw them inside, and has not shown since that they left: one step out is no leaving. */
  readonly isSeenInside: boolean
  /** Waited for no longer, for it was silent too long, and has not shown that they left. */
  readonly isUnheard: boolean
}

/** A device that saw a breach which is over by others, and has not shown since that it left. */
export type Unheard = {
  readonly episodeId: number
  readonly personSlot: number
  readonly deviceSlot: number
  /** What it has shown of its leaving since then. */
  readonly run: Run
}

/** Seen inside by these: they are waited for from now on, and everybody has to leave anew. */
export function waitFor(leaving: readonly Leaving[], seen: readonly CaseFix[]): readonly Leaving[] {
  // Hot path: inside as before, by those that were.
  if (areWaitedFor(leaving, seen)) return leaving
  const waited = leaving.filter(
    (entry) => isAwaited(entry) || !seen.some((fix) => isBy(entry, fix)),
  )
  const news = seen.filter(
    (fix, place) =>
      !waited.some((entry) => isBy(entry, fix)) &&
      !seen.slice(0, place).some((earlier) => earlier.deviceSlot === fix.deviceSlot),
  )
  const kept = startAgain(waited, seen).map((entry) =>
    entry.isSeenInside || !seen.some((fix) => isBy(entry, fix))
      ? entry
      : { ...entry, isSeenInside: true },
  )
  const begun = news.map(({ personSlot, deviceSlot }) => notYet(personSlot, deviceSlot))
  return [...kept, ...begun.map((entry) => ({ ...entry, isSeenInside: true }))]
}

/** They are already, and nothing was counted that would count no more. */
function areWaitedFor(leaving: readonly Leaving[], seen: readonly CaseFix[]): boolean {
  for (const entry of leaving) {
    const isAsBefore = isAwaited(entry) && entry.isSeenInside && !isCounted(entry.own)
    if (isCounted(entry) || (!isAsBefore && isOfAny(entry, seen))) return false
  }
  return seen.every((fix) => isOfAny(fix, leaving))
}

/**
 * At the beginning: what these people also wear, and was heard within a day before, is not where
 * they were seen. One that is heard for the first time later may have been put on in exchange.
 */
export function noteHeardBefore(
  leaving: readonly Leaving[],
  { recordedAtMs }: CaseFix,
  { mine, theirs, limits }: Hearing,
): readonly Leaving[] {
  const fromMs = recordedAtMs - limits.elsewhereMsMax
  const news: Leaving[] = []
  for (const track of [mine, theirs]) {
    if (track === null || track.last === null) continue
    const { personSlot } = track.last
    for (const [deviceSlot, heardMs] of listReported(track)) {
      const entry = { ...notYet(personSlot, deviceSlot), isElsewhere: true }
      if (heardMs >= fromMs && !leaving.some((one) => isBy(one, entry))) news.push(entry)
    }
  }
  return news.length === 0 ? leaving : [...leaving, ...news]
}

/** Not surely outside: whatever was counted counts no more. */
export function startAgain(
  leaving: readonly Leaving[],
  seen: readonly CaseFix[],
): readonly Leaving[] {
  return breakRuns(leaving, seen, dropRun)
}

/** Neither in nor surely out, and more likely out: only what was counted near counts no more. */
export function startNearAgain(
  leaving: readonly Leaving[],
  seen: readonly CaseFix[],
): readonly Leaving[] {
  return breakRuns(leaving, seen, dropNear)
}

/** Nearer than the margin: what was counted beyond it counts no more. */
export function startMarginAgain(
  leaving: readonly Leaving[],
  seen: readonly CaseFix[],
): readonly Leaving[] {
  return breakRuns(leaving, seen, dropMargin)
}

/** Breaks the runs of all, and of those that are seen what they have shown by themselves. */
function breakRuns(
  leaving: readonly Leaving[],
  seen: readonly CaseFix[],
  start: (run: Run) => Run,
): readonly Leaving[] {
  const next = leaving.map((entry) => {
    const isSeen = seen.some((fix) => isBy(entry, fix))
    const run = start(entry)
    const own = isSeen ? start(entry.own) : entry.own
    return run === entry && own === entry.own ? entry : { ...entry, ...run, own }
  })
  return next.every((entry, place) => entry === leaving[place]) ? leaving : next
}

function startEntryAgain({ personSlot, deviceSlot, isSeenInside }: Leaving): Leaving {
  return { ...notYet(personSlot, deviceSlot), isSeenInside }
}

/**
 * Seen outside by these. It counts when each is waited for. A device that has been silent for
 * longer than its plan explains is waited for no longer, nor is one that was taken off. One that
 * saw it is waited for again once it is heard: its first step out is no leaving either. And when
 * none of a person's is left, the one that reports takes its place, unless it was elsewhere before:
 * whoever leaves a phone at home and shields the monitor has not left. `evidenceMs` is when the
 * older of the fixes was recorded that the reading rests on.
 */
export function noteOutside(
  leaving: readonly Leaving[],
  seen: readonly [CaseFix, ...CaseFix[]],
  evidenceMs: number,
  hearing: Hearing,
  isByMargin = true,
): readonly Leaving[] {
  const [fix] = seen
  const elsewhere = leaving.filter(({ isElsewhere }) => isElsewhere)
  const isSeen = (entry: Leaving): boolean => seen.some((one) => isBy(entry, one))
  const known = leaving.map((entry) => (isSeen(entry) ? { ...entry, isUnheard: false } : entry))
  const awaited = known.filter(
    (entry) =>
      isAwaited(entry) &&
      (isSeen(entry) ||
        (!isSilent(entry, fix, hearing) && !isTakenOff(entry, leaving, fix, hearing))),
  )
  const unheard = leaving
    .filter((entry) => entry.isSeenInside && !entry.isElsewhere)
    .filter((entry) => !awaited.some((other) => isBy(entry, other)))
    .map((entry) => ({ ...startEntryAgain(entry), isUnheard: true }))
  for (const one of seen) {
    const isLeft = awaited.some((entry) => entry.personSlot === one.personSlot)
    if (isLeft) continue
    const isKnown = elsewhere.some((entry) => isBy(entry, one))
    const others = leaving.filter(
      (entry) => entry.personSlot === one.personSlot && isAwaited(entry),
    )
    if (isKnown && !areLongSilent(others, fix, hearing)) return leaving
    awaited.push(notYet(one.personSlot, one.deviceSlot))
  }
  const counts = seen.every((one) => awaited.some((entry) => isBy(entry, one)))
  if (!counts) return noteElsewhere(leaving, seen)
  const still = elsewhere.filter((entry) => !awaited.some((other) => isBy(entry, other)))
  return [...awaited, ...still, ...unheard].map((entry) =>
    isSeen(entry)
      ? noteShown(countBoth(entry, fix.recordedAtMs, evidenceMs, isByMargin), hearing.limits)
      : entry,
  )
}

/** When they left, once every device that is waited for has shown it; null before. */
export function findLeftMs(leaving: readonly Leaving[], limits: Limits): number | null {
  let leftMs = -Infinity
  for (const entry of leaving) {
    if (!isAwaited(entry)) continue
    const shownMs = findShownMs(entry, limits)
    if (shownMs === null) return null
    leftMs = Math.max(leftMs, shownMs)
  }
  return leftMs
}

/** A single step out, and dark from then on, says nothing of where its wearer is. */
function noteShown(entry: Leaving, limits: Limits): Leaving {
  const isShown = [entry, entry.own].some((run) => findShownMs(run, limits) !== null)
  return entry.isSeenInside && isShown ? { ...entry, isSeenInside: false } : entry
}

/** What is known of when devices were heard. `theirs` is null where there is only one person. */
export type Hearing = {
  readonly limits: Limits
  readonly mine: Track
  readonly theirs: Track | null
  readonly confirmWindows: ConfirmWindows
  /** Whether this person wears that device then. */
  readonly isWorn: (deviceSlot: number, personSlot: number, atMs: number) => boolean
}

function countBoth(entry: Leaving, atMs: number, evidenceMs: number, isByMargin: boolean): Leaving {
  const own = countOutside(entry.own, atMs, evidenceMs, isByMargin)
  return { ...countOutside(entry, atMs, evidenceMs, isByMargin), own }
}

/**
 * No longer worn, while another that saw them inside is: that one shows where they are. Where none
 * is, nobody knows of what is put on in its place that it is on its wearer.
 */
function isTakenOff(
  { personSlot, deviceSlot }: Leaving,
  leaving: readonly Leaving[],
  { recordedAtMs }: CaseFix,
  { isWorn }: Hearing,
): boolean {
  if (isWorn(deviceSlot, personSlot, recordedAtMs)) return false
  return leaving.some(
    (other) =>
      isAwaited(other) &&
      other.personSlot === personSlot &&
      isWorn(other.deviceSlot, personSlot, recordedAtMs),
  )
}

/**
 * By recorded times alone, so that late uploads come to the same. An hour at most, which is well
 * within what is read again when an old fix comes in.
 */
function isSilent(entry: Leaving, fix: CaseFix, hearing: Hearing): boolean {
  const { limits, confirmWindows } = hearing
  const windowMs = findConfirmWindowMs(confirmWindows, entry.deviceSlot, fix.recordedAtMs)
  const planMs = limits.silentIntervalsMax * windowMs
  return findSilentMs(entry, fix, hearing) > Math.min(planMs, limits.beliefMemoryMsMax)
}

/** For so long that the word of another must do. */
function areLongSilent(entries: readonly Leaving[], fix: CaseFix, hearing: Hearing): boolean {
  const { elsewhereMsMax } = hearing.limits
  return entries.every((entry) => findSilentMs(entry, fix, hearing) > elsewhereMsMax)
}

function findSilentMs({ personSlot, deviceSlot }: Leaving, fix: CaseFix, hearing: Hearing): number {
  const track = personSlot === fix.personSlot ? hearing.mine : hearing.theirs
  const heardMs = (track === null ? null : findReportedMs(track, deviceSlot)) ?? -Infinity
  return fix.recordedAtMs - heardMs
}

/** They were elsewhere while others that are waited for reported. */
function noteElsewhere(leaving: readonly Leaving[], seen: readonly CaseFix[]): readonly Leaving[] {
  const news = seen.filter((one) => !leaving.some((entry) => isBy(entry, one)))
  if (news.length === 0) return leaving
  return [
    ...leaving,
    ...news.map((one) => ({ ...notYet(one.personSlot, one.deviceSlot), isElsewhere: true })),
  ]
}

function notYet(personSlot: number, deviceSlot: number): Leaving {
  return {
    personSlot,
    deviceSlot,
    ...noRun,
    own: noRun,
    isElsewhere: false,
    isSeenInside: false,
    isUnheard: false,
  }
}

function isAwaited({ isElsewhere, isUnheard }: Leaving): boolean {
  return !isElsewhere && !isUnheard
}

/** What carries the slots of a device and of its wearer: a leaving, or a fix. */
type Worn = Pick<Leaving, 'deviceSlot' | 'personSlot'>

function isOfAny(one: Worn, others: readonly Worn[]): boolean {
  for (const other of others) if (isBy(one, other)) return true
  return false
}

function isBy(one: Worn, other: Worn): boolean {
  return one.deviceSlot === other.deviceSlot && one.personSlot === other.personSlot
}
