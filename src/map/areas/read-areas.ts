import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { compilePolygon } from '../../../geo/ban-shape.ts'
import { geometryOf, partsOf, uniteParts } from '../../../geo/clip-areas.ts'
import type { NamedArea, NamedAreas } from '../../core/enforceability/named-areas.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../../core/model/registry.ts'
import { StartError } from '../../errors.ts'
import { MapFault } from '../map-fault.ts'
import { toDegrees } from './rd-new.ts'

/**
 * Municipalities, districts and neighbourhoods: GeoJSON of PDOK, of Statistics Netherlands or of a
 * municipality; one file, or a folder of them. Their codes are in `statcode`, `cbsCode`,
 * `gemeentecode` or `code`.
 *
 * @throws MapFault that names the file and what was expected
 */
export async function readNamedAreas(path: string): Promise<NamedAreas> {
  const areas = new Map<string, NamedArea>()
  for (const file of await listFiles(path)) {
    for (const area of readFeatures(file, await readText(file))) areas.set(area.code, area)
  }
  if (areas.size === 0) throw new MapFault(`${path} holds no area with a code.`)
  return { areas, unite: (codes) => uniteAreas(codes, areas) }
}

/** The areas that the configuration names; null where it names none. */
export async function openNamedAreas(path: string | null): Promise<NamedAreas | null> {
  if (path === null) return null
  try {
    return await readNamedAreas(path)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const detail = `HOEDE_AREAS_PATH: the areas cannot be read: ${error.message}`
    throw new StartError('invalid-configuration', detail)
  }
}

/**
 * One outline of all these areas: borders that two of them share are none of the ban.
 *
 * Null where they cannot be united.
 *
 * @throws MapFault that names the codes nobody knows
 */
function uniteAreas(
  codes: readonly string[],
  areas: ReadonlyMap<string, NamedArea>,
): PolygonGeometry | MultiPolygonGeometry | null {
  const unknown = codes.filter((code) => !areas.has(code))
  if (unknown.length > 0) {
    throw new MapFault(
      `No area has the code ${unknown.join(', ')}: codes change from year to year, and are written as GM0363, WK036301 or BU0363AA01.`,
    )
  }
  const parts = [...new Set(codes)].flatMap((code) => {
    const geometry = areas.get(code)?.geometry
    return geometry === undefined ? [] : partsOf(geometry)
  })
  if (parts.length === 0) throw new MapFault('Expected one code or more, got none.')
  const cornerCount = parts.flat().reduce((count, ring) => count + ring.length, 0)
  if (new Set(codes).size > 1 && cornerCount > unitedCornersMax) {
    throw new MapFault(
      `Expected areas of at most ${unitedCornersMax} corners together, got ${cornerCount}: take fewer, or the municipality they lie in.`,
    )
  }
  // Polygons of one geometry may overlap here, and are united as those of several.
  const united = uniteParts(parts)
  return united === null ? null : geometryOf(united)
}

/** Uniting 20,000 took three seconds, in which nobody else is answered. */
const unitedCornersMax = 3_000

async function listFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null)
  if (found === null) throw new MapFault(`There is no file or folder ${path}.`)
  if (!found.isDirectory()) return [path]
  const names = (await readdir(path)).filter((name) => /\.(geo)?json$/i.test(name)).toSorted()
  return names.map((name) => join(path, name))
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new MapFault(`${file} cannot be read (${code}).`, { cause: error })
  }
}

function readFeatures(file: string, text: string): NamedArea[] {
  const whole = toDegrees(parse(file, text))
  const features = isObject(whole) ? whole['features'] : null
  if (!Array.isArray(features)) {
    throw new MapFault(`${file}: expected a FeatureCollection of areas, got something else.`)
  }
  return features.flatMap((feature: unknown, index) => {
    const { properties, geometry } = isObject(feature) ? feature : {}
    if (!isObject(properties) || !isArea(geometry)) {
      throw new MapFault(
        `${file}: feature ${index}: expected an area with properties: a Polygon or MultiPolygon of places on earth.`,
      )
    }
    const code = textOf(properties, ['statcode', 'cbsCode', 'buurtcode', 'gemeentecode', 'code'])
    if (code === null) {
      throw new MapFault(
        `${file}: feature ${index}: expected a code in statcode, cbsCode, buurtcode, gemeentecode or code.`,
      )
    }
    const name = textOf(properties, ['statnaam', 'naam', 'buurtnaam', 'gemeentenaam', 'name'])
    const shape = compilePolygon(geometry)
    return [{ code, name: name ?? code, year: yearOf(properties), geometry, shape }]
  })
}

/** Of `jrstatcode` the first four letters, or of the day it is in force. */
function yearOf(properties: Record<string, unknown>): number | null {
  const said = textOf(properties, ['jrstatcode', 'jaar', 'beginGeldigheid'])
  const year = Number(said?.slice(0, 4))
  return year > 1_900 && year < 2_200 ? year : null
}

function textOf(properties: Record<string, unknown>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = properties[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}

function isArea(value: unknown): value is PolygonGeometry | MultiPolygonGeometry {
  return (
    isObject(value) &&
    ((value['type'] === 'Polygon' && isRings(value['coordinates'])) ||
      (value['type'] === 'MultiPolygon' && isListOf(value['coordinates'], 1, isRings)))
  )
}

/** Rings of places in this world: a corner that is no number would be outside of everything. */
function isRings(value: unknown): boolean {
  return isListOf(value, 1, (ring) => isListOf(ring, 4, isCorner))
}

function isCorner(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const [longitude, latitude] = value as readonly unknown[]
  return isWithin(longitude, 180) && isWithin(latitude, 90)
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= most
}

function isListOf(value: unknown, least: number, is: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length >= least && value.every(is)
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw new MapFault(`${file} is not JSON: ${why}.`)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
