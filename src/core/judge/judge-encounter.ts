import { distanceMeters } from '../../../geo/distance.ts'
import { closestApproach } from '../../../geo/path.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { PairRule, PairVersion } from '../rules/ban-versions.ts'
import { isInForce } from '../rules/ban-versions.ts'
import type { Opening } from './episode.ts'
import { recordMoment } from './episode.ts'
import type { FoldContext } from './fold.ts'
import type { Track } from '../belief/track-state.ts'

/**
 * Two sightings far apart may hide a meeting between them. Over the time both paths cover, each person is taken to
 * have gone straight at one pace. Surely within the separation at the last moment both are known of, and still so if the
 * other went on at that pace, they are together: that is a breach that goes on. Nearer only on the way there, they passed
 * each other: a breach that is over. Null: nothing of the kind.
 */
export function findEncounter(
  context: FoldContext,
  version: PairVersion,
  fix: CaseFix,
  mine: Track,
  theirs: Track,
): Encounter | null {
  const { sighting: mineBefore } = mine
  const { sighting: theirsNow, previous: theirsBefore } = theirs
  if (mineBefore === null || theirsNow === null || theirsBefore === null) return null
  const { passageGapMsMax } = context.limits
  if (fix.recordedAtMs - mineBefore.recordedAtMs > passageGapMsMax) return null
  if (theirsNow.recordedAtMs - theirsBefore.recordedAtMs > passageGapMsMax) return null
  // Up to their last sighting, not to this fix: beyond it nothing is known of them.
  const fromMs = Math.max(mineBefore.recordedAtMs, theirsBefore.recordedAtMs)
  const untilMs = theirsNow.recordedAtMs
  if (fromMs >= untilMs || !isInForce(version, fromMs)) return null
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
  const sureMeters = separationMeters - 2 * accuracyMeters
  const lastMeters = distanceMeters(mineLonB, mineLatB, theirLonB, theirLatB)
  const isTogether =
    lastMeters <= sureMeters && foreseeMeters(fix, theirsBefore, theirsNow) <= sureMeters
  if (!isTogether && !(closest.distanceMeters <= sureMeters)) return null
  const opening: Opening = {
    fix,
    disbelief: 0,
    beginning: isTogether ? fix : mineBefore,
    beginningDisbelief: 0,
    other: theirsNow,
    before: mineBefore,
    otherBefore: theirsBefore,
    probability: null,
    distanceMeters: isTogether ? lastMeters : closest.distanceMeters,
    facts: {
      assumption: 'straight paths at constant speed between sightings of both',
      separationMeters,
      fromMs,
      untilMs,
      closestMeters: closest.distanceMeters,
      lastMeters,
      accuracyMeters,
    },
  }
  const atMs = Math.round(fromMs + closest.fraction * (untilMs - fromMs))
  return { fromMs, atMs, isTogether, opening }
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
export function recordPassing(context: FoldContext, rule: PairRule, encounter: Encounter): void {
  const { fromMs, atMs, opening } = encounter
  // A meeting at the moment one stretch ends is seen again where the next begins.
  const isTold = context.log.episodes.some(
    (episode) =>
      episode.rule === rule && episode.kind === 'proximity-passage' && episode.startMs >= fromMs,
  )
  if (!isTold) recordMoment(context.log, 'proximity-passage', rule, atMs, opening)
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
