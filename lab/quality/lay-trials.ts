import { compileCircle } from '../../geo/ban-shape.ts'
import { destination, distanceMeters } from '../../geo/distance.ts'
import { containsPosition } from '../../geo/containment.ts'
import type { BanArea, LocationBan } from '../../src/core/model/registry.ts'
import { compileArea } from './baselines.ts'
import type { RecordedFix } from '../../src/replay/importers/recording.ts'
import { layPairTrials } from './lay-pairs.ts'
import { makeScenario, planOf } from './make-scenario.ts'
import type { Run, RunDevice } from './read-runs.ts'
import { medianOf, referenceTrack } from './reference-track.ts'
import type { Group, Stretch, Subject, Trial, Truth } from './trial.ts'
import { halfOf } from './trial.ts'
import { findKnown, findStays, leastDistanceMeters } from './truth-track.ts'
import type { TrackStay, TruthTrack } from './truth-track.ts'

/**
 * Lays bans on a recording as the goals ask, by rules that know nothing of the place, and
 * says what is true of each.
 */
export function layTrials(run: Run): Trial[] {
  if (run.kind === 'still') return [...layStill(run), ...layPairTrials(run)]
  if (run.kind === 'thinned') return run.devices.flatMap((device) => layThinned(run, device))
  const track = referenceTrack(
    run.devices.map(({ fixes, carried }) =>
      fixes.filter(({ recordedAtMs: atMs }) => atMs >= carried.startMs && atMs <= carried.endMs),
    ),
    referenceAccuracyMeters,
    referenceGapMs,
  )
  const trials = run.devices.map((device) =>
    layMoving(run, device, device.fixes, track, device.name),
  )
  return [...trials, ...layPairTrials(run)]
}

/** Fixes that a reference may be made of. */
export const referenceAccuracyMeters = 30
const referenceGapMs = 60_000
/** A true stay that must be found is this long and this deep. */
const dueMs = 60_000
const dueMeters = 150
/** A fix shows a stay when it lies inside and claims this or better. */
const revealingAccuracyMeters = 100
/** How far the reference itself may be off. */
const referenceErrorMeters = 25
/** Out of the ban for less than this by the reference, and in again: one stay. */
const bridgeMs = 120_000
const stayBanCount = 9
const passBanCount = 8
const stayRadiiMeters = [300, 600, 1000]
const stillRadiusMeters = 300
const thinnedSeconds = [15, 60]

/** One fix in so many seconds, as a monitor would send of a track that has one a second. */
function layThinned(run: Run, device: RunDevice): Trial[] {
  const track = referenceTrack([device.fixes], referenceAccuracyMeters, referenceGapMs)
  return thinnedSeconds.map((seconds) => {
    let lastMs = -Infinity
    const fixes = device.fixes.filter(({ recordedAtMs }) => {
      if (recordedAtMs - lastMs < seconds * 1000) return false
      lastMs = recordedAtMs
      return true
    })
    return layMoving(run, device, fixes, track, `${device.name} 1/${seconds} s`)
  })
}

function layMoving(
  run: Run,
  device: RunDevice,
  fixes: readonly RecordedFix[],
  track: TruthTrack,
  name: string,
): Trial {
  const reportIntervalSeconds = planOf(fixes)
  const reportIntervalMs = reportIntervalSeconds * 1000
  const toleranceMs = Math.max(60_000, reportIntervalMs)
  const bans: LocationBan[] = []
  const subjects: Subject[] = []
  const known = cut(findKnown(track), device)
  const watchedMs = device.carried.endMs - device.carried.startMs
  for (const spot of spotsAlong(track, stayBanCount)) {
    const radiusMeters = stayRadiiMeters[bans.length % stayRadiiMeters.length]!
    const id = `stay-${bans.length + 1}`
    bans.push(circleBan(id, spot.longitude, spot.latitude, radiusMeters))
    const truths = findTruths(track, bans.at(-1)!, fixes, device)
    subjects.push({ id, group: 'stay', truths, known, watchedMs, toleranceMs, reportIntervalMs })
  }
  for (const spot of passingSpots(run, track)) {
    const id = `pass-${bans.length + 1}`
    bans.push(circleBan(id, spot.longitude, spot.latitude, stillRadiusMeters))
    // Nobody went there, with or without a reference: all of the recording is known.
    const whole = [device.carried]
    subjects.push({
      id,
      group: 'pass-200',
      truths: [],
      known: whole,
      watchedMs,
      toleranceMs,
      reportIntervalMs,
    })
  }
  return {
    name: `${run.source} ${name}`,
    source: run.source,
    half: halfOf(run.source),
    scenario: makeScenario({ fixes, reportIntervalSeconds }, bans, []),
    untilMs: null,
    subjects,
    truthTrack: track,
  }
}

function findTruths(
  track: TruthTrack,
  ban: LocationBan,
  fixes: readonly RecordedFix[],
  device: RunDevice,
): Truth[] {
  if (ban.area.type !== 'circle') return []
  const { longitude, latitude, radiusMeters } = ban.area
  const findWithin = (meters: number): TrackStay[] =>
    cut(findStays(track, compileCircle(longitude, latitude, meters), bridgeMs), device)
  const inside = findWithin(radiusMeters)
  // So near the border the reference cannot say on which side: neither due nor false.
  const doubtful = findWithin(radiusMeters + referenceErrorMeters).filter(
    (stay) => !inside.some(({ startMs, endMs }) => startMs <= stay.endMs && endMs >= stay.startMs),
  )
  return [
    ...inside.map((stay) => describeStay(stay, ban.area, fixes)),
    ...doubtful.map((stay) => ({ ...stay, isDue: false, isUnseen: false, revealedAtMs: null })),
  ]
}

function describeStay(stay: TrackStay, area: BanArea, fixes: readonly RecordedFix[]): Truth {
  const { startMs, endMs, deepestMeters } = stay
  const shape = compileArea(area)
  const good = fixes.filter(
    ({ recordedAtMs, accuracyMeters }) =>
      recordedAtMs >= startMs &&
      recordedAtMs <= endMs &&
      (accuracyMeters ?? 0) <= revealingAccuracyMeters,
  )
  const revealing = good.filter((fix) => containsPosition(shape, fix.longitude, fix.latitude))
  return {
    startMs,
    endMs,
    isDue: endMs - startMs >= dueMs && deepestMeters >= dueMeters && good.length > 0,
    isUnseen: false,
    revealedAtMs: leastOf(revealing.map(({ receivedAtMs }) => receivedAtMs)),
  }
}

/**
 * Bans of 300 m beside phones that lie still, on eight sides of each, so near that the
 * border is 50, 100 or 200 m off.
 */
function layStill(run: Run): Trial[] {
  const good = run.devices.flatMap(({ fixes, carried }) =>
    fixes.filter(
      (fix) =>
        (fix.accuracyMeters ?? 0) <= referenceAccuracyMeters &&
        fix.recordedAtMs >= carried.startMs &&
        fix.recordedAtMs <= carried.endMs,
    ),
  )
  if (good.length === 0) return []
  const longitude = medianOf(good.map((fix) => fix.longitude))
  const latitude = medianOf(good.map((fix) => fix.latitude))
  return run.devices.map((device) => {
    const reportIntervalSeconds = planOf(device.fixes)
    const subjects: Subject[] = []
    const bans: LocationBan[] = []
    for (const offMeters of [50, 100, 200] as const) {
      for (let bearing = 0; bearing < 360; bearing += 45) {
        const id = `still-${offMeters}-${bearing}`
        const centre = destination(longitude, latitude, bearing, stillRadiusMeters + offMeters)
        bans.push(circleBan(id, centre.longitude, centre.latitude, stillRadiusMeters))
        const group: Group = `still-${offMeters}`
        const watchedMs = device.carried.endMs - device.carried.startMs
        subjects.push({
          id,
          group,
          truths: [],
          known: [device.carried],
          watchedMs,
          toleranceMs: 60_000,
          reportIntervalMs: reportIntervalSeconds * 1000,
        })
      }
    }
    return {
      name: `${run.source} ${device.name}`,
      source: run.source,
      half: halfOf(run.source),
      scenario: makeScenario({ fixes: device.fixes, reportIntervalSeconds }, bans, []),
      untilMs: null,
      subjects,
      truthTrack: null,
    }
  })
}

type Spot = { readonly longitude: number; readonly latitude: number; readonly index: number }

/** Places at even shares of the length of the way. */
function spotsAlong(track: TruthTrack, count: number): Spot[] {
  const lengths = [0]
  for (let index = 1; index < track.atMs.length; index++) {
    const meters = distanceMeters(
      track.longitudes[index - 1]!,
      track.latitudes[index - 1]!,
      track.longitudes[index]!,
      track.latitudes[index]!,
    )
    lengths.push(lengths[index - 1]! + meters)
  }
  const spots: Spot[] = []
  for (let number = 1; number <= count; number++) {
    const goal = ((number - 0.5) / count) * lengths.at(-1)!
    const index = lengths.findIndex((length) => length >= goal)
    if (index > 0)
      spots.push({ longitude: track.longitudes[index]!, latitude: track.latitudes[index]!, index })
  }
  return spots
}

/**
 * Middles of bans whose border comes as near as 200 m to the way, and to every
 * planned route, and no nearer.
 */
function passingSpots(run: Run, track: TruthTrack): Spot[] {
  const goalMeters = stillRadiusMeters + 200
  const found: Spot[] = []
  for (const spot of spotsAlong(track, 4 * passBanCount)) {
    const before = Math.max(0, spot.index - 3)
    const east =
      (track.longitudes[spot.index]! - track.longitudes[before]!) *
      Math.cos((spot.latitude * Math.PI) / 180)
    const north = track.latitudes[spot.index]! - track.latitudes[before]!
    const heading = (Math.atan2(east, north) * 180) / Math.PI
    for (const side of [90, -90]) {
      const { longitude, latitude } = destination(
        spot.longitude,
        spot.latitude,
        heading + side,
        goalMeters,
      )
      const least = Math.min(
        leastDistanceMeters(track, longitude, latitude),
        leastToRoutes(run, longitude, latitude),
      )
      if (least >= goalMeters - 5 && found.length < passBanCount) {
        found.push({ longitude, latitude, index: spot.index })
        break
      }
    }
  }
  return found
}

function leastToRoutes(run: Run, longitude: number, latitude: number): number {
  let least = Infinity
  for (const [lon, lat] of run.plannedRoutes.flat())
    least = Math.min(least, distanceMeters(longitude, latitude, lon, lat))
  return least
}

function circleBan(
  id: string,
  longitude: number,
  latitude: number,
  radiusMeters: number,
): LocationBan {
  const area = { type: 'circle', longitude, latitude, radiusMeters } as const
  return { id, label: id, area, approachMeters: 500, schedule: null }
}

function cut<T extends Stretch>(stretches: readonly T[], { carried }: RunDevice): T[] {
  return stretches
    .map((stretch) => ({
      ...stretch,
      startMs: Math.max(stretch.startMs, carried.startMs),
      endMs: Math.min(stretch.endMs, carried.endMs),
    }))
    .filter(({ startMs, endMs }) => startMs < endMs)
}

export function leastOf(values: readonly number[]): number | null {
  return values.length === 0
    ? null
    : values.reduce((least, value) => Math.min(least, value), Infinity)
}
