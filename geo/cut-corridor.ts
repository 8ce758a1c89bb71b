import type { MultiPolygonGeometry, PolygonGeometry, Position } from './ban-shape.ts'
import { geometryOf, partsOf, withoutParts } from './clip-areas.ts'
import { metersPerDegree } from './distance.ts'
import { roundRing } from './ring-around.ts'
import { ringAreaSquareMeters, unwrapRing } from './ring.ts'

/**
 * An area without whatever lies within so many metres of some lines; null where nothing is left of
 * it, or where it cannot be drawn. Drawn about each straight piece of a line with rounded ends. For
 * areas of a province at most, away from the poles and from 180 degrees.
 */
export function cutCorridor(
  geometry: PolygonGeometry | MultiPolygonGeometry,
  lines: readonly (readonly Position[])[],
  halfMeters: number,
): PolygonGeometry | MultiPolygonGeometry | null {
  if (lines.every((line) => line.length === 0)) return geometry
  // Pieces may overlap: they are taken together.
  const pieces = lines.flatMap((line) => coverLine(line, halfMeters))
  const left = (withoutParts(partsOf(geometry), pieces) ?? []).filter(
    ([ring]) => ring !== undefined && areaOf(ring) >= sliverSquareMeters,
  )
  return geometryOf(left)
}

const endCorners = 12
/** Of what falls off beside a line nobody asks for as a ban. */
const sliverSquareMeters = 1_000

type Ring = [number, number][]

function coverLine(line: readonly Position[], halfMeters: number): Ring[][] {
  const rings = line.map((corner) => roundRing(corner, halfMeters, endCorners))
  for (let place = 1; place < line.length; place++) {
    const [from, to] = [line[place - 1], line[place]]
    if (from === undefined || to === undefined) continue
    const side = coverPiece(from, to, halfMeters)
    if (side !== null) rings.push(side)
  }
  return rings.map((ring) => [ring])
}

function coverPiece(from: Position, to: Position, halfMeters: number): Ring | null {
  const per = metersPerDegree((from[1] + to[1]) / 2)
  const [east, north] = [(to[0] - from[0]) * per.longitude, (to[1] - from[1]) * per.latitude]
  const length = Math.hypot(east, north)
  if (length === 0) return null
  const x = ((-north / length) * halfMeters) / per.longitude
  const y = ((east / length) * halfMeters) / per.latitude
  return [
    [from[0] + x, from[1] + y],
    [from[0] - x, from[1] - y],
    [to[0] - x, to[1] - y],
    [to[0] + x, to[1] + y],
    [from[0] + x, from[1] + y],
  ]
}

function areaOf(ring: readonly Position[]): number {
  return Math.abs(ringAreaSquareMeters(unwrapRing(ring)))
}
