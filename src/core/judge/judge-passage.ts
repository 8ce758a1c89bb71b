import { signedDistanceMeters } from '../../../geo/containment.ts'
import { isPathAvoidable, pathThrough } from '../../../geo/path.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { BanRule, BanVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import { recordMoment } from './episode.ts'
import type { FoldContext, RuleState } from './fold.ts'

/**
 * Whether the straight path from the sighting before to this believed fix leads through the ban, without a breach being
 * open. An inference, not a sighting: the alert says so, and whether he could have gone round in the time he had. An
 * end that lies in the ban, not surely enough for a breach, is no reason to say less than without it.
 */
export function judgePassage(
  context: FoldContext,
  rule: BanRule,
  before: RuleState | null,
  after: RuleState | null,
  from: CaseFix,
  to: CaseFix,
  movedMeters: number,
): void {
  const version = findVersion(rule.versions, to.recordedAtMs)
  if (!mayCross(version.boxes, from, to)) return
  if (before?.breach?.episode != null || after?.breach?.episode != null) return
  if (!isInForce(version, to.recordedAtMs) || !isInForce(version, from.recordedAtMs)) return
  const { shape } = version
  const fromMeters = signedDistanceMeters(shape, from.longitude, from.latitude)
  const toMeters = signedDistanceMeters(shape, to.longitude, to.latitude)
  // Still well inside: his next sighting confirms a breach, or leads out again and is judged then.
  if (isWellInside(toMeters, to)) return
  const path = pathThrough(shape, from.longitude, from.latitude, to.longitude, to.latitude)
  const accuracyMeters = Math.max(from.accuracyMeters, to.accuracyMeters)
  if (!(path.depthMeters > accuracyMeters || isWellInside(fromMeters, from))) return
  const gapSeconds = (to.recordedAtMs - from.recordedAtMs) / 1000
  const paceMetersPerSecond = Math.max(
    context.limits.ageingSpeedMetersPerSecond,
    movedMeters / gapSeconds,
    from.speedMetersPerSecond || 0,
    to.speedMetersPerSecond || 0,
  )
  const isAvoidable = isPathAvoidable(
    shape,
    from.longitude,
    from.latitude,
    to.longitude,
    to.latitude,
    paceMetersPerSecond * gapSeconds,
  )
  recordMoment(context.log, 'location-ban-passage', rule, findDeepestMs(version, from, to), {
    fix: to,
    disbelief: 0,
    beginning: from,
    beginningDisbelief: 0,
    other: null,
    before: from,
    otherBefore: null,
    probability: null,
    distanceMeters: null,
    facts: {
      assumption: 'straight path at constant speed between two sightings',
      gapMs: to.recordedAtMs - from.recordedAtMs,
      gapMsMax: context.limits.passageGapMsMax,
      depthMeters: path.depthMeters,
      lengthInsideMeters: path.lengthInsideMeters,
      paceMetersPerSecond,
      isPathAvoidable: isAvoidable,
      isEndInside: fromMeters <= 0 || toMeters <= 0,
    },
  })
}

/** Deeper inside than the fix is sure. */
function isWellInside(borderMeters: number, fix: CaseFix): boolean {
  return -borderMeters > fix.accuracyMeters
}

/** Whether the box around the path touches a box of the ban; cheap, for every fix. */
function mayCross(boxes: Float64Array, from: CaseFix, to: CaseFix): boolean {
  if (Math.abs(from.longitude - to.longitude) > 180) return true
  const west = Math.min(from.longitude, to.longitude)
  const east = Math.max(from.longitude, to.longitude)
  const south = Math.min(from.latitude, to.latitude)
  const north = Math.max(from.latitude, to.latitude)
  for (let at = 0; at < boxes.length; at += 4) {
    if (
      west <= boxes[at + 2]! &&
      east >= boxes[at]! &&
      south <= boxes[at + 3]! &&
      north >= boxes[at + 1]!
    ) {
      return true
    }
  }
  return false
}

/** When the path was deepest inside, to a thirty-second of the gap: the border times would claim more than we know. */
function findDeepestMs(version: BanVersion, from: CaseFix, to: CaseFix): number {
  const east = wrapDegrees(to.longitude - from.longitude)
  const north = to.latitude - from.latitude
  let deepestPart = 0.5
  let deepestMeters = Infinity
  for (let step = 0; step <= pathSteps; step++) {
    const part = step / pathSteps
    const longitude = wrapDegrees(from.longitude + part * east)
    const meters = signedDistanceMeters(version.shape, longitude, from.latitude + part * north)
    if (meters < deepestMeters) {
      deepestMeters = meters
      deepestPart = part
    }
  }
  return Math.round(from.recordedAtMs + deepestPart * (to.recordedAtMs - from.recordedAtMs))
}

function wrapDegrees(degrees: number): number {
  return degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees
}

const pathSteps = 32
