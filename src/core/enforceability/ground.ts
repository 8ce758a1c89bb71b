import type { BanShape } from '../../../geo/ban-shape.ts'
import type { Limits } from '../model/limits.ts'
import type { StreetMap } from '../roads/street-map.ts'
import { createByRoad, type AskByRoad } from './by-road.ts'
import type { EnforceabilityProposal } from './proposal.ts'

/**
 * What a map adds to a proposal. Made once per question: the searches in it serve every outline.
 */
export function standOnGround(
  map: StreetMap,
  proposal: Pick<EnforceabilityProposal, 'victimAddresses'>,
  limits: Limits,
): Ground {
  const places = proposal.victimAddresses ?? []
  return { map, askByRoad: places.length === 0 ? null : createByRoad(map, places, limits) }
}

export type Ground = {
  readonly map: StreetMap
  /** Null where no protected address was given. */
  readonly askByRoad: AskByRoad | null
}

/** A fixed area, on a map. */
export type GroundedBan = {
  readonly shape: BanShape
  readonly map: StreetMap
}
