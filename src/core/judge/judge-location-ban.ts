import { signedDistanceMeters } from '../../../geo/containment.ts'
import { probabilityInside, sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { BanRule, BanVersion } from '../rules/ban-versions.ts'
import { findVersion, isInBoxes, isInForce } from '../rules/ban-versions.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { FoldContext, RuleState } from './fold.ts'
import type { Reading } from './judge-rings.ts'
import { endCeased, judgeRings } from './judge-rings.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from '../belief/track-state.ts'

/** What a fix of the offender does to his breach and approach of one area. */
export function judgeLocationBan(
  context: FoldContext,
  rule: BanRule,
  state: RuleState | null,
  fix: CaseFix,
  disbelief: number,
  mine: Track,
): RuleState | null {
  const version = findVersion(rule.versions, fix.recordedAtMs)
  // Hot path: nothing is going on and he is nowhere near.
  if (state === null && !isInBoxes(version.nearBoxes, fix.longitude, fix.latitude)) return null
  const current = endCeased(context.log, state, fix.recordedAtMs)
  if (!isInForce(version, fix.recordedAtMs)) return null
  return judgeRings(current, readPosition(version, fix, context.limits), {
    limits: context.limits,
    log: context.log,
    rule,
    fix,
    disbelief,
    mine,
    theirs: null,
    before: mine.sighting,
    otherBefore: null,
    together: null,
    confirmWindows: context.confirmWindows,
    confirmWindowMs: findConfirmWindowMs(context.confirmWindows, fix.deviceSlot, fix.recordedAtMs),
    supportProbability: findSupportProbability(mine, context.limits),
    singleProbability: context.limits.breachProbabilitySingle,
  })
}

/**
 * Who lies still beside a border is not entering. Errors of one place drift slowly, so two doubtful fixes of it are one
 * doubt told twice, night after night; one that is sure opens as ever.
 */
function findSupportProbability({ sighting, restSinceMs }: Track, limits: Limits): number {
  const isAtRest =
    sighting !== null && sighting.recordedAtMs - restSinceMs >= limits.breachRestMsMin
  return isAtRest ? limits.breachProbabilityAtRest : limits.breachProbabilityRepeated
}

function readPosition(version: BanVersion, fix: CaseFix, limits: Limits): Reading {
  const { shape, ban } = version
  const { longitude, latitude, accuracyMeters } = fix
  const sigmaMeters = sigmaFromAccuracy(accuracyMeters)
  const borderMeters = signedDistanceMeters(shape, longitude, latitude)
  const marginMeters = Math.max(
    limits.clearMarginMeters,
    limits.clearMarginAccuracyFactor * accuracyMeters,
  )
  const isFarOutside = borderMeters > certainSigmas * sigmaMeters
  const isFarInside = borderMeters < -certainSigmas * sigmaMeters
  const breachProbability = isFarInside
    ? 1
    : isFarOutside
      ? 0
      : probabilityInside(shape, longitude, latitude, sigmaMeters, 0)
  const approachProbability = isFarInside
    ? 1
    : probabilityInside(shape, longitude, latitude, sigmaMeters, ban.approachMeters)
  return {
    breachProbability,
    approachProbability,
    isOutsideBreach: borderMeters >= marginMeters,
    isOutsideApproach: borderMeters - ban.approachMeters >= marginMeters,
    distanceMeters: Math.max(0, borderMeters),
    other: null,
    facts: { borderMeters, marginMeters, sigmaMeters, approachMeters: ban.approachMeters },
  }
}

/** Beyond this many sigmas from the border the exact integral can only say 0 or 1 (1 − 2e-8). */
const certainSigmas = 6
