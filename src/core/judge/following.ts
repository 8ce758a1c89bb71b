import { listWaypoints, measureWaySince } from '../belief/waypoints.ts'
import { findRestSinceMs } from '../belief/whereabouts.ts'
import type { Plans } from '../belief/witness.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { ClosingFacts } from './closing-pace.ts'
import { findSecondsToBreach } from './closing-pace.ts'
import type {
  Episode,
  EpisodeKind,
  EpisodeState,
  Following,
  Judgement,
  Opening,
  Telling,
} from './episode.ts'
import { noFacts } from './episode.ts'
import { findKnownMeters, findRise } from './lower-rank.ts'
import { countNearer, isMarkedlyNearer, measureNearness } from './nearness.ts'
import type { Reading, RingReading } from './reading.ts'
import { describeOpening, isMeasured } from './reading.ts'
import type { Scene } from './scene.ts'

export function beginFollowing(episode: Episode, opening: Opening, plans: Plans): Following {
  const meters = measureNearness(episode.kind, opening)
  const knownMeters = findKnownMeters(episode.lower, opening)
  const closing = findClosing(episode, opening, plans)
  return {
    lastInsideMs: episode.settledMs,
    isSeenOutside: false,
    // Who has been there before is no nearer for walking up to the same place.
    toldMeters: knownMeters === null ? meters : Math.min(meters, knownMeters),
    lastNearMs: episode.settledMs,
    nearerCount: 0,
    isHurryTold: knownMeters !== null || isHurried(closing, plans.limits),
    fastestMetersPerSecond: findPaceOf(closing),
    ...noteShowing({ shownBySlots: [], shownMs: -Infinity }, opening),
  }
}

/** Of an episode whose past is no longer at hand. */
export function resumeFollowing(lastInsideMs: number, toldMeters: number): Following {
  return {
    lastInsideMs,
    isSeenOutside: false,
    toldMeters,
    lastNearMs: lastInsideMs,
    nearerCount: 0,
    isHurryTold: false,
    fastestMetersPerSecond: 0,
    shownBySlots: [],
    shownMs: lastInsideMs,
  }
}

/** One more reading of an episode that goes on: what to remember of it, and what is new. */
export function followEpisode(state: EpisodeState, sight: Sight): Judgement<EpisodeState> {
  const { episode, following } = state
  if (episode === null || following === null) return { state, facts: noFacts }
  if (!sight.isInside) {
    const isNews = sight.ring.verdict === 'clear' && !following.isSeenOutside
    if (!isNews || !isByThoseInside(state, sight)) return { state, facts: noFacts }
    return { state: { ...state, following: { ...following, isSeenOutside: true } }, facts: noFacts }
  }
  const { scene, reading, ring } = sight
  const { judged, limits } = scene
  const opening = describeOpening(reading, scene, judged, ring.probability)
  const news = findNews(episode, following, opening, sight)
  const next = advance(episode, following, news, sight)
  if (episode.isCovered) return { state: { ...state, following: next }, facts: noFacts }
  const { cause, meters } = news
  const atMs = judged.fix.recordedAtMs
  const sinceMs = following.lastInsideMs
  const telling = cause === null ? null : { cause, atMs, sinceMs, meters }
  const told = telling === null ? episode : addTelling(episode, telling, limits)
  const paceMetersPerSecond = findPaceOf(news.closing)
  const isStopped = (): boolean => hasStopped(scene)
  const seen = { opening, cause, paceMetersPerSecond, isStopped, isInBreach: sight.isInBreach }
  const rise = findRise(episode, seen, limits)
  const now = rise === null ? told : { ...told, calledMs: atMs }
  return {
    state: { ...state, episode: now, following: next },
    facts: [{ type: 'seen', episode: now, opening, telling, rise }],
  }
}

/** What lies elsewhere was not inside, and is no sign that anybody was outside in between. */
function isByThoseInside({ leaving }: EpisodeState, { scene, reading }: Sight): boolean {
  const { fix } = scene.judged
  return [fix, reading.other].every(
    (seen) =>
      seen === null ||
      leaving.some(
        ({ deviceSlot, personSlot, isSeenInside }) =>
          isSeenInside && deviceSlot === seen.deviceSlot && personSlot === seen.personSlot,
      ),
  )
}

/** One of two people is at rest, or has come no further than on foot for as long as that takes. */
function hasStopped({ mine, theirs, judged, limits }: Scene): boolean {
  const fromMs = judged.fix.recordedAtMs - limits.restMsMin
  const walkMeters = (limits.heldPaceMetersPerSecondMax * limits.restMsMin) / 1000
  return [mine, theirs].some((track) => {
    if (track === null) return false
    if (findRestSinceMs(track, limits) !== null) return true
    const first = listWaypoints(track, fromMs)[0]
    return (
      (first?.recordedAtMs ?? Infinity) <= fromMs && measureWaySince(track, fromMs) <= walkMeters
    )
  })
}

export type Sight = {
  readonly scene: Scene
  readonly reading: Reading
  readonly ring: RingReading
  /** Within the ring more likely than not, by a fix that may open. */
  readonly isInside: boolean
  /** Of an approach: its breach goes on, and speaks for both. */
  readonly isInBreach: boolean
}

type News = {
  readonly cause: Telling['cause'] | null
  readonly opening: Opening
  readonly meters: number
  /** With this reading (`Following`). */
  readonly nearerCount: number
  readonly isHurry: boolean
  /** Null of a breach. */
  readonly closing: ClosingFacts | null
  /** Not seen inside for longer than this, where they were meanwhile is unknown. */
  readonly returnMs: number
}

function findNews(episode: Episode, following: Following, opening: Opening, sight: Sight): News {
  const { limits, judged } = sight.scene
  const { kind } = episode
  const meters = measureNearness(kind, opening)
  const closing = findClosing(episode, opening, sight.scene)
  const isHurry = !following.isHurryTold && isHurried(closing, limits)
  const nearerCount = countNearer(kind, meters, following, opening, limits)
  const isNearer = isHurry || isMarkedlyNearer(meters, following, nearerCount, opening, limits)
  const returnMs = findReturnMs(kind, sight)
  const unseenMs = judged.fix.recordedAtMs - following.lastInsideMs
  const isAgain = following.isSeenOutside && unseenMs >= limits.insideAgainMsMin
  const isReturn = unseenMs > returnMs && !isOnlyHeld(opening)
  const isOther = isByOtherDevice(episode, following, opening, limits)
  const cause = isReturn
    ? 'again'
    : isAgain
      ? 'inside-again'
      : isNearer
        ? 'nearer'
        : isOther
          ? 'other-device'
          : null
  const isSpokenFor = sight.isInBreach && !(isReturn && sight.reading.breach.verdict !== 'breach')
  const told = isSpokenFor ? null : cause
  return { cause: told, opening, meters, nearerCount, isHurry, closing, returnMs }
}

function advance(
  episode: Episode,
  following: Following,
  news: News,
  { scene, isInBreach }: Sight,
): Following {
  const { cause, meters, nearerCount, isHurry, closing, returnMs } = news
  const { lastNearMs, toldMeters, isHurryTold, fastestMetersPerSecond } = following
  const atMs = scene.judged.fix.recordedAtMs
  const isNear = meters <= scene.limits.nearAgainFactor * toldMeters
  // So long away from there that they may come near anew.
  const isForgotten = !isNear && atMs - lastNearMs > returnMs
  const isTold = cause !== null || isForgotten || (isInBreach && meters < toldMeters)
  return {
    lastInsideMs: isOnlyHeld(news.opening) ? following.lastInsideMs : atMs,
    isSeenOutside: false,
    toldMeters: isTold ? findHeardMeters(episode, news) : toldMeters,
    lastNearMs: isTold || isNear ? atMs : lastNearMs,
    nearerCount: isTold ? 0 : nearerCount,
    isHurryTold: isHurryTold || (isHurry && cause !== null),
    fastestMetersPerSecond: Math.max(fastestMetersPerSecond, findPaceOf(closing)),
    ...noteShowing(following, news.opening),
  }
}

/**
 * A fix of the other, beside where the offender is only held to be, is no sighting inside: nobody
 * has come back with it, and whoever is seen there later has.
 */
function isOnlyHeld({ facts, fix }: Opening): boolean {
  return !isMeasured(facts) && fix.personSlot !== offenderSlot
}

/** What is usual stays known, however long they were further away than that. */
function findHeardMeters({ lower, calledMs }: Episode, { meters, opening }: News): number {
  if (calledMs !== null || lower?.by !== 'habit') return meters
  return Math.min(meters, findKnownMeters(lower, opening) ?? Infinity)
}

/**
 * Of a breach, shown by a device of the offender that has not shown it, when those that did have
 * not for a while. One was exchanged, and whoever wears the new one is there still; two that are
 * worn together show it side by side, which is no news, and nor is that a victim changes phones.
 */
function isByOtherDevice(
  { kind }: Episode,
  { shownBySlots, shownMs }: Showing,
  opening: Opening,
  { otherDeviceMsMin }: Limits,
): boolean {
  if (!isBreach(kind) || shownBySlots.length === 0) return false
  return listShowing(opening).some(
    ({ deviceSlot, recordedAtMs }) =>
      !shownBySlots.includes(deviceSlot) && recordedAtMs - shownMs >= otherDeviceMsMin,
  )
}

function noteShowing({ shownBySlots, shownMs }: Showing, opening: Opening): Showing {
  let slots = shownBySlots
  let lastMs = shownMs
  for (const { deviceSlot, recordedAtMs } of listShowing(opening)) {
    if (!slots.includes(deviceSlot)) slots = [...slots, deviceSlot]
    lastMs = Math.max(lastMs, recordedAtMs)
  }
  return { shownBySlots: slots, shownMs: lastMs }
}

/** The fixes of the offender that a reading rests on. */
function listShowing({ fix, beginning, other }: Opening): CaseFix[] {
  const all = other === null ? [beginning, fix] : [beginning, fix, other]
  return all.filter(({ personSlot }) => personSlot === offenderSlot)
}

type Showing = Pick<Following, 'shownBySlots' | 'shownMs'>

function isBreach(kind: EpisodeKind): boolean {
  return kind === 'location-ban-breach' || kind === 'proximity-breach'
}

/** Null of a breach, in which nothing is left to close in on. */
function findClosing({ kind, rule }: Episode, opening: Opening, plans: Plans): ClosingFacts | null {
  if (kind !== 'location-ban-approach' && kind !== 'proximity-approach') return null
  return findSecondsToBreach(rule, opening, plans)
}

/** 0 where no pace is known, or the gap grows. */
function findPaceOf(closing: ClosingFacts | null): number {
  return Math.max(0, closing?.closingMetersPerSecond ?? 0)
}

/** So little time is left at the present pace that police may come too late. */
function isHurried(closing: ClosingFacts | null, limits: Limits): boolean {
  const secondsToBreach = closing?.secondsToBreach ?? null
  return secondsToBreach !== null && secondsToBreach * 1000 < limits.responseMs
}

function findReturnMs(kind: EpisodeKind, { scene, reading }: Sight): number {
  const { limits, confirmWindows, judged } = scene
  const { recordedAtMs } = judged.fix
  const planMs = (deviceSlot: number): number =>
    (limits.returnIntervalsMax * findConfirmWindowMs(confirmWindows, deviceSlot, recordedAtMs)) /
    limits.confirmIntervalFactor
  return Math.max(
    isBreach(kind) ? limits.returnBreachMsMin : limits.returnApproachMsMin,
    planMs(judged.fix.deviceSlot),
    reading.other === null ? 0 : planMs(reading.other.deviceSlot),
  )
}

function addTelling(episode: Episode, telling: Telling, { tellingsKeptCountMax }: Limits): Episode {
  return { ...episode, tellings: [...episode.tellings, telling].slice(-tellingsKeptCountMax) }
}
