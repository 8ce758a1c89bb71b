import type { BanShape } from '../../../geo/ban-shape.ts'
import type { Limits } from '../model/limits.ts'
import type { StreetMap } from '../roads/street-map.ts'
import { createByRoad, type AskByRoad } from './by-road.ts'
import type { NamedAreas } from './named-areas.ts'
import type { EnforceabilityProposal } from './proposal.ts'

/**
 * What is known of the place a proposal is about. Made once per question: the searches in it serve
 * every outline.
 */
export function standOnGround(
  { map, areas }: KnownPlaces,
  proposal: Pick<EnforceabilityProposal, 'victimAddresses'>,
  limits: Limits,
): Ground {
  const places = proposal.victimAddresses ?? []
  const isAsked = map !== null && places.length > 0
  return { map, areas, askByRoad: isAsked ? createByRoad(map, places, limits) : null }
}

/** What was imported; null: nothing. */
export type KnownPlaces = {
  readonly map: StreetMap | null
  readonly areas: NamedAreas | null
}

export const nowhereKnown: KnownPlaces = { map: null, areas: null }

export type Ground = KnownPlaces & {
  /** Null where no protected address was given, or no map. */
  readonly askByRoad: AskByRoad | null
}

/** A fixed area, on a map. */
export type GroundedBan = {
  readonly shape: BanShape
  readonly map: StreetMap
}
