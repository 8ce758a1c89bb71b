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
  const { neededSeconds, warnSeconds, isKnown } = neededTime(proposal, limits)
  const shape = askByRoad === null ? null : compileBan(proposal.ban)
  return (proposal.travelModes ?? travelModes).map((mode) => {
    const speed = speedMetersPerSecond(mode, limits)
    const warningSeconds = reachMeters / speed
    const byRoad = shape === null ? null : (askByRoad?.(shape, mode, neededSeconds) ?? null)
    const decidingSeconds =
      byRoad?.fastestSeconds ??
      // Where the map ends, he may know a road that it does not: straight on and as fast as can be.
      (shape === null ? warningSeconds : reachMeters / fastestMetersPerSecond(mode))
    return {
      mode,
      speedKilometersPerHour: limits.travelKilometersPerHour[mode],
      warningSeconds,
      approachWarningSeconds: (reachMeters + proposal.approachMeters) / speed,
      neededSeconds,
      byRoad,
      decidingSeconds,
      canDo: judgeUse(decidingSeconds, isKnown ? neededSeconds : Infinity, warnSeconds),
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
    isKnown: reportIntervalSeconds !== null && policeResponseSeconds !== null,
  }
}

/** The least it can be, whatever is not known. */
export function leastNeededSeconds(
  { reportIntervalSeconds, policeResponseSeconds }: Chain,
  limits: Limits,
): number {
  const best = {
    reportIntervalSeconds: reportIntervalSeconds ?? limits.reportIntervalSecondsMin,
    policeResponseSeconds: policeResponseSeconds ?? limits.policeResponseSecondsMin,
  }
  return neededTime(best, limits).neededSeconds
}

type Chain = Pick<EnforceabilityProposal, 'reportIntervalSeconds' | 'policeResponseSeconds'>

type NeededTime = {
  readonly neededSeconds: number
  readonly warnSeconds: number
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
  /** By the roads there are; null where no map was asked, or it does not say. */
  readonly byRoad: ByRoad | null
  /** What decides: by the roads at the fastest, or else in a straight line. */
  readonly decidingSeconds: number
  readonly canDo: BanUse
}

type BanUse = 'intercept' | 'warn-victim' | 'evidence-only'

const travelModes: readonly TravelMode[] = ['walk', 'bicycle', 'car']

function judgeUse(warningSeconds: number, neededSeconds: number, warnSeconds: number): BanUse {
  if (warningSeconds >= neededSeconds) return 'intercept'
  return warningSeconds >= warnSeconds ? 'warn-victim' : 'evidence-only'
}
