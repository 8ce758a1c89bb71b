import { distanceMeters } from '../../../geo/distance.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import { fixedAddressBasis } from '../model/alert-kinds/ban-sentences.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { FixedAddress } from '../model/registry.ts'
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
 * While it is not known where the victim is, the separation is judged against the places where she
 * may well be. What comes of it may open a breach or an approach; it never ends one, for being away
 * from her home is not being away from her.
 */
export function judgeFixedAddresses(
  state: RuleState | null,
  scene: PairScene,
): Judgement<RuleState | null> {
  const { fix } = scene.judged
  const version = findVersion(scene.rule.versions, fix.recordedAtMs)
  const nearest = findNearest(version.ban.fixedAddresses ?? [], fix)
  if (nearest === null) return { state, facts: noFacts }
  const { separationMeters, approachMeters } = version.ban
  // No distribution around a point beyond the ring has half of itself within it.
  const isFar = nearest.borderMeters > Math.max(separationMeters, approachMeters)
  if (isFar || !isInForce(version, fix.recordedAtMs)) return { state, facts: noFacts }
  return judgeRings(state, readAddress(version, nearest, scene), scene)
}

type Nearest = {
  readonly address: FixedAddress
  readonly middleMeters: number
  readonly borderMeters: number
}

function findNearest(addresses: readonly FixedAddress[], fix: CaseFix): Nearest | null {
  let nearest: Nearest | null = null
  for (const address of addresses) {
    const { longitude, latitude, radiusMeters } = address
    const middleMeters = distanceMeters(fix.longitude, fix.latitude, longitude, latitude)
    const borderMeters = Math.max(0, middleMeters - radiusMeters)
    if (nearest === null || borderMeters < nearest.borderMeters) {
      nearest = { address, middleMeters, borderMeters }
    }
  }
  return nearest
}

function readAddress(version: PairVersion, nearest: Nearest, scene: PairScene): Reading {
  const { separationMeters, approachMeters } = version.ban
  const { limits, judged, theirs } = scene
  const { fix } = judged
  const { radiusMeters } = nearest.address
  const seenAtMs = theirs.sighting?.recordedAtMs ?? null
  const sigmaMeters = sigmaFromAccuracy(fix.accuracyMeters)
  const apart = { apartMeters: nearest.middleMeters, sigmaMeters }
  const read = (meters: number): RingReading => readDistance(scene, apart, meters + radiusMeters)
  return {
    breach: read(separationMeters),
    approach: read(Math.max(separationMeters, approachMeters)),
    distanceMeters: nearest.borderMeters,
    other: null,
    before: null,
    otherBefore: null,
    together: null,
    supportProbability: limits.breachProbabilityRepeated,
    singleProbability: limits.breachProbabilitySingle,
    facts: {
      basis: fixedAddressBasis,
      separationMeters,
      approachMeters,
      sightingGapMs: seenAtMs === null ? null : fix.recordedAtMs - seenAtMs,
      sigmaMeters,
    },
  }
}
