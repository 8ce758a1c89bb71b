import { distanceMeters } from '../../../geo/distance.ts'
import { closestApproach } from '../../../geo/path.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { PairVersion } from '../rules/ban-versions.ts'
import { isInForce } from '../rules/ban-versions.ts'
import type { Fact, Opening } from './episode.ts'
import { noFacts } from './episode.ts'
import { findGapMs } from './judge-passage.ts'
import { recordMoment } from './opening.ts'
import type { PairScene } from './scene.ts'

/**
 * Two sightings far apart may hide a meeting between them. Over the time both paths cover, each
 * person is taken to have gone straight at one pace. Surely within the separation at the last
 * moment both are known of, and still so if the other went on at that pace, they are together: that
 * is a breach that goes on. Nearer only on the way there, they passed each other: a breach that is
 * over. Null: nothing of the kind.
 */
export function findEncounter(scene: PairScene, version: PairVersion): Encounter | null {
  const paths = findPaths(scene, version)
  if (paths === null) return null
  const { separationMeters } = version.ban
  const { fix } = scene.judged
  const { mineBefore, theirsBefore, theirsNow, fromMs, untilMs } = paths
  const gapMs = Math.max(
    fix.recordedAtMs - mineBefore.recordedAtMs,
    theirsNow.recordedAtMs - theirsBefore.recordedAtMs,
  )
  const isGapLong = gapMs > scene.limits.passageGapMsMax
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
  const sureMeters = separationMeters - scene.limits.accuracySureFactor * accuracyMeters
  const lastMeters = distanceMeters(mineLonB, mineLatB, theirLonB, theirLatB)
  const isTogether =
    lastMeters <= sureMeters && foreseeMeters(fix, theirsBefore, theirsNow) <= sureMeters
  if (!isTogether && !(closest.distanceMeters <= sureMeters)) return null
  const atMs = Math.round(fromMs + closest.fraction * (untilMs - fromMs))
  const closestMeters = closest.distanceMeters
  const found = {
    separationMeters,
    fromMs,
    untilMs,
    closestMeters,
    lastMeters,
    accuracyMeters,
    gapMs,
    isGapLong,
  }
  return { fromMs, atMs, isTogether, opening: describeMeeting(fix, paths, isTogether, found) }
}

export type Encounter = {
  readonly fromMs: number
  /** When they were nearest. */
  readonly atMs: number
  /** Still so near at the end of what is known of both. */
  readonly isTogether: boolean
  readonly opening: Opening
}

/** Tells of two who passed each other, once. */
export function recordPassing(scene: PairScene, encounter: Encounter): readonly Fact[] {
  const { fromMs, atMs, opening } = encounter
  // A meeting at the moment one stretch ends is seen again where the next begins.
  const isTold = scene.episodes.some(
    ({ rule, kind, startMs }) =>
      rule === scene.rule && kind === 'proximity-passage' && startMs >= fromMs,
  )
  return isTold ? noFacts : recordMoment(scene, 'proximity-passage', atMs, opening)
}

/** The sightings between which both went straight, and the time both paths cover. */
type Paths = {
  readonly mineBefore: CaseFix
  readonly theirsBefore: CaseFix
  readonly theirsNow: CaseFix
  readonly fromMs: number
  readonly untilMs: number
}

function findPaths(
  { judged, mine, theirs, limits, confirmWindows }: PairScene,
  version: PairVersion,
): Paths | null {
  const { sighting: mineBefore } = mine
  const { sighting: theirsNow, previous: theirsBefore } = theirs
  if (mineBefore === null || theirsNow === null || theirsBefore === null) return null
  const { fix } = judged
  const hearing = { limits, confirmWindows }
  if (fix.recordedAtMs - mineBefore.recordedAtMs > findGapMs(hearing, fix)) return null
  const theirGapMsMax = findGapMs(hearing, theirsNow)
  if (theirsNow.recordedAtMs - theirsBefore.recordedAtMs > theirGapMsMax) return null
  // Nor is anybody foreseen for longer than until the next report.
  if (fix.recordedAtMs - theirsNow.recordedAtMs > theirGapMsMax) return null
  // Up to their last sighting, not to this fix: beyond it nothing is known of them.
  const fromMs = Math.max(mineBefore.recordedAtMs, theirsBefore.recordedAtMs)
  const untilMs = theirsNow.recordedAtMs
  if (fromMs >= untilMs || !isInForce(version, fromMs)) return null
  return { mineBefore, theirsBefore, theirsNow, fromMs, untilMs }
}

type Found = {
  readonly separationMeters: number
  readonly fromMs: number
  readonly untilMs: number
  readonly closestMeters: number
  readonly lastMeters: number
  readonly accuracyMeters: number
  /** The longer of the two paths, and whether that is long for one straight way. */
  readonly gapMs: number
  readonly isGapLong: boolean
}

function describeMeeting(fix: CaseFix, paths: Paths, isTogether: boolean, found: Found): Opening {
  const { mineBefore, theirsBefore, theirsNow } = paths
  return {
    fix,
    disbelief: 0,
    beginning: isTogether ? fix : mineBefore,
    beginningDisbelief: 0,
    other: theirsNow,
    before: mineBefore,
    otherBefore: theirsBefore,
    probability: null,
    distanceMeters: isTogether ? found.lastMeters : found.closestMeters,
    facts: { assumption: 'straight paths at constant speed between sightings of both', ...found },
  }
}

/** How far apart they are at the fix, had the other gone straight on. */
function foreseeMeters(fix: CaseFix, before: CaseFix, now: CaseFix): number {
  const [longitude, latitude] = locate(before, now, fix.recordedAtMs)
  return distanceMeters(fix.longitude, fix.latitude, longitude, latitude)
}

/** Where a straight mover is at a moment between two sightings, or after them. */
function locate(from: CaseFix, to: CaseFix, atMs: number): [longitude: number, latitude: number] {
  const part = (atMs - from.recordedAtMs) / (to.recordedAtMs - from.recordedAtMs)
  let east = to.longitude - from.longitude
  if (east > 180) east -= 360
  else if (east < -180) east += 360
  return [from.longitude + part * east, from.latitude + part * (to.latitude - from.latitude)]
}
