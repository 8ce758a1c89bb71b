import type { Box } from '../../../geo/box-index.ts'
import { hourOf } from '../../core/model/units.ts'
import {
  findSightingsIn,
  type FoundSighting,
  type FoundSightings,
} from '../../store/evaluator/latest-sightings.ts'
import type { Db } from '../../store/pg/pool.ts'
import { cellOf, cellMeters } from '../answers/coarse-cell.ts'

/**
 * Who was last seen in the box, known by a square of a fixed net and the hour only: whoever is
 * under an order is kept from somebody, or from an area that may lie about a home. Whether they are
 * in the box goes by the square too: a small box would find the place otherwise.
 */
export async function findCoarseSightings(
  db: Db,
  box: Box,
  nowMs: number,
): Promise<FoundSightings> {
  const { found, unreadableCount } = await findSightingsIn(db, {
    box: widen(box),
    nowMs,
    limit: rowsMax,
  })
  const coarse = found
    .map(coarsen)
    .filter((sighting) => touches(box, sighting))
    .toSorted((left, right) =>
      left.recordedAtMs === right.recordedAtMs
        ? left.personId.localeCompare(right.personId)
        : right.recordedAtMs - left.recordedAtMs,
    )
  return { found: coarse, unreadableCount }
}

function coarsen(sighting: FoundSighting): FoundSighting {
  const { longitude, latitude } = cellOf(sighting)
  return {
    ...sighting,
    longitude,
    latitude,
    accuracyMeters: cellMeters / 2,
    recordedAtMs: hourOf(sighting.recordedAtMs),
  }
}

function touches(box: Box, { longitude, latitude }: FoundSighting): boolean {
  const reach = reachOf(latitude, cellMeters / 2)
  return (
    longitude + reach.east >= box.west &&
    longitude - reach.east <= box.east &&
    latitude + reach.north >= box.south &&
    latitude - reach.north <= box.north
  )
}

/** Whoever is beyond the box by less than a square may share one with it. */
function widen({ west, south, east, north }: Box): Box {
  const reach = reachOf(Math.max(Math.abs(south), Math.abs(north)), 2 * cellMeters)
  return {
    west: west - reach.east,
    south: south - reach.north,
    east: east + reach.east,
    north: north + reach.north,
  }
}

function reachOf(latitude: number, meters: number) {
  const north = meters / metersPerDegree
  return { north, east: north / Math.cos((Math.min(89, Math.abs(latitude)) * Math.PI) / 180) }
}

const metersPerDegree = 111_195
/** All who are under supervision about a city. */
const rowsMax = 5_000
