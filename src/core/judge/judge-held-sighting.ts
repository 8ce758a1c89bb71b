import { distanceMeters } from '../../../geo/distance.ts'
import { probabilityWithin, sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { PairRule } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { FoldContext, RuleState } from './fold.ts'
import { findHeldUntilMs } from '../belief/held-sighting.ts'
import type { Reading } from './judge-rings.ts'
import { judgeRings } from './judge-rings.ts'
import type { Track } from '../belief/track-state.ts'

/**
 * While the other person was last seen too long ago, and at rest, the separation is judged against that place: she
 * sleeps, and her phone says nothing. It may open an approach, or a breach on two readings of him near where she rests, and
 * never ends one, for being away from where somebody was is not being away from that person.
 */
export function judgeHeldSighting(
  context: FoldContext,
  rule: PairRule,
  state: RuleState | null,
  fix: CaseFix,
  disbelief: number,
  mine: Track,
  theirs: Track,
): RuleState | null {
  const { limits } = context
  const other = theirs.sighting
  if (other === null || fix.recordedAtMs > (findHeldUntilMs(theirs, limits) ?? -Infinity))
    return state
  const version = findVersion(rule.versions, fix.recordedAtMs)
  const { separationMeters, approachMeters } = version.ban
  const ringMeters = Math.max(separationMeters, approachMeters)
  const apartMeters = distanceMeters(fix.longitude, fix.latitude, other.longitude, other.latitude)
  // No distribution around a point beyond the ring has half of itself within it.
  if (!(apartMeters <= ringMeters) || !isInForce(version, fix.recordedAtMs)) return state
  const spreadMeters = Math.hypot(fix.accuracyMeters, other.accuracyMeters, limits.heldRadiusMeters)
  const sigmaMeters = sigmaFromAccuracy(spreadMeters)
  const reading: Reading = {
    breachProbability: probabilityWithin(apartMeters, sigmaMeters, separationMeters),
    approachProbability: probabilityWithin(apartMeters, sigmaMeters, ringMeters),
    isOutsideBreach: false,
    isOutsideApproach: false,
    distanceMeters: apartMeters,
    other,
    facts: {
      basis: heldSightingBasis,
      separationMeters,
      approachMeters,
      sightingGapMs: fix.recordedAtMs - other.recordedAtMs,
      heldRadiusMeters: limits.heldRadiusMeters,
      sigmaMeters,
    },
  }
  return judgeRings(state, reading, {
    limits,
    log: context.log,
    rule,
    fix,
    disbelief,
    mine,
    theirs,
    before: mine.sighting,
    otherBefore: null,
    together: null,
    confirmWindows: context.confirmWindows,
    confirmWindowMs: findConfirmWindowMs(context.confirmWindows, fix.deviceSlot, fix.recordedAtMs),
    // Twice the same old sighting is one doubt told twice, and one glimpse of somebody passing by it is not enough. That
    // she comes to where he was is worth a look; that he comes to where she rests is worth the police.
    supportProbability:
      fix.personSlot === rule.victimSlot ? Infinity : limits.breachProbabilitySingle,
    singleProbability: Infinity,
  })
}

/** What the evidence says of a reading that rests on where somebody was last seen at rest. */
export const heldSightingBasis = 'not seen anew, last seen at rest there'
