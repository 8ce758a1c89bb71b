import { canOpen, canSupport, isBelieved } from '../belief/believe-fix.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type { Hearing, Leaving } from './leaving.ts'
import { noteOutside, startAgain, waitFor } from './leaving.ts'

/**
 * The fix at which a breach began, or null while it has not: one fix this sure, or two fixes at different moments,
 * close enough together, each more likely than not. A suspect fix may be one of the two, never both.
 */
export function findBeginning(
  state: EpisodeState | null,
  fix: CaseFix,
  disbelief: number,
  probability: number,
  confirmWindowMs: number,
  supportProbability: number,
  singleProbability: number,
): CaseFix | null {
  if (!canSupport(disbelief) || !(probability >= supportProbability)) return null
  const question = state?.question ?? null
  if (
    question !== null &&
    fix.recordedAtMs > question.recordedAtMs &&
    fix.recordedAtMs - question.recordedAtMs <= confirmWindowMs &&
    (canOpen(disbelief) || canOpen(state!.questionDisbelief))
  ) {
    return question
  }
  return canOpen(disbelief) && probability >= singleProbability ? fix : null
}

/** Keeps the fix as a question for the next one to confirm; forgets one too old to be confirmed. */
export function noteQuestion(
  state: EpisodeState | null,
  fix: CaseFix,
  disbelief: number,
  probability: number,
  confirmWindowMs: number,
  supportProbability: number,
): EpisodeState | null {
  if (canSupport(disbelief) && probability >= supportProbability) {
    const isSameMoment = state?.question?.recordedAtMs === fix.recordedAtMs
    if (isSameMoment && canOpen(state!.questionDisbelief)) return state
    return { ...idle, question: fix, questionDisbelief: disbelief }
  }
  if (state === null || state.question === null) return null
  return fix.recordedAtMs - state.question.recordedAtMs > confirmWindowMs ? null : state
}

/**
 * Counts believed fixes outside by the margin, in a row, by each device that saw them inside. A fix more likely inside
 * than not starts the count again even when it is not believed: a suspect fix may keep a question open, never close
 * one. `evidenceMs` is when the older of the sightings was recorded that the distance rests on: of two people, both must
 * be seen anew. That one moved away from where the other was last seen says nothing, for the other may have come along.
 */
export function advanceLeaving(
  state: EpisodeState,
  fix: CaseFix,
  other: CaseFix | null,
  disbelief: number,
  probability: number,
  isOutside: boolean,
  hearing: Hearing,
): EpisodeState {
  const isInside = canSupport(disbelief) && probability >= hearing.limits.breachProbabilityRepeated
  if (!isInside && !isBelieved(disbelief)) return state
  const seen = other === null ? [fix] : [fix, other]
  const evidenceMs = Math.min(fix.recordedAtMs, other?.recordedAtMs ?? fix.recordedAtMs)
  const leaving =
    isBelieved(disbelief) && isOutside
      ? noteOutside(state.leaving, seen, evidenceMs, hearing)
      : isInside
        ? waitFor(state.leaving, seen)
        : startAgain(state.leaving)
  return leaving === state.leaving ? state : { ...state, leaving }
}

/**
 * Begins an episode in the log of the fold and returns the state that carries it. `awaited` are devices that have seen
 * them inside already, in what went on before under another name.
 */
export function openEpisode(
  log: EpisodeLog,
  kind: EpisodeKind,
  rule: BanRule | PairRule,
  opening: Opening,
  isCovered: boolean,
  usualMeters: number | null = null,
  awaited: readonly Leaving[] = [],
): EpisodeState {
  const startMs = opening.beginning.recordedAtMs
  const episode: Episode = {
    kind,
    rule,
    startMs,
    settledMs: opening.fix.recordedAtMs,
    endMs: null,
    ceasesAtMs: findCeasing(rule, startMs),
    isCovered,
    nearestMeters: Infinity,
    usualMeters,
    isUnsupported: false,
    alertId: null,
    opening,
  }
  log.episodes.push(episode)
  log.opened.push(episode)
  const { fix, beginning, other } = opening
  return {
    ...idle,
    episode,
    leaving: waitFor(awaited, [fix, beginning, ...(other ? [other] : [])]),
  }
}

/** The state of an episode known to be open, with nothing yet said of its end. */
export function resumeEpisode(episode: Episode): EpisodeState {
  return { ...idle, episode, nearestMeters: episode.nearestMeters }
}

/** How near he has come so far. */
export function noteNearest(
  state: EpisodeState,
  episode: Episode,
  disbelief: number,
  distanceMeters: number,
): EpisodeState {
  const nearestMeters = isBelieved(disbelief)
    ? Math.min(state.nearestMeters, distanceMeters)
    : state.nearestMeters
  episode.nearestMeters = nearestMeters
  return nearestMeters === state.nearestMeters ? state : { ...state, nearestMeters }
}

/** Something seen only between two fixes: it is over as soon as it is known. */
export function recordMoment(
  log: EpisodeLog,
  kind: EpisodeKind,
  rule: BanRule | PairRule,
  atMs: number,
  opening: Opening,
): void {
  const episode: Episode = {
    kind,
    rule,
    startMs: atMs,
    settledMs: opening.fix.recordedAtMs,
    endMs: atMs,
    ceasesAtMs: Infinity,
    isCovered: false,
    nearestMeters: 0,
    usualMeters: null,
    isUnsupported: false,
    alertId: null,
    opening,
  }
  log.episodes.push(episode)
  log.opened.push(episode)
}

export function endEpisode(log: EpisodeLog, episode: Episode, endMs: number): void {
  // The clock may have ended it at this very moment already.
  if (episode.endMs === endMs) return
  episode.endMs = endMs
  log.ended.push(episode)
}

export type EpisodeKind =
  | 'location-ban-breach'
  | 'location-ban-approach'
  | 'location-ban-passage'
  | 'proximity-breach'
  | 'proximity-approach'
  | 'proximity-passage'

/** One stretch in which one rule was broken by one subject. At most one alert comes of it. */
export type Episode = {
  readonly kind: EpisodeKind
  readonly rule: BanRule | PairRule
  readonly startMs: number
  /** When the fix was recorded that settled it: fixes after that one cannot undo it. */
  readonly settledMs: number
  endMs: number | null
  /** When the ban stops being in force, whoever is inside then. */
  ceasesAtMs: number
  /** An approach that began inside its breach: it has no alert of its own. */
  readonly isCovered: boolean
  /** How near its middle, border or person he came, by believed fixes. */
  nearestMeters: number
  /** How near he usually comes, when this is what he does day after day (`findUsualMeters`); null when it is not. */
  readonly usualMeters: number | null
  /** Reported once, and not borne out by all the fixes at hand now. */
  isUnsupported: boolean
  alertId: string | null
  /** What the alert is drafted from; dropped once it is. */
  opening: Opening | null
}

export type Opening = {
  /** The fix that settled it, and the one it began with (the same, or the first of two). */
  readonly fix: CaseFix
  readonly disbelief: number
  readonly beginning: CaseFix
  readonly beginningDisbelief: number
  /** The sighting of the other person, or the sighting before on the path. */
  readonly other: CaseFix | null
  /** The believed sightings before the fix, and before `other`: how fast the two close in. */
  readonly before: CaseFix | null
  readonly otherBefore: CaseFix | null
  readonly probability: number | null
  readonly distanceMeters: number | null
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
}

/** What one rule remembers between fixes. Null stands for: nothing going on. Never changed, only replaced. */
export type EpisodeState = {
  /** Null while there is only a question. */
  readonly episode: Episode | null
  readonly question: CaseFix | null
  readonly questionDisbelief: number
  readonly leaving: readonly Leaving[]
  /** Of the episode so far; Infinity before any believed fix of it. */
  readonly nearestMeters: number
}

/** Every episode in the order found, and what the last step changed. */
export type EpisodeLog = {
  readonly episodes: Episode[]
  readonly opened: Episode[]
  readonly ended: Episode[]
}

const idle: EpisodeState = {
  episode: null,
  question: null,
  questionDisbelief: 0,
  leaving: [],
  nearestMeters: Infinity,
}
