import type { Limits } from '../model/limits.ts'
import {
  checkAddresses,
  checkDisclosure,
  checkSampling,
  checkSize,
  checkWarningTime,
} from './area-checks.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import {
  checkConsent,
  checkOffenderCanComply,
  checkPairings,
  checkResponseChain,
  checkSash,
  checkText,
} from './people-checks.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import type { TravelModeJudgement } from './warning-time.ts'

/** Every check that a number can answer. What is not known is not assessed; it is never green. */
export function runChecks(
  proposal: EnforceabilityProposal,
  reachMeters: number,
  modes: readonly TravelModeJudgement[],
  limits: Limits,
): EnforceabilityCheck[] {
  return [
    checkConsent(proposal),
    checkSize(reachMeters, limits),
    checkWarningTime(proposal, modes, limits),
    checkSampling(proposal, reachMeters, limits),
    checkAddresses(proposal, limits),
    checkDisclosure(proposal, limits),
    checkResponseChain(proposal),
    checkOffenderCanComply(proposal),
    checkText(proposal, limits),
    checkSash(proposal),
    checkPairings(proposal, limits),
  ]
}
