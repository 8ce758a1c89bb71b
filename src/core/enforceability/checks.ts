import type { Limits } from '../model/limits.ts'
import { checkAddresses, checkSampling, checkSize } from './area-checks.ts'
import { checkBorders } from './border-check.ts'
import { checkSharedBuilding } from './building-check.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { checkDailyLife } from './daily-life-check.ts'
import { checkDisclosure } from './disclosure-check.ts'
import type { Ground } from './ground.ts'
import { checkPassage } from './passage-check.ts'
import { checkAlertLoad } from './load-check.ts'
import {
  checkConsent,
  checkOffenderCanComply,
  checkPairings,
  checkResponseChain,
  checkSash,
  checkText,
} from './people-checks.ts'
import { listMissingText } from './order-text.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { compileBan, reachOfBan } from './reach.ts'
import { checkDelivery, checkReception } from './reception-check.ts'
import { checkWarningTime } from './time-check.ts'
import type { TravelModeJudgement } from './warning-time.ts'

/** Every check that can be answered. What is not known is not assessed; it is never green. */
export function runChecks(
  proposal: EnforceabilityProposal,
  { reachMeters, modes, ground }: Measured,
  limits: Limits,
): EnforceabilityCheck[] {
  return [
    checkConsent(proposal),
    checkSize(proposal, reachMeters, limits),
    checkWarningTime(proposal, modes, limits),
    // Not from the door: the file tells it, and the door could be counted back from it.
    checkSampling(
      proposal,
      proposal.victimAddresses === null ? reachMeters : reachOfBan(proposal.ban),
      limits,
    ),
    checkAddresses(proposal, limits),
    checkDisclosure(proposal, ground.map, limits),
    checkResponseChain(proposal),
    checkOffenderCanComply(proposal),
    checkText(proposal, listMissingText(proposal), limits),
    checkSash(proposal),
    checkPairings(proposal, limits),
    ...askBuilding(proposal, ground, limits),
    ...(proposal.predictedLoad === null ? [] : [checkAlertLoad(proposal.predictedLoad, limits)]),
    ...(proposal.reception === null
      ? []
      : [checkReception(proposal.reception, limits), checkDelivery(proposal.reception, limits)]),
    ...runGroundChecks(proposal, ground, limits),
  ]
}

/** What was measured before the checks look at it. */
export type Measured = {
  readonly reachMeters: number
  readonly modes: readonly TravelModeJudgement[]
  readonly ground: Ground
}

/** Not asked where nothing was said of where the protected people are. */
function askBuilding(
  proposal: EnforceabilityProposal,
  ground: Ground,
  limits: Limits,
): EnforceabilityCheck[] {
  if (proposal.victimAddresses === null) return []
  return [checkSharedBuilding(proposal, ground.map, limits)]
}

/** What only a map can answer, of an area that stays where it is. */
function runGroundChecks(
  proposal: EnforceabilityProposal,
  ground: Ground,
  limits: Limits,
): EnforceabilityCheck[] {
  const shape = compileBan(proposal.ban)
  if (shape === null) return []
  const { map, areas } = ground
  const ban = map === null ? null : { shape, map }
  return [
    ...(ban === null
      ? []
      : [checkPassage(proposal, ban, limits), checkDailyLife(proposal, ban, limits)]),
    ...(areas === null ? [] : [checkBorders(proposal, shape, areas, limits)]),
  ]
}
