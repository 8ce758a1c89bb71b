import { distanceMeters } from '../../../geo/distance.ts'
import { probabilityWithin, sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { PairRule, PairVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { FoldContext, RuleState } from './fold.ts'
import type { Reading } from './judge-rings.ts'
import { judgeRings } from './judge-rings.ts'
import type { FixedAddress } from '../model/registry.ts'

/**
 * While it is not known where the victim is, the separation is judged against the places where she may well be. What
 * comes of it may open a breach or an approach; it never ends one, for being away from her home is not being away
 * from her.
 */
export function judgeFixedAddresses(
  context: FoldContext,
  rule: PairRule,
  state: RuleState | null,
  fix: CaseFix,
  disbelief: number,
  victimSeenAtMs: number | null,
): RuleState | null {
  const version = findVersion(rule.versions, fix.recordedAtMs)
  const addresses = version.ban.fixedAddresses ?? []
  if (addresses.length === 0) return state
  const nearest = findNearest(addresses, fix)
  const { separationMeters, approachMeters } = version.ban
  const ringMeters = Math.max(separationMeters, approachMeters)
  // No distribution around a point beyond the ring has half of itself within it.
  if (nearest.borderMeters > ringMeters) return state
  if (!isInForce(version, fix.recordedAtMs)) return state
  return judgeRings(state, readAddress(version, fix, nearest, ringMeters, victimSeenAtMs), {
    limits: context.limits,
    log: context.log,
    rule,
    fix,
    disbelief,
    mine: null,
    theirs: null,
    before: null,
    otherBefore: null,
    together: null,
    confirmWindows: context.confirmWindows,
    confirmWindowMs: findConfirmWindowMs(context.confirmWindows, fix.deviceSlot, fix.recordedAtMs),
    supportProbability: context.limits.breachProbabilityRepeated,
    singleProbability: context.limits.breachProbabilitySingle,
  })
}

/** What the evidence says of a reading that rests on an address. Not which one: whoever needs it reads the order. */
export const fixedAddressBasis = 'victim device stale, fixed address used'

type Nearest = {
  readonly address: FixedAddress
  readonly middleMeters: number
  readonly borderMeters: number
}

function findNearest(addresses: readonly FixedAddress[], fix: CaseFix): Nearest {
  const measured = addresses.map((address): Nearest => {
    const { longitude, latitude, radiusMeters } = address
    const middleMeters = distanceMeters(fix.longitude, fix.latitude, longitude, latitude)
    return { address, middleMeters, borderMeters: Math.max(0, middleMeters - radiusMeters) }
  })
  return measured.reduce((one, other) => (other.borderMeters < one.borderMeters ? other : one))
}

function readAddress(
  version: PairVersion,
  fix: CaseFix,
  nearest: Nearest,
  ringMeters: number,
  victimSeenAtMs: number | null,
): Reading {
  const { separationMeters, approachMeters } = version.ban
  const { radiusMeters } = nearest.address
  const sigmaMeters = sigmaFromAccuracy(fix.accuracyMeters)
  const within = (meters: number): number =>
    probabilityWithin(nearest.middleMeters, sigmaMeters, meters + radiusMeters)
  return {
    breachProbability: within(separationMeters),
    approachProbability: within(ringMeters),
    isOutsideBreach: false,
    isOutsideApproach: false,
    distanceMeters: nearest.borderMeters,
    other: null,
    facts: {
      basis: fixedAddressBasis,
      separationMeters,
      approachMeters,
      sightingGapMs: victimSeenAtMs === null ? null : fix.recordedAtMs - victimSeenAtMs,
      sigmaMeters,
    },
  }
}
