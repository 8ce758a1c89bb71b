import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { containsPosition, signedDistanceMeters } from '../../../geo/containment.ts'
import { metersPerDegree } from '../../../geo/distance.ts'
import { placeAt, type Place } from '../roads/points-on-edges.ts'
import type { StreetMap } from '../roads/street-map.ts'

/** House numbers inside an area. */
export function countAddresses(map: StreetMap, shape: BanShape): number {
  return listAddresses(map, shape).length
}

/**
 * House numbers among which somebody would look who reads an area: those on the same side of every
 * neck that is narrower than 50 m. A strip of two metres to a town hides nobody in that town.
 */
export function countHiddenAmong(map: StreetMap, shape: BanShape, hidden: Place): HiddenAmong {
  const grid = layGrid(hidden)
  const { reached, isWhole } = reachWide(shape, hidden, grid)
  const count = listAddresses(map, shape).filter((address) => {
    const [column, row] = grid.cellOf(address)
    return nearCells(column, row).some((cell) => reached.has(cell))
  }).length
  // In a strip that is narrow everywhere nobody looks further than the door.
  return { count: Math.max(1, count), isWhole }
}

type HiddenAmong = {
  readonly count: number
  /** False: there are more, and they were not counted. */
  readonly isWhole: boolean
}

function listAddresses(map: StreetMap, shape: BanShape): Place[] {
  const { longitudesE7, latitudesE7 } = map.addresses
  return shapeBoxes(shape, 1)
    .flatMap((box) => map.addressIndex.search(box))
    .map((address) => placeAt(longitudesE7, latitudesE7, address))
    .filter(({ longitude, latitude }) => containsPosition(shape, longitude, latitude))
}

/** From the door outwards over all that lies deep enough inside. */
function reachWide(shape: BanShape, hidden: Place, grid: Grid) {
  const isDeep = (column: number, row: number): boolean => {
    const { longitude, latitude } = grid.placeOf(column, row)
    return signedDistanceMeters(shape, longitude, latitude) <= -neckMeters / 2
  }
  const reached = new Set<string>()
  const seen = new Set<string>()
  const [homeColumn, homeRow] = grid.cellOf(hidden)
  const waiting = cellsAround(homeColumn, homeRow)
  for (let at = 0; at < waiting.length && reached.size < reachedCountMax; at++) {
    const [column = 0, row = 0] = waiting[at] ?? []
    const cell = `${column} ${row}`
    if (seen.has(cell)) continue
    seen.add(cell)
    if (!isDeep(column, row)) continue
    reached.add(cell)
    waiting.push([column - 1, row], [column + 1, row], [column, row - 1], [column, row + 1])
  }
  return { reached, isWhole: reached.size < reachedCountMax }
}

const neckMeters = 50
const cellMeters = 20
/** Eight square kilometres about the door: enough to tell, and quick. */
const reachedCountMax = 20_000

function layGrid(origin: Place): Grid {
  const per = metersPerDegree(origin.latitude)
  const [width, height] = [cellMeters / per.longitude, cellMeters / per.latitude]
  return {
    cellOf: ({ longitude, latitude }) => [
      Math.round((longitude - origin.longitude) / width),
      Math.round((latitude - origin.latitude) / height),
    ],
    placeOf: (column, row) => ({
      longitude: origin.longitude + column * width,
      latitude: origin.latitude + row * height,
    }),
  }
}

type Cell = readonly [column: number, row: number]
type Grid = {
  readonly cellOf: (place: Place) => Cell
  readonly placeOf: (column: number, row: number) => Place
}

/** As far as the border may be from what lies deep enough. */
function cellsAround(column: number, row: number): Cell[] {
  const steps = [-2, -1, 0, 1, 2]
  return steps.flatMap((x) => steps.map((y): Cell => [column + x, row + y]))
}

function nearCells(column: number, row: number): string[] {
  return cellsAround(column, row).map(([x, y]) => `${x} ${y}`)
}
