import { areaPerRadianBelow, radiansPerDegree } from './ellipsoid.ts'

/**
 * The ring as x, y, x, y … with continuous longitudes: an edge of more than half the globe
 * is read as crossing the antimeridian the short way. A ring that winds round a pole is
 * closed along that pole; which of the two areas it means is decided for the smaller, since
 * a ban is smaller than a country.
 */
export function unwrapRing(ring: readonly (readonly [number, number])[]): number[] {
  const flat = continueLongitudes(ring)
  const turn = flat[flat.length - 2]! - flat[0]!
  if (!(Math.abs(turn) >= 180)) return flat
  return closeAlongPole(dropPoleSpikes(flat))
}

/** The same ring with continuous longitudes, left open where it winds round a pole. */
export function continueLongitudes(ring: readonly (readonly [number, number])[]): number[] {
  const flat: number[] = []
  let x = ring[0]?.[0] ?? 0
  for (const [vertex, [longitude, latitude]] of ring.entries()) {
    x = vertex === 0 ? longitude : x + stepBetween(ring[vertex - 1]![0], longitude)
    // Whole turns are added to the given number, not accumulated, so that a vertex
    // stays bit for bit itself.
    x = longitude + 360 * Math.round((x - longitude) / 360)
    flat.push(x, latitude)
  }
  return flat
}

/**
 * Signed area on the ellipsoid with edges straight in longitude and latitude;
 * positive counter-clockwise.
 */
export function ringAreaSquareMeters(flat: readonly number[] | Float64Array): number {
  const reference = areaPerRadianBelow(flat[1]!)
  let sum = 0
  for (let i = 0; i + 3 < flat.length; i += 2) {
    const width = (flat[i + 2]! - flat[i]!) * radiansPerDegree
    if (width === 0) continue
    const middle = (flat[i + 1]! + flat[i + 3]!) / 2
    const half = (flat[i + 3]! - flat[i + 1]!) / 2
    const mean =
      (5 * areaPerRadianBelow(middle - half * gaussNode) +
        8 * areaPerRadianBelow(middle) +
        5 * areaPerRadianBelow(middle + half * gaussNode)) /
      18
    sum -= width * (mean - reference)
  }
  return sum
}

const gaussNode = Math.sqrt(3 / 5)

/**
 * Exactly one whole turn is a border all round the globe, drawn by somebody who cut the map there.
 */
function stepBetween(from: number, to: number): number {
  const step = to - from
  if (step > 180 && step < 360) return step - 360
  if (step < -180 && step > -360) return step + 360
  return step
}

/**
 * Vertices at a pole, in a ring that goes round it anyway, only go up and down the edge of the map.
 */
function dropPoleSpikes(flat: readonly number[]): number[] {
  const kept: number[] = []
  for (let i = 0; i < flat.length; i += 2) {
    if (Math.abs(flat[i + 1]!) < 90) kept.push(flat[i]!, flat[i + 1]!)
  }
  return kept
}

function closeAlongPole(flat: number[]): number[] {
  const firstX = flat[0]!
  const firstY = flat[1]!
  const lastX = flat[flat.length - 2]!
  const closedAt = (pole: number): number[] => [...flat, lastX, pole, firstX, pole, firstX, firstY]
  const north = closedAt(90)
  const south = closedAt(-90)
  return Math.abs(ringAreaSquareMeters(north)) <= Math.abs(ringAreaSquareMeters(south))
    ? north
    : south
}
