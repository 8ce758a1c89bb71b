import type { Limits, TravelMode } from '../model/limits.ts'
import { fastestRoadSpeeds } from '../model/road-classes.ts'
import type { AskByRoad, ByRoad } from './by-road.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { compileBan } from './reach.ts'

/** How long the ban gives, per way of travelling, and what can be done with that time. */
export function judgeTravelModes(
  proposal: EnforceabilityProposal,
  reachMeters: number,
  limits: Limits,
  askByRoad: AskByRoad | null,
): TravelModeJudgement[] {
  const chain = neededTime(proposal, limits)
  const shape = compileBan(proposal.ban)
  return (proposal.travelModes ?? travelModes).map((mode) => {
    const speed = speedMetersPerSecond(mode, limits)
    const found = shape === null ? null : (askByRoad?.(shape, mode, chain.neededSeconds) ?? null)
    const byRoad = found?.isOfAll === true ? found : null
    const decidingSeconds = byRoad?.fastestSeconds ?? reachMeters / fastestMetersPerSecond(mode)
    const mostSeconds = reachMeters / fastestMetersPerSecond('walk')
    const isMeasured = shape === null || byRoad !== null
    const span = isMeasured
      ? { leastSeconds: decidingSeconds, mostSeconds: decidingSeconds }
      : // Of several addresses the map may tell of one, and nobody is later than to that.
        { leastSeconds: 0, mostSeconds: Math.min(mostSeconds, found?.fastestSeconds ?? Infinity) }
    return {
      mode,
      speedKilometersPerHour: limits.travelKilometersPerHour[mode],
      warningSeconds: reachMeters / speed,
      approachWarningSeconds: (reachMeters + proposal.approachMeters) / speed,
      neededSeconds: chain.neededSeconds,
      isNeededAssumed: !chain.isKnown,
      byRoad,
      decidingSeconds,
      isMeasured,
      ...span,
      canDo: judgeUse(span, chain, leastNeeded(proposal, limits).warnSeconds),
    }
  })
}

/**
 * From crossing the edge to somebody standing there, and to the victim having been told. What is
 * not known is taken as it usually is, so that a person sees about how much it would be: a promise
 * that police are there in time rests on nothing then.
 */
export function neededTime(
  { reportIntervalSeconds, policeResponseSeconds }: Chain,
  limits: Limits,
): NeededTime {
  // The fix that shows the crossing comes up to one interval after it.
  const detectionSeconds = reportIntervalSeconds ?? limits.detectionSecondsUnknown
  const warnSeconds = detectionSeconds + limits.verificationSeconds
  const policeSeconds = policeResponseSeconds ?? limits.policeResponseSecondsUnknown
  return {
    neededSeconds: warnSeconds + policeSeconds,
    warnSeconds,
    isWarnKnown: reportIntervalSeconds !== null,
    isKnown: reportIntervalSeconds !== null && policeResponseSeconds !== null,
  }
}

/** The least it can be, whatever is not known. */
export function leastNeeded(
  { reportIntervalSeconds, policeResponseSeconds }: Chain,
  limits: Limits,
): NeededTime {
  const best = {
    reportIntervalSeconds: reportIntervalSeconds ?? limits.reportIntervalSecondsMin,
    policeResponseSeconds: policeResponseSeconds ?? limits.policeResponseSecondsMin,
  }
  return neededTime(best, limits)
}

type Chain = Pick<EnforceabilityProposal, 'reportIntervalSeconds' | 'policeResponseSeconds'>

type NeededTime = {
  readonly neededSeconds: number
  readonly warnSeconds: number
  readonly isWarnKnown: boolean
  /** False: partly what is usual, and nobody knows whether it is so here. */
  readonly isKnown: boolean
}

function fastestMetersPerSecond(mode: TravelMode): number {
  return fastestRoadSpeeds[mode].motorway / 3.6
}

export function speedMetersPerSecond(mode: TravelMode, limits: Limits): number {
  return limits.travelKilometersPerHour[mode] / 3.6
}

export type TravelModeJudgement = {
  readonly mode: TravelMode
  readonly speedKilometersPerHour: number
  /** From the edge of the ban to the person, in a straight line. */
  readonly warningSeconds: number
  /** The same from the edge of the approach band, where the desk first sees it. */
  readonly approachWarningSeconds: number
  readonly neededSeconds: number
  /** Of what is needed a part is what is usual, because nobody said how it is here. */
  readonly isNeededAssumed: boolean
  /** By the roads there are; null where no map was asked, or it does not say. */
  readonly byRoad: ByRoad | null
  /** By the roads at the fastest, or else straight on as fast as can be. */
  readonly decidingSeconds: number
  /**
   * By the roads to a known address, or to a person who moves. Else nobody knows what lies between:
   * where he gets off a train no border is crossed, and nobody is later than at a run.
   */
  readonly isMeasured: boolean
  readonly leastSeconds: number
  readonly mostSeconds: number
  readonly canDo: BanUse
}

export const banUses = ['intercept', 'warn-victim', 'evidence-only', 'not-known'] as const
export type BanUse = (typeof banUses)[number]

const travelModes: readonly TravelMode[] = ['walk', 'bicycle', 'car']

/** A use is promised by the least there can be, and denied by the most. */
function judgeUse(
  { leastSeconds, mostSeconds }: Pick<TravelModeJudgement, 'leastSeconds' | 'mostSeconds'>,
  { neededSeconds, warnSeconds, isKnown, isWarnKnown }: NeededTime,
  leastWarnSeconds: number,
): BanUse {
  if (isKnown && leastSeconds >= neededSeconds) return 'intercept'
  if (isWarnKnown && leastSeconds >= warnSeconds) return 'warn-victim'
  return mostSeconds < leastWarnSeconds ? 'evidence-only' : 'not-known'
}
