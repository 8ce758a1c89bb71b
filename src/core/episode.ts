import { canOpen, canSupport, isBelieved } from './believe-fix.ts'
import type { CaseFix } from './case-fix.ts'
import type { BanRule, PairRule } from './case-rules.ts'
import { findCeasing } from './case-rules.ts'
import type { Limits } from './limits.ts'

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
 * Counts believed fixes outside by the margin, in a row. A fix more likely inside than not starts the count again
 * even when it is not believed: a suspect fix may keep a question open, never close one. `evidenceMs` is when the
 * older of the sightings was recorded that the distance rests on: of two people, both must be seen anew. That one moved
 * away from where the other was last seen says nothing, for the other may have come along.
 */
export function advanceClearing(
  state: EpisodeState,
  fix: CaseFix,
  disbelief: number,
  probability: number,
  isOutside: boolean,
  evidenceMs: number,
  limits: Limits,
): EpisodeState {
  if (!isBelieved(disbelief)) {
    const isDoubtfullyInside =
      canSupport(disbelief) && probability >= limits.breachProbabilityRepeated
    return isDoubtfullyInside && state.clearCount > 0 ? { ...state, ...nothingCleared } : state
  }
  if (!isOutside) return state.clearCount > 0 ? { ...state, ...nothingCleared } : state
  if (state.clearCount === 0) {
    const { recordedAtMs } = fix
    return { ...state, clearCount: 1, clearSinceMs: recordedAtMs, clearLastMs: evidenceMs }
  }
  // Two reports of one moment are one piece of evidence.
  if (evidenceMs <= state.clearLastMs) return state
  return { ...state, clearCount: state.clearCount + 1, clearLastMs: evidenceMs }
}

export function isCleared(state: EpisodeState, limits: Limits): boolean {
  return (
    state.clearCount >= limits.clearFixCountMin &&
    state.clearLastMs - state.clearSinceMs >= limits.clearDwellMs
  )
}

/** Begins an episode in the log of the fold and returns the state that carries it. */
export function openEpisode(
  log: EpisodeLog,
  kind: EpisodeKind,
  rule: BanRule | PairRule,
  opening: Opening,
  isCovered: boolean,
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
    isUnsupported: false,
    alertId: null,
    opening,
  }
  log.episodes.push(episode)
  log.opened.push(episode)
  return resumeEpisode(episode)
}

/** The state of an episode known to be open, with nothing yet said of its end. */
export function resumeEpisode(episode: Episode): EpisodeState {
  return { ...idle, episode }
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
  readonly clearCount: number
  readonly clearSinceMs: number
  readonly clearLastMs: number
}

/** Every episode in the order found, and what the last step changed. */
export type EpisodeLog = {
  readonly episodes: Episode[]
  readonly opened: Episode[]
  readonly ended: Episode[]
}

const nothingCleared = { clearCount: 0, clearSinceMs: Number.NaN, clearLastMs: Number.NaN }
const idle: EpisodeState = {
  episode: null,
  question: null,
  questionDisbelief: 0,
  ...nothingCleared,
}
