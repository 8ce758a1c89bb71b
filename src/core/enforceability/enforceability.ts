import type { EnforceabilityCheck } from './check-result.ts'
import { runChecks } from './checks.ts'
import type { Counter, CounterProposal } from './counter-proposal.ts'
import { proposeCounter } from './counter-proposal.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { reachOf } from './reach.ts'
import type { TravelModeJudgement } from './warning-time.ts'
import { judgeTravelModes } from './warning-time.ts'
import type { Ground, KnownPlaces } from './ground.ts'
import { nowhereKnown, standOnGround } from './ground.ts'
import type { Limits } from '../model/limits.ts'

/**
 * Can this ban be enforced, before a court imposes it: per way of travelling what it can do, every
 * check with its number and where that number comes from, and a ban that would do better.
 */
export function assessEnforceability(
  proposal: EnforceabilityProposal,
  limits: Limits,
  known: KnownPlaces = nowhereKnown,
): EnforceabilityAssessment {
  const ground = standOnGround(known, proposal, limits)
  const { reachMeters, perTravelMode, checks } = judgeChecks(proposal, limits, ground)
  const { counterProposal, reason } = proposeCounter(
    proposal,
    { reachMeters, modes: perTravelMode, ground },
    checks,
    limits,
  )
  const all = fillUp([...checks, checkFallback(checks, counterProposal, reason)])
  return {
    verdict: judgeVerdict(checks, perTravelMode),
    perTravelMode,
    checks: all,
    notAssessed: all.filter(({ result }) => result === 'not-assessed').map(({ code }) => code),
    counterProposal,
    counterProposalReason: reason?.en ?? null,
    counterProposalReasonNl: reason?.nl ?? null,
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

export type EnforceabilityVerdict = 'ENFORCEABLE' | 'ENFORCEABLE_WITH_LIMITS' | 'NOT_ENFORCEABLE'

export type EnforceabilityAssessment = {
  readonly verdict: EnforceabilityVerdict
  readonly perTravelMode: readonly TravelModeJudgement[]
  readonly checks: readonly EnforceabilityCheck[]
  /** Codes nothing could be said of; none of them counts as in order. */
  readonly notAssessed: readonly string[]
  readonly counterProposal: CounterProposal | null
  /**
   * Why there is none, or what remains to be solved beside it; null when the counter-proposal says
   * it all.
   */
  readonly counterProposalReason: string | null
  readonly counterProposalReasonNl: string | null
}

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

function checkFallback(
  checks: readonly EnforceabilityCheck[],
  counterProposal: CounterProposal | null,
  reason: Counter['reason'],
): EnforceabilityCheck {
  const isRed = checks.some(({ result }) => result === 'red')
  const base = { code: 'E19', threshold: true, unit: null, basis: 'source' } as const
  if (!isRed) {
    return {
      ...base,
      result: 'green',
      value: null,
      sentence: 'No fallback is needed.',
      sentenceNl: 'Er is geen alternatief nodig.',
    }
  }
  return counterProposal === null
    ? {
        ...base,
        result: 'amber',
        value: false,
        sentence:
          `No ban of this kind does better; name another measure. ${reason?.en ?? ''}`.trim(),
        sentenceNl:
          `Geen verbod van deze soort doet het beter; noem een andere maatregel. ${reason?.nl ?? ''}`.trim(),
      }
    : {
        ...base,
        result: 'green',
        value: true,
        sentence: 'A ban that does better is proposed.',
        sentenceNl: 'Er wordt een verbod voorgesteld dat het beter doet.',
      }
}

/** Every check of the checklist is in the answer; in the order of the checklist. */
function fillUp(checks: readonly EnforceabilityCheck[]): EnforceabilityCheck[] {
  const answered = new Set(checks.map(({ code }) => code))
  const all = [...checks, ...notAssessable.filter(({ code }) => !answered.has(code))]
  return all.toSorted((one, other) => numberOf(one.code) - numberOf(other.code))
}

function numberOf(code: string): number {
  return Number(code.slice(1))
}

/** Asked by the checklist, answered by nothing we hold: a person has to look. */
const notAssessable: readonly EnforceabilityCheck[] = (
  [
    [
      'E6',
      'Through-roads, railway lines and the only road of a village were not looked for.',
      'Naar doorgaande wegen, spoorlijnen en de enige weg van een dorp is niet gekeken.',
    ],
    [
      'E7',
      'How good reception by satellite is around the ban was not measured.',
      'Hoe goed de satellietontvangst rond het gebied is, is niet gemeten.',
    ],
    [
      'E8',
      'How good mobile coverage is around the ban was not measured.',
      'Hoe goed de mobiele dekking rond het gebied is, is niet gemeten.',
    ],
    [
      'E10',
      'Whether the two share a building was not looked at.',
      'Of de twee een gebouw delen, is niet bekeken.',
    ],
    [
      'E12',
      'Whether the ban or the daily route crosses a border was not looked at: no municipalities were read in.',
      'Of het gebied of de dagelijkse route een grens kruist, is niet bekeken: gemeenten zijn niet ingelezen.',
    ],
    [
      'E15',
      'How many alerts the daily routes would give was not predicted.',
      'Hoeveel meldingen de dagelijkse routes zouden geven, is niet voorspeld.',
    ],
    [
      'E18',
      'Whether a reasonable daily life is left was not judged.',
      'Of er een redelijk dagelijks leven overblijft, is niet beoordeeld.',
    ],
  ] as const
).map(([code, sentence, sentenceNl]) => ({
  code,
  result: 'not-assessed',
  value: null,
  threshold: null,
  unit: null,
  basis: 'judgement',
  sentence,
  sentenceNl,
}))
