import { distanceMeters } from '../../../geo/distance.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import { aheadSightingBasis, doubtfulSightingBasis } from '../model/alert-kinds/ban-sentences.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Track } from '../belief/track-state.ts'
import type { PairVersion } from '../rules/ban-versions.ts'
import type { Limits } from '../model/limits.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import type { Judgement } from './episode.ts'
import { joinFacts, noFacts } from './episode.ts'
import type { RuleState } from './fold.ts'
import { judgeRings } from './judge-rings.ts'
import type { Reading, RingReading } from './reading.ts'
import { readDistance } from './reading.ts'
import type { PairScene } from './scene.ts'
import { findSupportProbability } from './support.ts'

/** Nothing but a doubtful place, or time, says where the other person is as well. */
export function isSeenDoubtfully({ doubtful, ahead }: Track): boolean {
  return doubtful.length > 0 || ahead.length > 0
}

/**
 * The other person may be in another place than the last believed sighting says, by fixes that bear
 * each other out and that nobody can have come to, or is in that place alone while the clock of the
 * device is ahead. The separation is judged against each of those places too. It may open a breach
 * or an approach; it never ends one.
 */
export function judgeDoubtfulSightings(
  state: RuleState | null,
  scene: PairScene,
): Judgement<RuleState | null> {
  const { limits, judged, theirs } = scene
  let found: Judgement<RuleState | null> = { state, facts: noFacts }
  for (const { place, isAhead } of listElsewhere(theirs, judged.fix.recordedAtMs, limits)) {
    const basis = isAhead ? aheadSightingBasis : doubtfulSightingBasis
    const next = judgeDoubtful(found.state, place, basis, scene)
    found = { state: next.state, facts: joinFacts(found.facts, next.facts) }
  }
  return found
}

/**
 * Where the person may be as well at that moment, by what was given lately. What another device of
 * the person says since makes a place by a clock that is ahead no less true.
 */
export function listElsewhere(
  { doubtful, ahead, sighting }: Track,
  atMs: number,
  { sightingGapMsMax }: Limits,
): readonly Elsewhere[] {
  const seenMs = sighting?.recordedAtMs ?? -Infinity
  const isLate = ({ recordedAtMs }: CaseFix): boolean => atMs - recordedAtMs <= sightingGapMsMax
  return [
    ...doubtful
      .filter((place) => place.recordedAtMs >= seenMs && isLate(place))
      .map((place) => ({ place, isAhead: false })),
    ...ahead.filter(isLate).map((place) => ({ place, isAhead: true })),
  ]
}

type Elsewhere = { readonly place: CaseFix; readonly isAhead: boolean }

/** How the person moves is not known of one who may be in two places. */
export function findAgedMeters(place: CaseFix, atMs: number, limits: Limits): number {
  return ((atMs - place.recordedAtMs) / 1000) * limits.ageingSpeedMetersPerSecond
}

function judgeDoubtful(
  state: RuleState | null,
  other: CaseFix,
  basis: string,
  scene: PairScene,
): Judgement<RuleState | null> {
  const { fix } = scene.judged
  const version = findVersion(scene.rule.versions, fix.recordedAtMs)
  const { separationMeters, approachMeters } = version.ban
  const apartMeters = distanceMeters(fix.longitude, fix.latitude, other.longitude, other.latitude)
  // No distribution around a point beyond the ring has half of itself within it.
  const isNear = apartMeters <= Math.max(separationMeters, approachMeters)
  if (!isNear || !isInForce(version, fix.recordedAtMs)) return { state, facts: noFacts }
  return judgeRings(state, readDoubtful(version, other, { apartMeters, basis }, scene), scene)
}

function readDoubtful(
  version: PairVersion,
  other: CaseFix,
  { apartMeters, basis }: { readonly apartMeters: number; readonly basis: string },
  scene: PairScene,
): Reading {
  const { limits, judged, mine } = scene
  const { separationMeters, approachMeters } = version.ban
  const gapMs = judged.fix.recordedAtMs - other.recordedAtMs
  const agedMeters = findAgedMeters(other, judged.fix.recordedAtMs, limits)
  const { accuracyMeters } = judged.fix
  const sigmaMeters = sigmaFromAccuracy(
    Math.hypot(accuracyMeters, other.accuracyMeters, agedMeters),
  )
  const read = (meters: number): RingReading =>
    readDistance(scene, { apartMeters, sigmaMeters }, meters)
  return {
    breach: read(separationMeters),
    approach: read(Math.max(separationMeters, approachMeters)),
    distanceMeters: apartMeters,
    other,
    before: mine.sighting,
    otherBefore: null,
    together: null,
    supportProbability: findSupportProbability(scene, other),
    singleProbability: limits.breachProbabilitySingle,
    facts: {
      basis,
      separationMeters,
      approachMeters,
      sightingGapMs: gapMs,
      sigmaMeters,
    },
  }
}
