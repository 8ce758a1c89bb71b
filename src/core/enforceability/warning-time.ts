import type { Limits, TravelMode } from '../model/limits.ts'
import type { EnforceabilityProposal } from './proposal.ts'

/** How long the ban gives, per way of travelling, and what can be done with that time. */
export function judgeTravelModes(
  proposal: EnforceabilityProposal,
  reachMeters: number,
  limits: Limits,
): TravelModeJudgement[] {
  const { neededSeconds, warnSeconds } = neededTime(proposal, limits)
  return (proposal.travelModes ?? travelModes).map((mode) => {
    const speed = speedMetersPerSecond(mode, limits)
    const warningSeconds = reachMeters / speed
    return {
      mode,
      speedKilometersPerHour: limits.travelKilometersPerHour[mode],
      warningSeconds,
      approachWarningSeconds: (reachMeters + proposal.approachMeters) / speed,
      neededSeconds,
      canDo: judgeUse(warningSeconds, neededSeconds, warnSeconds),
    }
  })
}

/** From crossing the edge to somebody standing there, and to the victim having been told. */
export function neededTime(
  proposal: EnforceabilityProposal,
  limits: Limits,
): { neededSeconds: number; warnSeconds: number } {
  // The fix that shows the crossing comes up to one interval after it.
  const detectionSeconds = proposal.reportIntervalSeconds ?? limits.detectionSecondsUnknown
  const warnSeconds = detectionSeconds + limits.verificationSeconds
  const policeSeconds = proposal.policeResponseSeconds ?? limits.policeResponseSecondsUnknown
  return { neededSeconds: warnSeconds + policeSeconds, warnSeconds }
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
  readonly canDo: BanUse
}

type BanUse = 'intercept' | 'warn-victim' | 'evidence-only'

const travelModes: readonly TravelMode[] = ['walk', 'bicycle', 'car']

function judgeUse(warningSeconds: number, neededSeconds: number, warnSeconds: number): BanUse {
  if (warningSeconds >= neededSeconds) return 'intercept'
  return warningSeconds >= warnSeconds ? 'warn-victim' : 'evidence-only'
}
