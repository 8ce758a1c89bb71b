import { ringAround } from '../../../../geo/ring-around.ts'
import type { LocationBan } from '../net/api.ts'
import { isTooMuch } from './pasted-text.ts'

/** An area while somebody makes it: what is typed, as it is typed. */
export type AreaDraft = {
  readonly kind: 'circle' | 'drawn'
  readonly longitude: string
  readonly latitude: string
  readonly radiusMeters: string
  /** GeoJSON, pasted or made by clicks on the map. */
  readonly geometry: string
}

export const emptyArea: AreaDraft = {
  kind: 'circle',
  longitude: '',
  latitude: '',
  radiusMeters: '',
  geometry: '',
}

export function areaDraftOf({ circle, geometry }: Pick<LocationBan, 'circle' | 'geometry'>) {
  if (circle !== null && circle !== undefined) {
    return {
      ...emptyArea,
      longitude: String(circle.longitude),
      latitude: String(circle.latitude),
      radiusMeters: String(circle.radiusMeters),
    }
  }
  return { ...emptyArea, kind: 'drawn', geometry: JSON.stringify(geometry) } as const
}

/** As the API takes it. What cannot be read is sent as it is: the API says at which field. */
export function areaBodyOf(area: AreaDraft) {
  if (area.kind === 'drawn') {
    const geometry = readGeometry(area.geometry)
    return isRound(geometry) ? { circle: circleOf(geometry) } : { geometry }
  }
  const { longitude, latitude, radiusMeters } = area
  return {
    circle: {
      longitude: readNumber(longitude),
      latitude: readNumber(latitude),
      radiusMeters: readNumber(radiusMeters),
    },
  }
}

function readNumber(text: string): number | string | undefined {
  if (text.trim() === '') return undefined
  const number = Number(text.trim().replace(',', '.'))
  return Number.isFinite(number) ? number : text
}

/**
 * A geometry, also out of the features around it, as drawing tools give it; several are parts.
 * Undefined where it is too much to be read.
 */
function readGeometry(text: string): unknown {
  if (isTooMuch(text)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text
  }
  const { features, crs } = Object(value) as { readonly features?: unknown; readonly crs?: unknown }
  if (Array.isArray(features) && features.length === 1) value = features[0]
  else if (Array.isArray(features)) value = partsOf(features) ?? value
  if (isRound(value)) return value
  const geometry = Object(value).geometry ?? value
  // A system of coordinates is said of the whole file, and without it metres are no degrees.
  return crs === undefined || typeof geometry !== 'object' ? geometry : { ...geometry, crs }
}

/** Null where one of them is no area: then the API says what was expected. */
function partsOf(features: readonly unknown[]): object | null {
  const areas = features.map(areaLikeOf)
  const isArea = ({ type, coordinates }: GeometryLike): boolean =>
    (type === 'Polygon' || type === 'MultiPolygon') && Array.isArray(coordinates)
  if (areas.length === 0 || !areas.every(isArea)) return null
  const coordinates = areas.flatMap((area) =>
    area.type === 'Polygon' ? [area.coordinates] : area.coordinates,
  )
  return { type: 'MultiPolygon', coordinates }
}

/** A point with a radius is a circle, as a command reads it from a file. */
function isRound(value: unknown): value is Round {
  const { geometry, properties } = Object(value) as Partial<Round>
  const { radiusMeters } = Object(properties) as Partial<Round['properties']>
  const { type, coordinates } = Object(geometry) as GeometryLike
  return type === 'Point' && isPosition(coordinates) && typeof radiusMeters === 'number'
}

type Round = {
  readonly geometry: { readonly coordinates: Corner }
  readonly properties: { readonly radiusMeters: number }
}

function circleOf({ geometry, properties }: Round) {
  const [longitude, latitude] = geometry.coordinates
  return { longitude, latitude, radiusMeters: properties.radiusMeters }
}

function areaLikeOf(feature: unknown): GeometryLike {
  if (!isRound(feature)) return Object(Object(feature).geometry) as GeometryLike
  const { longitude, latitude, radiusMeters } = circleOf(feature)
  // What is no radius is sent as it is: the API says what was expected.
  return radiusMeters > 0 ? ringAround(longitude, latitude, radiusMeters) : feature.geometry
}

type GeometryLike = { readonly type?: unknown; readonly coordinates?: unknown }

/** The corners of the first ring, without the one that closes it; none where it cannot be read. */
export function cornersOf(area: AreaDraft): readonly Corner[] {
  const { coordinates, type } = Object(readGeometry(area.geometry)) as {
    readonly type?: unknown
    readonly coordinates?: unknown
  }
  if (type !== 'Polygon' || !Array.isArray(coordinates)) return []
  const ring = coordinates[0] as unknown
  if (!Array.isArray(ring)) return []
  const corners = ring.filter(isPosition)
  const [first, last] = [corners[0], corners.at(-1)]
  const isClosed = corners.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1]
  return isClosed ? corners.slice(0, -1) : corners
}

type Corner = readonly [number, number]
type Place = { readonly longitude: number; readonly latitude: number }

function isPosition(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number'
}

/** The area after a click: the middle of a circle, or one more corner. */
export function clickArea(area: AreaDraft, place: Place): AreaDraft {
  const [longitude, latitude] = cornerAt(place)
  if (area.kind === 'circle')
    return { ...area, longitude: String(longitude), latitude: String(latitude) }
  return withCorners(area, [...cornersOf(area), [longitude, latitude]])
}

/** As it is written down. */
export function cornerAt({ longitude, latitude }: Place): Corner {
  return [round(longitude), round(latitude)]
}

/** Without the corner that was set last. */
export function withoutLastCorner(area: AreaDraft): AreaDraft {
  return withCorners(area, cornersOf(area).slice(0, -1))
}

/** The area with another outline; its holes, if it has any, stay. */
export function withCorners(area: AreaDraft, corners: readonly Corner[]): AreaDraft {
  const [first] = corners
  if (first === undefined) return { ...area, geometry: '' }
  const rings = Object(readGeometry(area.geometry)).coordinates as unknown
  const holes = cornersOf(area).length > 0 && Array.isArray(rings) ? rings.slice(1) : []
  const coordinates = [[...corners, first], ...holes]
  return { ...area, geometry: JSON.stringify({ type: 'Polygon', coordinates }) }
}

/** A tenth of a metre: nobody points more exactly, and longer numbers cannot be read back aloud. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}
