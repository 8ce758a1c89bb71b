/**
 * The very same measurement. Two measurements of one place differ by more than a tenth of a metre: their noise alone
 * is metres.
 */
export function isSamePosition(lonA: number, latA: number, lonB: number, latB: number): boolean {
  return Math.abs(lonA - lonB) <= sameDegreesMax && Math.abs(latA - latB) <= sameDegreesMax
}

/** A unit of the sixth decimal, a tenth of a metre, and room for how it is stored. */
const sameDegreesMax = 1.000_001e-6
