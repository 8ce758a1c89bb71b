import type { BanShape } from '../../../geo/ban-shape.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { containsPosition, signedDistanceMeters } from '../../../geo/containment.ts'
import type { Place } from '../roads/points-on-edges.ts'
import { roadClasses } from '../model/road-classes.ts'
import type { Limits } from '../model/limits.ts'
import { findCrossings } from '../roads/crossings.ts'
import { countCutOff } from '../roads/cut-off.ts'
import { isKnownGround } from '../roads/known-ground.ts'
import { featuresIn, middleOf } from '../roads/near-features.ts'
import type { CheckBase, EnforceabilityCheck } from './check-result.ts'
import { judged, unknown } from './check-result.ts'
import type { GroundedBan } from './ground.ts'
import type { EnforceabilityProposal } from './proposal.ts'

/**
 * Through-roads, railways and stations that everybody passes, and whether the only road of somebody
 * leads through the ban.
 */
export function checkPassage(
  proposal: EnforceabilityProposal,
  ban: GroundedBan,
  limits: Limits,
): EnforceabilityCheck {
  if (!isKnownGround(ban.map, ban.shape)) return notMapped(limits)
  const all = [...listThroughRoads(ban), ...listRail(ban), ...listStations(proposal, ban)]
  const cutOff = countCutOff(ban.map, ban.shape, proposal.offenderFixedAddresses ?? [])
  const passed = all.slice(0, namesShownMax)
  const value = passed.join(', ')
  const valueNl = passed.map((name) => namelessNl[name] ?? name).join(', ')
  const base = { code: 'E6', value, threshold: limits.cutOffAddressCountMax, unit: 'addresses' }
  if (cutOff.places.length > 0) {
    const names = cutOff.places.map(({ label }) => `"${label}"`).join(', ')
    return judged(
      base,
      'red',
      'judgement',
      `The only road to ${names} leads through the ban.`,
      `De enige weg naar ${names} loopt door het verboden gebied.`,
    )
  }
  if (proposal.offenderFixedAddresses === null) return whoseNotKnown(base, valueNl)
  if (cutOff.addressCount > limits.cutOffAddressCountMax) {
    return judged(
      base,
      'amber',
      'judgement',
      `The ban lies across the only road to ${cutOff.addressCount} addresses.`,
      `Het verboden gebied ligt over de enige weg naar ${cutOff.addressCount} adressen.`,
    )
  }
  if (value === '' && cutOff.isUncounted) return notCounted(limits)
  if (value === '') {
    return judged(
      base,
      'green',
      'judgement',
      'No through-road, railway or station lies in the ban, and nobody is cut off by it.',
      'Er ligt geen doorgaande weg, spoorlijn of station in het verboden gebied, en niemand raakt erdoor afgesneden.',
    )
  }
  // Whether a strip along it can be excepted is judged beside it, also by who lives there: a reader
  // of this sentence alone must not learn that.
  return judged(
    base,
    'amber',
    'judgement',
    `Many people pass through here: ${value}. Whoever only passes by is an alert too.`,
    `Hier komen veel mensen langs: ${valueNl}. Ook wie alleen langskomt, geeft een melding.`,
  )
}

function notMapped({ cutOffAddressCountMax }: Limits): EnforceabilityCheck {
  return unknown(
    { code: 'E6', value: null, threshold: cutOffAddressCountMax, unit: 'addresses' },
    'judgement',
    'The map does not know the whole of the ban, so what passes through it is not known.',
    'De kaart kent niet het hele gebied, dus wat erdoorheen loopt, is niet bekend.',
  )
}

/** Whose only road it may be is not known while nobody says where he lives and works. */
function whoseNotKnown(base: CheckBase, valueNl: string): EnforceabilityCheck {
  const { value } = base
  return unknown(
    base,
    'judgement',
    `Whether the only road to an address of the offender leads through the ban is not known.${value === '' ? '' : ` Many people pass through here: ${value}.`}`,
    `Of de enige weg naar een adres van de verdachte of veroordeelde door het gebied loopt, is niet bekend.${valueNl === '' ? '' : ` Hier komen veel mensen langs: ${valueNl}.`}`,
  )
}

/** No house numbers are no hamlet without people. */
function notCounted(limits: Limits): EnforceabilityCheck {
  return unknown(
    { code: 'E6', value: null, threshold: limits.cutOffAddressCountMax, unit: 'addresses' },
    'judgement',
    'The ban lies across the only road to other roads, and the map knows no house numbers here: who lives there is not known.',
    'Het verboden gebied ligt over de enige weg naar andere wegen, en de kaart kent hier geen huisnummers: wie daar woont, is niet bekend.',
  )
}

const namesShownMax = 6
/** A road or railway without a name is called by what it is. */
const namelessNl: Readonly<Record<string, string>> = {
  motorway: 'snelweg',
  trunk: 'autoweg',
  primary: 'hoofdweg',
  secondary: 'doorgaande weg',
  railway: 'spoor',
}
const throughClassMax = roadClasses.indexOf('secondary')

/**
 * Roads of the main classes, once they lead in and out again; a road changes its name on the way.
 */
function listThroughRoads({ shape, map }: GroundedBan): string[] {
  const edges = findCrossings(map, shape)
    .map(({ edge }) => edge)
    .filter((edge) => (map.roads.edgeClass[edge] ?? 0) <= throughClassMax)
  if (edges.length < 2) return []
  const nameOf = (edge: number) =>
    map.names[map.roads.edgeName[edge] ?? 0] || (roadClasses[map.roads.edgeClass[edge] ?? 0] ?? '')
  return [...new Set(edges.map(nameOf))]
}

function listRail({ shape, map }: GroundedBan): string[] {
  const names = new Set<string>()
  for (const box of shapeBoxes(shape, 1)) {
    for (const { name, line } of featuresIn(map, box, ['rail'])) {
      if (passesThrough(shape, line)) names.add(name === '' ? 'railway' : name)
    }
  }
  return [...names]
}

/** Also between two of its corners, which may lie far apart. */
function passesThrough(shape: BanShape, line: readonly Place[]): boolean {
  return line.some(({ longitude, latitude }, index) => {
    if (containsPosition(shape, longitude, latitude)) return true
    const next = line[index + 1]
    if (next === undefined) return false
    const meters = distanceMeters(longitude, latitude, next.longitude, next.latitude)
    const steps = Math.ceil(meters / lineStepMeters)
    for (let step = 1; step < steps; step++) {
      const share = step / steps
      const x = longitude + share * (next.longitude - longitude)
      const y = latitude + share * (next.latitude - latitude)
      if (containsPosition(shape, x, y)) return true
    }
    return false
  })
}

const lineStepMeters = 20

function listStations(
  { approachMeters }: EnforceabilityProposal,
  { shape, map }: GroundedBan,
): string[] {
  const names = new Set<string>()
  for (const box of shapeBoxes(shape, approachMeters)) {
    for (const station of featuresIn(map, box, ['station'])) {
      const { longitude, latitude } = middleOf(station)
      if (signedDistanceMeters(shape, longitude, latitude) <= approachMeters) {
        names.add(station.name === '' ? 'station' : station.name)
      }
    }
  }
  return [...names]
}
