import type { Limits } from '../model/limits.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { judged, unknown, type CheckBase } from './check-result.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import type { TravelModeJudgement } from './warning-time.ts'
import { leastNeededSeconds, neededTime } from './warning-time.ts'

/** Whether help is there before him, for those who come on foot or by bicycle. */
export function checkWarningTime(
  proposal: EnforceabilityProposal,
  modes: readonly TravelModeJudgement[],
  limits: Limits,
): EnforceabilityCheck {
  const { neededSeconds, isKnown } = neededTime(proposal, limits)
  const slow = modes.filter(({ mode }) => mode !== 'car')
  const judgedModes = slow.length > 0 ? slow : modes
  const passing = modes.filter(({ canDo }) => canDo === 'intercept')
  const base = {
    code: 'E3',
    value: passing.length === 0 ? 'none' : passing.map(({ mode }) => mode).join(', '),
    threshold: neededSeconds,
    unit: 'seconds',
  } as const
  if (modes.length === 0) return unknown(base, 'judgement', noWay.en, noWay.nl)
  const ways = tellWaysIn(modes)
  const least = leastNeededSeconds(proposal, limits)
  if (!isKnown && modes.some(({ decidingSeconds }) => decidingSeconds >= least)) {
    const usual = tellUsual(proposal, neededSeconds)
    return unknown(base, 'judgement', `${usual.en}${ways.en}`, `${usual.nl}${ways.nl}`)
  }
  return judgeTime(
    base,
    { passing, isAlways: judgedModes.every((mode) => passing.includes(mode)) },
    modes,
    ways,
  )
}

/** By what is known of the police and the monitor. */
function judgeTime(
  base: CheckBase & { readonly threshold: number; readonly value: string },
  { passing, isAlways }: Passing,
  modes: readonly TravelModeJudgement[],
  ways: Sentence,
): EnforceabilityCheck {
  const needed = `Police need ${base.threshold} s`
  const neededNl = `De politie heeft ${base.threshold} s nodig`
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
function tellUsual(
  { policeResponseSeconds, reportIntervalSeconds }: EnforceabilityProposal,
  neededSeconds: number,
): Sentence {
  const missing = [
    ...(policeResponseSeconds === null
      ? [{ en: 'within what time police arrive', nl: 'binnen welke tijd de politie er is' }]
      : []),
    ...(reportIntervalSeconds === null
      ? [{ en: 'how often the monitor reports', nl: 'hoe vaak de band meldt' }]
      : []),
  ]
  return {
    en: `It is not known ${missing.map(({ en }) => en).join(' and ')} here: with what is usual, ${neededSeconds} s would be needed.`,
    nl: `Niet bekend is ${missing.map(({ nl }) => nl).join(' en ')}: met wat gebruikelijk is, zou ${neededSeconds} s nodig zijn.`,
  }
}

/** How far from enough it is, so that whoever reads it can tell by how much to widen the ban. */
function tellSlowest(modes: readonly TravelModeJudgement[]): Sentence {
  const [slowest] = modes.toSorted((one, other) => other.decidingSeconds - one.decidingSeconds)
  if (slowest === undefined) return { en: '', nl: '' }
  const seconds = Math.floor(slowest.decidingSeconds)
  return {
    en: `; whoever comes slowest (${slowest.mode}) is there ${seconds} s after crossing the edge`,
    nl: `; wie het langzaamst komt (${travelModesNl[slowest.mode]}), is er ${seconds} s na de grens`,
  }
}

/** Where a map was asked, how many of the ways in leave the time. */
function tellWaysIn(modes: readonly TravelModeJudgement[]): Sentence {
  const told = modes.flatMap(({ mode, byRoad }) => (byRoad === null ? [] : [{ mode, ...byRoad }]))
  const [first] = told.toSorted((one, other) => one.fastestSeconds - other.fastestSeconds)
  if (first === undefined) return { en: '', nl: '' }
  const { mode, enoughCount, crossingCount } = first
  const [fastest, usual] = [first.fastestSeconds, first.usualSeconds].map(inSeconds)
  return {
    en: ` By the roads, ${enoughCount} of ${crossingCount} ways in leave that time to who comes by ${mode}: ${fastest} at the fastest, ${usual} as people usually travel.`,
    nl: ` Toegangen die zoveel tijd laten aan wie ${travelModesNl[mode]} komt: ${enoughCount} van ${crossingCount}; op zijn snelst ${fastest}, bij gewoon reizen ${usual}.`,
  }
}

function inSeconds(seconds: number): string {
  return seconds === Infinity ? '> 3600 s' : `${Math.floor(seconds)} s`
}

type Sentence = { readonly en: string; readonly nl: string }
