/**
 * The vertices of an area, to the bit as they were given: in four bytes a number where all of them
 * are whole numbers of 1e-7 degrees, as nearly everybody writes them, in eight otherwise.
 * `corners` are kept behind them and do not count: vertices that no ring has.
 */
export function packVertices(
  vertices: readonly number[] | Float64Array,
  corners: readonly number[] = [],
): RingVertices {
  const count = vertices.length / 2
  const exact = new Float64Array(vertices.length + corners.length)
  exact.set(vertices)
  exact.set(corners, vertices.length)
  const whole = new Int32Array(exact.length)
  for (let at = 0; at < exact.length; at += 1) {
    const degrees = exact[at]!
    whole[at] = Number.isNaN(degrees) ? gap : Math.round(degrees * unitsPerDegree)
    if (!Object.is(degreesOf(whole[at]!), degrees)) return { count, whole: null, exact }
  }
  return { count, whole, exact: null }
}

/** Longitudes and latitudes in turn. Rings are kept apart by a vertex of NaN. */
export type RingVertices =
  | { readonly count: number; readonly whole: Int32Array; readonly exact: null }
  | { readonly count: number; readonly whole: null; readonly exact: Float64Array }

export function longitudeAt({ whole, exact }: RingVertices, vertex: number): number {
  return whole === null ? exact[2 * vertex]! : degreesOf(whole[2 * vertex]!)
}

export function latitudeAt({ whole, exact }: RingVertices, vertex: number): number {
  return whole === null ? exact[2 * vertex + 1]! : degreesOf(whole[2 * vertex + 1]!)
}

/**
 * Longitude and latitude of each of these vertices in a row, for loops over many. Valid until the
 * next call; the same stretch again costs nothing.
 */
export function layVertices(vertices: RingVertices, from: number, end: number): Float64Array {
  if (vertices === last.vertices && from === last.from && end === last.end) return last.numbers
  const length = 2 * (end - from)
  if (last.numbers.length < length) last.numbers = new Float64Array(length)
  const { numbers } = last
  const { whole, exact } = vertices
  if (whole === null) {
    for (let into = 0, at = 2 * from; into < length; into += 1, at += 1) numbers[into] = exact[at]!
  } else layWhole(whole, 2 * from, numbers, length)
  last.vertices = vertices
  last.from = from
  last.end = end
  return numbers
}

const last: {
  vertices: RingVertices | null
  from: number
  end: number
  numbers: Float64Array
} = { vertices: null, from: 0, end: 0, numbers: new Float64Array(0) }

function layWhole(whole: Int32Array, from: number, numbers: Float64Array, length: number): void {
  for (let into = 0, at = from; into < length; into += 2, at += 2) {
    const x = whole[at]!
    const y = whole[at + 1]!
    const isGap = x === gap
    // Written out, for speed, as `degreesOf` has it.
    numbers[into] = isGap ? Number.NaN : x * coarse + x * fine
    numbers[into + 1] = isGap ? Number.NaN : y * coarse + y * fine
  }
}

/**
 * The number of degrees nearest to `units / 1e7`, as reading its decimals gives it. Division takes
 * several times as long as this sum of two products: `coarse` is 1e-7 cut off after 22 bits, so
 * that its product with 31 bits is exact, and `fine` is the rest. Compared with the division for
 * every whole number of 32 bits.
 */
function degreesOf(units: number): number {
  return units === gap ? Number.NaN : units * coarse + units * fine
}

const unitsPerDegree = 1e7
const coarse = 3_518_437 * 2 ** -45
const fine = (1 - coarse * unitsPerDegree) / unitsPerDegree
/** Stands for NaN; no longitude reaches as far. */
const gap = -(2 ** 31)
