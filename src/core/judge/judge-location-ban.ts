import { findOwnSighting } from '../belief/path-starts.ts'
import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import { probabilityInside, sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { Limits } from '../model/limits.ts'
import type { BanRule, BanVersion } from '../rules/ban-versions.ts'
import { findVersion, isInBoxes, isInForce } from '../rules/ban-versions.ts'
import type { Judgement } from './episode.ts'
import { nothingGoingOn } from './episode.ts'
import type { RuleState } from './fold.ts'
import { composeRuleState } from './fold.ts'
import type { Place } from './place-estimate.ts'
import { noPlaces, notePlace } from './place-estimate.ts'
import { isUnusual } from './lower-rank.ts'
import { judgeRings } from './judge-rings.ts'
import type { Reading } from './reading.ts'
import { readRing } from './reading.ts'
import type { BanScene } from './scene.ts'
import type { DisputedStay } from './disputed-stay.ts'
import { noDisputes, noteDispute } from './disputed-stay.ts'
import type { UnclearStay } from './unclear-stay.ts'
import { findStayGapMsMax, noteUnclear, noUnclear } from './unclear-stay.ts'
import { readAboutArea } from './unclear-word.ts'
import { isPlaceOutside, weighPlace } from './weigh-place.ts'

/** What a fix of the offender does to the breach and approach of one area. */
export function judgeLocationBan(
  state: RuleState | null,
  scene: BanScene,
): Judgement<RuleState | null> {
  const { fix } = scene.judged
  const version = findVersion(scene.rule.versions, fix.recordedAtMs)
  if (!isInForce(version, fix.recordedAtMs)) return nothingGoingOn
  const isNear = !isFarFromBan(scene.rule, fix)
  const places = notePlace(state?.places ?? noPlaces, scene.judged, isNear, scene.limits)
  const reading = readPosition(version, places, scene)
  const { state: after, facts } = judgeRings(state, reading, scene)
  const { breach = null, approach = null } = after ?? {}
  const unclear = followUnclear(state?.unclear ?? noUnclear, { breach, approach }, reading, scene)
  const disputes = followDisputes(state?.disputes ?? noDisputes, breach, reading, scene)
  return { state: composeRuleState(breach, approach, places, unclear, disputes), facts }
}

function followDisputes(
  before: readonly DisputedStay[],
  breach: RuleState['breach'],
  reading: Reading,
  { judged, mine, confirmWindows, limits }: BanScene,
): readonly DisputedStay[] {
  // What is told by a breach is not disputed.
  if (breach !== null && breach.episode !== null) return noDisputes
  const borderMeters = Number(reading.facts['borderMeters'])
  const gapMsMax = findStayGapMsMax(judged.fix, confirmWindows, limits)
  return noteDispute(before, judged, { mine, borderMeters, gapMsMax, limits })
}

function followUnclear(
  before: readonly UnclearStay[],
  { breach, approach }: Pick<RuleState, 'breach' | 'approach'>,
  reading: Reading,
  scene: BanScene,
): readonly UnclearStay[] {
  const { limits, judged, mine, rule, confirmWindows } = scene
  const { fix, disbelief } = judged
  // What is told by a breach is not unclear.
  if (breach !== null && breach.episode !== null) return noUnclear
  const going = approach?.episode ?? null
  const about = {
    borderMeters: Number(reading.facts['borderMeters']),
    probability: reading.breach.probability,
    areaSquareMeters: findVersion(rule.versions, fix.recordedAtMs).shape.areaSquareMeters,
    approach: going,
  }
  const word = readAboutArea({ fix, disbelief, mine }, about, limits)
  const gapMsMax = findStayGapMsMax(fix, confirmWindows, limits)
  return noteUnclear(before, fix, word, { limits, gapMsMax, isApproached: isUnusual(going) })
}

/** Hot path: so far from the area that no fix says anything while nothing is going on. */
export function isFarFromBan(rule: BanRule, fix: CaseFix): boolean {
  const { nearBoxes } = findVersion(rule.versions, fix.recordedAtMs)
  return !isInBoxes(nearBoxes, fix.longitude, fix.latitude)
}

/**
 * Who lies still beside a border is not entering. Errors of one place drift slowly, so two doubtful
 * fixes of it are one doubt told twice, night after night; one that is sure opens as ever. Where
 * all of them together lie surely outside, it takes two that are sure, or one that is surer: of a
 * thousand fixes a day some are three sigmas off.
 */
function findDemands(
  { sighting, restSinceMs }: Track,
  isAgainstPlace: boolean,
  limits: Limits,
): Demands {
  const { breachProbabilityRepeated, breachProbabilitySingle: singleProbability } = limits
  const isAtRest =
    sighting !== null && sighting.recordedAtMs - restSinceMs >= limits.breachRestMsMin
  if (!isAtRest) return { supportProbability: breachProbabilityRepeated, singleProbability }
  if (!isAgainstPlace) {
    return { supportProbability: limits.breachProbabilityAtRest, singleProbability }
  }
  return {
    supportProbability: singleProbability,
    singleProbability: limits.breachProbabilityAgainstPlace,
  }
}

type Demands = Pick<Reading, 'supportProbability' | 'singleProbability'>

/** What one position of the offender says of an area. */
export function readPosition(
  version: BanVersion,
  places: readonly Place[],
  scene: BanScene,
): Reading {
  const { limits, judged, mine } = scene
  const { shape, ban } = version
  const { longitude, latitude, accuracyMeters } = judged.fix
  const sigmaMeters = sigmaFromAccuracy(accuracyMeters)
  const borderMeters = signedDistanceMeters(shape, longitude, latitude)
  const marginMeters = findMarginMeters(accuracyMeters, limits)
  const isFarOutside = borderMeters > certainSigmas * sigmaMeters
  const isFarInside = borderMeters < -certainSigmas * sigmaMeters
  const within = (meters: number): number =>
    isFarInside ? 1 : probabilityInside(shape, longitude, latitude, sigmaMeters, meters)
  const { approachMeters } = ban
  const ownProbability = isFarOutside ? 0 : within(0)
  // Hot path: nothing is surer than what is sure.
  const place = ownProbability >= 1 ? null : weighPlace(places, judged, shape, borderMeters, limits)
  // Sure together, though this fix alone is not.
  const isSurer =
    place !== null &&
    place.probability >= limits.breachProbabilitySingle &&
    place.probability > ownProbability
  const probability = isSurer ? place.probability : ownProbability
  // Hot path: where nothing says inside, nothing need be said against it.
  const isAgainstPlace =
    probability >= limits.breachProbabilityRepeated &&
    isPlaceOutside(places, judged, shape, borderMeters, limits)
  const isOutsideApproach = borderMeters - approachMeters >= marginMeters
  return {
    breach: readRing(scene, probability, borderMeters / sigmaMeters, borderMeters >= marginMeters),
    approach: readRing(
      scene,
      approachMeters === 0 ? ownProbability : within(approachMeters),
      (borderMeters - approachMeters) / sigmaMeters,
      isOutsideApproach,
    ),
    distanceMeters: Math.max(0, borderMeters),
    other: null,
    before: findOwnSighting(mine, judged.fix.deviceSlot),
    otherBefore: null,
    together: null,
    ...findDemands(mine, isAgainstPlace, limits),
    facts: {
      borderMeters,
      marginMeters,
      sigmaMeters,
      approachMeters,
      ...(isSurer ? { fixProbability: ownProbability, ...place.facts } : {}),
    },
  }
}

/** How far outside is clear of an area, by this radius. */
function findMarginMeters(accuracyMeters: number, limits: Limits): number {
  return Math.max(limits.clearMarginMeters, limits.clearMarginAccuracyFactor * accuracyMeters)
}

/** Beyond this many sigmas from the border the exact integral can only say 0 or 1 (1 − 2e-8). */
const certainSigmas = 6
