import proj4 from 'proj4'
import { isLatitudeFirst } from '../../core/model/latitude-first.ts'
import { MapFault } from '../map-fault.ts'

/**
 * The coordinates of a GeoJSON value in degrees, whatever it says they are in: `crs` names RD New
 * (EPSG:28992, metres), or nothing, or WGS 84. Within half a metre of the official grid.
 *
 * @throws MapFault for another system, and for what looks like RD New and does not say so
 */
export function toDegrees(value: unknown): unknown {
  const named = nameOfSystem(value)
  if (named === null || isDegrees(named)) {
    refuseUnsaid(firstPosition(value))
    // Said or not, it is what GeoJSON has: whoever reads it on knows no such member.
    return isObject(value) && 'crs' in value ? withoutSystem(value) : value
  }
  if (!named.includes('28992')) {
    throw new MapFault(
      `Expected coordinates in WGS 84 or RD New (EPSG:28992), got a crs of ${JSON.stringify(named)}.`,
    )
  }
  return withoutSystem(convert(value))
}

/** Of a place in metres of RD New. */
export function fromRdNew(x: number, y: number): readonly [number, number] {
  if (!isInRdNew(x, y)) {
    const swapped = isInRdNew(y, x) ? '; x and y are swapped' : ''
    throw new MapFault(
      `Expected a place in RD New (x up to 300,000, y 300,000 to 640,000 m), got one beyond it${swapped}.`,
    )
  }
  const [longitude = Number.NaN, latitude = Number.NaN] = fromRd.forward([x, y])
  return [longitude, latitude]
}

/** With the seven parameters in seconds of arc and parts per million: 0.3 m from the true grid. */
const rdNew =
  '+proj=sterea +lat_0=52.15616055555555 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel +towgs84=565.4171,50.3319,465.5524,-0.398957388243134,0.343987817378283,-1.87740163998045,4.0725 +units=m +no_defs'
const fromRd = proj4(rdNew, 'EPSG:4326')

function isInRdNew(x: number, y: number): boolean {
  return x >= -10_000 && x <= 300_000 && y >= 300_000 && y <= 640_000
}

function convert(value: unknown, depth = 0): unknown {
  if (depth > nestedMax) throw new MapFault('Expected GeoJSON, got lists in lists without an end.')
  if (Array.isArray(value)) {
    const [x, y] = value as unknown[]
    return typeof x === 'number' && typeof y === 'number'
      ? fromRdNew(x, y)
      : value.map((part) => convert(part, depth + 1))
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      ['coordinates', 'geometry', 'geometries', 'features'].includes(key)
        ? convert(part, depth + 1)
        : part,
    ]),
  )
}

/** A collection of features of several polygons is eight deep. */
const nestedMax = 16

function withoutSystem(value: unknown): unknown {
  if (!isObject(value)) return value
  const { crs: _crs, ...rest } = value
  return rest
}

function nameOfSystem(value: unknown): string | null {
  if (!isObject(value) || value['crs'] === undefined || value['crs'] === null) return null
  const { crs } = value
  const properties = isObject(crs) && isObject(crs['properties']) ? crs['properties'] : {}
  return typeof properties['name'] === 'string' ? properties['name'] : JSON.stringify(crs)
}

function isDegrees(name: string): boolean {
  return name.includes('CRS84') || name.includes('4326')
}

function firstPosition(value: unknown): unknown {
  if (Array.isArray(value)) {
    let list = value as unknown[]
    while (Array.isArray(list[0])) list = list[0] as unknown[]
    return typeof list[0] === 'number' ? list : firstPosition(list[0])
  }
  if (!isObject(value)) return null
  const { coordinates, geometry, features } = value
  return firstPosition(coordinates ?? geometry ?? features)
}

function refuseUnsaid(position: unknown): void {
  const [x, y] = Array.isArray(position) ? (position as unknown[]) : []
  if (typeof x !== 'number' || typeof y !== 'number') return
  if (isLatitudeFirst(x, y)) {
    throw new MapFault(
      'Expected longitude first, as GeoJSON has it; got a place off Somalia, which lies in the Netherlands once the two are swapped.',
      { sentenceNl: 'Lengte en breedte zijn verwisseld: in GeoJSON staat de lengtegraad eerst.' },
    )
  }
  if (Math.abs(x) <= 180 && Math.abs(y) <= 90) return
  if (!isInRdNew(x, y) && !isInRdNew(y, x)) return
  throw new MapFault(
    'The coordinates look like metres of RD New: say so with "crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::28992"}}.',
    {
      sentenceNl:
        'Dit lijken meters van RD New te zijn. Zet dan bij het gebied: "crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::28992"}}.',
    },
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
