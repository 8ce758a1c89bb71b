import type { Fix } from '../../core/model/fix.ts'
import { dayMs, hourMs } from '../../core/model/units.ts'
import { metersPerDegree } from '../../../geo/distance.ts'
import type { Place } from '../../core/roads/points-on-edges.ts'
import type { Way } from '../../core/roads/find-way.ts'
import { createRandom, gaussian, type Random } from '../../replay/seeded-random.ts'
import type { Trip } from './weekly-trips.ts'

/**
 * What a monitor reports over weeks of a planned life: a fix each interval, on the way and at rest,
 * with errors that are alike for minutes, as those of receivers are. The same seed gives the same.
 */
export function* liveWeeks(life: PlannedLife, seed: number): Generator<Fix> {
  const random = createRandom(seed)
  const legs = listLegs(life, random)
  const stepMs = life.reportIntervalSeconds * 1_000
  // Everybody has another second of the minute.
  const firstMs = life.fromMs + Math.floor(random.next() * stepMs)
  let [east, north] = [0, 0]
  let leg = 0
  let sequence = 0
  for (let atMs = firstMs; atMs < life.fromMs + life.weekCount * 7 * dayMs; atMs += stepMs) {
    while (legs[leg] !== undefined && atMs >= (legs[leg]?.untilMs ?? 0)) leg++
    const now = legs[leg]
    const { place, isMoving } = placeAt(now, life.home, atMs)
    const errorMeters = isMoving ? outdoorErrorMeters : indoorErrorMeters
    const keep = Math.exp(-life.reportIntervalSeconds / alikeSeconds)
    const fresh = Math.sqrt(1 - keep * keep)
    east = keep * east + fresh * gaussian(random)
    north = keep * north + fresh * gaussian(random)
    const per = metersPerDegree(place.latitude)
    yield {
      ...plainFix,
      deviceId: life.deviceId,
      recordedAtMs: atMs,
      receivedAtMs: atMs + 2_000,
      longitude: place.longitude + (east * errorMeters) / per.longitude,
      latitude: place.latitude + (north * errorMeters) / per.latitude,
      // The radius that holds 68 of 100, for an error of this size each way.
      accuracyMeters: errorMeters * 1.51,
      sequence: sequence++,
    }
  }
}

export type PlannedLife = {
  readonly deviceId: string
  readonly home: Place
  readonly fromMs: number
  readonly weekCount: number
  readonly reportIntervalSeconds: number
  readonly outings: readonly Outing[]
}

/** A trip with the ways there; home again the same way. */
export type Outing = { readonly trip: Trip; readonly ways: readonly Way[] }

type Leg = {
  readonly fromMs: number
  readonly untilMs: number
  readonly way: Way
  readonly isBack: boolean
  /** How much longer than usual it takes today. */
  readonly pace: number
}

const outdoorErrorMeters = 6
const indoorErrorMeters = 12
/** Errors of receivers at rest are alike for about so long. */
const alikeSeconds = 300

const plainFix = {
  speedMetersPerSecond: null,
  headingDegrees: null,
  source: 'gnss',
  hdop: 1,
  satellites: 9,
  batteryFraction: 0.8,
} as const

function listLegs(life: PlannedLife, random: Random): Leg[] {
  const legs: Leg[] = []
  let freeMs = life.fromMs
  for (let week = 0; week < life.weekCount; week++) {
    for (const { trip, ways } of life.outings) {
      const way = ways[random.next() < firstWayShare ? 0 : ways.length - 1] ?? ways[0]
      if (way === undefined) continue
      const startMs = life.fromMs + (week * 7 + trip.day) * dayMs + trip.hour * hourMs
      const leaveMs = Math.max(freeMs, startMs + (random.next() - 0.5) * hourMs)
      const pace = 1 + 0.2 * random.next()
      const lastMs = (way.atSeconds.at(-1) ?? 0) * 1_000 * pace
      const backMs = leaveMs + lastMs + trip.stayHours * hourMs
      legs.push(
        { fromMs: leaveMs, untilMs: backMs, way, isBack: false, pace },
        { fromMs: backMs, untilMs: backMs + lastMs, way, isBack: true, pace },
      )
      freeMs = backMs + lastMs + hourMs / 4
    }
  }
  return legs
}

/** Most days the quickest way. */
const firstWayShare = 0.8

function placeAt(
  leg: Leg | undefined,
  home: Place,
  atMs: number,
): { readonly place: Place; readonly isMoving: boolean } {
  if (leg === undefined || atMs < leg.fromMs) return { place: home, isMoving: false }
  const total = leg.way.atSeconds.at(-1) ?? 0
  const gone = (atMs - leg.fromMs) / 1_000 / leg.pace
  const along = leg.isBack ? total - gone : gone
  return {
    place: placeOn(leg.way, Math.min(total, Math.max(0, along))),
    isMoving: gone < total,
  }
}

function placeOn({ line, atSeconds }: Way, seconds: number): Place {
  let index = atSeconds.findIndex((at) => at >= seconds)
  if (index < 0) index = line.length - 1
  const [after, before] = [line[index], line[Math.max(0, index - 1)]]
  const [to, from] = [atSeconds[index] ?? 0, atSeconds[Math.max(0, index - 1)] ?? 0]
  const share = to === from ? 1 : (seconds - from) / (to - from)
  const { longitude, latitude } = before ?? { longitude: 0, latitude: 0 }
  return {
    longitude: longitude + share * ((after?.longitude ?? longitude) - longitude),
    latitude: latitude + share * ((after?.latitude ?? latitude) - latitude),
  }
}
