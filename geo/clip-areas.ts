import * as polyclip from 'polyclip-ts'
import type { MultiPolygonGeometry, PolygonGeometry } from './ban-shape.ts'

/** Areas as rings of corners, the outer one first: what the clipper reads and writes. */
export type AreaParts = [number, number][][][]

/** All of them together; null where the clipper finds no way. */
export function uniteParts(parts: AreaParts): AreaParts | null {
  return clipOnGrids((onGrid) => polyclip.union(onGrid(parts)))
}

/** An area without others, which may overlap; null where the clipper finds no way. */
export function withoutParts(area: AreaParts, others: AreaParts): AreaParts | null {
  return clipOnGrids((onGrid) => polyclip.difference(onGrid(area), onGrid(others)))
}

export function partsOf(geometry: PolygonGeometry | MultiPolygonGeometry): AreaParts {
  const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return parts.map((rings) => rings.map((ring) => ring.map(([x, y]): [number, number] => [x, y])))
}

/** Null for no part at all. */
export function geometryOf(parts: AreaParts): PolygonGeometry | MultiPolygonGeometry | null {
  const [only] = parts
  if (only === undefined) return null
  return parts.length === 1
    ? { type: 'Polygon', coordinates: only }
    : { type: 'MultiPolygon', coordinates: parts }
}

/**
 * The clipper throws where borders cross almost along each other. On a grid of a centimetre, or of
 * a decimetre, they cross otherwise.
 */
function clipOnGrids(clip: (onGrid: OnGrid) => AreaParts): AreaParts | null {
  for (const steps of gridSteps) {
    try {
      return clip((parts) => (steps === null ? parts : snap(parts, steps)))
    } catch (error) {
      // It gives up with sentences of its own, which are no fault of the corners.
      if (!(error instanceof Error)) throw error
    }
  }
  return null
}

type OnGrid = (parts: AreaParts) => AreaParts

/** To a degree. */
const gridSteps = [null, 1e7, 1e6] as const

function snap(parts: AreaParts, steps: number): AreaParts {
  return parts.map((rings) =>
    rings.map((ring) =>
      ring.map(([x, y]): [number, number] => [
        Math.round(x * steps) / steps,
        Math.round(y * steps) / steps,
      ]),
    ),
  )
}
