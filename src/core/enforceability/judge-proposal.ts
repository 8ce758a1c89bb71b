import type { EnforceabilityCheck } from './check-result.ts'
import { runChecks } from './checks.ts'
import type { Ground } from './ground.ts'
import { nowhereKnown, standOnGround } from './ground.ts'
import type { EnforceabilityProposal, ProposedBan } from './proposal.ts'
import { reachOf } from './reach.ts'
import { withUnanswered } from './unanswered-checks.ts'
import type { TravelModeJudgement } from './warning-time.ts'
import { judgeTravelModes } from './warning-time.ts'
import type { Limits } from '../model/limits.ts'

/** One ban as a whole, as if its areas were one. */
export function judgeWhole(
  proposal: EnforceabilityProposal,
  limits: Limits,
  ground: Ground,
): JudgedProposal {
  const { checks: answered, perTravelMode, reachMeters } = judgeChecks(proposal, limits, ground)
  const checks = withUnanswered(answered)
  const { ban } = proposal
  const isTimeGreen = checks.some(({ code, result }) => code === 'E3' && result === 'green')
  return {
    reachMeters,
    checks,
    verdict: judgeVerdict(ban, checks, perTravelMode, isTimeGreen),
    perTravelMode: perTravelMode.map((mode) => ({
      ...mode,
      verdict: judgeVerdict(ban, checks, [mode], mode.canDo === 'intercept'),
    })),
  }
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

export type JudgedProposal = Omit<JudgedChecks, 'perTravelMode'> & {
  readonly verdict: EnforceabilityVerdict
  readonly perTravelMode: readonly JudgedMode[]
}

export type JudgedMode = TravelModeJudgement & {
  /** For somebody who comes so. */
  readonly verdict: EnforceabilityVerdict
}

export const enforceabilityVerdicts = [
  'ENFORCEABLE',
  'ENFORCEABLE_WITH_LIMITS',
  'NOT_ENFORCEABLE',
  'NOT_KNOWN',
] as const
export type EnforceabilityVerdict = (typeof enforceabilityVerdicts)[number]

/**
 * A red check means no, with one exception: a ban that gives police no time (E3) but does let the
 * victim be warned of somebody who walks is enforceable within limits. Nothing else is said while a
 * check may still turn out red, nor a yes while any is not answered: less known is never kinder.
 */
function judgeVerdict(
  ban: ProposedBan,
  checks: readonly EnforceabilityCheck[],
  modes: readonly TravelModeJudgement[],
  isInTime: boolean,
): EnforceabilityVerdict {
  const others = checks.filter(({ code }) => code !== 'E3')
  if (others.some(({ result }) => result === 'red')) return 'NOT_ENFORCEABLE'
  if (modes.every(({ canDo }) => canDo === 'evidence-only')) return 'NOT_ENFORCEABLE'
  // Whether police are in time may stay open: even that they are not would leave the warning.
  const canWarn = modes.some(({ canDo }) => canDo === 'intercept' || canDo === 'warn-victim')
  if (!canWarn || listOpen(ban, others).length > 0) return 'NOT_KNOWN'
  return isInTime && others.every(({ result }) => result === 'green')
    ? 'ENFORCEABLE'
    : 'ENFORCEABLE_WITH_LIMITS'
}

/** Checks that may be red for all that is known: whoever asks can find it out, or import a map. */
export function listOpen(ban: ProposedBan, checks: readonly EnforceabilityCheck[]): string[] {
  const mayBeRed = ban.kind === 'proximity' ? redOfDistance : redOfArea
  return checks
    .filter(({ code, result }) => result === 'not-assessed' && mayBeRed.has(code))
    .map(({ code }) => code)
}

/**
 * Not E7, E8 and E15, which only a monitor that is worn, or weeks that are played, can tell: that
 * nobody measured is a limit.
 */
const redOfArea: ReadonlySet<string> = new Set([
  'E2',
  'E3',
  'E4',
  'E5',
  'E6',
  'E9',
  'E10',
  'E11',
  'E13',
  'E14',
])
/** What moves lies across no road and about no house. */
const redOfDistance: ReadonlySet<string> = new Set([
  'E1',
  'E2',
  'E3',
  'E4',
  'E10',
  'E11',
  'E13',
  'E14',
])
