import { compileBan } from '../core/enforceability/reach.ts'
import type { EnforceabilityProposal } from '../core/enforceability/proposal.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { containsPosition } from '../../geo/containment.ts'

/**
 * Addresses that an answer is easily misread about: the map does not know where they are, or the
 * ban does not protect them. By their place in the question.
 */
export function adviseOnPlaces(
  { ban, victimAddresses, offenderFixedAddresses }: AskedPlaces,
  map: StreetMap | null,
): PlaceAdvisory[] {
  const shape = compileBan(ban)
  const victims = (victimAddresses ?? []).map((place, index) => ({
    ...place,
    pointer: `/victimAddresses/${index}`,
  }))
  const offenders = (offenderFixedAddresses ?? []).map((place, index) => ({
    ...place,
    pointer: `/offenderFixedAddresses/${index}`,
  }))
  const unprotected = victims
    .filter(
      ({ longitude, latitude }) => shape !== null && !containsPosition(shape, longitude, latitude),
    )
    .map(({ pointer }) => ({
      pointer,
      code: 'outside-ban',
      detail: 'This address lies outside the ban, which protects it for no second.',
      detailNl: 'Dit adres ligt buiten het verbod, dat het geen seconde beschermt.',
    }))
  const unknown = [...victims, ...offenders]
    .filter((place) => map !== null && isBeyond(map, place))
    .map(({ pointer }) => ({
      pointer,
      code: 'outside-map',
      detail: 'The map knows no roads at this address: what needs them is not known of it.',
      detailNl:
        'De kaart kent bij dit adres geen wegen: wat wegen nodig heeft, is ervan niet bekend.',
    }))
  return [...unprotected, ...unknown]
}

type AskedPlaces = Pick<
  EnforceabilityProposal,
  'ban' | 'victimAddresses' | 'offenderFixedAddresses'
>

type PlaceAdvisory = {
  readonly pointer: string
  readonly code: string
  readonly detail: string
  readonly detailNl: string
}

function isBeyond(
  { bounds }: StreetMap,
  { longitude, latitude }: { readonly longitude: number; readonly latitude: number },
): boolean {
  return (
    longitude < bounds.west ||
    longitude > bounds.east ||
    latitude < bounds.south ||
    latitude > bounds.north
  )
}
