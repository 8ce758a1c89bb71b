/**
 * The square of a fixed net over the earth that holds a place. The net does not follow the place,
 * so that many looks at one place say no more than one; and the small squares are quarters of the
 * large, so that both together say no more than the small one.
 */
export function cellOf(
  { longitude, latitude }: { readonly longitude: number; readonly latitude: number },
  sizeMeters: number,
): CoarseCell {
  const largeStep = largeMeters / metersPerDegree
  const middle = (Math.floor(latitude / largeStep) + 0.5) * largeStep
  const latitudeStep = sizeMeters / metersPerDegree
  const longitudeStep = latitudeStep / Math.cos((Math.min(89, Math.abs(middle)) * Math.PI) / 180)
  return {
    longitude: round((Math.floor(longitude / longitudeStep) + 0.5) * longitudeStep),
    latitude: round((Math.floor(latitude / latitudeStep) + 0.5) * latitudeStep),
    sizeMeters,
  }
}

/** Its middle and its side. */
export type CoarseCell = {
  readonly longitude: number
  readonly latitude: number
  readonly sizeMeters: number
}

/**
 * How coarse the offender is shown where every alert of two people is a circle about one of them:
 * the more there are, the better they can be put together. By measurement, with the attack that
 * the test repeats (`test/http/answers/find-home.test.ts`).
 */
export function cellSizeMeters(alertCount: number): number {
  return alertCount <= fewAlertsMax ? largeMeters / 2 : largeMeters
}

/** Where nothing is known of how often somebody came near. */
export const largeMeters = 5_000

const metersPerDegree = 111_195
const fewAlertsMax = 6

/** Six digits are a tenth of a metre. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}
