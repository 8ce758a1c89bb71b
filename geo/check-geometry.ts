import type { MultiPolygonGeometry, PolygonGeometry } from './ban-shape.ts'
import { faultsMax } from './geometry-findings.ts'
import type { Findings, GeometryFault, GeometryRepair } from './geometry-findings.ts'
import { ringAreaSquareMeters, unwrapRing } from './ring.ts'
import { findCrossings } from './ring-crossings.ts'
import { findMisplacedRings } from './ring-nesting.ts'
import { readGeometry } from './read-geometry.ts'
import type { ReadPart, ReadRing } from './read-geometry.ts'

/**
 * Is this an area somebody can be banned from? Harmless slips are repaired and reported; whatever could
 * mean two different areas is refused. Faults name ring and vertex, counted from 0 as in the pointer,
 * and never a coordinate, because fault texts reach logs. A border may touch itself in a point, and may
 * cross the antimeridian or go round a pole.
 */
export function checkGeometry(
  value: unknown,
  bounds: GeometryBounds = defaultBounds,
): GeometryCheck {
  const findings: Findings = { faults: [], repairs: [] }
  const read = readGeometry(value, bounds.verticesMax, findings)
  if (read === null || findings.faults.length > 0) return refused(findings)
  // Crossings first: the halves of a bow tie cancel, and "no area" would not tell where to mend it.
  findCrossings(read.parts, findings)
  if (findings.faults.length > 0) return refused(findings)
  for (const part of read.parts) for (const ring of part.rings) checkArea(ring, findings)
  if (findings.faults.length > 0) return refused(findings)
  findMisplacedRings(read.parts, findings)
  checkSize(read.parts, bounds, findings)
  if (findings.faults.length > 0) return refused(findings)
  const polygons = read.parts.map((part) => part.rings.map(({ positions }) => positions))
  const geometry: PolygonGeometry | MultiPolygonGeometry = read.isMulti
    ? { type: 'MultiPolygon', coordinates: polygons }
    : { type: 'Polygon', coordinates: polygons[0]! }
  return { ok: true, geometry, repairs: findings.repairs }
}

export type GeometryCheck =
  | {
      readonly ok: true
      readonly geometry: PolygonGeometry | MultiPolygonGeometry
      readonly repairs: readonly GeometryRepair[]
    }
  | { readonly ok: false; readonly faults: readonly GeometryFault[] }

export type GeometryBounds = {
  readonly verticesMax: number
  readonly areaSquareMetersMax: number
}

/** 10,000 vertices hold any municipality; 42,000 km² is the country, rounded up. */
const defaultBounds: GeometryBounds = { verticesMax: 10_000, areaSquareMetersMax: 42_000_000_000 }

/** Nobody can be banned from less than a doormat; it is a slip of the pen. */
const ringAreaSquareMetersMin = 1

function refused(findings: Findings): GeometryCheck {
  return { ok: false, faults: findings.faults.slice(0, faultsMax) }
}

/** Refuses a ring without area and turns the others the way RFC 7946 has them. */
function checkArea(ring: ReadRing, findings: Findings): void {
  const area = ringAreaSquareMeters(unwrapRing(ring.positions))
  if (!(Math.abs(area) >= ringAreaSquareMetersMin)) {
    findings.faults.push({
      pointer: ring.pointer,
      code: 'zero-area',
      detail: `${ring.name} encloses less than one square metre.`,
    })
    return
  }
  if (area > 0 === ring.isShell) return
  ring.positions.reverse()
  ring.sources.reverse()
  findings.repairs.push({
    pointer: ring.pointer,
    code: 'winding-reversed',
    detail: ring.isShell
      ? `${ring.name} ran clockwise; an outer ring runs counter-clockwise, so it was reversed.`
      : `${ring.name} ran counter-clockwise; a hole runs clockwise, so it was reversed.`,
  })
}

function checkSize(parts: readonly ReadPart[], bounds: GeometryBounds, findings: Findings): void {
  let total = 0
  for (const { rings } of parts) {
    for (const ring of rings) {
      const area = Math.abs(ringAreaSquareMeters(unwrapRing(ring.positions)))
      total += ring.isShell ? area : -area
    }
  }
  if (total <= bounds.areaSquareMetersMax) return
  findings.faults.push({
    pointer: '/coordinates',
    code: 'area-too-large',
    detail: `The area is ${squareKilometers(total)} km²; at most ${squareKilometers(bounds.areaSquareMetersMax)} km² (about the country) can be a ban.`,
  })
}

function squareKilometers(squareMeters: number): string {
  return (squareMeters / 1e6).toFixed(0)
}
