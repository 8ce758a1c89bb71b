import { compileCircle } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import { metersBetween } from '../../../geo/distance.ts'
import type { Detour, PathThrough } from '../../../geo/path.ts'
import {
  findDetour,
  isCrossed,
  isCrossedAside,
  isOutOfReach,
  pathThrough,
} from '../../../geo/path.ts'
import { probabilityInside, sigmaFromAccuracy } from '../../../geo/probability.ts'
import { canOpen, disbeliefBits } from '../belief/believe-fix.ts'
import {
  findBesideStart,
  findPathDoubt,
  findPathStart,
  findProvenStart,
  isProven,
} from '../belief/path-starts.ts'
import { findSharpStart, isCoarser } from '../belief/sharp-starts.ts'
import type { Track } from '../belief/track-state.ts'
import { findPathMsMax } from '../belief/witness.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { BanRule, BanVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import type { Fact, Opening } from './episode.ts'
import { noFacts } from './episode.ts'
import { recordMoment } from './opening.ts'
import type { BanScene, JudgedFix, Stage } from './scene.ts'

/**
 * Whether the straight path from the fix before of one device to this one leads through the ban;
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
  if (isEndUnsure(version, from, scene)) return noFacts
  // Hot path: a walk along all edges of the area would find no crossing.
  const pathMeters = measurePath(from, scene.judged, scene.mine)
  if (isOutOfReach(fromMeters, toMeters, pathMeters, to.latitude)) return noFacts
  const path = pathThrough(shape, from.longitude, from.latitude, to.longitude, to.latitude)
  const accuracyMeters = Math.max(from.accuracyMeters, to.accuracyMeters)
  const isDeep = path.depthMeters > accuracyMeters || isWellInside(fromMeters, from)
  if (!isDeep && !(path.lengthInsideMeters > 0 && isAcross(version, from, scene))) return noFacts
  // A position given again begins no path: the fix after it shows the same crossing once more.
  if (isTold(from, scene)) return noFacts
  const isEndInside = fromMeters <= 0 || toMeters <= 0
  return recordMoment(scene, 'location-ban-passage', findDeepestMs(version, from, to), {
    fix: to,
    disbelief: scene.judged.disbelief,
    beginning: from,
    beginningDisbelief: findPathDoubt(scene.mine, from),
    other: null,
    before: from,
    otherBefore: null,
    probability: null,
    distanceMeters: null,
    facts: { ...describePath(from, version, scene, path), isEndInside },
  })
}

/**
 * The fixes before of the same device from which a path leads to this one: the last that may open a
 * breach, as this one may; and between two that are believed and see the sky the last such one
 * first, or one that is doubted, and says that he went elsewhere, would hide his way; and before
 * both the last sharp one, if all that came since is coarse and may lie on the way. Hot path:
 * nearly always all are one.
 */
export function listPathsFrom(stage: Stage): readonly CaseFix[] {
  const { judged, mine } = stage
  const { fix, disbelief } = judged
  if (!canOpen(disbelief) || (disbelief & disbeliefBits.unreachable) !== 0) return nowhere
  const own = findPathStart(mine, fix.deviceSlot)
  const last = findFrom(findBesideStart(own, mine.pathStart, stage.context.limits), stage)
  if (!isProven(mine, fix, disbelief)) return last
  const proven = findProvenStart(mine, fix.deviceSlot)
  const beside =
    proven === null || proven === last[0] ? last : [...findFrom(proven, stage), ...last]
  const sharp = findSharpFrom(stage)
  return sharp === null ? beside : [...findFrom(sharp, stage), ...beside]
}

/** Where the straight way from there leads through twice the radius of each coarse one since. */
function findSharpFrom({ judged, mine, context }: Stage): CaseFix | null {
  const { fix: to } = judged
  const { accuracySureFactor } = context.limits
  const sharp = findSharpStart(mine, to.deviceSlot)
  if (sharp === null) return null
  const { from, coarse } = sharp
  const isOnWay = ({ longitude, latitude, accuracyMeters }: CaseFix): boolean => {
    const circle = compileCircle(longitude, latitude, accuracySureFactor * accuracyMeters)
    return isCrossed(circle, from.longitude, from.latitude, to.longitude, to.latitude)
  }
  return coarse.every(isOnWay) ? from : null
}

/**
 * Nowhere when the device was not heard of for too long, and when nobody travels so fast: a jump is
 * no way that was gone.
 */
function findFrom(from: CaseFix | null, { context, judged, mine }: Stage): readonly CaseFix[] {
  if (from === null) return nowhere
  const { limits } = context
  const { fix: to } = judged
  const gapMs = to.recordedAtMs - from.recordedAtMs
  if (!(gapMs > 0)) return nowhere
  if (gapMs > limits.passageGapMsMax && gapMs > findPathMsMax(to, context)) return nowhere
  const reachMeters = (gapMs / 1000) * limits.flightSpeedMetersPerSecondMax
  return measurePath(from, judged, mine) <= reachMeters ? [from] : nowhere
}

const nowhere: readonly CaseFix[] = []

export function measurePath(from: CaseFix, { fix, movedMeters }: JudgedFix, mine: Track): number {
  return from === mine.sighting ? movedMeters : metersBetween(from, fix)
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

/**
 * From one side to the other by more than chance, however narrow the area: both ends are surely
 * outside, and the path still crosses when each lies aside by as much as its fix is sure.
 */
function isAcross(version: BanVersion, from: CaseFix, { judged, limits }: BanScene): boolean {
  const to = judged.fix
  const { shape } = version
  if (!isSurelyOutside(version, from, limits) || !isSurelyOutside(version, to, limits)) return false
  return isCrossedAside(
    shape,
    from.longitude,
    from.latitude,
    from.accuracyMeters,
    to.longitude,
    to.latitude,
    to.accuracyMeters,
  )
}

function isSurelyOutside(
  { shape }: BanVersion,
  { longitude, latitude, accuracyMeters }: CaseFix,
  limits: Limits,
): boolean {
  const sigmaMeters = sigmaFromAccuracy(accuracyMeters)
  const probability = probabilityInside(shape, longitude, latitude, sigmaMeters, 0)
  return probability <= limits.passageOutsideProbabilityMax
}

/**
 * A way past coarse positions that ends at one as coarse, which is not surely outside: whether it
 * leads out, a later one says.
 */
function isEndUnsure(version: BanVersion, from: CaseFix, scene: BanScene): boolean {
  const { judged, mine, limits } = scene
  const { fix: to } = judged
  const isPastCoarse = findSharpStart(mine, to.deviceSlot)?.from === from
  if (!isPastCoarse || !isCoarser(mine, from, to, scene)) return false
  return !isSurelyOutside(version, to, limits)
}

/** The way from where the person was last seen after that stay leads through the area as well. */
function isCrossedSince(lastInsideMs: number, { mine, judged, rule }: BanScene): boolean {
  const { sighting } = mine
  if (sighting === null || sighting.recordedAtMs <= lastInsideMs) return false
  const { shape } = findVersion(rule.versions, judged.fix.recordedAtMs)
  const { fix: to } = judged
  const path = pathThrough(shape, sighting.longitude, sighting.latitude, to.longitude, to.latitude)
  return path.depthMeters > Math.max(sighting.accuracyMeters, to.accuracyMeters)
}

/**
 * By a crossing found before, or because the person was seen inside since: two devices may show one
 * stay, the second by its way past it.
 */
function isTold({ recordedAtMs }: CaseFix, scene: BanScene): boolean {
  const { episodes, rule } = scene
  return episodes.some(
    ({ rule: other, kind, startMs, lastInsideMs }) =>
      other === rule &&
      ((kind === 'location-ban-passage' && startMs > recordedAtMs) ||
        (kind === 'location-ban-breach' &&
          lastInsideMs > recordedAtMs &&
          !isCrossedSince(lastInsideMs, scene))),
  )
}

function describePath(
  from: CaseFix,
  { shape }: BanVersion,
  { judged, mine, limits, confirmWindows }: BanScene,
  path: PathThrough,
): Opening['facts'] {
  const to = judged.fix
  const gapMs = to.recordedAtMs - from.recordedAtMs
  const gapMsMax = findPathMsMax(to, { limits, confirmWindows })
  const paceMetersPerSecond = Math.max(
    limits.ageingSpeedMetersPerSecond,
    measurePath(from, judged, mine) / (gapMs / 1000),
    from.speedMetersPerSecond || 0,
    to.speedMetersPerSecond || 0,
  )
  const detour = findDetour(
    shape,
    from.longitude,
    from.latitude,
    to.longitude,
    to.latitude,
    (paceMetersPerSecond * gapMs) / 1000,
  )
  return {
    assumption:
      'straight path at constant speed between two sightings of one device, or of two side by side',
    gapMs,
    gapMsMax,
    isGapLong: gapMs > limits.passageGapMsMax,
    depthMeters: path.depthMeters,
    lengthInsideMeters: path.lengthInsideMeters,
    paceMetersPerSecond,
    detour,
    isPathAvoidable: isAvoidable[detour],
  }
}

/** Null is not known, and nothing is said of it. */
const isAvoidable: Readonly<Record<Detour, boolean | null>> = {
  possible: true,
  'no-time': false,
  'no-way': false,
  unknown: null,
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
