/**
 * The square of a fixed net over the earth that holds a place. The net does not follow the place,
 * so that many looks at one place say no more than one; and there is one net, as two of them laid
 * over each other would say more than each.
 */
export function cellOf({
  longitude,
  latitude,
}: {
  readonly longitude: number
  readonly latitude: number
}): CoarseCell {
  const latitudeStep = cellMeters / metersPerDegree
  const middle = (Math.floor(latitude / latitudeStep) + 0.5) * latitudeStep
  const longitudeStep = latitudeStep / Math.cos((Math.min(89, Math.abs(middle)) * Math.PI) / 180)
  return {
    longitude: round((Math.floor(longitude / longitudeStep) + 0.5) * longitudeStep),
    latitude: round(middle),
    sizeMeters: cellMeters,
  }
}

/**
 * The squares that a box touches, as one box. A search by small boxes finds a border to a metre; by
 * whole squares it says no more than in which of them something lies.
 */
export function widenToCells({ west, south, east, north }: Bounds): Bounds {
  const low = cellOf({ longitude: west, latitude: south })
  const high = cellOf({ longitude: east, latitude: north })
  const half = cellMeters / 2 / metersPerDegree
  const halfOf = ({ latitude }: CoarseCell): number =>
    half / Math.cos((Math.min(89, Math.abs(latitude)) * Math.PI) / 180)
  return {
    west: low.longitude - halfOf(low),
    south: low.latitude - half,
    east: high.longitude + halfOf(high),
    north: high.latitude + half,
  }
}

type Bounds = {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** Its middle and its side. */
export type CoarseCell = {
  readonly longitude: number
  readonly latitude: number
  readonly sizeMeters: number
}

/**
 * How coarse the offender is shown where every alert of two people is a circle about one of them.
 * By measurement, with the attack that the test repeats (`test/http/answers/find-home.test.ts`).
 */
export const cellMeters = 5_000

const metersPerDegree = 111_195

/** Six digits are a tenth of a metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}
