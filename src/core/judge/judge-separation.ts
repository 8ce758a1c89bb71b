import { distanceMeters } from '../../../geo/distance.ts'
import { probabilityWithin, sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { PairRule, PairVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import type { CoTravel } from './co-travel.ts'
import { findCoTravel } from './co-travel.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import { findEncounter, recordPassing } from './judge-encounter.ts'
import type { FoldContext, RuleState } from './fold.ts'
import { findPace } from '../belief/held-sighting.ts'
import { judgeFixedAddresses } from './judge-fixed-addresses.ts'
import { judgeHeldSighting } from './judge-held-sighting.ts'
import type { Reading } from './judge-rings.ts'
import { endCeased, judgeRings } from './judge-rings.ts'
import type { Limits } from '../model/limits.ts'
import type { Track } from '../belief/track-state.ts'

/**
 * What a fix of either person does to the separation of a pair. The other person's last sighting at or before it
 * stands for where she was, with an uncertainty that grew since; too long before, the pair is unknown: nothing ends,
 * and nothing opens but what the place of her rest and her fixed addresses say.
 */
export function judgeSeparation(
  context: FoldContext,
  rule: PairRule,
  state: RuleState | null,
  fix: CaseFix,
  disbelief: number,
  movedMeters: number,
  mine: Track,
  theirs: Track,
): RuleState | null {
  const current = endCeased(context.log, state, fix.recordedAtMs)
  const other = theirs.sighting
  if (other === null || fix.recordedAtMs - other.recordedAtMs > context.limits.sightingGapMsMax) {
    const next = judgeHeldSighting(context, rule, current, fix, disbelief, mine, theirs)
    if (fix.personSlot === rule.victimSlot) return next
    const seenAtMs = other?.recordedAtMs ?? null
    return judgeFixedAddresses(context, rule, next, fix, disbelief, seenAtMs)
  }
  const version = findVersion(rule.versions, fix.recordedAtMs)
  const { ban } = version
  const apartMeters = distanceMeters(fix.longitude, fix.latitude, other.longitude, other.latitude)
  const closestPossibleMeters = apartMeters - movedMeters - theirs.movedMeters
  const isFar = apartMeters > ban.approachMeters && closestPossibleMeters > ban.separationMeters
  // Hot path: nothing is going on, they are beyond the ring, and were so all the way here.
  if (current === null && isFar) return null
  if (!isInForce(version, fix.recordedAtMs)) return null
  // What two paths nearest to each other may have come to.
  const mayHaveMet = closestPossibleMeters < ban.separationMeters
  const encounter =
    disbelief === 0 && mayHaveMet && current?.breach?.episode == null
      ? findEncounter(context, version, fix, mine, theirs)
      : null
  const coTravel = disbelief === 0 ? findCoTravel(fix, mine, theirs, context.limits) : null
  const next = judgeRings(
    current,
    readSeparation(version, fix, theirs, other, apartMeters, context.limits, coTravel),
    {
      limits: context.limits,
      log: context.log,
      rule,
      fix,
      disbelief,
      mine,
      theirs,
      before: mine.sighting,
      otherBefore: theirs.previous,
      together: encounter?.isTogether === true ? encounter.opening : null,
      confirmWindows: context.confirmWindows,
      confirmWindowMs: findConfirmWindowMs(
        context.confirmWindows,
        fix.deviceSlot,
        fix.recordedAtMs,
      ),
      supportProbability: findSupportProbability(context, fix, other),
      singleProbability: context.limits.breachProbabilitySingle,
    },
  )
  if (encounter !== null && !encounter.isTogether && next?.breach?.episode == null) {
    recordPassing(context, rule, encounter)
  }
  return next
}

/**
 * Two likely readings confirm each other only while the other person's sighting is itself as recent as a confirmation
 * must be: twice the same old sighting is one doubt told twice, and takes a reading that is sure by itself.
 */
function findSupportProbability(
  { confirmWindows, limits }: FoldContext,
  fix: CaseFix,
  other: CaseFix,
): number {
  const windowMs = findConfirmWindowMs(confirmWindows, other.deviceSlot, fix.recordedAtMs)
  const isRecent = fix.recordedAtMs - other.recordedAtMs <= windowMs
  return isRecent ? limits.breachProbabilityRepeated : limits.breachProbabilitySingle
}

/** Spread of where the person is now: that of the sighting, and of what they may have covered since. */
function findSpreadMeters(track: Track, sighting: CaseFix, atMs: number, limits: Limits): number {
  const ageSeconds = Math.max(0, atMs - sighting.recordedAtMs) / 1000
  const seenPace = findPace(track)
  // Whoever stood still may have started to walk.
  const pace =
    seenPace >= 0
      ? Math.max(seenPace, limits.ageingSpeedMetersPerSecondMin)
      : limits.ageingSpeedMetersPerSecond
  return Math.hypot(sighting.accuracyMeters, ageSeconds * pace)
}

function readSeparation(
  version: PairVersion,
  fix: CaseFix,
  theirs: Track,
  other: CaseFix,
  apartMeters: number,
  limits: Limits,
  coTravel: CoTravel | null,
): Reading {
  const { separationMeters, approachMeters } = version.ban
  const ringMeters = Math.max(separationMeters, approachMeters)
  const spreadMeters = Math.hypot(
    fix.accuracyMeters,
    findSpreadMeters(theirs, other, fix.recordedAtMs, limits),
  )
  const sigmaMeters = sigmaFromAccuracy(spreadMeters)
  const marginMeters = Math.max(
    limits.clearMarginMeters,
    limits.clearMarginAccuracyFactor * spreadMeters,
  )
  return {
    breachProbability: probabilityWithin(apartMeters, sigmaMeters, separationMeters),
    approachProbability: probabilityWithin(apartMeters, sigmaMeters, ringMeters),
    isOutsideBreach: apartMeters - separationMeters >= marginMeters,
    isOutsideApproach: apartMeters - ringMeters >= marginMeters,
    distanceMeters: apartMeters,
    other,
    facts: {
      separationMeters,
      approachMeters,
      sightingGapMs: fix.recordedAtMs - other.recordedAtMs,
      sigmaMeters,
      marginMeters,
      coTravel,
    },
  }
}
