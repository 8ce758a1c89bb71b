import { roadClasses, type RoadClass } from '../../core/model/road-classes.ts'
import { featureKinds, type FeatureKind } from '../../core/roads/street-map.ts'
import type { Tags } from '../pbf/block.ts'

/**
 * Which class of road a way is, by its `highway` tag; null for what nobody travels on. Access,
 * gates and one-way signs are not asked: whoever wants to be there does not ask either.
 */
export function roadClassOf(tags: Tags): number | null {
  const highway = tags.get('highway')
  if (highway === undefined) return tags.get('route') === 'ferry' ? numberOf('ferry') : null
  if (notBuilt.has(highway)) return null
  return numberOf(classOfHighway[highway] ?? 'path')
}

/** Speed on the sign in km/h, 0 where none is told in a way that can be read. */
export function signedSpeedOf(tags: Tags): number {
  const sign = /^(\d{1,3})( ?mph)?$/.exec(tags.get('maxspeed') ?? '')
  if (sign?.[1] === undefined) return 0
  const speed = Number(sign[1]) * (sign[2] === undefined ? 1 : kilometersPerMile)
  return Math.min(255, Math.round(speed))
}

/** What stands there, by the tags of a way or node; null for what no check asks for. */
export function featureKindOf(tags: Tags): number | null {
  const kind = findKind(tags)
  return kind === null ? null : featureKinds.indexOf(kind)
}

export function nameOf(tags: Tags): string | undefined {
  return tags.get('name') ?? tags.get('ref')
}

function findKind(tags: Tags): FeatureKind | null {
  if (tags.get('railway') === 'station' || tags.get('railway') === 'halt') return 'station'
  if (tags.get('public_transport') === 'station') return 'station'
  if (railways.has(tags.get('railway') ?? '')) return tags.has('service') ? null : 'rail'
  const amenity = kindOfAmenity[tags.get('amenity') ?? '']
  if (amenity !== undefined) return amenity
  const shop = tags.get('shop')
  if (shop === 'supermarket' || shop === 'convenience') return 'shop'
  if (shop === 'mall') return 'mall'
  if (tags.has('building') && tags.get('building') !== 'no') return 'building'
  if (tags.get('natural') === 'water' || tags.get('waterway') === 'riverbank') return 'water'
  if (tags.get('landuse') === 'forest' || tags.get('natural') === 'wood') return 'wood'
  return null
}

const kilometersPerMile = 1.609344

const notBuilt: ReadonlySet<string> = new Set([
  'proposed',
  'planned',
  'razed',
  'abandoned',
  'demolished',
  'elevator',
  'bus_stop',
  'rest_area',
  'services',
])

const railways: ReadonlySet<string> = new Set(['rail', 'light_rail', 'tram', 'subway'])

const kindOfAmenity: Readonly<Record<string, FeatureKind>> = {
  pharmacy: 'pharmacy',
  doctors: 'doctor',
  hospital: 'hospital',
  school: 'school',
  townhall: 'town-hall',
}

const classOfHighway: Readonly<Record<string, RoadClass>> = {
  motorway: 'motorway',
  motorway_link: 'motorway',
  trunk: 'trunk',
  trunk_link: 'trunk',
  primary: 'primary',
  primary_link: 'primary',
  secondary: 'secondary',
  secondary_link: 'secondary',
  tertiary: 'tertiary',
  tertiary_link: 'tertiary',
  unclassified: 'unclassified',
  road: 'unclassified',
  // It may have been opened since.
  construction: 'unclassified',
  residential: 'residential',
  living_street: 'living-street',
  service: 'service',
  bus_guideway: 'service',
  busway: 'service',
  raceway: 'service',
  escape: 'service',
  track: 'track',
  pedestrian: 'pedestrian',
  cycleway: 'cycleway',
  steps: 'steps',
}

function numberOf(name: RoadClass): number {
  return roadClasses.indexOf(name)
}
