import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes, type Box } from '../../../geo/box-index.ts'
import { touchesBox } from '../../../geo/box-touch.ts'
import type { Place } from './points-on-edges.ts'
import type { StreetMap } from './street-map.ts'

/**
 * Does the map know roads everywhere in an area? By squares of about a kilometre: a map is never
 * the whole box around it, and a square that has no roads on each side may lie across its edge.
 */
export function isKnownGround(map: StreetMap, shape: BanShape): boolean {
  const isUnknown = (cell: Box): boolean => touchesBox(shape, cell) && !isSurrounded(map, cell)
  const boxes = shapeBoxes(shape, 1)
  if (shape.kind === 'circle' && squaresAlong(shape, boxes).some(isUnknown)) return false
  for (const { west, south, east, north } of boxes) {
    for (let row = Math.floor(south / cellDegreesTall); row * cellDegreesTall < north; row++) {
      for (
        let column = Math.floor(west / cellDegreesWide);
        column * cellDegreesWide < east;
        column++
      ) {
        if (isUnknown(cellOf(column, row))) return false
      }
    }
  }
  return true
}

/**
 * Some from north to south through the middle, looked at before all others: a circle of a thousand
 * kilometres, about an address abroad, has more squares than can be looked at in minutes.
 */
function squaresAlong({ longitude, latitude }: Place, boxes: readonly Box[]): Box[] {
  const column = Math.floor(longitude / cellDegreesWide)
  return boxes.flatMap(({ south, north }) =>
    [south, (south + latitude) / 2, latitude, (north + latitude) / 2, north].map((at) =>
      cellOf(column, Math.floor(at / cellDegreesTall)),
    ),
  )
}

function cellOf(column: number, row: number): Box {
  return {
    west: column * cellDegreesWide,
    east: (column + 1) * cellDegreesWide,
    south: row * cellDegreesTall,
    north: (row + 1) * cellDegreesTall,
  }
}

/**
 * Roads on each of its four sides: fields have none of their own, and where a map ends they lie on
 * one side alone.
 */
function isSurrounded(map: StreetMap, { west, south, east, north }: Box): boolean {
  const wide = { west: west - cellDegreesWide, east: east + cellDegreesWide }
  const tall = { south: south - cellDegreesTall, north: north + cellDegreesTall }
  const sides: readonly Box[] = [
    { ...tall, west: wide.west, east: west },
    { ...tall, west: east, east: wide.east },
    { ...wide, south: tall.south, north: south },
    { ...wide, south: north, north: tall.north },
  ]
  return sides.every((side) => map.roadIndex.search(side).length > 0)
}

/** About a kilometre at the latitude of the Netherlands. */
const cellDegreesTall = 0.01
const cellDegreesWide = 0.015
