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

/**
 * Where the times of places are written: above, below or beside, whichever lies in the picture,
 * over no other time, and over the fewest fixes. The upper place chooses first.
 */
export function placeLabels(
  spots: readonly Pixel[],
  { fixes, widthPixels, heightPixels }: LabelGround,
): readonly Label[] {
  const taken: Box[] = []
  const labels = new Map<Pixel, Label>()
  const costOf = ({ box }: Choice): number => {
    const isInside =
      box.left >= 0 && box.right <= widthPixels && box.top >= 0 && box.bottom <= heightPixels
    const isTaken = taken.some((other) => isOver(box, other))
    // Of a time that is cut nothing may be left; a fix that is covered still shows its circle.
    return (isInside ? 0 : 1e6) + (isTaken ? 1e5 : 0) + fixes.filter((fix) => isIn(box, fix)).length
  }
  for (const spot of spots.toSorted((one, other) => one.y - other.y)) {
    const best = choicesAt(spot, widthPixels).reduce((one, other) =>
      costOf(other) < costOf(one) ? other : one,
    )
    taken.push(best.box)
    labels.set(spot, best.label)
  }
  return spots.flatMap((spot) => labels.get(spot) ?? [])
}

/** Each with what it may cover, in the order in which they are liked. */
function choicesAt({ x, y }: Pixel, widthPixels: number): readonly [Choice, ...Choice[]] {
  const across = acrossAt(x, widthPixels)
  const beside = { top: y - 20, bottom: y + 13 }
  return [
    { label: { ...across.label, y: y - 12 }, box: { ...across.box, top: y - 40, bottom: y - 8 } },
    { label: { ...across.label, y: y + 30 }, box: { ...across.box, top: y + 4, bottom: y + 38 } },
    {
      label: { x: x + 12, y: y + 6, anchor: 'start' },
      box: { ...beside, left: x + 10, right: x + 10 + labelWidthPixels },
    },
    {
      label: { x: x - 12, y: y + 6, anchor: 'end' },
      box: { ...beside, left: x - 10 - labelWidthPixels, right: x - 10 },
    },
  ]
}

/** In the middle of its place, and near the left and the right border drawn in from there. */
function acrossAt(x: number, widthPixels: number) {
  const half = labelWidthPixels / 2
  if (x + half > widthPixels) {
    const right = Math.min(x + 30, widthPixels)
    const box = { left: right - labelWidthPixels, right }
    return { label: { x: right, anchor: 'end' }, box } as const
  }
  if (x < half) {
    const left = Math.max(x - 30, 0)
    const box = { left, right: left + labelWidthPixels }
    return { label: { x: left, anchor: 'start' }, box } as const
  }
  return { label: { x, anchor: 'middle' }, box: { left: x - half, right: x + half } } as const
}

function isOver(one: Box, other: Box): boolean {
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  )
}

function isIn({ left, right, top, bottom }: Box, { x, y }: Pixel): boolean {
  return x > left && x < right && y > top && y < bottom
}

type Choice = { readonly label: Label; readonly box: Box }
type Label = Pixel & { readonly anchor: 'start' | 'middle' | 'end' }
type Box = {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}
type LabelGround = {
  readonly fixes: readonly Pixel[]
  readonly widthPixels: number
  readonly heightPixels: number
}
type Pixel = { readonly x: number; readonly y: number }

/** A time with its day is so wide where the picture is small and its texts are large. */
const labelWidthPixels = 200
