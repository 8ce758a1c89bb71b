/**
 * The numbers of many things in one array, each at a place of its own, so that all that a report
 * asks of one thing lies side by side. Places are never given back: what moves leaves zeros.
 */
export type NumberSlab = { numbers: Float64Array; takenCount: number }

export function createNumberSlab(): NumberSlab {
  return { numbers: new Float64Array(initialCount), takenCount: 0 }
}

/** A place for so many numbers, all 0. */
export function takePlace(slab: NumberSlab, count: number): number {
  const at = slab.takenCount
  slab.takenCount += count
  if (slab.takenCount > slab.numbers.length) {
    // What is not taken yet is of no use: a quarter at most.
    const grownCount = Math.ceil(1.25 * slab.numbers.length)
    const larger = new Float64Array(Math.max(slab.takenCount, grownCount))
    larger.set(slab.numbers)
    slab.numbers = larger
  }
  return at
}

/** NaN beyond the end, which no comparison holds for. */
export function readNumber(numbers: Float64Array, at: number): number {
  return numbers[at] ?? Number.NaN
}

/**
 * Into the array that the slab has by then: the value may be a place, which gave it a larger one.
 */
export function writeNumber(slab: NumberSlab, at: number, value: number): void {
  slab.numbers[at] = value
}

const initialCount = 64
