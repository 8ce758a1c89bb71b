import { metersPerDegree } from '../../../../geo/distance.ts'
import { maxOf, minOf } from '../../../core/model/lists.ts'
import type { LocationBan } from '../net/api.ts'
import { ringsOf, type Ring } from './places-of.ts'

/**
 * The line at the distance of the approach around a drawn area, as closed rings: what a dashed
 * circle is around a circle. It is for the eye alone, on a plane and by a grid whose squares are a
 * hundredth of the whole; what is judged is judged on the ellipsoid, by the server.
 */
export function approachOf(ban: LocationBan): readonly Ring[] {
  const known = drawn.get(ban)
  if (known !== undefined) return known
  const rings = ringsOf(ban).filter((ring) => ring.length > 2)
  const found = rings.length === 0 ? [] : outlineAround(rings, ban.approachMeters)
  drawn.set(ban, found)
  return found
}

/** A scene is made anew with each position, and its bans are the same. */
const drawn = new WeakMap<LocationBan, readonly Ring[]>()

const cellCount = 100

function outlineAround(rings: readonly Ring[], meters: number): readonly Ring[] {
  const [longitude = 0, latitude = 0] = rings[0]?.[0] ?? []
  const perDegree = metersPerDegree(latitude)
  const flat = rings.map((ring) =>
    ring.map(([east = 0, north = 0]): Spot => [
      (east - longitude) * perDegree.longitude,
      (north - latitude) * perDegree.latitude,
    ]),
  )
  return contours(measure(flat, meters)).map((ring) =>
    ring.map(([x, y]) => [longitude + x / perDegree.longitude, latitude + y / perDegree.latitude]),
  )
}

type Spot = readonly [x: number, y: number]

/** At each crossing of a grid: how far outside the line, in metres; below nothing is within it. */
type Grid = {
  readonly values: Float64Array
  readonly columnCount: number
  readonly rowCount: number
  readonly spotAt: (column: number, row: number) => Spot
}

function measure(rings: readonly (readonly Spot[])[], meters: number): Grid {
  const spots = rings.flat()
  const west = minOf(spots.map(([x]) => x)) - meters
  const south = minOf(spots.map(([, y]) => y)) - meters
  const width = maxOf(spots.map(([x]) => x)) + meters - west
  const height = maxOf(spots.map(([, y]) => y)) + meters - south
  const step = Math.max(width, height, 1) / cellCount
  const columnCount = Math.ceil(width / step) + 3
  const rowCount = Math.ceil(height / step) + 3
  const spotAt = (column: number, row: number): Spot => [
    west + (column - 1) * step,
    south + (row - 1) * step,
  ]
  const values = new Float64Array(columnCount * rowCount)
  for (let row = 0; row < rowCount; row += 1)
    for (let column = 0; column < columnCount; column += 1)
      values[row * columnCount + column] = distanceTo(rings, spotAt(column, row)) - meters
  return { values, columnCount, rowCount, spotAt }
}

/** Nothing inside the area. */
function distanceTo(rings: readonly (readonly Spot[])[], [x, y]: Spot): number {
  let square = Infinity
  let isInside = false
  for (const ring of rings) {
    let [fromX, fromY] = ring.at(-1) ?? [0, 0]
    for (const [toX, toY] of ring) {
      const [alongX, alongY] = [toX - fromX, toY - fromY]
      const length = alongX * alongX + alongY * alongY
      const share = length === 0 ? 0 : ((x - fromX) * alongX + (y - fromY) * alongY) / length
      const part = Math.min(1, Math.max(0, share))
      const [offX, offY] = [x - fromX - part * alongX, y - fromY - part * alongY]
      square = Math.min(square, offX * offX + offY * offY)
      if (fromY > y !== toY > y && x < fromX + ((y - fromY) / alongY) * alongX) isInside = !isInside
      fromX = toX
      fromY = toY
    }
  }
  return isInside ? 0 : Math.sqrt(square)
}

/** Where the values go through nothing: from side to side of each square, joined to rings. */
function contours(grid: Grid): Spot[][] {
  const links = new Map<number, number[]>()
  const join = (one: number, other: number): void => {
    links.set(one, [...(links.get(one) ?? []), other])
    links.set(other, [...(links.get(other) ?? []), one])
  }
  for (let row = 0; row + 1 < grid.rowCount; row += 1)
    for (let column = 0; column + 1 < grid.columnCount; column += 1) {
      const corner = row * grid.columnCount + column
      // Around the square, so that of four sides each is joined to its neighbour.
      const sides = [
        2 * corner,
        2 * (corner + 1) + 1,
        2 * (corner + grid.columnCount),
        2 * corner + 1,
      ].filter((side) => isCrossed(grid, side))
      for (let place = 0; place + 1 < sides.length; place += 2)
        join(sides[place] ?? 0, sides[place + 1] ?? 0)
    }
  return walk(links).map((ring) => ring.map((side) => crossingOn(grid, side)))
}

/** A side by its number: even goes east from its crossing, odd goes north. */
function endsOf(grid: Grid, side: number): readonly [number, number] {
  const from = side >> 1
  return [from, side % 2 === 0 ? from + 1 : from + grid.columnCount]
}

function isCrossed(grid: Grid, side: number): boolean {
  const [from, to] = endsOf(grid, side)
  return (grid.values[from] ?? 0) < 0 !== (grid.values[to] ?? 0) < 0
}

function crossingOn(grid: Grid, side: number): Spot {
  const [from, to] = endsOf(grid, side)
  const [before, after] = [grid.values[from] ?? 0, grid.values[to] ?? 0]
  const part = before / (before - after)
  const spotOf = (at: number): Spot =>
    grid.spotAt(at % grid.columnCount, Math.floor(at / grid.columnCount))
  const [[fromX, fromY], [toX, toY]] = [spotOf(from), spotOf(to)]
  return [fromX + part * (toX - fromX), fromY + part * (toY - fromY)]
}

/** The rings that the links make; the first of each is its last again. */
function walk(links: ReadonlyMap<number, readonly number[]>): number[][] {
  const rings: number[][] = []
  const seen = new Set<number>()
  for (const start of links.keys()) {
    if (seen.has(start)) continue
    const ring = [start]
    for (let at: number | undefined = start; at !== undefined;) {
      seen.add(at)
      at = links.get(at)?.find((next) => !seen.has(next))
      ring.push(at ?? start)
    }
    rings.push(ring)
  }
  return rings
}
