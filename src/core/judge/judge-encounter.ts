import { distanceMeters } from '../../../geo/distance.ts'
import { closestApproach } from '../../../geo/path.ts'
import { findBesideStart, findOwnBelieved, findOwnPrevious } from '../belief/path-starts.ts'
import type { Track } from '../belief/track-state.ts'
import type { Waypoint } from '../belief/waypoints.ts'
import { listWaypoints } from '../belief/waypoints.ts'
import { findPathMsMax } from '../belief/witness.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { PairVersion } from '../rules/ban-versions.ts'
import { isInForce } from '../rules/ban-versions.ts'
import type { Fact, Opening } from './episode.ts'
import { noFacts } from './episode.ts'
import { recordMoment } from './opening.ts'
import type { PairScene } from './scene.ts'

/**
 * Two sightings far apart may hide a meeting between them. Over the time both ways cover, each
 * person is taken to have gone straight and at one pace from one place seen to the next. Surely
 * within the separation at the last moment both are known of, and still so if the other went on at
 * that pace, they are together: that is a breach that goes on. Nearer only on the way there, they
 * passed each other: a breach that is over. Null: nothing of the kind.
 */
export function findEncounter(scene: PairScene, version: PairVersion): Encounter | null {
  const { mine, theirs, judged } = scene
  const { limits } = scene
  const mineOwn = findOwnBelieved(mine, judged.fix.deviceSlot) ?? mine.sighting
  const mineBefore = findBesideStart(mineOwn, mine.sighting, limits)
  const theirsBefore = findBesideStart(findOwnPrevious(theirs), theirs.previous, limits)
  if (mineBefore === null || theirs.sighting === null || theirsBefore === null) return null
  const known = { mineBefore, theirsBefore, now: theirs.sighting }
  const steps = listSteps(scene, version, known).map((step) => measureStep(scene, version, step))
  const last = steps.at(-1)
  if (last === undefined) return null
  const { fix } = scene.judged
  const isTogether =
    last.to === known.now &&
    last.lastMeters <= last.sureMeters &&
    foreseeMeters(fix, last.from, known.now) <= last.sureMeters
  const near = isTogether ? last : findNearest(steps)
  if (near === null) return null
  const { fromMs, atMs } = near
  const opening = describeMeeting(scene, version, known, { ...near, isTogether })
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
export function recordPassing(scene: PairScene, encounter: Encounter): readonly Fact[] {
  const { fromMs, atMs, opening } = encounter
  // A meeting at the moment one stretch ends is seen again where the next begins.
  const isTold = scene.episodes.some(
    ({ rule, kind, startMs }) =>
      rule === scene.rule && kind === 'proximity-passage' && startMs >= fromMs,
  )
  return isTold ? noFacts : recordMoment(scene, 'proximity-passage', atMs, opening)
}

/** The sightings of both that are known as reported. */
type Known = {
  readonly mineBefore: CaseFix
  readonly theirsBefore: CaseFix
  readonly now: CaseFix
}

/** Two places seen of the other one after the other, and the time in which both ways are known. */
type Step = {
  readonly mineBefore: CaseFix
  readonly from: Waypoint
  readonly to: Waypoint
  readonly fromMs: number
  readonly untilMs: number
}

/** Up to their last sighting, not to this fix: beyond it nothing is known of them. */
function listSteps(
  { judged, theirs, limits, confirmWindows }: PairScene,
  version: PairVersion,
  known: Known,
): readonly Step[] {
  const { mineBefore, now } = known
  const { fix } = judged
  const hearing = { limits, confirmWindows }
  if (fix.recordedAtMs - mineBefore.recordedAtMs > findPathMsMax(fix, hearing)) return []
  const theirGapMsMax = findPathMsMax(now, hearing)
  // Nor is anybody foreseen for longer than until the next report.
  if (fix.recordedAtMs - now.recordedAtMs > theirGapMsMax) return []
  const steps: Step[] = []
  let from: Waypoint | null = null
  for (const to of listPlaces(theirs, known)) {
    const isSeen =
      from !== null &&
      (from.isKept === true || to.recordedAtMs - from.recordedAtMs <= theirGapMsMax)
    if (from !== null && isSeen) {
      const fromMs = Math.max(mineBefore.recordedAtMs, from.recordedAtMs)
      const untilMs = to.recordedAtMs
      if (fromMs < untilMs && isInForce(version, fromMs)) {
        steps.push({ mineBefore, from, to, fromMs, untilMs })
      }
    }
    from = to
  }
  return steps
}

/** Nobody went from where one device lies to where another one does. */
function listPlaces(theirs: Track, { mineBefore, theirsBefore, now }: Known): readonly Waypoint[] {
  const fromMs = mineBefore.recordedAtMs
  const isMixed =
    theirs.previous !== theirsBefore ||
    theirs.otherPlaces.some(({ fix }) => fix.recordedAtMs >= fromMs)
  return isMixed ? [theirsBefore, now] : listWaypoints(theirs, fromMs)
}

type MeasuredStep = Step & {
  readonly atMs: number
  readonly closestMeters: number
  readonly lastMeters: number
  readonly accuracyMeters: number
  /** At most so far apart, they are surely within the separation. */
  readonly sureMeters: number
}

function measureStep(
  { judged: { fix }, limits }: PairScene,
  { ban }: PairVersion,
  step: Step,
): MeasuredStep {
  const { mineBefore, from, to, fromMs, untilMs } = step
  const [mineLonA, mineLatA] = locate(mineBefore, fix, fromMs)
  const [mineLonB, mineLatB] = locate(mineBefore, fix, untilMs)
  const [theirLonA, theirLatA] = locate(from, to, fromMs)
  const [theirLonB, theirLatB] = locate(from, to, untilMs)
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
    Math.max(from.accuracyMeters, to.accuracyMeters)
  return {
    ...step,
    atMs: Math.round(fromMs + closest.fraction * (untilMs - fromMs)),
    closestMeters: closest.distanceMeters,
    lastMeters: distanceMeters(mineLonB, mineLatB, theirLonB, theirLatB),
    accuracyMeters,
    sureMeters: ban.separationMeters - limits.accuracySureFactor * accuracyMeters,
  }
}

function findNearest(steps: readonly MeasuredStep[]): MeasuredStep | null {
  let nearest: MeasuredStep | null = null
  for (const step of steps) {
    const isSure = step.closestMeters <= step.sureMeters
    if (isSure && step.closestMeters < (nearest?.closestMeters ?? Infinity)) nearest = step
  }
  return nearest
}

function describeMeeting(
  { judged: { fix }, limits }: PairScene,
  { ban }: PairVersion,
  { mineBefore, theirsBefore, now }: Known,
  meeting: MeasuredStep & { readonly isTogether: boolean },
): Opening {
  const { from, to, fromMs, untilMs, closestMeters, lastMeters, accuracyMeters } = meeting
  const { isTogether } = meeting
  // The longer of the two ways.
  const gapMs = Math.max(
    fix.recordedAtMs - mineBefore.recordedAtMs,
    to.recordedAtMs - from.recordedAtMs,
  )
  return {
    fix,
    disbelief: 0,
    beginning: isTogether ? fix : mineBefore,
    beginningDisbelief: 0,
    other: now,
    before: mineBefore,
    otherBefore: theirsBefore,
    probability: null,
    distanceMeters: isTogether ? lastMeters : closestMeters,
    facts: {
      assumption: 'straight paths at constant speed between sightings of both',
      separationMeters: ban.separationMeters,
      fromMs,
      untilMs,
      closestMeters,
      lastMeters,
      accuracyMeters,
      gapMs,
      isGapLong: gapMs > limits.passageGapMsMax,
    },
  }
}

/** How far apart they are at the fix, had the other gone straight on. */
function foreseeMeters(fix: CaseFix, before: Waypoint, now: Waypoint): number {
  const [longitude, latitude] = locate(before, now, fix.recordedAtMs)
  return distanceMeters(fix.longitude, fix.latitude, longitude, latitude)
}

/** Where a straight mover is at a moment between two sightings, or after them. */
function locate(from: Waypoint, to: Waypoint, atMs: number): [longitude: number, latitude: number] {
  const part = (atMs - from.recordedAtMs) / (to.recordedAtMs - from.recordedAtMs)
  let east = to.longitude - from.longitude
  if (east > 180) east -= 360
  else if (east < -180) east += 360
  return [from.longitude + part * east, from.latitude + part * (to.latitude - from.latitude)]
}
