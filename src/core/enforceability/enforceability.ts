import { compareAlternatives, type Compared, type MeasureLoad } from './alternatives.ts'
import { unknown, type EnforceabilityCheck } from './check-result.ts'
import type { Counter, CounterProposal } from './counter-proposal.ts'
import { proposeCounter } from './counter-proposal.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import type { EnforceabilityVerdict } from './judge-proposal.ts'
import { judgeProposal } from './judge-proposal.ts'
import type { TravelModeJudgement } from './warning-time.ts'
import type { KnownPlaces } from './ground.ts'
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
  { isComparing = false, measureLoad = null }: AssessOptions = {},
): EnforceabilityAssessment {
  const ground = standOnGround(known, proposal, limits)
  const { reachMeters, perTravelMode, checks, verdict } = judgeProposal(proposal, limits, ground)
  const { counterProposal, reason } = proposeCounter(
    proposal,
    { reachMeters, modes: perTravelMode, ground },
    checks,
    limits,
  )
  const all = fillUp([...checks, checkFallback(checks, counterProposal, reason)])
  return {
    verdict,
    perTravelMode,
    checks: all,
    notAssessed: all.filter(({ result }) => result === 'not-assessed').map(({ code }) => code),
    counterProposal,
    counterProposalReason: reason?.en ?? null,
    counterProposalReasonNl: reason?.nl ?? null,
    ...(isComparing
      ? compareAlternatives(proposal, counterProposal, ground, limits, measureLoad)
      : { alternatives: [], corridors: [] }),
  }
}

type AssessOptions = {
  /** Judges other bans beside the asked one, which takes some times as long. */
  readonly isComparing?: boolean
  /** Of each of them; null: of none. */
  readonly measureLoad?: MeasureLoad | null
}

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
  /** Beside the asked ban, which is the first; empty where nobody asked to compare. */
  readonly alternatives: Compared['alternatives']
  readonly corridors: Compared['corridors']
}

function checkFallback(
  checks: readonly EnforceabilityCheck[],
  counterProposal: CounterProposal | null,
  reason: Counter['reason'],
): EnforceabilityCheck {
  const isRed = checks.some(({ result }) => result === 'red')
  const base = { code: 'E19', threshold: true, unit: null, basis: 'source' } as const
  if (!isRed && checks.some(({ result }) => result === 'not-assessed')) {
    return unknown(
      { ...base, value: null },
      'judgement',
      'Whether a fallback is needed is not known while other checks are not.',
      'Of een alternatief nodig is, is niet bekend zolang andere punten dat niet zijn.',
    )
  }
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
