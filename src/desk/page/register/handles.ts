import { metersPerDegree } from '../../../../geo/distance.ts'
import { clickArea, cornerAt, cornersOf, withCorners, type AreaDraft } from './area.ts'

/** Where an area can be taken hold of on a map. */
export type Handle = {
  readonly id: string
  readonly longitude: number
  readonly latitude: number
}

/** The middle of a circle and its edge in the east, or the corners of what was drawn. */
export function handlesOf(area: AreaDraft): readonly Handle[] {
  if (area.kind === 'circle') return circleHandles(area)
  const corners = cornersOf(area)
  // An outline by others, as of a municipality: nobody moves it corner by corner.
  if (corners.length > handlesMax) return []
  return corners.map(([longitude, latitude], place) => ({
    id: `corner-${place}`,
    longitude,
    latitude,
  }))
}

const handlesMax = 60

function circleHandles(area: AreaDraft): readonly Handle[] {
  const middle = middleOf(area)
  if (middle === null) return []
  const radiusMeters = numberIn(area.radiusMeters)
  if (!(radiusMeters > 0)) return [{ id: 'middle', ...middle }]
  const east = radiusMeters / metersPerDegree(middle.latitude).longitude
  return [
    { id: 'middle', ...middle },
    { id: 'edge', longitude: middle.longitude + east, latitude: middle.latitude },
  ]
}

type Place = { readonly longitude: number; readonly latitude: number }

/** The area after one of its handles was drawn to a place; holes stay where they are. */
export function moveHandle(area: AreaDraft, id: string, place: Place): AreaDraft {
  if (id === 'middle') return clickArea(area, place)
  if (id === 'edge') {
    const middle = middleOf(area)
    if (middle === null) return area
    return { ...area, radiusMeters: String(Math.max(1, Math.round(flatMeters(middle, place)))) }
  }
  const moved = cornersOf(area).map((corner, index) =>
    id === `corner-${index}` ? cornerAt(place) : corner,
  )
  return withCorners(area, moved)
}

function middleOf(area: AreaDraft): Place | null {
  const middle = { longitude: numberIn(area.longitude), latitude: numberIn(area.latitude) }
  return Number.isFinite(middle.longitude) && Math.abs(middle.latitude) <= 90 ? middle : null
}

/** Not a number where nothing was typed: an empty field is no zero. */
function numberIn(text: string): number {
  return text.trim() === '' ? NaN : Number(text.trim().replace(',', '.'))
}

/** Within the metre to which it is rounded, for a circle that a court draws. */
function flatMeters(one: Place, other: Place): number {
  const per = metersPerDegree((one.latitude + other.latitude) / 2)
  return Math.hypot(
    (one.longitude - other.longitude) * per.longitude,
    (one.latitude - other.latitude) * per.latitude,
  )
}
