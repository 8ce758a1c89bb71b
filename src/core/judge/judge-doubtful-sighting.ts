import { distanceMeters } from '../../../geo/distance.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import { aheadSightingBasis, doubtfulSightingBasis } from '../model/alert-kinds/ban-sentences.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Track } from '../belief/track-state.ts'
import type { PairVersion } from '../rules/ban-versions.ts'
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
  const sinceMs = judged.fix.recordedAtMs - limits.sightingGapMsMax
  const seenMs = theirs.sighting?.recordedAtMs ?? -Infinity
  let found: Judgement<RuleState | null> = { state, facts: noFacts }
  const judge = (other: CaseFix, basis: string): void => {
    if (other.recordedAtMs < sinceMs) return
    const next = judgeDoubtful(found.state, other, basis, scene)
    found = { state: next.state, facts: joinFacts(found.facts, next.facts) }
  }
  for (const other of theirs.doubtful) {
    if (other.recordedAtMs >= seenMs) judge(other, doubtfulSightingBasis)
  }
  // What another device of the person says since does not make the place less true.
  for (const other of theirs.ahead) judge(other, aheadSightingBasis)
  return found
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
  // How the person moves is not known of one who may be in two places.
  const agedMeters = (gapMs / 1000) * limits.ageingSpeedMetersPerSecond
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
