import type { Limits } from '../model/limits.ts'

/**
 * The very same measurement. Two measurements of one place differ by more than a tenth of a metre:
 * their noise alone is metres.
 */
export function isSameMeasurement(one: Position, other: Position, limits: Limits): boolean {
  return isSamePosition(one.longitude, one.latitude, other.longitude, other.latitude, limits)
}

/** The same of bare numbers, for positions that are packed. */
export function isSamePosition(
  lonA: number,
  latA: number,
  lonB: number,
  latB: number,
  { samePositionDegreesMax }: Limits,
): boolean {
  return (
    Math.abs(lonA - lonB) <= samePositionDegreesMax &&
    Math.abs(latA - latB) <= samePositionDegreesMax
  )
}

type Position = { readonly longitude: number; readonly latitude: number }
