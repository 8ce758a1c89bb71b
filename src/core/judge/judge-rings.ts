import { canOpen, isBelieved } from '../belief/believe-fix.ts'
import { findEvidenceMs, followGiven } from '../belief/stale-repeat.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type { Episode, EpisodeState, Fact, Judgement } from './episode.ts'
import { endEpisode, joinFacts, noFacts } from './episode.ts'
import type { RuleState } from './fold.ts'
import { composeRuleState } from './fold.ts'
import { kindsOf } from './kinds.ts'
import type { Sight } from './following.ts'
import { followEpisode } from './following.ts'
import { isNearerThanUsual, isWithinRest } from './habit.ts'
import type { Leaving, Unheard } from './leaving.ts'
import {
  findLeftMs,
  noteOutside,
  startAgain,
  startMarginAgain,
  startNearAgain,
  waitFor,
} from './leaving.ts'
import type { LeavingWord } from './leaving-run.ts'
import { noRun } from './leaving-run.ts'
import { findLower } from './lower-rank.ts'
import { findBeginning, noteQuestion, openEpisode } from './opening.ts'
import type { Reading, RingReading } from './reading.ts'
import { canClear, describeOpening, isMeasured, isWellSeen } from './reading.ts'
import type { Scene } from './scene.ts'

/**
 * The two rings every ban has, whether around an area or a person: the breach, confirmed
 * before it is raised, and the approach band around it, raised early. Opens, continues or ends
 * both by what one fix says.
 */
export function judgeRings(
  state: RuleState | null,
  reading: Reading,
  scene: Scene,
): Judgement<RuleState | null> {
  const breach = judgeBreach(state?.breach ?? null, reading, scene)
  const isInBreach = breach.state !== null && breach.state.episode !== null
  const approach = judgeApproach(state?.approach ?? null, reading, scene, isInBreach)
  const facts = joinFacts(breach.facts, approach.facts)
  if (state !== null && state.breach === breach.state && state.approach === approach.state) {
    return { state, facts }
  }
  return { state: composeRuleState(breach.state, approach.state), facts }
}

/** Ends what is open at the moment its ban ceased to be in force. */
export function endCeased(state: RuleState, atMs: number): Judgement<RuleState | null> {
  const breach = endRingCeased(state.breach, atMs)
  const approach = endRingCeased(state.approach, atMs)
  if (breach === null && approach === null) return { state, facts: noFacts }
  return {
    state: composeRuleState(
      breach === null ? state.breach : null,
      approach === null ? state.approach : null,
      state.places,
      state.unclear,
      state.disputes,
    ),
    facts: [breach, approach].filter((fact) => fact !== null),
  }
}

type RingJudgement = Judgement<EpisodeState | null>

function endRingCeased(state: EpisodeState | null, atMs: number): Fact | null {
  if (state === null || state.episode === null) return null
  const { ceasesAtMs } = state.episode
  return ceasesAtMs <= atMs ? endEpisode(state, ceasesAtMs) : null
}

function judgeBreach(state: EpisodeState | null, reading: Reading, scene: Scene): RingJudgement {
  if (state !== null && state.episode !== null) {
    const ring = reading.breach
    const isInside = canOpen(scene.judged.disbelief) && isLikely(ring, scene.limits)
    return judgeGoing(state, { scene, reading, ring, isInside, isInBreach: false })
  }
  const asked = dropCeasedQuestion(state, scene)
  const beginning = findBeginning(asked, reading, scene)
  const { breach } = kindsOf(scene.rule)
  if (beginning !== null) {
    const opening = describeOpening(reading, scene, beginning, reading.breach.probability)
    return openEpisode(scene, breach, opening)
  }
  if (reading.together !== null) return openEpisode(scene, breach, reading.together)
  return { state: noteQuestion(asked, reading, scene), facts: noFacts }
}

/**
 * Two fixes confirm each other within one stretch of the ban being in force. Across a permitted
 * presence, however short, the first says nothing of what is forbidden after it.
 */
function dropCeasedQuestion(
  state: EpisodeState | null,
  { rule, judged }: Scene,
): EpisodeState | null {
  const question = state?.question ?? null
  if (question === null) return state
  const ceasesAtMs = findCeasing(rule, question.fix.recordedAtMs)
  return ceasesAtMs <= judged.fix.recordedAtMs ? null : state
}

function judgeApproach(
  state: EpisodeState | null,
  reading: Reading,
  scene: Scene,
  isInBreach: boolean,
): RingJudgement {
  const { limits, judged } = scene
  const { probability } = reading.approach
  const isNear = canOpen(judged.disbelief) && probability >= limits.approachProbability
  const going = state?.episode ?? null
  const surfaces = going !== null && isNear && !isInBreach && mustBeTold(going, reading, limits)
  if (state !== null && going !== null && !surfaces) {
    const ring = reading.approach
    const sight = { scene, reading, ring, isInside: isNear, isInBreach }
    return judgeGoing(noteNearest(state, reading, scene), sight)
  }
  if (!isNear) return quiet
  const ended = state === null ? null : endEpisode(state, judged.fix.recordedAtMs)
  const opening = describeOpening(reading, scene, judged, probability)
  const opened = openEpisode(scene, kindsOf(scene.rule).approach, opening, {
    isCovered: isInBreach,
    lower: isInBreach ? null : findLower(opening, scene),
    awaited: state?.leaving ?? [],
  })
  return {
    state: noteNearest(opened.state, reading, scene),
    facts: ended === null ? opened.facts : [ended, ...opened.facts],
  }
}

const quiet: RingJudgement = { state: null, facts: noFacts }

/** How near the offender has come so far. */
function noteNearest(state: EpisodeState, reading: Reading, { judged }: Scene): EpisodeState {
  if (!isBelieved(judged.disbelief) || !isMeasured(reading.facts)) return state
  const nearestMeters = Math.min(state.nearestMeters, reading.distanceMeters)
  return nearestMeters === state.nearestMeters ? state : { ...state, nearestMeters }
}

/**
 * From now on it is an approach to be told: the breach it began in is over, and it goes on; or he
 * comes nearer than he does day after day.
 */
function mustBeTold(
  { isCovered, lower, calledMs }: Episode,
  { distanceMeters }: Reading,
  limits: Limits,
): boolean {
  const isByHabit = calledMs === null && lower?.by === 'habit'
  return isCovered || (isByHabit && isNearerThanUsual(lower.usualMeters, distanceMeters, limits))
}

/** Breach: as likely as two fixes must be that open one together. */
function isLikely({ probability }: RingReading, limits: Limits): boolean {
  return probability >= limits.breachProbabilityRepeated
}

/** What goes on is followed, and may end. */
function judgeGoing(before: EpisodeState, sight: Sight): RingJudgement {
  const { ring, reading, scene } = sight
  const { state, facts } = followEpisode(before, sight)
  const leaving = advanceLeaving(state.leaving, ring, reading, scene)
  if (leaving === state.leaving) return { state, facts }
  const next = { ...state, leaving }
  const leftMs = findLeftMs(leaving, scene.limits)
  const ended = leftMs === null ? null : endEpisode(next, leftMs)
  if (ended === null) return { state: next, facts }
  const unheard = findUnheard(ended.episode, leaving, scene)
  return { state: null, facts: [...facts, { ...noteRest(ended, scene), ...unheard }] }
}

function noteRest<Ended extends Fact>(ended: Ended, scene: Scene): Ended {
  if (!isWithinRest(ended.episode, scene)) return ended
  return { ...ended, episode: { ...ended.episode, isOfRest: true } }
}

/**
 * Of a breach: those that saw it, have not shown since that they left, and have been silent too
 * long to be waited for. While they are still worn, where their wearer is, is not known. Whoever
 * leaves an approach by one device is not within a ban by the other.
 */
function findUnheard(
  { id, kind }: Episode,
  leaving: readonly Leaving[],
  { rule, judged, isWorn }: Scene,
): { readonly unheard?: readonly Unheard[] } {
  if (kind !== kindsOf(rule).breach) return {}
  const unheard = leaving
    .filter(
      ({ isUnheard, deviceSlot, personSlot }) =>
        isUnheard && isWorn(deviceSlot, personSlot, judged.fix.recordedAtMs),
    )
    .map(({ personSlot, deviceSlot }) => ({ episodeId: id, personSlot, deviceSlot, run: noRun }))
  return unheard.length === 0 ? {} : { unheard }
}

/**
 * Counts believed fixes outside by the margin, in a row, by each device that saw them inside. A
 * fix within the ring starts the count again even when it is not believed; any other that is
 * not believed says nothing. A coarse one that is unlikely within, between sure ones outside, does
 * not break their row: indoors a receiver gives both in turn.
 */
function advanceLeaving(
  leaving: readonly Leaving[],
  ring: RingReading,
  reading: Reading,
  scene: Scene,
): readonly Leaving[] {
  const { other } = reading
  const { fix } = scene.judged
  const seen: [CaseFix, ...CaseFix[]] = other === null ? [fix] : [fix, other]
  switch (readLeaving(ring, reading, scene)) {
    case 'inside':
      return waitFor(leaving, seen)
    case 'nothing':
      return leaving
    case 'unlikely':
      return startNearAgain(leaving, seen)
    case 'unsure':
      return startAgain(leaving, seen)
    case 'near': {
      const counted = startMarginAgain(leaving, seen)
      return noteOutside(counted, seen, findEvidenceOf(scene, other), scene, false)
    }
    case 'outside':
      return noteOutside(leaving, seen, findEvidenceOf(scene, other), scene, true)
  }
}

export function readLeaving(
  { verdict, isSurelyOutside, isUnlikely }: RingReading,
  { facts }: Reading,
  scene: Scene,
): LeavingWord {
  switch (verdict) {
    case 'breach':
      return 'inside'
    case 'clear':
      return 'outside'
    case 'unknown': {
      if (isSurelyOutside) return 'near'
      // A place that is doubted says that they may be near, with satellites or without: it ends
      // nothing, and keeps what goes on from ending.
      const isSaying = isMeasured(facts) ? canClear(scene) : isWellSeen(scene)
      if (!isSaying) return 'nothing'
      return isUnlikely ? 'unlikely' : 'unsure'
    }
  }
}

/**
 * Since when what a reading says has been known. Of two people both must be seen anew: that one
 * moved away from where the other was last seen says nothing, for the other may have come along.
 */
export function findEvidenceOf(scene: Scene, other: CaseFix | null): number {
  const { judged, mine, theirs } = scene
  const { fix, movedMeters } = judged
  const myMs = findEvidenceMs(followGiven(mine, fix, movedMeters, scene), fix, scene)
  if (other === null) return myMs
  const given = theirs !== null && other === theirs.sighting ? theirs.given : null
  return Math.min(myMs, findEvidenceMs(given, other, scene))
}
