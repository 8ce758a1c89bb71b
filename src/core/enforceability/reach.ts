import type { BanShape } from '../../../geo/ban-shape.ts'
import { compileCircle, compilePolygon } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import { ringAround } from '../../../geo/ring-around.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../model/registry.ts'
import type { EnforceabilityProposal, ProposedBan } from './proposal.ts'
import { maxOf, minOf } from '../model/lists.ts'

/**
 * How far inside its edge the best protected spot lies: radius, separation, or the largest circle
 * that fits into the least of its areas.
 */
export function reachOfBan(ban: ProposedBan): number {
  switch (ban.kind) {
    case 'circle':
      return ban.radiusMeters
    case 'proximity':
      return ban.separationMeters
    case 'polygon':
      return inscribedRadiusMeters(ban.geometry)
  }
}

/**
 * From the border to the protected person: to the nearest of the addresses that were given, 0 when
 * one lies outside, or else to the best spot there is inside.
 */
export function reachOf({ ban, victimAddresses }: ReachOf): number {
  const shape = compileBan(ban)
  if (shape === null || victimAddresses === null || victimAddresses.length === 0) {
    return reachOfBan(ban)
  }
  const depths = victimAddresses.map(
    ({ longitude, latitude }) => -signedDistanceMeters(shape, longitude, latitude),
  )
  return Math.max(0, minOf(depths))
}

type ReachOf = Pick<EnforceabilityProposal, 'ban' | 'victimAddresses'>

/** Null for a proximity ban: its area moves. */
export function compileBan(ban: Exclude<ProposedBan, { kind: 'proximity' }>): BanShape
export function compileBan(ban: ProposedBan): BanShape | null
export function compileBan(ban: ProposedBan): BanShape | null {
  const known = compiled.get(ban)
  if (known !== undefined) return known
  const shape = compile(ban)
  compiled.set(ban, shape)
  return shape
}

/** One question compiles its ban for each check, and what is known of a shape hangs on it. */
const compiled = new WeakMap<ProposedBan, BanShape | null>()

function compile(ban: ProposedBan): BanShape | null {
  switch (ban.kind) {
    case 'circle':
      return compileCircle(ban.longitude, ban.latitude, ban.radiusMeters)
    case 'polygon':
      return compilePolygon(ban.geometry)
    case 'proximity':
      return null
  }
}

/** Its corners, of a circle none inside the true border; null where it moves. */
export function geometryOfBan(ban: ProposedBan): PolygonGeometry | MultiPolygonGeometry | null {
  switch (ban.kind) {
    case 'circle':
      return ringAround(ban.longitude, ban.latitude, ban.radiusMeters)
    case 'polygon':
      return ban.geometry
    case 'proximity':
      return null
  }
}

/** Where somebody who reads a ban would look first: its middle, and that of each part. */
export function centresOfBan(ban: ProposedBan): readonly Place[] {
  switch (ban.kind) {
    case 'circle':
      return [{ longitude: ban.longitude, latitude: ban.latitude }]
    case 'polygon': {
      const { geometry } = ban
      return [geometry, ...splitParts(geometry)].map(centroidOf).filter((centre) => centre !== null)
    }
    case 'proximity':
      return []
  }
}

/** Each part of an area by itself. */
export function splitParts(geometry: PolygonGeometry | MultiPolygonGeometry): PolygonGeometry[] {
  if (geometry.type === 'Polygon') return [geometry]
  return geometry.coordinates.map((coordinates) => ({ type: 'Polygon', coordinates }))
}

type Place = { readonly longitude: number; readonly latitude: number }

/** Of the area of all parts together; holes are not asked, nobody reads them. */
function centroidOf(geometry: PolygonGeometry | MultiPolygonGeometry): Place | null {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  let [area, longitude, latitude] = [0, 0, 0]
  const from = polygons[0]?.[0]?.[0]?.[0] ?? 0
  for (const rings of polygons) {
    const ring = rings[0] ?? []
    const [originLongitude, originLatitude] = ring[0] ?? [0, 0]
    let before = ring.at(-1) ?? [0, 0]
    let [twice, east, north] = [0, 0, 0]
    for (const corner of ring) {
      const [x1, y1] = [before[0] - originLongitude, before[1] - originLatitude]
      const [x2, y2] = [corner[0] - originLongitude, corner[1] - originLatitude]
      const cross = x1 * y2 - x2 * y1
      twice += cross
      east += (x1 + x2) * cross
      north += (y1 + y2) * cross
      before = corner
    }
    if (twice === 0) continue
    const size = Math.abs(twice)
    area += size
    // The short way round: 179° east and 179° west are neighbours.
    const turned = 360 * Math.round((from - originLongitude) / 360)
    longitude += size * (turned + originLongitude + east / (3 * twice))
    latitude += size * (originLatitude + north / (3 * twice))
  }
  return area === 0 ? null : { longitude: longitude / area, latitude: latitude / area }
}

/**
 * Cells along one side of a search, and how often it is repeated around the best spot: good to
 * about a percent.
 */
const gridCount = 24
const refineCount = 6

function inscribedRadiusMeters(geometry: PolygonGeometry | MultiPolygonGeometry): number {
  const known = inscribed.get(geometry.coordinates)
  if (known !== undefined) return known
  const meters = measureInscribed(geometry)
  inscribed.set(geometry.coordinates, meters)
  return meters
}

/**
 * By the corners: each check and comparison asks it of the same outline, of several areas together
 * and of each. 0.1 s where an outline is long.
 */
const inscribed = new WeakMap<PolygonGeometry['coordinates'] | Several, number>()
type Several = MultiPolygonGeometry['coordinates']

/** Of several areas the least: a yard is crossed unseen, however wide the one beside it is. */
function measureInscribed(geometry: PolygonGeometry | MultiPolygonGeometry): number {
  const parts = splitParts(geometry)
  const shape = compilePolygon(geometry)
  // Those that a cut of the map keeps apart have one border together; others do not touch.
  const isOne = parts.length === 1 || (shape.kind === 'polygon' && shape.hasSeam)
  return minOf(
    isOne
      ? parts.map(({ coordinates }) => deepestMeters(shape, coordinates[0] ?? []))
      : parts.map((part) => inscribedRadiusMeters(part)),
  )
}

function deepestMeters(shape: BanShape, ring: readonly (readonly [number, number])[]): number {
  const longitudes = ring.map(([longitude]) => longitude)
  const latitudes = ring.map(([, latitude]) => latitude)
  let west = minOf(longitudes)
  let south = minOf(latitudes)
  let width = maxOf(longitudes) - west
  let height = maxOf(latitudes) - south
  let bestMeters = 0
  for (let round = 0; round < refineCount; round++) {
    let bestLongitude = west + width / 2
    let bestLatitude = south + height / 2
    let roundMeters = -Infinity
    for (let column = 0; column <= gridCount; column++) {
      for (let row = 0; row <= gridCount; row++) {
        const longitude = west + (column / gridCount) * width
        const latitude = south + (row / gridCount) * height
        const depthMeters = -signedDistanceMeters(shape, longitude, latitude)
        if (depthMeters <= roundMeters) continue
        roundMeters = depthMeters
        bestLongitude = longitude
        bestLatitude = latitude
      }
    }
    bestMeters = Math.max(bestMeters, roundMeters)
    width /= gridCount / 4
    height /= gridCount / 4
    west = bestLongitude - width / 2
    south = bestLatitude - height / 2
  }
  return bestMeters
}
