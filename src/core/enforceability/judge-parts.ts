import type { BanShape } from '../../../geo/ban-shape.ts'
import { containsPosition } from '../../../geo/containment.ts'
import type { Limits } from '../model/limits.ts'
import { inOrder, type EnforceabilityCheck } from './check-result.ts'
import { standOnGround, type Ground, type KnownPlaces } from './ground.ts'
import { judgeWhole, type EnforceabilityVerdict, type JudgedProposal } from './judge-proposal.ts'
import { lessen } from './lessen-by-parts.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { compileBan, splitParts } from './reach.ts'
import type { TravelModeJudgement } from './warning-time.ts'

/**
 * One ban with its verdict, without asking for another. Of several areas it is the least of all
 * together and of each: whoever reads only the verdict must not take an area for kept that is not.
 */
export function judgeProposal(
  proposal: EnforceabilityProposal,
  limits: Limits,
  ground: Ground,
): JudgedProposal & { readonly bans: readonly JudgedPart[] } {
  const whole = judgeWhole(proposal, limits, ground)
  const parts = judgeEach(proposal, ground, limits)
  const judged = parts.map((part) => part.judged)
  return { ...lessen(whole, judged), bans: parts.map(describePart) }
}

type Drawn = Extract<EnforceabilityProposal['ban'], { readonly kind: 'polygon' }>

/**
 * Each area of a question about several by itself, judged by the same code: with the protected
 * addresses that lie in it, for those that lie in another are protected by that one. None
 * of a ban of one area.
 */
function judgeEach(
  asked: EnforceabilityProposal,
  known: KnownPlaces,
  limits: Limits,
): JudgedAlone[] {
  if (asked.ban.kind !== 'polygon') return []
  const parts = splitParts(asked.ban.geometry)
  if (parts.length < 2) return []
  return parts.map((geometry) => {
    const ban = { kind: 'polygon', geometry } as const
    const { proposal, shape } = askOnly(asked, ban)
    const ground = standOnGround(known, proposal, limits)
    return { proposal, shape, judged: judgeWhole(proposal, limits, ground) }
  })
}

type JudgedAlone = ReturnType<typeof askOnly> & { readonly judged: JudgedProposal }

function describePart({ proposal, shape, judged }: JudgedAlone): JudgedPart {
  const { verdict, checks, perTravelMode, reachMeters } = judged
  const isInside = (place: Place) => containsPosition(shape, place.longitude, place.latitude)
  return {
    areaSquareKilometers: Math.round(shape.areaSquareMeters / 10_000) / 100,
    verdict,
    checks: inOrder(checks),
    perTravelMode: perTravelMode.map(({ mode, canDo }) => ({ mode, canDo })),
    protectedAddressCount: proposal.victimAddresses?.length ?? 0,
    offenderAddressCount: (proposal.offenderFixedAddresses ?? []).filter(isInside).length,
    reachMeters: Math.round(reachMeters),
  }
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
  ban: Drawn,
): { readonly proposal: EnforceabilityProposal; readonly shape: BanShape } {
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
