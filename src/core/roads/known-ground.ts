import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes, type Box } from '../../../geo/box-index.ts'
import { touchesBox } from '../../../geo/box-touch.ts'
import type { StreetMap } from './street-map.ts'

/**
 * Does the map know roads everywhere in an area? By squares of about a kilometre: a map is never
 * the whole box around it, and a square that has no road, nor any beside it, may be one that it
 * lacks.
 */
export function isKnownGround(map: StreetMap, shape: BanShape): boolean {
  for (const { west, south, east, north } of shapeBoxes(shape, 1)) {
    for (let row = Math.floor(south / cellDegreesTall); row * cellDegreesTall < north; row++) {
      for (
        let column = Math.floor(west / cellDegreesWide);
        column * cellDegreesWide < east;
        column++
      ) {
        const cell = {
          west: column * cellDegreesWide,
          east: (column + 1) * cellDegreesWide,
          south: row * cellDegreesTall,
          north: (row + 1) * cellDegreesTall,
        }
        if (touchesBox(shape, cell) && map.roadIndex.search(around(cell)).length === 0) return false
      }
    }
  }
  return true
}

/** With the squares beside it: fields have no roads. */
function around({ west, south, east, north }: Box): Box {
  return {
    west: west - cellDegreesWide,
    east: east + cellDegreesWide,
    south: south - cellDegreesTall,
    north: north + cellDegreesTall,
  }
}

/** About a kilometre at the latitude of the Netherlands. */
const cellDegreesTall = 0.01
const cellDegreesWide = 0.015
