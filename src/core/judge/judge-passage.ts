import type { CaseFix } from '../fixes/case-fix.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { PathThrough } from '../../../geo/path.ts'
import { isPathAvoidable, pathThrough } from '../../../geo/path.ts'
import type { BanRule, BanVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import type { Fact, Opening } from './episode.ts'
import { noFacts } from './episode.ts'
import { recordMoment } from './opening.ts'
import type { BanScene } from './scene.ts'

/**
 * Whether the straight path from the sighting before to this believed fix leads through the ban;
 * asked while no breach is open. An inference, not a sighting: the alert says so, and whether going
 * round was possible in the time. An end that lies in the ban, not surely enough for a breach, is
 * no reason to say less than without it.
 */
export function judgePassage(from: CaseFix, scene: BanScene): readonly Fact[] {
  const to = scene.judged.fix
  const version = findVersion(scene.rule.versions, to.recordedAtMs)
  if (!isInForce(version, to.recordedAtMs) || !isInForce(version, from.recordedAtMs)) return noFacts
  const { shape } = version
  const fromMeters = signedDistanceMeters(shape, from.longitude, from.latitude)
  const toMeters = signedDistanceMeters(shape, to.longitude, to.latitude)
  // Still well inside: his next sighting confirms a breach, or leads out again and is judged then.
  if (isWellInside(toMeters, to)) return noFacts
  const path = pathThrough(shape, from.longitude, from.latitude, to.longitude, to.latitude)
  const accuracyMeters = Math.max(from.accuracyMeters, to.accuracyMeters)
  if (!(path.depthMeters > accuracyMeters || isWellInside(fromMeters, from))) return noFacts
  const isEndInside = fromMeters <= 0 || toMeters <= 0
  return recordMoment(scene, 'location-ban-passage', findDeepestMs(version, from, to), {
    fix: to,
    disbelief: 0,
    beginning: from,
    beginningDisbelief: 0,
    other: null,
    before: from,
    otherBefore: null,
    probability: null,
    distanceMeters: null,
    facts: describePath(from, version, scene, path, isEndInside),
  })
}

/** Whether the box around the path touches a box of the ban; cheap, for every fix. */
export function mayCross(rule: BanRule, from: CaseFix, to: CaseFix): boolean {
  if (Math.abs(from.longitude - to.longitude) > 180) return true
  const { boxes } = findVersion(rule.versions, to.recordedAtMs)
  const west = Math.min(from.longitude, to.longitude)
  const east = Math.max(from.longitude, to.longitude)
  const south = Math.min(from.latitude, to.latitude)
  const north = Math.max(from.latitude, to.latitude)
  for (let at = 0; at < boxes.length; at += 4) {
    const boxWest = boxes[at] ?? Number.NaN
    const boxSouth = boxes[at + 1] ?? Number.NaN
    const boxEast = boxes[at + 2] ?? Number.NaN
    const boxNorth = boxes[at + 3] ?? Number.NaN
    if (west <= boxEast && east >= boxWest && south <= boxNorth && north >= boxSouth) return true
  }
  return false
}

function describePath(
  from: CaseFix,
  { shape }: BanVersion,
  { judged, limits }: BanScene,
  path: PathThrough,
  isEndInside: boolean,
): Opening['facts'] {
  const { fix: to, movedMeters } = judged
  const gapSeconds = (to.recordedAtMs - from.recordedAtMs) / 1000
  const paceMetersPerSecond = Math.max(
    limits.ageingSpeedMetersPerSecond,
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
  return {
    assumption: 'straight path at constant speed between two sightings',
    gapMs: to.recordedAtMs - from.recordedAtMs,
    gapMsMax: limits.passageGapMsMax,
    depthMeters: path.depthMeters,
    lengthInsideMeters: path.lengthInsideMeters,
    paceMetersPerSecond,
    isPathAvoidable: isAvoidable,
    isEndInside,
  }
}

/** Deeper inside than the fix is sure. */
function isWellInside(borderMeters: number, fix: CaseFix): boolean {
  return -borderMeters > fix.accuracyMeters
}

/**
 * When the path was deepest inside, to a thirty-second of the gap: the border times
 * would claim more than we know.
 */
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
