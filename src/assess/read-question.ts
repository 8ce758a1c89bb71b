import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { UsageFault } from '../command-line.ts'
import { ringAround } from '../../geo/ring-around.ts'
import { metersBetween } from '../../geo/distance.ts'
import { nowhereKnown } from '../core/enforceability/ground.ts'
import { findAddresses } from '../core/roads/find-addresses.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { toDegrees } from '../map/areas/rd-new.ts'
import { choosePoliceTime, type AskedPlaces, type ChosenPoliceTime } from './choose-police-time.ts'
import { resolveArea } from './resolve-area.ts'
import { enforceabilityBodySchema } from '../schemas/enforceability.ts'
import { faultsOf } from '../schemas/faults.ts'
import { readProposal } from '../schemas/read-proposal.ts'

/**
 * The question that a supervisor's files ask.
 *
 * @throws UsageFault that names the file, where in it, what was expected and what came
 */
export function readQuestion(
  { ban, places, facts }: QuestionFiles,
  known: AskedPlaces = nowhereKnown,
): ChosenPoliceTime {
  const said = facts === null ? {} : readObject('--facts', facts)
  const area = areaOf(readObject('--ban', ban))
  const put = places === null ? {} : placesOf(readObject('--places', places), known.map)
  refuseTwice(said, area, '--ban')
  refuseTwice(said, put, '--places')
  const body = { ...said, ...area, ...put }
  const parsed = enforceabilityBodySchema.safeParse(body)
  if (!parsed.success) throw refusal(faultsOf(parsed.error.issues, body))
  const { proposal, faults } = readProposal(resolveArea(parsed.data, known.areas))
  if (proposal === null) throw refusal(faults)
  const chosen = choosePoliceTime(proposal, parsed.data.policeTimeSource ?? null, known)
  if ('faults' in chosen) throw refusal(chosen.faults)
  return chosen
}

/** To take one of two would be to drop what the other says of somebody, without a word. */
function refuseTwice(said: Fields, more: Fields, flag: string): void {
  const areas = ['circle', 'geometry', 'areaCodes', 'separationMeters']
  const isArea = (name: string) => flag === '--ban' && areas.includes(name)
  const twice = Object.keys(said).filter((name) => name in more || isArea(name))
  if (twice.length === 0) return
  throw new UsageFault(`--facts says ${twice.join(', ')}, and so does ${flag}: say it in one.`)
}

type Fields = Readonly<Record<string, unknown>>

export type QuestionFiles = {
  readonly ban: string
  readonly places: string | null
  readonly facts: string | null
}

function refusal(faults: readonly { readonly pointer: string; readonly detail: string }[]) {
  const lines = faults.map(
    ({ pointer, detail }) => `- ${pointer === '' ? 'the ban' : pointer}: ${detail}`,
  )
  return new UsageFault(`The question has faults:\n${lines.join('\n')}`)
}

function readObject(flag: string, file: string): Record<string, unknown> {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UsageFault(`${flag}: ${file} cannot be read (${code}).`)
  }
  const found = objectSchema.safeParse(parse(flag, file, textOf(flag, file, bytes)))
  if (!found.success) throw new UsageFault(`${flag}: ${file} holds no object in JSON.`)
  return objectSchema.parse(toDegrees(found.data))
}

/** Without the mark that some programs write before it. */
function textOf(flag: string, file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageFault(`${flag}: ${file} is not in UTF-8: save it so.`)
  }
}

function parse(flag: string, file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw new UsageFault(`${flag}: ${file} is not JSON: ${why}.`)
  }
}

const objectSchema = z.record(z.string(), z.unknown())

/**
 * GeoJSON of one area or several, which are judged as one ban, of a point with `radiusMeters`, or
 * the fields of the API: `circle`, `geometry`, `areaCodes`, `separationMeters`.
 */
function areaOf(given: Record<string, unknown>): Record<string, unknown> {
  const { type } = given
  if (type === 'Feature') return featureArea(given)
  if (type === 'Polygon' || type === 'MultiPolygon') return { geometry: given }
  if (type !== 'FeatureCollection') return fieldsOf(given)
  const features = z.array(objectSchema).safeParse(given['features'])
  const [feature, ...more] = features.success ? features.data : []
  if (feature === undefined) {
    throw new UsageFault(
      `--ban: expected one area or more, got ${features.success ? 0 : 'no list'} of features.`,
    )
  }
  return more.length === 0 ? featureArea(feature) : { geometry: uniteParts([feature, ...more]) }
}

/** As the API has them; what is GeoJSON of another type is named as that. */
function fieldsOf(given: Record<string, unknown>): Record<string, unknown> {
  const { type, coordinates } = given
  if (type === undefined && coordinates === undefined) return given
  const got = typeof type === 'string' ? `a ${type.slice(0, 40)}` : 'no type'
  throw new UsageFault(
    `--ban: expected a Polygon, a MultiPolygon, a Feature or a FeatureCollection; got ${got}.`,
  )
}

/** Areas of one question: he may enter none of them. A point with a radius is a circle. */
function uniteParts(features: readonly Record<string, unknown>[]) {
  const coordinates = features.flatMap((feature, index) => {
    const point = roundSchema.safeParse(feature)
    if (point.success) {
      const [longitude, latitude] = point.data.geometry.coordinates
      return [ringAround(longitude, latitude, point.data.properties.radiusMeters).coordinates]
    }
    const area = areaSchema.safeParse(feature['geometry'])
    if (area.success) {
      return area.data.type === 'Polygon' ? [area.data.coordinates] : area.data.coordinates
    }
    throw new UsageFault(
      `--ban: feature ${index}: expected a Polygon, a MultiPolygon, or a point with radiusMeters, as there is more than one area.`,
    )
  })
  return { type: 'MultiPolygon', coordinates }
}

const areaSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(z.unknown()) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(z.unknown())) }),
])

const pointGeometry = z.object({
  type: z.literal('Point'),
  coordinates: z.tuple([z.number(), z.number()]).rest(z.number()),
})

const pointSchema = z.object({
  geometry: pointGeometry,
  properties: z.object({ radiusMeters: z.unknown() }),
})

/** A point with a radius is a circle. */
function featureArea(feature: Record<string, unknown>): Record<string, unknown> {
  const point = pointSchema.safeParse(feature)
  if (!point.success) return { geometry: feature['geometry'] }
  const [longitude, latitude] = point.data.geometry.coordinates
  return { circle: { longitude, latitude, radiusMeters: point.data.properties.radiusMeters } }
}

const roundSchema = pointSchema.extend({
  properties: z.object({ radiusMeters: z.number().positive() }),
})

const placeSchema = z.object({
  geometry: pointGeometry,
  properties: z.object({
    label: z.string().min(1),
    of: z.enum(['victim', 'offender']),
    secret: z.boolean().optional(),
  }),
})

/**
 * Points of GeoJSON, each with `label`, `of` (victim or offender) and perhaps `secret`; without a
 * geometry by its `address`, which the map must know.
 */
function placesOf(given: Record<string, unknown>, map: StreetMap | null): Record<string, unknown> {
  const features = z.array(z.unknown()).safeParse(given['features'])
  if (given['type'] !== 'FeatureCollection' || !features.success) {
    throw new UsageFault('--places: expected a FeatureCollection of points, got something else.')
  }
  const places = features.data.map((feature, index) => {
    const place = placeSchema.safeParse(withPlace(feature, index, map))
    if (place.success) return place.data
    const at = place.error.issues[0]?.path.join('/') ?? ''
    throw new UsageFault(
      `--places: feature ${index} at ${at}: expected a point with the properties label, of ("victim" or "offender") and perhaps secret (true or false).`,
    )
  })
  const pick = (of: 'victim' | 'offender') =>
    places.filter(({ properties }) => properties.of === of)
  const victims = pick('victim').map(({ geometry, properties }) => ({
    label: properties.label,
    longitude: geometry.coordinates[0],
    latitude: geometry.coordinates[1],
    // Who forgets to say it must not find the address in the file of the defence.
    secret: properties.secret ?? true,
  }))
  const offenders = pick('offender').map(({ geometry, properties }) => ({
    label: properties.label,
    longitude: geometry.coordinates[0],
    latitude: geometry.coordinates[1],
  }))
  // A file without a place of somebody does not say that there is none: what --facts says stays.
  return {
    ...(victims.length === 0 ? {} : { victimAddresses: victims }),
    ...(offenders.length === 0 ? {} : { offenderFixedAddresses: offenders }),
  }
}

const namedSchema = z.looseObject({
  geometry: z.null().optional(),
  properties: z.looseObject({ address: z.string() }),
})

/** Never the first that fits: the wrong house is worse than none. */
function withPlace(feature: unknown, index: number, map: StreetMap | null): unknown {
  refuseElsewhere(feature, index, map)
  const named = namedSchema.safeParse(feature)
  if (!named.success) return feature
  const { address } = named.data.properties
  if (map === null) {
    throw new UsageFault(`--places: feature ${index} has an address and no place: give --map too.`)
  }
  const [found, ...more] = findAddresses(map, address, addressCountMax)
  if (found === undefined) {
    throw new UsageFault(
      `--places: feature ${index}: the map knows no address like that; expected street and number with a town, or postcode and number.`,
    )
  }
  if (more.length > 0) {
    // No whole address: what a command says may be kept where others read it.
    const towns = [found, ...more].map(({ postcode, town }) => `${postcode} ${town}`.trim())
    throw new UsageFault(
      `--places: feature ${index}: several addresses fit, say which: ${towns.join('; ')}.`,
    )
  }
  const coordinates = [found.longitude, found.latitude]
  return { ...named.data, geometry: { type: 'Point', coordinates } }
}

/** A point and an address that are two places: nobody knows which of them is meant. */
function refuseElsewhere(feature: unknown, index: number, map: StreetMap | null): void {
  const both = bothSchema.safeParse(feature)
  if (!both.success || map === null) return
  const [longitude, latitude] = both.data.geometry.coordinates
  const found = findAddresses(map, both.data.properties.address, addressCountMax)
  const isNear = found.some((one) => metersBetween(one, { longitude, latitude }) <= samePlaceMeters)
  if (found.length === 0 || isNear) return
  throw new UsageFault(
    `--places: feature ${index}: its point lies elsewhere than its address: give one of them.`,
  )
}

const bothSchema = z.looseObject({
  geometry: pointGeometry,
  properties: z.looseObject({ address: z.string() }),
})

/** From the middle of a large building to its door. */
const samePlaceMeters = 250

const addressCountMax = 8
