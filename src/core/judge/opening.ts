import { canOpen } from '../belief/believe-fix.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type {
  Episode,
  EpisodeKind,
  EpisodeState,
  Fact,
  Judgement,
  Lower,
  Opening,
  Question,
} from './episode.ts'
import { idle } from './episode.ts'
import { beginFollowing } from './following.ts'
import type { Leaving } from './leaving.ts'
import { noteHeardBefore, waitFor } from './leaving.ts'
import type { Reading } from './reading.ts'
import type { Scene } from './scene.ts'

/**
 * The fix at which a breach began, or null while it has not: one fix this sure, or two fixes
 * at different moments, close enough together, each more likely than not. A suspect fix may be
 * one of the two, never both. Of a device that jumps two may lie further apart where none is sure.
 */
export function findBeginning(
  state: EpisodeState | null,
  reading: Reading,
  { judged, confirmWindowMs, questionMsMax }: Scene,
): Question | null {
  if (!isSupporting(reading)) return null
  const { fix, disbelief } = judged
  const question = state?.question ?? null
  const ageMs = question === null ? Infinity : fix.recordedAtMs - question.fix.recordedAtMs
  const isBorneOut =
    question !== null &&
    ageMs > 0 &&
    ageMs <= questionMsMax &&
    (canOpen(disbelief) || canOpen(question.disbelief))
  if (isBorneOut && ageMs <= confirmWindowMs) return question
  const isSure = reading.breach.probability >= reading.singleProbability
  if (canOpen(disbelief) && isSure) return judged
  return isBorneOut ? question : null
}

/** Keeps the fix as a question for the next one to confirm; forgets one too old to be confirmed. */
export function noteQuestion(
  state: EpisodeState | null,
  reading: Reading,
  { judged, questionMsMax }: Scene,
): EpisodeState | null {
  const question = state?.question ?? null
  const { fix, disbelief } = judged
  if (isSupporting(reading)) {
    const isSameMoment = question?.fix.recordedAtMs === fix.recordedAtMs
    if (question !== null && isSameMoment && canOpen(question.disbelief)) return state
    return { ...idle, question: { fix, disbelief } }
  }
  if (question === null) return null
  return fix.recordedAtMs - question.fix.recordedAtMs > questionMsMax ? null : state
}

/** Only a reading within the ban asks or confirms; one that is clear or unknown does neither. */
function isSupporting({ breach, supportProbability }: Reading): boolean {
  switch (breach.verdict) {
    case 'breach':
      return breach.probability >= supportProbability
    case 'clear':
    case 'unknown':
      return false
  }
}

/** Begins an episode, and gives the state that carries it. */
export function openEpisode(
  scene: Scene,
  kind: EpisodeKind,
  opening: Opening,
  { isCovered, lower, awaited }: OpeningTerms = byItself,
): Judgement<EpisodeState> {
  const startMs = opening.beginning.recordedAtMs
  const episode: Episode = {
    ...createEpisode(scene, kind, opening),
    startMs,
    ceasesAtMs: findCeasing(scene.rule, startMs),
    isCovered,
    lower,
    calledMs: lower === null ? opening.fix.recordedAtMs : null,
  }
  const { fix, beginning, other } = opening
  const seen = waitFor(awaited, other === null ? [fix, beginning] : [fix, beginning, other])
  const leaving = awaited.length === 0 ? noteHeardBefore(seen, fix, scene) : seen
  return {
    state: {
      ...idle,
      episode,
      leaving,
      following: beginFollowing(episode, opening, scene),
    },
    facts: [{ type: 'opened', episode, opening }],
  }
}

/** Something seen only between two fixes: it is over as soon as it is known. */
export function recordMoment(
  scene: Scene,
  kind: EpisodeKind,
  atMs: number,
  opening: Opening,
): readonly Fact[] {
  const begun = createEpisode(scene, kind, opening)
  const over = { startMs: atMs, endMs: atMs, nearestMeters: 0, lastInsideMs: atMs }
  const episode: Episode = { ...begun, ...over }
  return [{ type: 'moment', episode, opening }]
}

/**
 * `awaited` are devices that have seen them inside already, in what went on
 * before under another name.
 */
export type OpeningTerms = {
  readonly isCovered: boolean
  readonly lower: Lower | null
  readonly awaited: readonly Leaving[]
}
const byItself: OpeningTerms = { isCovered: false, lower: null, awaited: [] }

function createEpisode(
  { rule, nextEpisodeId }: Scene,
  kind: EpisodeKind,
  opening: Opening,
): Episode {
  return {
    id: nextEpisodeId + idOffsets[kind],
    kind,
    rule,
    startMs: opening.beginning.recordedAtMs,
    settledMs: opening.fix.recordedAtMs,
    endMs: null,
    ceasesAtMs: Infinity,
    isCovered: false,
    nearestMeters: Infinity,
    fastestMetersPerSecond: 0,
    lower: null,
    calledMs: opening.fix.recordedAtMs,
    lastInsideMs: Number.NaN,
    isOfRest: false,
    tellings: [],
  }
}

/** One fix begins at most one episode of each kind under one rule. */
const idOffsets = {
  'location-ban-breach': 0,
  'location-ban-approach': 1,
  'location-ban-passage': 2,
  'proximity-breach': 0,
  'proximity-approach': 1,
  'proximity-passage': 2,
} as const satisfies Record<EpisodeKind, number>
export const idsPerJudgement = 3
