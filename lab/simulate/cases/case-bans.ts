import type { BanArea, BanSchedule, LocationBan } from '../../../src/core/model/registry.ts'
import type { Box, DraftBan } from './case-draft.ts'
import { blockArcs, borderMeters, shapeOf } from './case-draft.ts'
import { schoolName, streetName, workplaceName } from '../names.ts'
import type { Place } from '../people/simulated-person.ts'
import { between, pick, randomUuid } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Region } from '../region/region.ts'
import { latitudeOf, longitudeOf } from '../region/region.ts'
import { maxOf, minOf } from '../../../src/core/model/lists.ts'

/** A circle around where somebody lives, not centred on the door. */
export function banAroundHome(random: Random, region: Region, home: Place): DraftBan {
  const radiusMeters = Math.round(between(random, 300, 600) / 10) * 10
  const area = circleAt(
    region,
    home.eastMeters + between(random, -60, 60),
    home.northMeters + between(random, -60, 60),
    radiusMeters,
  )
  return draftBan(random, `woning ${streetName(random)}`, area, pick(random, [300, 500, 500]))
}

/** A crooked polygon around a school or a place of work, often by the clock. */
export function banAroundWork(random: Random, region: Region, work: Place): DraftBan {
  const isSchool = random.next() < 0.5
  const label = isSchool ? schoolName(random) : workplaceName(random)
  const cornerCount = 5 + Math.floor(4 * random.next())
  const ring = ringAround(random, region, work, cornerCount, [160, 340])
  const geometry = { type: 'Polygon', coordinates: [ring] } as const
  const schedule = isSchool && random.next() < 0.5 ? schoolHours : null
  return draftBan(random, label, { type: 'geometry', geometry }, 300, schedule)
}

/** A neighbourhood with a courtyard left out, and an annex. */
export function banOnNeighbourhood(random: Random, region: Region, middle: Place): DraftBan {
  const outer = ringAround(random, region, middle, 9, [420, 620])
  const hole = ringAround(random, region, middle, 5, [60, 120]).toReversed()
  const annexAt = { ...middle, northMeters: middle.northMeters - 900 }
  const annex = ringAround(random, region, annexAt, 4, [120, 180])
  const geometry = { type: 'MultiPolygon', coordinates: [[outer, hole], [annex]] } as const
  const label = `wijk rond ${streetName(random)}`
  return draftBan(random, label, { type: 'geometry', geometry }, 400)
}

export function circleAt(
  region: Region,
  east: number,
  north: number,
  radiusMeters: number,
): BanArea {
  return {
    type: 'circle',
    longitude: roundDegrees(longitudeOf(region, east)),
    latitude: roundDegrees(latitudeOf(region, north)),
    radiusMeters,
  }
}

export function draftBan(
  random: Random,
  label: string,
  area: BanArea,
  approachMeters: number,
  schedule: BanSchedule | null = null,
): DraftBan {
  const ban: LocationBan = { id: randomUuid(random), label, area, approachMeters, schedule }
  return { ban, shape: shapeOf(area) }
}

/**
 * What somebody who keeps to the order does not drive through: the bans, and a little around them.
 */
export function blockBans(region: Region, bans: readonly DraftBan[]): Uint8Array | null {
  if (bans.length === 0) return null
  const middles = bans.map(({ ban }) => middleOfBan(region, ban))
  const box: Box = {
    west: minOf(middles.map((middle) => middle.eastMeters)) - reachMeters,
    east: maxOf(middles.map((middle) => middle.eastMeters)) + reachMeters,
    south: minOf(middles.map((middle) => middle.northMeters)) - reachMeters,
    north: maxOf(middles.map((middle) => middle.northMeters)) + reachMeters,
  }
  const isForbidden = (east: number, north: number): boolean =>
    bans.some(
      ({ shape }, index) =>
        Math.abs(east - middles[index]!.eastMeters) < reachMeters &&
        Math.abs(north - middles[index]!.northMeters) < reachMeters &&
        borderMeters(region, shape, east, north) < keepAwayMeters,
    )
  return blockArcs(region, isForbidden, box)
}

/** Whether a train would carry the offender through a ban. */
export function isRailwayBanned(region: Region, bans: readonly DraftBan[]): boolean {
  const { railway } = region
  if (railway === null) return false
  for (let point = 0; point + 1 < railway.east.length; point++) {
    const alongEast = railway.east[point + 1]! - railway.east[point]!
    const alongNorth = railway.north[point + 1]! - railway.north[point]!
    const stepCount = Math.ceil(Math.hypot(alongEast, alongNorth) / 50)
    for (let step = 0; step <= stepCount; step++) {
      const east = railway.east[point]! + (step / stepCount) * alongEast
      const north = railway.north[point]! + (step / stepCount) * alongNorth
      if (bans.some(({ shape }) => borderMeters(region, shape, east, north) < keepAwayMeters)) {
        return true
      }
    }
  }
  return false
}

/** Roughly its middle, in the plane. */
export function middleOfBan(
  region: Region,
  ban: LocationBan,
): { readonly eastMeters: number; readonly northMeters: number } {
  const { area } = ban
  const [longitude, latitude] =
    area.type === 'circle'
      ? [area.longitude, area.latitude]
      : meanOf(
          area.geometry.type === 'Polygon'
            ? area.geometry.coordinates[0]!
            : area.geometry.coordinates[0]![0]!,
        )
  return {
    eastMeters: (longitude - region.originLongitude) * region.metersPerDegreeLongitude,
    northMeters: (latitude - region.originLatitude) * region.metersPerDegreeLatitude,
  }
}

const keepAwayMeters = 20
/** No ban, with an annex, reaches further from its middle. */
const reachMeters = 1_400

const schoolHours: BanSchedule = {
  timeZone: 'Europe/Amsterdam',
  weekly: [
    {
      days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      from: '07:30',
      until: '16:30',
    },
  ],
  exceptions: [],
}

function ringAround(
  random: Random,
  region: Region,
  middle: { readonly eastMeters: number; readonly northMeters: number },
  cornerCount: number,
  radiusMeters: readonly [number, number],
): (readonly [number, number])[] {
  const ring = Array.from({ length: cornerCount }, (_, corner) => {
    const angle = (2 * Math.PI * (corner + between(random, -0.25, 0.25))) / cornerCount
    const radius = between(random, radiusMeters[0], radiusMeters[1])
    return [
      roundDegrees(longitudeOf(region, middle.eastMeters + radius * Math.cos(angle))),
      roundDegrees(latitudeOf(region, middle.northMeters + radius * Math.sin(angle))),
    ] as const
  })
  return [...ring, ring[0]!]
}

function meanOf(ring: readonly (readonly [number, number])[]): readonly [number, number] {
  const corners = ring.slice(1)
  const sum = corners.reduce(
    ([east, north], [longitude, latitude]) => [east + longitude, north + latitude] as const,
    [0, 0] as const,
  )
  return [sum[0] / corners.length, sum[1] / corners.length]
}

function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e7) / 1e7
}
