import { findOwnPrevious, findOwnSighting } from '../belief/path-starts.ts'
import type { Track } from '../belief/track-state.ts'
import { measureWaySince } from '../belief/waypoints.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { distanceMeters, metersBetween } from '../../../geo/distance.ts'
import { probabilityWithin, sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { Limits } from '../model/limits.ts'
import type { PairRule, PairVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import { findCoTravel } from './co-travel.ts'
import type { Judgement } from './episode.ts'
import { joinFacts, noFacts, nothingGoingOn } from './episode.ts'
import type { RuleState } from './fold.ts'
import { composeRuleState } from './fold.ts'
import type { Encounter } from './judge-encounter.ts'
import { findEncounter, recordPassing } from './judge-encounter.ts'
import { isSeenDoubtfully, judgeDoubtfulSightings } from './judge-doubtful-sighting.ts'
import { judgeFixedAddresses } from './judge-fixed-addresses.ts'
import { judgeHeldSighting } from './judge-held-sighting.ts'
import { judgeRings } from './judge-rings.ts'
import type { OtherSeen } from './pair-places.ts'
import { notePairPlaces, readPairPlaces, withPlaces } from './pair-places.ts'
import type { Place } from './place-estimate.ts'
import type { Reading } from './reading.ts'
import { readDistance, readRing } from './reading.ts'
import type { JudgedFix, PairScene } from './scene.ts'
import { findGrownMeters, findSpreadMeters } from './spread.ts'
import { findSupportProbability } from './support.ts'
import type { UnclearStay } from './unclear-stay.ts'
import { findStayGapMsMax, noteUnclear, noUnclear } from './unclear-stay.ts'
import { readAboutPair } from './unclear-word.ts'

/**
 * What a fix of either person does to the separation of a pair. The other person's last sighting
 * at or before it stands for where she was, with an uncertainty that grew since; too long
 * before, the pair is unknown: nothing ends, and nothing opens but what the place of her rest
 * and her fixed addresses say.
 */
export function judgeSeparation(
  state: RuleState | null,
  scene: PairScene,
): Judgement<RuleState | null> {
  const places = notePairPlaces(state, scene, findOther(scene))
  const noted = withPlaces(state, places)
  const seen = judgeBySighting(noted, { ...scene, places })
  // Hot path: nobody is in two places, and nearly every clock is right.
  const found = isSeenDoubtfully(scene.theirs) ? joinDoubtful(seen, scene) : seen
  const next = followUnclear(noted, found, scene)
  return { state: withPlaces(next.state, places), facts: next.facts }
}

function joinDoubtful(
  seen: Judgement<RuleState | null>,
  scene: PairScene,
): Judgement<RuleState | null> {
  const doubtful = judgeDoubtfulSightings(seen.state, scene)
  return { state: doubtful.state, facts: joinFacts(seen.facts, doubtful.facts) }
}

/** The fresh sighting of the other person, and whether the two may be near each other by both. */
function findOther({ judged, theirs, rule, limits }: PairScene): OtherSeen {
  const { fix } = judged
  const other = findFreshSighting(fix, theirs, limits)
  if (other === null) return { other, isNear: false }
  const { ban } = findVersion(rule.versions, fix.recordedAtMs)
  const apartMeters = metersBetween(fix, other)
  const circlesApartMeters = apartMeters - fix.accuracyMeters - other.accuracyMeters
  const isNear = apartMeters <= ban.approachMeters || circlesApartMeters <= ban.separationMeters
  return { other, isNear }
}

type PlacedScene = PairScene & {
  readonly places: readonly Place[]
  /** How far the other person may be from the sighting by now, where that is known better. */
  readonly otherSpreadMeters?: number
}

/** What an approach or a breach tells, or what is not forbidden, is not unclear. */
function followUnclear(
  before: RuleState | null,
  { state, facts }: Judgement<RuleState | null>,
  scene: PairScene,
): Judgement<RuleState | null> {
  const { breach = null, approach = null } = state ?? {}
  const isTold = breach?.episode != null || approach?.episode != null
  const unclear = isTold ? noUnclear : noteDistance(before?.unclear ?? noUnclear, scene)
  if (unclear === (state?.unclear ?? noUnclear)) return { state, facts }
  return { state: composeRuleState(breach, approach, state?.places, unclear), facts }
}

function noteDistance(before: readonly UnclearStay[], scene: PairScene): readonly UnclearStay[] {
  const { judged, rule, theirs, limits, confirmWindows } = scene
  const { fix, disbelief } = judged
  const version = findVersion(rule.versions, fix.recordedAtMs)
  if (!isInForce(version, fix.recordedAtMs)) return noUnclear
  const other = findFreshSighting(fix, theirs, limits)
  if (other === null || disbelief !== 0) return before
  const { separationMeters } = version.ban
  const { apartMeters } = measure(judged, other, scene)
  // By what both devices say; how far anybody may have gone since is the matter of their paths.
  const spreadMeters = Math.hypot(fix.accuracyMeters, other.accuracyMeters)
  const sigmaMeters = sigmaFromAccuracy(spreadMeters)
  const probability = probabilityWithin(apartMeters, sigmaMeters, separationMeters)
  const about = { separationMeters, probability }
  const word = readAboutPair(apartMeters, spreadMeters, about, limits)
  const gapMsMax = findStayGapMsMax(fix, confirmWindows, limits)
  return noteUnclear(before, fix, word, { limits, gapMsMax, isApproached: false })
}

function judgeBySighting(state: RuleState | null, scene: PlacedScene): Judgement<RuleState | null> {
  const { judged, rule, theirs, limits } = scene
  const { fix, disbelief } = judged
  const other = findFreshSighting(fix, theirs, limits)
  if (other === null) return judgeUnseen(state, scene)
  const version = findVersion(rule.versions, fix.recordedAtMs)
  const distances = measure(judged, other, scene)
  if (state === null && isBeyond(version, distances)) return nothingGoingOn
  if (!isInForce(version, fix.recordedAtMs)) return nothingGoingOn
  // What two paths nearest to each other may have come to.
  const mayHaveMet = distances.closestPossibleMeters < version.ban.separationMeters
  const isOpen = state?.breach?.episode != null
  const encounter = disbelief === 0 && mayHaveMet && !isOpen ? findEncounter(scene, version) : null
  const reading = readSeparation(version, other, distances.apartMeters, encounter, scene)
  return joinPassing(judgeRings(state, reading, scene), encounter, scene)
}

function joinPassing(
  next: Judgement<RuleState | null>,
  encounter: Encounter | null,
  scene: PairScene,
): Judgement<RuleState | null> {
  if (encounter === null || encounter.isTogether || next.state?.breach?.episode != null) return next
  return { state: next.state, facts: joinFacts(next.facts, recordPassing(scene, encounter)) }
}

/**
 * Hot path: both are seen, and beyond the ring, and were so all the way
 * since their sightings before.
 */
export function isFarApart(
  rule: PairRule,
  judged: JudgedFix,
  tracks: Tracks,
  limits: Limits,
): boolean {
  const { theirs } = tracks
  const other = findFreshSighting(judged.fix, theirs, limits)
  if (other === null || isSeenDoubtfully(theirs)) return false
  const version = findVersion(rule.versions, judged.fix.recordedAtMs)
  return isBeyond(version, measure(judged, other, tracks))
}

/** Null: it is unknown where the other person is now. */
export function findFreshSighting(
  fix: CaseFix,
  { sighting }: Track,
  limits: Limits,
): CaseFix | null {
  if (sighting === null) return null
  return fix.recordedAtMs - sighting.recordedAtMs > limits.sightingGapMsMax ? null : sighting
}

function judgeUnseen(state: RuleState | null, scene: PlacedScene): Judgement<RuleState | null> {
  const met = judgeBetweenReports(state, scene)
  const held = judgeHeldSighting(met.state, scene)
  const seen = { state: held.state, facts: joinFacts(met.facts, held.facts) }
  if (scene.judged.fix.personSlot === scene.rule.victimSlot) return seen
  const fixed = judgeFixedAddresses(held.state, scene)
  return { state: fixed.state, facts: joinFacts(seen.facts, fixed.facts) }
}

/**
 * Between two reports of a slow plan nobody is seen anew, and both paths still say that two people
 * met, or move together.
 */
function judgeBetweenReports(
  state: RuleState | null,
  scene: PlacedScene,
): Judgement<RuleState | null> {
  const { judged, rule, theirs } = scene
  const unchanged = { state, facts: noFacts }
  const other = theirs.sighting
  if (other === null || judged.disbelief !== 0) return unchanged
  const version = findVersion(rule.versions, judged.fix.recordedAtMs)
  if (!isInForce(version, judged.fix.recordedAtMs)) return unchanged
  const encounter = findEncounter(scene, version)
  if (encounter === null || !encounter.isTogether) return joinPassing(unchanged, encounter, scene)
  const { apartMeters } = measure(judged, other, scene)
  return judgeRings(state, readSeparation(version, other, apartMeters, encounter, scene), scene)
}

type Tracks = { readonly mine: Track; readonly theirs: Track }

type Distances = {
  readonly apartMeters: number
  readonly closestPossibleMeters: number
  /** Between the circles of both. */
  readonly circlesApartMeters: number
}

function measure({ fix, movedMeters }: JudgedFix, other: CaseFix, tracks: Tracks): Distances {
  const { mine, theirs } = tracks
  const apartMeters = distanceMeters(fix.longitude, fix.latitude, other.longitude, other.latitude)
  const wayMeters = mine.sighting === null ? 0 : measureWaySince(theirs, mine.sighting.recordedAtMs)
  return {
    apartMeters,
    closestPossibleMeters: apartMeters - movedMeters - wayMeters,
    circlesApartMeters: apartMeters - fix.accuracyMeters - other.accuracyMeters,
  }
}

function isBeyond({ ban }: PairVersion, distances: Distances): boolean {
  const { apartMeters, closestPossibleMeters, circlesApartMeters } = distances
  const nearestMeters = Math.min(closestPossibleMeters, circlesApartMeters)
  return apartMeters > ban.approachMeters && nearestMeters > ban.separationMeters
}

export function readSeparation(
  version: PairVersion,
  other: CaseFix,
  apartMeters: number,
  encounter: Encounter | null,
  scene: PlacedScene,
): Reading {
  const { judged, mine, theirs, limits } = scene
  const { fix, disbelief } = judged
  const { separationMeters, approachMeters } = version.ban
  const ringMeters = Math.max(separationMeters, approachMeters)
  const agedMeters =
    scene.otherSpreadMeters ?? findSpreadMeters(theirs, other, fix.recordedAtMs, scene)
  const theirSpreadMeters = Math.max(agedMeters, findGrownMeters(theirs, other, scene))
  const agedSigmaMeters = sigmaFromAccuracy(Math.hypot(fix.accuracyMeters, agedMeters))
  const spreadMeters = Math.hypot(fix.accuracyMeters, theirSpreadMeters)
  const sigmaMeters = sigmaFromAccuracy(spreadMeters)
  const marginMeters = Math.max(
    limits.clearMarginMeters,
    limits.clearMarginAccuracyFactor * spreadMeters,
  )
  // Where a sighting of long ago lies far off, that says nothing of now.
  const isFresh = findFreshSighting(fix, theirs, limits) !== null
  const read = (meters: number, sigma = sigmaMeters) =>
    readDistance(
      scene,
      { apartMeters, sigmaMeters: sigma },
      meters,
      isFresh ? apartMeters - meters >= marginMeters : null,
    )
  const alone: Reading = {
    breach: read(separationMeters),
    approach: read(ringMeters, agedSigmaMeters),
    distanceMeters: apartMeters,
    other,
    before: findOwnSighting(mine, fix.deviceSlot),
    otherBefore: findOwnPrevious(theirs),
    together: encounter?.isTogether === true ? encounter.opening : null,
    supportProbability: findSupportProbability(scene, other),
    singleProbability: limits.breachProbabilitySingle,
    facts: {
      separationMeters,
      approachMeters,
      sightingGapMs: fix.recordedAtMs - other.recordedAtMs,
      sigmaMeters,
      marginMeters,
      coTravel: disbelief === 0 ? findCoTravel(fix, mine, theirs, limits) : null,
    },
  }
  return isFresh ? joinPlaces(alone, version, other, scene) : alone
}

/** Surer by where each of the two stays than by the two positions alone. */
function joinPlaces(
  alone: Reading,
  version: PairVersion,
  other: CaseFix,
  scene: PlacedScene,
): Reading {
  const { verdict, probability: fixProbability } = alone.breach
  const stay = readPairPlaces(scene.places, version, other, fixProbability, scene)
  if (stay === null) return alone
  return {
    ...alone,
    breach: readRing(scene, stay.probability, 0, verdict === 'clear'),
    distanceMeters: stay.apartMeters,
    facts: { ...alone.facts, fixProbability, ...stay.facts },
  }
}
