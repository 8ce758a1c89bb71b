import { distanceMeters } from '../../geo/distance.ts'
import { closestApproach } from '../../geo/path.ts'
import { probabilityWithin, sigmaFromAccuracy } from '../../geo/probability.ts'
import type { CaseFix } from './case-fix.ts'
import type { PairRule, PairVersion } from './case-rules.ts'
import { findVersion, isInForce } from './case-rules.ts'
import type { CoTravel } from './co-travel.ts'
import { findCoTravel } from './co-travel.ts'
import { recordMoment } from './episode.ts'
import type { FoldContext, RuleState } from './fold.ts'
import { judgeFixedAddresses } from './judge-fixed-addresses.ts'
import type { Reading } from './judge-rings.ts'
import { endCeased, judgeRings } from './judge-rings.ts'
import type { Limits } from './limits.ts'
import type { Track } from './track.ts'

/**
 * What a fix of either person does to the separation of a pair. The other person's last sighting at or before it
 * stands for where she was, with an uncertainty that grew since; too long before, the pair is unknown: nothing ends,
 * and nothing opens but what her fixed addresses say.
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
    if (fix.personSlot === rule.victimSlot) return current
    const seenAtMs = other?.recordedAtMs ?? null
    return judgeFixedAddresses(context, rule, current, fix, disbelief, seenAtMs)
  }
  const version = findVersion(rule.versions, fix.recordedAtMs)
  const { ban } = version
  const apartMeters = distanceMeters(fix.longitude, fix.latitude, other.longitude, other.latitude)
  const closestPossibleMeters = apartMeters - movedMeters - theirs.movedMeters
  const isFar = apartMeters > ban.approachMeters && closestPossibleMeters > ban.separationMeters
  // Hot path: nothing is going on, they are beyond the ring, and were so all the way here.
  if (current === null && isFar) return null
  if (!isInForce(version, fix.recordedAtMs)) return null
  const coTravel = disbelief === 0 ? findCoTravel(fix, mine, theirs, context.limits) : null
  const next = judgeRings(
    current,
    readSeparation(version, fix, other, apartMeters, context.limits, coTravel),
    {
      limits: context.limits,
      log: context.log,
      rule,
      fix,
      disbelief,
      before: mine.sighting,
      otherBefore: theirs.previous,
      confirmWindowMs: context.confirmWindowsMs[fix.deviceSlot]!,
      supportProbability: findSupportProbability(context, fix, other),
    },
  )
  const isInBreach = current?.breach?.episode != null || next?.breach?.episode != null
  if (disbelief === 0 && !isInBreach && closestPossibleMeters < ban.separationMeters) {
    judgeEncounter(context, rule, version, fix, mine, theirs)
  }
  return next
}

/**
 * Two likely readings confirm each other only while the other person's sighting is itself as recent as a confirmation
 * must be: twice the same old sighting is one doubt told twice, and takes a reading that is sure by itself.
 */
function findSupportProbability(
  { confirmWindowsMs, limits }: FoldContext,
  fix: CaseFix,
  other: CaseFix,
): number {
  const isRecent = fix.recordedAtMs - other.recordedAtMs <= confirmWindowsMs[other.deviceSlot]!
  return isRecent ? limits.breachProbabilityRepeated : limits.breachProbabilitySingle
}

/** Spread of where the person is now: that of the fix, and of what they may have covered since. */
export function findSpreadMeters(sighting: CaseFix, atMs: number, limits: Limits): number {
  const ageSeconds = Math.max(0, atMs - sighting.recordedAtMs) / 1000
  const { speedMetersPerSecond } = sighting
  // Whoever stood still may have started to walk.
  const pace =
    speedMetersPerSecond >= 0
      ? Math.max(speedMetersPerSecond, limits.ageingSpeedMetersPerSecondMin)
      : limits.ageingSpeedMetersPerSecond
  return Math.hypot(sighting.accuracyMeters, ageSeconds * pace)
}

function readSeparation(
  version: PairVersion,
  fix: CaseFix,
  other: CaseFix,
  apartMeters: number,
  limits: Limits,
  coTravel: CoTravel | null,
): Reading {
  const { separationMeters, approachMeters } = version.ban
  const ringMeters = Math.max(separationMeters, approachMeters)
  const spreadMeters = Math.hypot(
    fix.accuracyMeters,
    findSpreadMeters(other, fix.recordedAtMs, limits),
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

/**
 * Two sightings far apart may hide a meeting between them. Over the time both paths cover, each person is taken to
 * have gone straight; a closest approach surely within the separation is a breach that has already passed.
 */
function judgeEncounter(
  context: FoldContext,
  rule: PairRule,
  version: PairVersion,
  fix: CaseFix,
  mine: Track,
  theirs: Track,
): void {
  const { sighting: mineBefore } = mine
  const { sighting: theirsNow, previous: theirsBefore } = theirs
  if (mineBefore === null || theirsNow === null || theirsBefore === null) return
  const { passageGapMsMax } = context.limits
  if (fix.recordedAtMs - mineBefore.recordedAtMs > passageGapMsMax) return
  if (theirsNow.recordedAtMs - theirsBefore.recordedAtMs > passageGapMsMax) return
  // Up to their last sighting, not to this fix: beyond it nothing is known of them.
  const fromMs = Math.max(mineBefore.recordedAtMs, theirsBefore.recordedAtMs)
  const untilMs = theirsNow.recordedAtMs
  if (fromMs >= untilMs || !isInForce(version, fromMs)) return
  if (isTold(context, rule, fromMs)) return
  const [mineLonA, mineLatA] = locate(mineBefore, fix, fromMs)
  const [mineLonB, mineLatB] = locate(mineBefore, fix, untilMs)
  const [theirLonA, theirLatA] = locate(theirsBefore, theirsNow, fromMs)
  const [theirLonB, theirLatB] = locate(theirsBefore, theirsNow, untilMs)
  const closest = closestApproach(
    mineLonA,
    mineLatA,
    mineLonB,
    mineLatB,
    theirLonA,
    theirLatA,
    theirLonB,
    theirLatB,
  )
  const accuracyMeters =
    Math.max(mineBefore.accuracyMeters, fix.accuracyMeters) +
    Math.max(theirsBefore.accuracyMeters, theirsNow.accuracyMeters)
  const { separationMeters } = version.ban
  if (!(closest.distanceMeters + 2 * accuracyMeters <= separationMeters)) return
  const atMs = Math.round(fromMs + closest.fraction * (untilMs - fromMs))
  recordMoment(context.log, 'proximity-passage', rule, atMs, {
    fix,
    disbelief: 0,
    beginning: mineBefore,
    beginningDisbelief: 0,
    other: theirsNow,
    before: mineBefore,
    otherBefore: theirsBefore,
    probability: null,
    distanceMeters: closest.distanceMeters,
    facts: {
      assumption: 'straight paths at constant speed between sightings of both',
      separationMeters,
      fromMs,
      untilMs,
      closestMeters: closest.distanceMeters,
      accuracyMeters,
    },
  })
}

/** A meeting at the moment one stretch ends is seen again where the next begins. */
function isTold(context: FoldContext, rule: PairRule, fromMs: number): boolean {
  return context.log.episodes.some(
    (episode) =>
      episode.rule === rule && episode.kind === 'proximity-passage' && episode.startMs >= fromMs,
  )
}

/** Where a straight mover was at a moment between two sightings. */
function locate(from: CaseFix, to: CaseFix, atMs: number): [longitude: number, latitude: number] {
  const part = (atMs - from.recordedAtMs) / (to.recordedAtMs - from.recordedAtMs)
  let east = to.longitude - from.longitude
  if (east > 180) east -= 360
  else if (east < -180) east += 360
  return [from.longitude + part * east, from.latitude + part * (to.latitude - from.latitude)]
}
