import { findHeldUntilMs } from '../belief/held-sighting.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import { heldSightingBasis } from '../model/alert-kinds/ban-sentences.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { PairVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import type { Judgement } from './episode.ts'
import { noFacts } from './episode.ts'
import type { RuleState } from './fold.ts'
import { judgeRings } from './judge-rings.ts'
import type { Reading, RingReading } from './reading.ts'
import { readDistance } from './reading.ts'
import type { PairScene } from './scene.ts'

/**
 * While the other person was last seen too long ago, and at rest, the separation is judged against
 * that place: she sleeps, and her phone says nothing. It may open an approach, or a breach on two
 * readings of him near where she rests, and never ends one, for being away from where somebody was
 * is not being away from that person.
 */
export function judgeHeldSighting(
  state: RuleState | null,
  scene: PairScene,
): Judgement<RuleState | null> {
  const { limits, rule, judged, theirs } = scene
  const { fix } = judged
  const other = theirs.sighting
  const heldUntilMs = findHeldUntilMs(theirs, limits)
  if (other === null || heldUntilMs === null || fix.recordedAtMs > heldUntilMs) {
    return { state, facts: noFacts }
  }
  const version = findVersion(rule.versions, fix.recordedAtMs)
  const { separationMeters, approachMeters } = version.ban
  const apartMeters = distanceMeters(fix.longitude, fix.latitude, other.longitude, other.latitude)
  // No distribution around a point beyond the ring has half of itself within it.
  const isNear = apartMeters <= Math.max(separationMeters, approachMeters)
  if (!isNear || !isInForce(version, fix.recordedAtMs)) return { state, facts: noFacts }
  return judgeRings(state, readHeldSighting(version, other, apartMeters, scene), scene)
}

function readHeldSighting(
  version: PairVersion,
  other: CaseFix,
  apartMeters: number,
  scene: PairScene,
): Reading {
  const { limits, rule, judged, mine } = scene
  const { fix } = judged
  const { separationMeters, approachMeters } = version.ban
  const ringMeters = Math.max(separationMeters, approachMeters)
  const spreadMeters = Math.hypot(fix.accuracyMeters, other.accuracyMeters, limits.heldRadiusMeters)
  const sigmaMeters = sigmaFromAccuracy(spreadMeters)
  const read = (meters: number): RingReading =>
    readDistance(scene, { apartMeters, sigmaMeters }, meters)
  return {
    breach: read(separationMeters),
    approach: read(ringMeters),
    distanceMeters: apartMeters,
    other,
    before: mine.sighting,
    otherBefore: null,
    together: null,
    // Twice the same old sighting is one doubt told twice, and one glimpse of somebody passing by
    // it is not enough. That she comes to where he was is worth a look; that he comes to where she
    // rests is worth the police.
    supportProbability:
      fix.personSlot === rule.victimSlot ? Infinity : limits.breachProbabilitySingle,
    singleProbability: Infinity,
    facts: {
      basis: heldSightingBasis,
      separationMeters,
      approachMeters,
      sightingGapMs: fix.recordedAtMs - other.recordedAtMs,
      heldRadiusMeters: limits.heldRadiusMeters,
      sigmaMeters,
    },
  }
}
