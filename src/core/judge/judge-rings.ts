import { canOpen } from '../belief/believe-fix.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type { Episode, EpisodeKind, EpisodeLog, EpisodeState, Opening } from './episode.ts'
import {
  advanceLeaving,
  endEpisode,
  findBeginning,
  noteNearest,
  noteQuestion,
  openEpisode,
} from './episode.ts'
import type { RuleState } from './fold.ts'
import { composeRuleState } from './fold.ts'
import { findUsualMeters } from './habit.ts'
import type { Hearing } from './leaving.ts'
import { findLeftMs } from './leaving.ts'
import type { Limits } from '../model/limits.ts'

/**
 * The two rings every ban has, whether around an area or a person: the breach, confirmed before it is raised, and
 * the approach band around it, raised early. Opens, continues or ends both by what one fix says.
 */
export function judgeRings(
  state: RuleState | null,
  reading: Reading,
  scene: Scene,
): RuleState | null {
  const breach = judgeBreach(state?.breach ?? null, reading, scene)
  const isInBreach = breach !== null && breach.episode !== null
  const approach = judgeApproach(state?.approach ?? null, reading, scene, isInBreach)
  if (state !== null && state.breach === breach && state.approach === approach) return state
  return composeRuleState(breach, approach)
}

/** Ends what is open at the moment its ban ceased to be in force. */
export function endCeased(
  log: EpisodeLog,
  state: RuleState | null,
  atMs: number,
): RuleState | null {
  if (state === null) return null
  let { breach, approach } = state
  if (breach?.episode != null && breach.episode.ceasesAtMs <= atMs) {
    endEpisode(log, breach.episode, breach.episode.ceasesAtMs)
    breach = null
  }
  if (approach?.episode != null && approach.episode.ceasesAtMs <= atMs) {
    endEpisode(log, approach.episode, approach.episode.ceasesAtMs)
    approach = null
  }
  if (breach === state.breach && approach === state.approach) return state
  return composeRuleState(breach, approach)
}

/** What one fix says of one ban. */
export type Reading = {
  readonly breachProbability: number
  /** Of being within the approach band, the ban included. */
  readonly approachProbability: number
  /** Beyond the border by the margin that leaving asks for; false when it is not known. */
  readonly isOutsideBreach: boolean
  readonly isOutsideApproach: boolean
  readonly distanceMeters: number
  /** The sighting of the other person the reading rests on. */
  readonly other: CaseFix | null
  readonly facts: Opening['facts']
}

/** Whose tracks and plans these are: `mine` is of the person of the fix. */
export type Scene = Hearing & {
  readonly log: EpisodeLog
  readonly rule: BanRule | PairRule
  readonly fix: CaseFix
  readonly disbelief: number
  /** The believed sightings before the fix, and before that of the other person. */
  readonly before: CaseFix | null
  readonly otherBefore: CaseFix | null
  /** Known to have been together along the paths between their sightings, whatever this one says by itself. */
  readonly together: Opening | null
  readonly confirmWindowMs: number
  /** How likely a reading must be for two of them to open a breach together. */
  readonly supportProbability: number
  /** How likely a single one must be. Infinity: one is never enough. */
  readonly singleProbability: number
}

function judgeBreach(
  state: EpisodeState | null,
  reading: Reading,
  scene: Scene,
): EpisodeState | null {
  const { log, fix, disbelief, confirmWindowMs, supportProbability } = scene
  const probability = reading.breachProbability
  if (state !== null && state.episode !== null) {
    return judgeLeaving(state, state.episode, reading.isOutsideBreach, probability, reading, scene)
  }
  const asked = dropCeasedQuestion(state, scene)
  const beginning = findBeginning(
    asked,
    fix,
    disbelief,
    probability,
    confirmWindowMs,
    supportProbability,
    scene.singleProbability,
  )
  if (beginning === null && scene.together !== null) {
    return openEpisode(log, kindsOf(scene.rule).breach, scene.rule, scene.together, false)
  }
  if (beginning === null) {
    return noteQuestion(asked, fix, disbelief, probability, confirmWindowMs, supportProbability)
  }
  const beginningDisbelief = beginning === fix ? disbelief : asked!.questionDisbelief
  const opening = describeOpening(reading, scene, beginning, beginningDisbelief, probability)
  return openEpisode(log, kindsOf(scene.rule).breach, scene.rule, opening, false)
}

/**
 * Two fixes confirm each other within one stretch of the ban being in force. Across a permitted presence, however short,
 * the first says nothing of what is forbidden after it.
 */
function dropCeasedQuestion(state: EpisodeState | null, scene: Scene): EpisodeState | null {
  const question = state?.question ?? null
  if (question === null) return state
  return findCeasing(scene.rule, question.recordedAtMs) <= scene.fix.recordedAtMs ? null : state
}

function judgeApproach(
  state: EpisodeState | null,
  reading: Reading,
  scene: Scene,
  isInBreach: boolean,
): EpisodeState | null {
  const { limits, log, fix, disbelief } = scene
  const probability = reading.approachProbability
  const isNear = canOpen(disbelief) && probability >= limits.approachProbability
  const going = state?.episode ?? null
  const surfaces = going !== null && isNear && !isInBreach && mustBeTold(going, reading, limits)
  if (state !== null && going !== null && !surfaces) {
    const nearer = noteNearest(state, going, disbelief, reading.distanceMeters)
    return judgeLeaving(nearer, going, reading.isOutsideApproach, probability, reading, scene)
  }
  if (!isNear) return null
  const usualMeters = going === null && !isInBreach ? findUsual(reading, scene) : null
  if (going !== null) endEpisode(log, going, fix.recordedAtMs)
  const opening = describeOpening(reading, scene, fix, disbelief, probability)
  const { approach } = kindsOf(scene.rule)
  const awaited = state?.leaving ?? []
  const opened = openEpisode(log, approach, scene.rule, opening, isInBreach, usualMeters, awaited)
  return noteNearest(opened, opened.episode!, disbelief, reading.distanceMeters)
}

/**
 * From now on it is an approach to be told: the breach it began in is over, and it goes on; or he comes nearer than he
 * does day after day.
 */
function mustBeTold(
  { isCovered, usualMeters }: Episode,
  reading: Reading,
  limits: Limits,
): boolean {
  return isCovered || (usualMeters !== null && isNearer(usualMeters, reading, limits))
}

function isNearer(usualMeters: number, { distanceMeters }: Reading, limits: Limits): boolean {
  return distanceMeters < usualMeters - limits.habitMarginMeters
}

function findUsual(reading: Reading, { rule, fix, log, limits }: Scene): number | null {
  if (rule.type !== 'location') return null
  const usualMeters = findUsualMeters(log, rule, fix.recordedAtMs, limits)
  return usualMeters === null || isNearer(usualMeters, reading, limits) ? null : usualMeters
}

function judgeLeaving(
  state: EpisodeState,
  episode: NonNullable<EpisodeState['episode']>,
  isOutside: boolean,
  probability: number,
  { other }: Reading,
  scene: Scene,
): EpisodeState | null {
  const { limits, log, fix, disbelief } = scene
  const next = advanceLeaving(state, fix, other, disbelief, probability, isOutside, scene)
  const leftMs = next === state ? null : findLeftMs(next.leaving, limits)
  if (leftMs === null) return next
  endEpisode(log, episode, leftMs)
  return null
}

function describeOpening(
  reading: Reading,
  scene: Scene,
  beginning: CaseFix,
  beginningDisbelief: number,
  probability: number,
): Opening {
  const { fix, disbelief, limits } = scene
  return {
    fix,
    disbelief,
    beginning,
    beginningDisbelief,
    other: reading.other,
    before: scene.before,
    otherBefore: scene.otherBefore,
    probability,
    distanceMeters: reading.distanceMeters,
    facts: {
      ...reading.facts,
      confirmWindowMs: scene.confirmWindowMs,
      breachProbabilitySingle: limits.breachProbabilitySingle,
      breachProbabilityRepeated: limits.breachProbabilityRepeated,
      confirmedByFixCount: beginning === fix ? 1 : 2,
    },
  }
}

export function kindsOf(rule: BanRule | PairRule): { breach: EpisodeKind; approach: EpisodeKind } {
  return rule.type === 'location' ? locationKinds : proximityKinds
}
const locationKinds = { breach: 'location-ban-breach', approach: 'location-ban-approach' } as const
const proximityKinds = { breach: 'proximity-breach', approach: 'proximity-approach' } as const
