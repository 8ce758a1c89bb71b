import type { MultiPolygonGeometry, PolygonGeometry } from './ban-shape.ts'
import { faultsMax } from './geometry-findings.ts'
import type { Findings, GeometryFault, GeometryRepair } from './geometry-findings.ts'
import { ringAreaSquareMeters, unwrapRing } from './ring.ts'
import { findCrossings } from './ring-crossings.ts'
import { findMisplacedRings } from './ring-nesting.ts'
import { readGeometry } from './read-geometry.ts'
import type { ReadPart, ReadRing } from './read-geometry.ts'

/**
 * Is this an area somebody can be banned from? Harmless slips are repaired and reported; whatever
 * could mean two different areas is refused. Faults name ring and vertex, counted from 0 as in the
 * pointer, and never a coordinate, because fault texts reach logs. A border may touch itself in a
 * point, and may cross the antimeridian or go round a pole.
 */
export function checkGeometry(value: unknown, bounds: GeometryBounds): GeometryCheck {
  const findings: Findings = { faults: [], repairs: [] }
  const read = readGeometry(value, bounds.verticesPerBanMax, findings)
  if (read === null || findings.faults.length > 0) return refused(findings)
  // Crossings first: the halves of a bow tie cancel, and "no area" would not tell where to mend it.
  findCrossings(read.parts, findings)
  if (findings.faults.length > 0) return refused(findings)
  for (const part of read.parts) {
    for (const ring of part.rings) checkArea(ring, bounds, findings)
  }
  if (findings.faults.length > 0) return refused(findings)
  findMisplacedRings(read.parts, findings)
  checkSize(read.parts, bounds, findings)
  if (findings.faults.length > 0) return refused(findings)
  const polygons = read.parts.map((part) => part.rings.map(({ positions }) => positions))
  const [first] = polygons
  const geometry: PolygonGeometry | MultiPolygonGeometry =
    read.isMulti || first === undefined
      ? { type: 'MultiPolygon', coordinates: polygons }
      : { type: 'Polygon', coordinates: first }
  return { ok: true, geometry, repairs: findings.repairs }
}

export type GeometryCheck =
  | {
      readonly ok: true
      readonly geometry: PolygonGeometry | MultiPolygonGeometry
      readonly repairs: readonly GeometryRepair[]
    }
  | { readonly ok: false; readonly faults: readonly GeometryFault[] }

/** How large an area may be, and how small a ring: limits of the product, not of geometry. */
export type GeometryBounds = {
  readonly verticesPerBanMax: number
  readonly banAreaSquareMetersMax: number
  readonly ringAreaSquareMetersMin: number
}

function refused(findings: Findings): GeometryCheck {
  return { ok: false, faults: findings.faults.slice(0, faultsMax) }
}

/** Refuses a ring without area and turns the others the way RFC 7946 has them. */
function checkArea(ring: ReadRing, bounds: GeometryBounds, findings: Findings): void {
  const area = ringAreaSquareMeters(unwrapRing(ring.positions))
  if (!(Math.abs(area) >= bounds.ringAreaSquareMetersMin)) {
    findings.faults.push({
      pointer: ring.pointer,
      code: 'zero-area',
      detail: `${ring.name} encloses less than ${bounds.ringAreaSquareMetersMin} m².`,
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
  if (total <= bounds.banAreaSquareMetersMax) return
  findings.faults.push({
    pointer: '/coordinates',
    code: 'area-too-large',
    detail: `The area is ${squareKilometers(total)} km²; at most ${squareKilometers(bounds.banAreaSquareMetersMax)} km² (about the country) can be a ban.`,
  })
}

function squareKilometers(squareMeters: number): string {
  return (squareMeters / 1e6).toFixed(0)
}
