import type { Limits } from '../model/limits.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { judged, unknown, type CheckBase } from './check-result.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { tellAtLeastNl, tellAtMostNl } from './tell-dutch.ts'
import type { TravelModeJudgement } from './warning-time.ts'
import { leastNeeded, neededTime } from './warning-time.ts'

/** Whether help is there before him, for those who come on foot or by bicycle. */
export function checkWarningTime(
  proposal: EnforceabilityProposal,
  modes: readonly TravelModeJudgement[],
  limits: Limits,
): EnforceabilityCheck {
  const chain = neededTime(proposal, limits)
  const passing = modes.filter(({ canDo }) => canDo === 'intercept')
  const base = {
    code: 'E3',
    value: passing.length === 0 ? 'none' : passing.map(({ mode }) => mode).join(', '),
    unit: 'seconds',
  } as const
  const ways = tellWaysIn(modes)
  const least = leastNeeded(proposal, limits).neededSeconds
  const isOpen = !chain.isKnown || modes.some(({ isMeasured }) => !isMeasured)
  if (modes.length === 0 || (isOpen && modes.some(({ mostSeconds }) => mostSeconds >= least))) {
    const shown = { ...base, threshold: chain.isKnown ? chain.neededSeconds : null }
    const missing = modes.length === 0 ? noWay : tellMissing(proposal, modes, chain)
    return unknown(shown, 'judgement', `${missing.en}${ways.en}`, `${missing.nl}${ways.nl}`)
  }
  const slow = modes.filter(({ mode }) => mode !== 'car')
  const judgedModes = slow.length > 0 ? slow : modes
  return judgeTime(
    { ...base, threshold: least },
    { passing, isAlways: judgedModes.every((mode) => passing.includes(mode)) },
    modes,
    { ways, isLeast: !chain.isKnown },
  )
}

/** By what is known of the police and the monitor, or by the least that it can be. */
function judgeTime(
  base: CheckBase & { readonly threshold: number; readonly value: string },
  { passing, isAlways }: Passing,
  modes: readonly TravelModeJudgement[],
  { ways, isLeast }: { readonly ways: Sentence; readonly isLeast: boolean },
): EnforceabilityCheck {
  const needed = `Police need ${isLeast ? 'at least ' : ''}${base.threshold} s`
  const neededNl = `De politie heeft ${isLeast ? 'ten minste ' : ''}${tellAtMostNl(base.threshold)} nodig`
  const byNl = passing.map(({ mode }) => travelModesNl[mode]).join(', ')
  if (isAlways) {
    return judged(
      base,
      'green',
      'judgement',
      `${needed}; the ban gives that to those who come by ${base.value}.${ways.en}`,
      `${neededNl}; het verbod geeft die tijd als iemand ${byNl} komt.${ways.nl}`,
    )
  }
  const slowest = tellSlowest(modes)
  return passing.length > 0
    ? judged(
        base,
        'amber',
        'judgement',
        `${needed}; the ban gives that only to those who come by ${base.value}.${ways.en}`,
        `${neededNl}; het verbod geeft die tijd alleen als iemand ${byNl} komt.${ways.nl}`,
      )
    : judged(
        base,
        'red',
        'judgement',
        `${needed}${slowest.en}.${ways.en}`,
        `${neededNl}${slowest.nl}.${ways.nl}`,
      )
}

/** Who is not there before the police. */
type Passing = {
  readonly passing: readonly TravelModeJudgement[]
  /** All that are judged: those on foot and by bicycle, where somebody may come so. */
  readonly isAlways: boolean
}

const noWay = {
  en: 'No way of travelling was named.',
  nl: 'Er is geen manier van reizen genoemd.',
} as const

export const travelModesNl = {
  walk: 'te voet',
  bicycle: 'met de fiets',
  car: 'met de auto',
} as const

/** What a person must find out, and about how long it would be. */
function tellMissing(
  { ban, victimAddresses, policeResponseSeconds, reportIntervalSeconds }: EnforceabilityProposal,
  modes: readonly TravelModeJudgement[],
  { neededSeconds, isKnown }: ReturnType<typeof neededTime>,
): Sentence {
  const isPlaceless = ban.kind !== 'proximity' && (victimAddresses ?? []).length === 0
  const isRoadless = !isPlaceless && modes.some(({ isMeasured }) => !isMeasured)
  const missing = [
    ...(policeResponseSeconds === null
      ? [{ en: 'within what time police arrive', nl: 'binnen welke tijd de politie er is' }]
      : []),
    ...(reportIntervalSeconds === null
      ? [{ en: 'how often the monitor reports', nl: 'hoe vaak de band meldt' }]
      : []),
    ...(isPlaceless
      ? [{ en: 'where the protected person is', nl: 'waar de beschermde persoon is' }]
      : []),
    ...(isRoadless ? [{ en: 'which roads lead there', nl: 'welke wegen daarheen leiden' }] : []),
  ]
  const [needed, neededNl] = isKnown
    ? [`${neededSeconds} s are needed.`, `er is ${tellAtMostNl(neededSeconds)} nodig.`]
    : [
        `with what is usual, ${neededSeconds} s would be needed.`,
        `met wat gebruikelijk is, zou ${tellAtMostNl(neededSeconds)} nodig zijn.`,
      ]
  return {
    en: `It is not known ${missing.map(({ en }) => en).join(' and ')}: ${needed}`,
    nl: `Niet bekend is ${missing.map(({ nl }) => nl).join(' en ')}: ${neededNl}`,
  }
}

/** How far from enough it is, so that whoever reads it can tell by how much to widen the ban. */
function tellSlowest(modes: readonly TravelModeJudgement[]): Sentence {
  const [slowest] = modes.toSorted((one, other) => other.mostSeconds - one.mostSeconds)
  if (slowest === undefined) return { en: '', nl: '' }
  const seconds = Math.floor(slowest.mostSeconds)
  return {
    en: `; whoever comes slowest (${slowest.mode}) can be there ${seconds} s after crossing the edge`,
    nl: `; wie het langzaamst komt (${travelModesNl[slowest.mode]}), kan er ${tellAtLeastNl(slowest.mostSeconds)} na de grens zijn`,
  }
}

/** Where a map was asked, how many of the ways in leave the time. */
function tellWaysIn(modes: readonly TravelModeJudgement[]): Sentence {
  const told = modes.flatMap(({ mode, byRoad }) => (byRoad === null ? [] : [{ mode, ...byRoad }]))
  const [first] = told.toSorted((one, other) => one.fastestSeconds - other.fastestSeconds)
  if (first === undefined) return { en: '', nl: '' }
  const { mode, enoughCount, crossingCount } = first
  const { fastestSeconds, usualSeconds } = first
  const [fastest, usual] = [fastestSeconds, usualSeconds].map(inSeconds)
  const enough = enoughCount === 0 ? 'geen' : `er ${enoughCount}`
  const lets = enoughCount > 1 ? 'laten' : 'laat'
  return {
    en: ` By the roads, ${enoughCount} of ${crossingCount} ways in leave that time to who comes by ${mode}: ${fastest} at the fastest, ${usual} as people usually travel.`,
    nl: ` Van de ${crossingCount} toegangen ${lets} ${enough} zoveel tijd aan wie ${travelModesNl[mode]} komt: die is er op zijn snelst na ${tellAtLeastNl(fastestSeconds)}, bij gewoon reizen na ${tellAtLeastNl(usualSeconds)}.`,
  }
}

function inSeconds(seconds: number): string {
  return seconds === Infinity ? '> 3600 s' : `${Math.floor(seconds)} s`
}

type Sentence = { readonly en: string; readonly nl: string }
