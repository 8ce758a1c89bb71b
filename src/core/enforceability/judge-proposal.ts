import type { EnforceabilityCheck } from './check-result.ts'
import { runChecks } from './checks.ts'
import type { Ground } from './ground.ts'
import { nowhereKnown, standOnGround } from './ground.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { reachOf } from './reach.ts'
import type { TravelModeJudgement } from './warning-time.ts'
import { judgeTravelModes } from './warning-time.ts'
import type { Limits } from '../model/limits.ts'

/** One ban with its verdict, without asking for another. */
export function judgeProposal(
  proposal: EnforceabilityProposal,
  limits: Limits,
  ground: Ground,
): JudgedChecks & { readonly verdict: EnforceabilityVerdict } {
  const judged = judgeChecks(proposal, limits, ground)
  return { ...judged, verdict: judgeVerdict(judged.checks, judged.perTravelMode) }
}

/** Every check that a number can answer, and what it rests on. */
export function judgeChecks(
  proposal: EnforceabilityProposal,
  limits: Limits,
  ground: Ground = standOnGround(nowhereKnown, proposal, limits),
): JudgedChecks {
  const reachMeters = reachOf(proposal)
  const perTravelMode = judgeTravelModes(proposal, reachMeters, limits, ground.askByRoad)
  const checks = runChecks(proposal, { reachMeters, modes: perTravelMode, ground }, limits)
  return { reachMeters, perTravelMode, checks }
}

type JudgedChecks = {
  readonly reachMeters: number
  readonly perTravelMode: readonly TravelModeJudgement[]
  readonly checks: readonly EnforceabilityCheck[]
}

export type EnforceabilityVerdict = 'ENFORCEABLE' | 'ENFORCEABLE_WITH_LIMITS' | 'NOT_ENFORCEABLE'

/**
 * A red check means no, with one exception: a ban that gives police no time (E3) but does let the
 * victim be warned of somebody who walks is enforceable within limits. Yes needs every check
 * answered: not known is not in order.
 */
function judgeVerdict(
  checks: readonly EnforceabilityCheck[],
  modes: readonly TravelModeJudgement[],
): EnforceabilityVerdict {
  const canWarn = modes.some(({ canDo }) => canDo !== 'evidence-only')
  if (!canWarn) return 'NOT_ENFORCEABLE'
  if (checks.some(({ code, result }) => result === 'red' && code !== 'E3')) return 'NOT_ENFORCEABLE'
  return checks.every(({ result }) => result === 'green')
    ? 'ENFORCEABLE'
    : 'ENFORCEABLE_WITH_LIMITS'
}
