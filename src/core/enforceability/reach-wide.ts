import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import { distanceMeters, metersPerDegree } from '../../../geo/distance.ts'
import { maxOf, minOf } from '../model/lists.ts'
import type { Place } from '../roads/points-on-edges.ts'

/**
 * The regions of an area in which somebody can walk about without passing a neck narrower than
 * twice the depth, as circles that lie inside the area: where a circle of that depth fits, moved
 * about without leaving it, what it sweeps. Looked at in squares that become smaller towards the
 * border, and taken only where a whole square lies deep enough: never more than there is, wherever
 * the squares fall. The least squares say by how much a neck may have to be wider to be seen, some
 * two and a half sides. The squares are those of the area: whoever stands in one region is told of
 * the same one. One that is too large to be wholly looked at is told as it was seen from the place
 * that was asked first. None where no such circle holds the place: it stands in a neck itself, or
 * far into a corner.
 */
export function findWideRegions(
  shape: BanShape,
  fineness: Fineness,
): (place: Place) => readonly WideRegion[] {
  const squares = laySquares(shape, fineness)
  const regionOf = new Map<number, WideRegion>()
  return (place) => {
    const found = new Set<WideRegion>()
    for (const square of squares.around(place)) {
      const known = regionOf.get(square.key)
      const region = known ?? walkRegion(squares, square)
      found.add(region)
      if (known !== undefined) continue
      for (const key of region.keys) if (!regionOf.has(key)) regionOf.set(key, region)
    }
    return [...found]
  }
}

function walkRegion(squares: Squares, from: Square): WideRegion {
  const keys = new Set([from.key])
  const circles = [from]
  // What this region needs counts, also where another one has looked at it before.
  const walk = squares.beginWalk()
  // Grows as it is walked through.
  for (const square of circles) {
    if (walk.lookedAtCount >= lookedAtMax) break
    for (const [x, y] of besides(square)) {
      const other = squares.at(x, y, walk)
      if (other.kind !== 'deep' || keys.has(other.key)) continue
      keys.add(other.key)
      circles.push(other)
    }
  }
  return { keys, circles, isWhole: walk.lookedAtCount < lookedAtMax }
}

type Fineness = {
  /** So far from the border. */
  readonly depthMeters: number
  /** The side of the least squares. */
  readonly squareMeters: number
}

export type WideRegion = {
  readonly circles: readonly Circle[]
  /** False: there may be more, and it was not looked at. */
  readonly isWhole: boolean
  readonly keys: ReadonlySet<number>
}

export type Circle = Place & { readonly radiusMeters: number }

function isWithin({ longitude, latitude, radiusMeters }: Circle, place: Place): boolean {
  return distanceMeters(longitude, latitude, place.longitude, place.latitude) <= radiusMeters
}

/** In sides of the least squares; a power of two, so that a square is four smaller ones. */
const sideMax = 64
/** Some tens of milliseconds each ten thousand. */
const lookedAtMax = 60_000

function laySquares(shape: BanShape, { depthMeters, squareMeters }: Fineness) {
  const [origin, per] = originOf(shape)
  const known = new Map<number, Square>()
  const look = (x: number, y: number, side: number): Square => {
    const key = keyOf(x, y, side)
    const found = known.get(key)
    if (found !== undefined) return found
    const middle = (at: number) => (at + side / 2) * squareMeters
    const longitude = origin.longitude + middle(x) / per.longitude
    const latitude = origin.latitude + middle(y) / per.latitude
    const insideMeters = -signedDistanceMeters(shape, longitude, latitude)
    const cornerMeters = side * squareMeters * Math.SQRT1_2 * planeSlack
    const kind = kindOf(insideMeters - depthMeters, cornerMeters, side)
    // Wide enough for what lies beside it, where no smaller square is.
    const radiusMeters = Math.min(insideMeters, depthMeters + 3 * cornerMeters)
    const made: Square = { key, x, y, side, longitude, latitude, radiusMeters, kind, walk: null }
    known.set(key, made)
    return made
  }
  /** The largest square about there that is of one kind. */
  const at = (x: number, y: number, walk: Walk): Square => {
    for (let side = sideMax; ; side /= 2) {
      const square = look(Math.floor(x / side) * side, Math.floor(y / side) * side, side)
      if (square.walk !== walk) {
        square.walk = walk
        walk.lookedAtCount++
      }
      if (square.kind !== 'mixed') return square
    }
  }
  /** A circle that holds the place and the depth of its middle lies inside as a whole. */
  const around = (place: Place): readonly Square[] => {
    const east = ((place.longitude - origin.longitude + 540) % 360) - 180
    const x = Math.floor((east * per.longitude) / squareMeters)
    const y = Math.floor(((place.latitude - origin.latitude) * per.latitude) / squareMeters)
    // Squares are less wide than they should be where a degree of longitude is shorter.
    const widening = per.longitude / metersPerDegree(place.latitude).longitude
    const [wide, high] = [widening, 1].map((by) =>
      Math.ceil((2 * depthMeters * by * planeSlack) / squareMeters),
    ) as [number, number]
    const found = new Map<number, Square>()
    const walk = beginWalk()
    for (let atX = x - wide; atX <= x + wide; atX++) {
      for (let atY = y - high; atY <= y + high; atY++) {
        const square = at(atX, atY, walk)
        if (square.kind === 'deep' && isWithin(square, place)) found.set(square.key, square)
      }
    }
    return [...found.values()]
  }
  return { at, around, beginWalk }
}

type Walk = { lookedAtCount: number }

function beginWalk(): Walk {
  return { lookedAtCount: 0 }
}

type Squares = ReturnType<typeof laySquares>

/** A corner of the area, and a degree where it is longest: no square is larger than it says. */
function originOf(shape: BanShape): readonly [Place, ReturnType<typeof metersPerDegree>] {
  const boxes = shapeBoxes(shape, 0)
  const latitude = minOf(boxes.map(({ south }) => south))
  const farthest = maxOf(boxes.map(({ north }) => north))
  const isAcross = latitude < 0 && farthest > 0
  const nearEquator = Math.abs(latitude) < Math.abs(farthest) ? latitude : farthest
  const longitude = boxes[0]?.west ?? 0
  return [{ longitude, latitude }, metersPerDegree(isAcross ? 0 : nearEquator)]
}

type Square = Circle & {
  readonly key: number
  readonly x: number
  readonly y: number
  readonly side: number
  readonly kind: 'deep' | 'shallow' | 'mixed'
  /** The last one that looked at it. */
  walk: Walk | null
}

/** Metres to a border change by no more than the metres gone, so that its middle tells of all. */
function kindOf(sparedMeters: number, cornerMeters: number, side: number): Square['kind'] {
  if (sparedMeters >= cornerMeters) return 'deep'
  return sparedMeters < -cornerMeters || side === 1 ? 'shallow' : 'mixed'
}

/** Metres of a plane are not quite those of the globe. */
const planeSlack = 1.01

function keyOf(x: number, y: number, side: number): number {
  return (Math.log2(side) * keySpan + x + keySpan / 2) * keySpan + y + keySpan / 2
}

const keySpan = 2 ** 22

/** Smallest squares along the four sides of a square and at its corners: one of each beside it. */
function* besides({ x, y, side }: Square): Generator<readonly [number, number]> {
  for (let along = -1; along <= side; along++) {
    yield [x + along, y - 1]
    yield [x + along, y + side]
    yield [x - 1, y + along]
    yield [x + side, y + along]
  }
}
