import type { BanShape } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { Limits } from '../model/limits.ts'
import type { EnforceabilityProposal, ProposedBan } from './proposal.ts'
import { compileBan } from './reach.ts'

/**
 * Whether another ban holds each protected address that the asked one holds, and as far from its
 * border: or, where that is more than police need to have a chance, at least so far. What moves
 * along with a person holds that person.
 */
export function holdsProtected(
  { ban, victimAddresses }: Pick<EnforceabilityProposal, 'ban' | 'victimAddresses'>,
  other: ProposedBan,
  limits: Limits,
): boolean {
  const [asked, shape] = [compileBan(ban), compileBan(other)]
  if (asked === null || shape === null) return true
  return (victimAddresses ?? []).every((place) => {
    if (depthMeters(asked, place) <= 0) return true
    const depth = depthMeters(shape, place)
    return depth > 0 && depth >= keptMeters(asked, place, limits)
  })
}

/** How far from a border an address of this ban has to stay in another; 0: it lies outside. */
export function keptMeters(
  asked: BanShape,
  place: Place,
  { separationMetersAdvisedMin }: Limits,
): number {
  const depth = depthMeters(asked, place) - sharedBorderMeters
  return Math.max(0, Math.min(depth, separationMetersAdvisedMin))
}

/**
 * Two borders no further apart are one along a street: where its middle is drawn differs by as
 * much.
 */
export const sharedBorderMeters = 3

type Place = { readonly longitude: number; readonly latitude: number }

function depthMeters(shape: BanShape, { longitude, latitude }: Place): number {
  return -signedDistanceMeters(shape, longitude, latitude)
}
