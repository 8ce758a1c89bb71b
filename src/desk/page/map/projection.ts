import { metersPerDegree } from '../../../../geo/distance.ts'

/** A place on the earth, in degrees. */
export type Place = { readonly longitude: number; readonly latitude: number }

/** A flat picture of a few kilometres: metres east and north of its middle, and pixels. */
export type Projection = {
  readonly toPixels: (place: Place) => { readonly x: number; readonly y: number }
  /** The way back, for a click. */
  readonly toPlace: (pixel: { readonly x: number; readonly y: number }) => Place
  readonly pixelsPerMeter: number
  readonly widthPixels: number
  readonly heightPixels: number
}

/** The least picture: a single fix is not blown up until its metres look like kilometres. */
const spanMetersMin = 400

/** Fits all places, each with the metres around it, into a picture of this size. */
export function fitProjection(
  places: readonly (Place & { readonly aroundMeters?: number })[],
  widthPixels: number,
  heightPixels: number,
): Projection {
  const middleLatitude = average(places.map((place) => place.latitude))
  const middleLongitude = average(places.map((place) => place.longitude))
  // A picture alone: what is judged is judged on the ellipsoid, by the server.
  const perDegree = metersPerDegree(middleLatitude)
  const meters = places.map((place) => ({
    x: (place.longitude - middleLongitude) * perDegree.longitude,
    y: (place.latitude - middleLatitude) * perDegree.latitude,
    around: place.aroundMeters ?? 0,
  }))
  const bound = { left: 0, right: 0, bottom: 0, top: 0 }
  for (const { x, y, around } of meters) {
    bound.left = Math.min(bound.left, x - around)
    bound.right = Math.max(bound.right, x + around)
    bound.bottom = Math.min(bound.bottom, y - around)
    bound.top = Math.max(bound.top, y + around)
  }
  const spanX = Math.max(bound.right - bound.left, spanMetersMin)
  const spanY = Math.max(bound.top - bound.bottom, spanMetersMin)
  const pixelsPerMeter = 0.9 * Math.min(widthPixels / spanX, heightPixels / spanY)
  const middleX = (bound.left + bound.right) / 2
  const middleY = (bound.bottom + bound.top) / 2
  return {
    pixelsPerMeter,
    widthPixels,
    heightPixels,
    toPixels: ({ longitude, latitude }) => ({
      x:
        widthPixels / 2 +
        ((longitude - middleLongitude) * perDegree.longitude - middleX) * pixelsPerMeter,
      y:
        heightPixels / 2 -
        ((latitude - middleLatitude) * perDegree.latitude - middleY) * pixelsPerMeter,
    }),
    toPlace: ({ x, y }) => ({
      longitude:
        middleLongitude + ((x - widthPixels / 2) / pixelsPerMeter + middleX) / perDegree.longitude,
      latitude:
        middleLatitude + ((heightPixels / 2 - y) / pixelsPerMeter + middleY) / perDegree.latitude,
    }),
  }
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** A round length of about a quarter of the picture, for the scale bar. */
export function roundScale({ pixelsPerMeter, widthPixels }: Projection): number {
  const wanted = widthPixels / 4 / pixelsPerMeter
  const step = 10 ** Math.floor(Math.log10(wanted))
  return [5, 2, 1].map((factor) => factor * step).find((meters) => meters <= wanted) ?? step
}

/** Where the times of places are written so that none stands over another: one above, one below. */
export function placeLabels(spots: readonly Pixel[]): readonly Pixel[] {
  return spots.map((spot, place) => {
    const isNear = (other: Pixel): boolean =>
      Math.abs(other.x - spot.x) < labelWidthPixels &&
      Math.abs(other.y - spot.y) < labelHeightPixels
    const isBelow = spots.some(
      (other, at) =>
        at !== place && isNear(other) && (spot.y > other.y || (spot.y === other.y && place > at)),
    )
    return { x: spot.x, y: isBelow ? spot.y + 30 : spot.y - 12 }
  })
}

type Pixel = { readonly x: number; readonly y: number }

/** A time with its day is so wide where the picture is small and its texts are large. */
const labelWidthPixels = 200
const labelHeightPixels = 36
