import { compareAlternatives, type Compared, type MeasureLoad } from './alternatives.ts'
import { inOrder, unknown, type EnforceabilityCheck } from './check-result.ts'
import type { Counter, CounterProposal } from './counter-proposal.ts'
import { proposeCounter } from './counter-proposal.ts'
import { listMissingText, type MissingText } from './order-text.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import type { EnforceabilityVerdict, JudgedMode } from './judge-proposal.ts'
import { listOpen } from './judge-proposal.ts'
import type { KnownPlaces } from './ground.ts'
import { judgeProposal, type JudgedPart } from './judge-parts.ts'
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
  const { reachMeters, perTravelMode, checks, verdict, bans } = judgeProposal(
    proposal,
    limits,
    ground,
  )
  const { counterProposal, reason } = proposeCounter(
    proposal,
    { reachMeters, modes: perTravelMode, ground },
    checks,
    limits,
  )
  const fallback = checkFallback(
    checks,
    { counterProposal, reason },
    listOpen(proposal.ban, checks).length > 0,
  )
  const all = inOrder([...checks, fallback])
  return {
    verdict,
    perTravelMode,
    checks: all,
    missing: listMissingText(proposal),
    notAssessed: all.filter(({ result }) => result === 'not-assessed').map(({ code }) => code),
    counterProposal,
    counterProposalReason: reason?.en ?? null,
    counterProposalReasonNl: reason?.nl ?? null,
    bans,
    ...(isComparing
      ? compareAlternatives(proposal, counterProposal, ground, limits, measureLoad)
      : { alternatives: [], corridors: [], streetObstacle: null }),
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
  readonly perTravelMode: readonly JudgedMode[]
  readonly checks: readonly EnforceabilityCheck[]
  /** What the text does not say yet, to be sent back. */
  readonly missing: readonly MissingText[]
  /** Codes nothing could be said of; none of them counts as in order. */
  readonly notAssessed: readonly string[]
  /** Each area by itself where several were asked of; empty for one. */
  readonly bans: readonly JudgedPart[]
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
  readonly streetObstacle: Compared['streetObstacle']
}

function checkFallback(
  checks: readonly EnforceabilityCheck[],
  { counterProposal, reason }: Counter,
  isOpen: boolean,
): EnforceabilityCheck {
  const isRed = checks.some(({ result }) => result === 'red')
  const base = { code: 'E19', threshold: true, unit: null, basis: 'source' } as const
  const isUnknown = isRed ? isOpen : checks.some(({ result }) => result === 'not-assessed')
  if (isUnknown) {
    const [does, doesNl] = isRed ? found(counterProposal) : ['', '']
    return unknown(
      { ...base, value: null },
      'judgement',
      `Whether a fallback is needed is not known while other checks are not.${does}`,
      `Of een alternatief nodig is, is niet bekend zolang andere punten dat niet zijn.${doesNl}`,
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
        ...tellProposed(counterProposal),
      }
}

/** A larger area is not drawn by anybody yet. */
function tellProposed({ inscribedRadiusMeters }: CounterProposal) {
  return inscribedRadiusMeters === null
    ? {
        sentence: 'A ban that does better is proposed.',
        sentenceNl: 'Er wordt een verbod voorgesteld dat het beter doet.',
      }
    : {
        sentence: 'Only a larger area does better; it is not drawn.',
        sentenceNl: 'Alleen een groter gebied doet het beter; dat is niet getekend.',
      }
}

function found(counterProposal: CounterProposal | null): [string, string] {
  if (counterProposal !== null && counterProposal.inscribedRadiusMeters !== null) {
    return [
      ' By what is known only a larger area does better; it is not drawn.',
      ' Naar wat bekend is, doet alleen een groter gebied het beter; dat is niet getekend.',
    ]
  }
  return counterProposal === null
    ? [
        ' By what is known no ban of this kind does better.',
        ' Naar wat bekend is, doet geen verbod van deze soort het beter.',
      ]
    : [
        ' By what is known the proposed ban does better.',
        ' Naar wat bekend is, doet het voorgestelde verbod het beter.',
      ]
}
