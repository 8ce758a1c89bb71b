import RBush from 'rbush'
import type { BanShape } from './ban-shape.ts'
import { curvatureRadiusMetersMin, radiansPerDegree } from './ellipsoid.ts'

/**
 * An R-tree of boxes in degrees. Insert and remove take logarithmic time, so that a ban
 * that opens or expires never rebuilds anything. Boxes may leave [-180, 180]; they are cut
 * at the antimeridian here.
 */
export function createBoxIndex<T>(): BoxIndex<T> {
  const tree = new RBush<Entry<T>>()
  const entriesOf = new Map<T, Entry<T>[]>()

  const remove = (item: T): boolean => {
    const entries = entriesOf.get(item)
    if (entries === undefined) return false
    for (const entry of entries) tree.remove(entry)
    return entriesOf.delete(item)
  }

  const search = (area: Entry<null>): T[] => {
    const found = tree.search(area)
    if (found.length <= 1) return found.map((entry) => entry.item)
    return [...new Set(found.map((entry) => entry.item))]
  }

  return {
    insert(boxes, item) {
      remove(item)
      const entries = boxes.flatMap(cutAtAntimeridian).map((box) => toEntry(box, item))
      entriesOf.set(item, entries)
      for (const entry of entries) tree.insert(entry)
    },
    remove,
    search(longitude, latitude) {
      const x = normalLongitude(longitude)
      const point = { minX: x, minY: latitude, maxX: x, maxY: latitude, item: null }
      if (x !== 180 && x !== -180) return search(point)
      // The antimeridian has two names; a box may end at either.
      const other = { ...point, minX: -x, maxX: -x }
      return [...new Set([...search(point), ...search(other)])]
    },
    searchBox(box) {
      return [...new Set(cutAtAntimeridian(box).flatMap((part) => search(toEntry(part, null))))]
    },
    get size() {
      return entriesOf.size
    },
  }
}

export type BoxIndex<T> = {
  /** An item already here is replaced. */
  insert(boxes: readonly Box[], item: T): void
  remove(item: T): boolean
  /** Items with a box that holds the position, each once. */
  search(longitude: number, latitude: number): T[]
  searchBox(box: Box): T[]
  readonly size: number
}

export type Box = {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/**
 * Boxes that hold every position within `growMeters` of the shape: a little too large, never too
 * small. West may exceed -180 or east 180; over a pole the box takes all longitudes.
 */
export function shapeBoxes(shape: BanShape, growMeters: number): Box[] {
  if (shape.kind === 'circle') {
    const { longitude, latitude, radiusMeters } = shape
    const point = { west: longitude, south: latitude, east: longitude, north: latitude }
    return [growBox(point, radiusMeters + growMeters)]
  }
  return shape.parts.map(({ west, south, east, north }) =>
    growBox({ west, south, east, north }, growMeters),
  )
}

/** The same area as boxes within [-180, 180]. */
export function cutAtAntimeridian(box: Box): Box[] {
  if (!(box.east - box.west < 360)) return [{ ...box, west: -180, east: 180 }]
  const turn = 360 * Math.floor((box.west + 180) / 360)
  const west = box.west - turn
  const east = box.east - turn
  if (east <= 180) return [{ ...box, west, east }]
  return [
    { ...box, west, east: 180 },
    { ...box, west: -180, east: east - 360 },
  ]
}

/** By the tightest curvature of the ellipsoid, so that no position at that distance is left out. */
function growBox(box: Box, growMeters: number): Box {
  if (!(growMeters > 0)) return box
  const angle = growMeters / curvatureRadiusMetersMin
  const pad = angle / radiansPerDegree
  const south = box.south - pad
  const north = box.north + pad
  const highest = Math.max(Math.abs(box.south), Math.abs(box.north)) * radiansPerDegree
  const reach = Math.sin(Math.min(angle, Math.PI / 2)) / Math.cos(highest)
  if (south <= -90 || north >= 90 || !(reach < 1)) {
    return { west: -180, south: Math.max(south, -90), east: 180, north: Math.min(north, 90) }
  }
  // A geodesic strays from the great circle by far less than the tightest curvature overstates.
  const aside = Math.asin(reach) / radiansPerDegree
  return { west: box.west - aside, south, east: box.east + aside, north }
}

type Entry<T> = {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
  readonly item: T
}

function toEntry<T>(box: Box, item: T): Entry<T> {
  return { minX: box.west, minY: box.south, maxX: box.east, maxY: box.north, item }
}

function normalLongitude(longitude: number): number {
  if (longitude >= -180 && longitude <= 180) return longitude
  return longitude - 360 * Math.round(longitude / 360)
}
