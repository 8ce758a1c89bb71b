import type { BanShape } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import { distanceMeters, metersPerDegree } from '../../../geo/distance.ts'
import type { Place } from '../roads/points-on-edges.ts'

/**
 * All that can be walked to from a place without passing a neck narrower than twice the depth, as
 * circles that lie inside the area: where a circle of that depth fits, moved about without leaving
 * it, what it sweeps. Looked at in squares that become smaller towards the border, and taken only
 * where a whole square lies deep enough: never more than there is, wherever the squares fall. The
 * least squares say by how much a neck may have to be wider to be seen, some two and a half sides.
 * None where no such circle holds the place: it stands in a neck itself, or far into a corner.
 */
export function reachWide(
  shape: BanShape,
  from: Place,
  { depthMeters, squareMeters }: Fineness,
): ReachedWide {
  const squares = laySquares(shape, from, { depthMeters, squareMeters })
  const seen = new Set<number>()
  const waiting: Square[] = []
  const take = (square: Square): void => {
    if (square.kind !== 'deep' || seen.has(square.key)) return
    seen.add(square.key)
    waiting.push(square)
  }
  // A circle that holds the place and the depth of its middle lies inside as a whole.
  const around = Math.ceil((2 * depthMeters) / squareMeters)
  for (let x = -around; x <= around; x++) {
    for (let y = -around; y <= around; y++) {
      const square = squares.at(x, y)
      if (square.kind === 'deep' && isWithin(square, from)) take(square)
    }
  }
  // Grows as it is walked through.
  for (const square of waiting) {
    if (squares.lookedAt() >= lookedAtMax) break
    for (const [x, y] of besides(square)) take(squares.at(x, y))
  }
  return { circles: waiting, isWhole: squares.lookedAt() < lookedAtMax }
}

type Fineness = {
  /** So far from the border. */
  readonly depthMeters: number
  /** The side of the least squares. */
  readonly squareMeters: number
}

export type ReachedWide = {
  readonly circles: readonly Circle[]
  /** False: there may be more, and it was not looked at. */
  readonly isWhole: boolean
}

export type Circle = Place & { readonly radiusMeters: number }

export function isWithin({ longitude, latitude, radiusMeters }: Circle, place: Place): boolean {
  return distanceMeters(longitude, latitude, place.longitude, place.latitude) <= radiusMeters
}

/** In sides of the least squares; a power of two, so that a square is four smaller ones. */
const sideMax = 64
/** Some tens of milliseconds each ten thousand. */
const lookedAtMax = 60_000

function laySquares(shape: BanShape, origin: Place, { depthMeters, squareMeters }: Fineness) {
  const per = metersPerDegree(origin.latitude)
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
    const made = { key, x, y, side, longitude, latitude, radiusMeters, kind }
    known.set(key, made)
    return made
  }
  return {
    /** The largest square about there that is of one kind. */
    at: (x: number, y: number): Square => {
      for (let side = sideMax; ; side /= 2) {
        const square = look(Math.floor(x / side) * side, Math.floor(y / side) * side, side)
        if (square.kind !== 'mixed') return square
      }
    },
    lookedAt: () => known.size,
  }
}

type Square = Circle & {
  readonly key: number
  readonly x: number
  readonly y: number
  readonly side: number
  readonly kind: 'deep' | 'shallow' | 'mixed'
}

/** Metres to a border change by no more than the metres gone, so that its middle tells of all. */
function kindOf(sparedMeters: number, cornerMeters: number, side: number): Square['kind'] {
  if (sparedMeters >= cornerMeters) return 'deep'
  return sparedMeters < -cornerMeters || side === 1 ? 'shallow' : 'mixed'
}

/** A degree of longitude is not as long some kilometres further north. */
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
