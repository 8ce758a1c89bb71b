import type { KnownPlaces } from '../core/enforceability/ground.ts'
import {
  offerPoliceTime,
  type OfferedPoliceTime,
  type PoliceTimes,
} from '../core/enforceability/police-times.ts'
import type { EnforceabilityProposal } from '../core/enforceability/proposal.ts'
import type { BodyFault } from '../schemas/faults.ts'

/** Places, and the published police times of municipalities where somebody read them in. */
export type AskedPlaces = KnownPlaces & { readonly policeTimes?: PoliceTimes | null }

/**
 * The police time that is published for the place, and the proposal with it where the question
 * chose it by municipality and year: nothing is taken because it is there.
 */
export function choosePoliceTime(
  proposal: EnforceabilityProposal,
  chosen: ChosenSource | null,
  { areas, policeTimes = null }: AskedPlaces,
): ChosenPoliceTime | { readonly faults: readonly BodyFault[] } {
  const offered = offerPoliceTime(proposal, areas, policeTimes)
  if (chosen === null) {
    return { proposal, policeTime: offered === null ? null : { ...offered, isUsed: false } }
  }
  const pointer = '/policeTimeSource'
  if (proposal.policeResponseSeconds !== null) {
    const detail = 'expected this or policeResponseSeconds, got both'
    return { faults: [{ pointer, code: 'invalid-value', detail }] }
  }
  if (chosen.municipalityCode !== offered?.municipalityCode || chosen.year !== offered.year) {
    const detail =
      offered === null
        ? 'no police time is published here that this server knows; leave it out'
        : `expected ${offered.municipalityCode} of ${offered.year}, which is offered here; got another`
    return { faults: [{ pointer, code: 'unknown-reference', detail }] }
  }
  return {
    proposal: { ...proposal, policeResponseSeconds: offered.seconds },
    policeTime: { ...offered, isUsed: true },
  }
}

type ChosenSource = { readonly municipalityCode: string; readonly year: number }

export type ChosenPoliceTime = {
  readonly proposal: EnforceabilityProposal
  /** Null: none is published. */
  readonly policeTime: UsedPoliceTime | null
}

export type UsedPoliceTime = OfferedPoliceTime & {
  /** The question chose it; else it is only offered. */
  readonly isUsed: boolean
}
