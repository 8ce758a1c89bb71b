import type { Limits } from '../model/limits.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import { findBreachMeters, findSecondsToBreach } from './closing-pace.ts'
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
import type { Reading, RingReading } from './reading.ts'
import { describeOpening } from './reading.ts'
import type { Scene } from './scene.ts'
import { maxOf } from '../model/lists.ts'

export function beginFollowing(episode: Episode, opening: Opening, limits: Limits): Following {
  const meters = measureNearness(episode.kind, opening)
  const { usualMeters } = episode
  return {
    lastInsideMs: episode.settledMs,
    isSeenOutside: false,
    // Who is there day after day is no nearer for walking up to the usual place.
    toldMeters: usualMeters === null ? meters : Math.min(meters, usualMeters),
    lastNearMs: episode.settledMs,
    isHurryTold: usualMeters !== null || isHurried(episode, opening, limits),
  }
}

/** Of an episode whose past is no longer at hand. */
export function resumeFollowing(lastInsideMs: number, toldMeters: number): Following {
  return {
    lastInsideMs,
    isSeenOutside: false,
    toldMeters,
    lastNearMs: lastInsideMs,
    isHurryTold: false,
  }
}

/** One more reading of an episode that goes on: what to remember of it, and what is new. */
export function followEpisode(state: EpisodeState, sight: Sight): Judgement<EpisodeState> {
  const { episode, following } = state
  if (episode === null || following === null) return { state, facts: noFacts }
  if (!sight.isInside) {
    const isNews = sight.ring.verdict === 'clear' && !following.isSeenOutside
    if (!isNews) return { state, facts: noFacts }
    return { state: { ...state, following: { ...following, isSeenOutside: true } }, facts: noFacts }
  }
  const { scene, reading, ring } = sight
  const { judged, limits } = scene
  const opening = describeOpening(reading, scene, judged, ring.probability)
  const news = findNews(episode, following, opening, sight)
  const next = advance(following, news, sight)
  if (episode.isCovered) return { state: { ...state, following: next }, facts: noFacts }
  const { cause, meters } = news
  const atMs = judged.fix.recordedAtMs
  const telling = cause === null ? null : { cause, atMs, sinceMs: following.lastInsideMs, meters }
  const now = telling === null ? episode : addTelling(episode, telling, limits)
  return {
    state: { ...state, episode: now, following: next },
    facts: [{ type: 'seen', episode: now, opening, telling }],
  }
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

/**
 * How near they are by what counts: of two people within the separation the distance between them,
 * of an approach what is left until the ban itself is broken. Within an area there is no nearer.
 */
export function measureNearness(kind: EpisodeKind, opening: Opening): number {
  if (kind === 'location-ban-breach') return 0
  const meters = opening.distanceMeters ?? Number.NaN
  return kind === 'proximity-breach' ? meters : Math.max(0, meters - findBreachMeters(opening))
}

type News = {
  readonly cause: Telling['cause'] | null
  readonly meters: number
  readonly isHurry: boolean
  /** Not seen inside for longer than this, where they were meanwhile is unknown. */
  readonly returnMs: number
}

function findNews(episode: Episode, following: Following, opening: Opening, sight: Sight): News {
  const { limits, judged } = sight.scene
  const { kind } = episode
  const meters = measureNearness(kind, opening)
  const isHurry = !following.isHurryTold && isHurried(episode, opening, limits)
  const isNearer = isHurry || meters <= findNextMark(kind, following.toldMeters, limits)
  const returnMs = findReturnMs(kind, sight)
  const unseenMs = judged.fix.recordedAtMs - following.lastInsideMs
  const isAgain = following.isSeenOutside && unseenMs >= limits.insideAgainMsMin
  const isReturn = unseenMs > returnMs
  const cause = isReturn ? 'again' : isAgain ? 'inside-again' : isNearer ? 'nearer' : null
  const isSpokenFor = sight.isInBreach && !(isReturn && sight.reading.breach.verdict !== 'breach')
  return { cause: isSpokenFor ? null : cause, meters, isHurry, returnMs }
}

function advance(following: Following, news: News, { scene, isInBreach }: Sight): Following {
  const { cause, meters, isHurry, returnMs } = news
  const { lastNearMs, toldMeters, isHurryTold } = following
  const atMs = scene.judged.fix.recordedAtMs
  const isNear = meters <= scene.limits.nearAgainFactor * toldMeters
  // So long away from there that they may come near anew.
  const isForgotten = !isNear && atMs - lastNearMs > returnMs
  const isTold = cause !== null || isForgotten || (isInBreach && meters < toldMeters)
  return {
    lastInsideMs: atMs,
    isSeenOutside: false,
    toldMeters: isTold ? meters : toldMeters,
    lastNearMs: isTold || isNear ? atMs : lastNearMs,
    isHurryTold: isHurryTold || (isHurry && cause !== null),
  }
}

/** As near as this is markedly nearer than when last told; -1 is never. */
function findNextMark(kind: EpisodeKind, toldMeters: number, limits: Limits): number {
  const { nearerMetersMin, nearerMarksMeters, nearerShare } = limits
  if (kind === 'location-ban-breach' || !(toldMeters > nearerMetersMin)) return -1
  const marks = kind === 'proximity-breach' ? nearerMarksMeters : []
  return maxOf([nearerShare * toldMeters, ...marks.filter((meters) => meters < toldMeters)])
}

/** So little time is left at the present pace that police may come too late. */
function isHurried({ kind, rule }: Episode, opening: Opening, limits: Limits): boolean {
  if (kind !== 'location-ban-approach' && kind !== 'proximity-approach') return false
  const { secondsToBreach } = findSecondsToBreach(rule, opening, limits)
  return secondsToBreach !== null && secondsToBreach * 1000 < limits.responseMs
}

function findReturnMs(kind: EpisodeKind, { scene, reading }: Sight): number {
  const { limits, confirmWindows, judged } = scene
  const { recordedAtMs } = judged.fix
  const isBreach = kind === 'location-ban-breach' || kind === 'proximity-breach'
  const planMs = (deviceSlot: number): number =>
    (limits.returnIntervalsMax * findConfirmWindowMs(confirmWindows, deviceSlot, recordedAtMs)) /
    limits.confirmIntervalFactor
  return Math.max(
    isBreach ? limits.returnBreachMsMin : limits.returnApproachMsMin,
    planMs(judged.fix.deviceSlot),
    reading.other === null ? 0 : planMs(reading.other.deviceSlot),
  )
}

function addTelling(episode: Episode, telling: Telling, { tellingsKeptCountMax }: Limits): Episode {
  return { ...episode, tellings: [...episode.tellings, telling].slice(-tellingsKeptCountMax) }
}
