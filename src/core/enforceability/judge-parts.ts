import { containsPosition } from '../../../geo/containment.ts'
import type { Limits } from '../model/limits.ts'
import { inOrder, type EnforceabilityCheck } from './check-result.ts'
import { standOnGround, type KnownPlaces } from './ground.ts'
import { judgeProposal, type EnforceabilityVerdict } from './judge-proposal.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { compileBan, splitParts } from './reach.ts'
import type { TravelModeJudgement } from './warning-time.ts'

/**
 * Each area of a question about several by itself, judged by the same code: with the protected
 * addresses that lie in it, for those that lie in another are protected by that one. Beside it
 * stands the answer about all of them together, by which an address outside one area may be inside
 * another. None of a ban of one area.
 */
export function judgeParts(
  asked: EnforceabilityProposal,
  known: KnownPlaces,
  limits: Limits,
): JudgedPart[] {
  if (asked.ban.kind !== 'polygon') return []
  const parts = splitParts(asked.ban.geometry)
  if (parts.length < 2 || parts.length > limits.judgedPartCountMax) return []
  return parts.map((geometry) => {
    const ban = { kind: 'polygon', geometry } as const
    const { proposal, shape } = askOnly(asked, ban)
    const ground = standOnGround(known, proposal, limits)
    const { verdict, checks, perTravelMode, reachMeters } = judgeProposal(proposal, limits, ground)
    const isInside = (place: Place) => containsPosition(shape, place.longitude, place.latitude)
    return {
      areaSquareKilometers: Math.round(shape.areaSquareMeters / 10_000) / 100,
      verdict,
      checks: inOrder(checks),
      perTravelMode: perTravelMode.map(({ mode, canDo }) => ({ mode, canDo })),
      protectedAddressCount: proposal.victimAddresses?.length ?? 0,
      offenderAddressCount: (asked.offenderFixedAddresses ?? []).filter(isInside).length,
      reachMeters: Math.round(reachMeters),
    }
  })
}

export type JudgedPart = {
  readonly areaSquareKilometers: number
  readonly verdict: EnforceabilityVerdict
  readonly checks: readonly EnforceabilityCheck[]
  readonly perTravelMode: readonly Pick<TravelModeJudgement, 'mode' | 'canDo'>[]
  /** How many protected addresses lie in it. */
  readonly protectedAddressCount: number
  readonly offenderAddressCount: number
  readonly reachMeters: number
}

/** What was counted of all areas together, or from their middle, says nothing of one of them. */
function askOnly(
  asked: EnforceabilityProposal,
  ban: Extract<EnforceabilityProposal['ban'], { readonly kind: 'polygon' }>,
) {
  const shape = compileBan(ban)
  const inside = (asked.victimAddresses ?? []).filter(({ longitude, latitude }) =>
    containsPosition(shape, longitude, latitude),
  )
  const proposal: EnforceabilityProposal = {
    ...asked,
    ban,
    victimAddresses: inside.length === 0 ? null : inside,
    distanceFromSecretAddressMeters: null,
    predictedLoad: null,
    reception: null,
  }
  return { proposal, shape }
}

type Place = { readonly longitude: number; readonly latitude: number }
