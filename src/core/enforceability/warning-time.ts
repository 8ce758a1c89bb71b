import type { EnforceabilityProposal, TravelModeName } from './proposal.ts'

/** How long the ban gives, per way of travelling, and what can be done with that time. */
export function judgeTravelModes(
  proposal: EnforceabilityProposal,
  reachMeters: number,
): TravelModeJudgement[] {
  const { neededSeconds, warnSeconds } = neededTime(proposal)
  return (proposal.travelModes ?? travelModeNames).map((mode) => {
    const speed = speedMetersPerSecond(mode)
    const warningSeconds = reachMeters / speed
    return {
      mode,
      speedKilometersPerHour: travelSpeedsKilometersPerHour[mode],
      warningSeconds,
      approachWarningSeconds: (reachMeters + proposal.approachMeters) / speed,
      neededSeconds,
      canDo: judgeUse(warningSeconds, neededSeconds, warnSeconds),
    }
  })
}

/** From crossing the edge to somebody standing there, and to the victim having been told. */
export function neededTime(proposal: EnforceabilityProposal): {
  neededSeconds: number
  warnSeconds: number
} {
  // The fix that shows the crossing comes up to one interval after it.
  const detectionSeconds = proposal.reportIntervalSeconds ?? detectionSecondsDefault
  const warnSeconds = detectionSeconds + verificationSeconds
  const policeSeconds = proposal.policeResponseSeconds ?? policeResponseSecondsDefault
  return { neededSeconds: warnSeconds + policeSeconds, warnSeconds }
}

export function speedMetersPerSecond(mode: TravelModeName): number {
  return travelSpeedsKilometersPerHour[mode] / 3.6
}

export type TravelModeJudgement = {
  readonly mode: TravelModeName
  readonly speedKilometersPerHour: number
  /** From the edge of the ban to the person, in a straight line. */
  readonly warningSeconds: number
  /** The same from the edge of the approach band, where the desk first sees it. */
  readonly approachWarningSeconds: number
  readonly neededSeconds: number
  readonly canDo: BanUse
}

type BanUse = 'intercept' | 'warn-victim' | 'evidence-only'

const travelModeNames: readonly TravelModeName[] = ['walk', 'bicycle', 'car']

const travelSpeedsKilometersPerHour: Readonly<Record<TravelModeName, number>> = {
  walk: 5,
  bicycle: 18,
  car: 50,
}

/** Urgent calls answered within a quarter of an hour: 85 of 100 nationally (2017), from a third to 95 by municipality. */
const policeResponseSecondsDefault = 900
const detectionSecondsDefault = 60
/** An operator looks, and calls. */
const verificationSeconds = 60

function judgeUse(warningSeconds: number, neededSeconds: number, warnSeconds: number): BanUse {
  if (warningSeconds >= neededSeconds) return 'intercept'
  return warningSeconds >= warnSeconds ? 'warn-victim' : 'evidence-only'
}
