import { metersBetween } from '../../../geo/distance.ts'
import type { Limits } from '../model/limits.ts'
import { boxAround } from '../roads/enter-network.ts'
import { featuresIn, isWithinOutline } from '../roads/near-features.ts'
import type { StreetMap } from '../roads/street-map.ts'
import type { CheckBase, EnforceabilityCheck } from './check-result.ts'
import { judged, unknown } from './check-result.ts'
import type { EnforceabilityProposal } from './proposal.ts'

/** Whether the two live, work or go so near each other that no receiver can tell them apart. */
export function checkSharedBuilding(
  proposal: EnforceabilityProposal,
  map: StreetMap | null,
  limits: Limits,
): EnforceabilityCheck {
  const { victimAddresses, offenderFixedAddresses } = proposal
  const base = { code: 'E10', threshold: limits.doorToDoorMetersMin, unit: 'meters' } as const
  const narrow = judgeRing(proposal, base, limits)
  if (narrow !== null) return narrow
  if (victimAddresses === null || victimAddresses.length === 0 || offenderFixedAddresses === null) {
    return unknown(
      { ...base, value: null },
      'judgement',
      'Whether the two share a building is not known: their addresses were not both given.',
      'Of de twee een gebouw delen, is niet bekend: niet van beiden zijn de adressen gegeven.',
    )
  }
  const pairs = victimAddresses.flatMap((protectedPlace) =>
    offenderFixedAddresses.map((theirs) => ({
      protectedPlace,
      theirs,
      meters: metersBetween(protectedPlace, theirs),
    })),
  )
  const [nearest] = pairs.toSorted((one, other) => one.meters - other.meters)
  const value = nearest === undefined ? null : Math.round(nearest.meters)
  const shared = pairs.find(
    ({ protectedPlace, theirs }) => map !== null && sharesOutline(map, protectedPlace, theirs),
  )
  if (shared !== undefined || (nearest !== undefined && nearest.meters <= base.threshold)) {
    const label = (shared ?? nearest)?.theirs.label ?? ''
    return judged(
      { ...base, value },
      'red',
      'judgement',
      `"${label}" is in the same building as a protected address, or next door: no ring can tell them apart.`,
      `"${label}" ligt in hetzelfde gebouw als een beschermd adres, of ernaast: geen ring houdt die uit elkaar.`,
    )
  }
  // The nearest may be known, and another one not.
  const isKnown = pairs
    .filter(({ meters }) => meters < limits.buildingMetersMax)
    .every(
      ({ protectedPlace, theirs }) =>
        map !== null && (isMapped(map, protectedPlace) || isMapped(map, theirs)),
    )
  return judgeApart(isKnown, { ...base, value })
}

function judgeApart(isKnown: boolean, shown: CheckBase): EnforceabilityCheck {
  return isKnown
    ? judged(
        shown,
        'green',
        'judgement',
        'The addresses of the two share no building.',
        'De adressen van de twee liggen niet in één gebouw.',
      )
    : unknown(
        shown,
        'judgement',
        'Whether the two share a building is not known without a map of it.',
        'Of de twee een gebouw delen, is niet bekend zonder kaart.',
      )
}

type Door = { readonly longitude: number; readonly latitude: number }

/** A distance that positions indoors cannot tell; of a fixed area that is not asked. */
function judgeRing(
  { ban }: EnforceabilityProposal,
  base: Omit<CheckBase, 'value'>,
  { indoorErrorMeters, ringPerIndoorErrorFactorMin }: Limits,
): EnforceabilityCheck | null {
  if (ban.kind !== 'proximity') return null
  const ringMeters = Math.round(ban.separationMeters)
  if (ringMeters >= ringPerIndoorErrorFactorMin * indoorErrorMeters) return null
  return judged(
    { ...base, value: ringMeters },
    'red',
    'judgement',
    `A ring of ${ringMeters} m is less than four times the ${indoorErrorMeters} m by which positions indoors err.`,
    `Een ring van ${ringMeters} m is minder dan vier keer de ${indoorErrorMeters} m die een positie binnenshuis kan afwijken.`,
  )
}

function sharesOutline(map: StreetMap, one: Door, other: Door): boolean {
  return featuresIn(map, boxAround(one, 1), sharedKinds).some(
    (outline) => isWithinOutline(outline, one) && isWithinOutline(outline, other),
  )
}

/** Whatever an outline is called: a pharmacy may be the ground floor of a flat. */
const sharedKinds = [
  'building',
  'mall',
  'station',
  'school',
  'hospital',
  'shop',
  'pharmacy',
  'doctor',
  'town-hall',
] as const

/** Does the map show what the doors are in? */
function isMapped(map: StreetMap, door: Door): boolean {
  return featuresIn(map, boxAround(door, 1), sharedKinds).some((outline) =>
    isWithinOutline(outline, door),
  )
}
