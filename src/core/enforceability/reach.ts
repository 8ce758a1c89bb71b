import type { BanShape } from '../../../geo/ban-shape.ts'
import { compileCircle, compilePolygon } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../model/registry.ts'
import type { ProposedBan } from './proposal.ts'
import { maxOf, minOf } from '../model/lists.ts'

/**
 * How far inside its edge the best protected spot lies: radius, separation, or the largest circle
 * that fits.
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

/** Null for a proximity ban: its area moves. */
export function compileBan(ban: ProposedBan): BanShape | null {
  switch (ban.kind) {
    case 'circle':
      return compileCircle(ban.longitude, ban.latitude, ban.radiusMeters)
    case 'polygon':
      return compilePolygon(ban.geometry)
    case 'proximity':
      return null
  }
}

/**
 * Cells along one side of a search, and how often it is repeated around the best spot: good to
 * about a percent.
 */
const gridCount = 24
const refineCount = 6

function inscribedRadiusMeters(geometry: PolygonGeometry | MultiPolygonGeometry): number {
  const shape = compilePolygon(geometry)
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  let best = 0
  // One part at a time: a grid over parts far from each other would step over the small ones.
  for (const rings of polygons) best = Math.max(best, deepestMeters(shape, rings[0] ?? []))
  return best
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
