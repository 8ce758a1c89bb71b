import type { Limits } from '../model/limits.ts'
import type { EnforceabilityProposal } from './proposal.ts'

/** What each red check asks for, in the language of whoever decides. */
export function explain(codes: readonly string[]): Reason {
  const reasons = codes.map(
    (code) => explanations[code] ?? { en: `${code} is red.`, nl: `${code} is rood.` },
  )
  return {
    en: reasons.map(({ en }) => en).join(' '),
    nl: reasons.map(({ nl }) => nl).join(' '),
  }
}

const explanations: Readonly<Record<string, Reason>> = {
  E1: {
    en: 'The victim does not consent: ask for a fixed area instead.',
    nl: 'Het slachtoffer stemt niet toe: vraag in plaats daarvan een vast gebied.',
  },
  E2: { en: 'It would be too small.', nl: 'Het zou te klein zijn.' },
  E3: {
    en: 'It would not give police the time.',
    nl: 'Het zou de politie de tijd niet geven.',
  },
  E4: {
    en: 'It would be crossed between two fixes.',
    nl: 'Het zou tussen twee posities worden doorkruist.',
  },
  E5: {
    en: 'An address of the offender would lie inside.',
    nl: 'Een adres van de verdachte of veroordeelde zou erin liggen.',
  },
  E6: {
    en: 'It lies across the only road of somebody: leave that road out of it.',
    nl: 'Het ligt over iemands enige weg: laat die weg erbuiten.',
  },
  E9: {
    en: 'It would give away a secret address: use the neighbourhood, the municipality or a distance that moves.',
    nl: 'Het zou een geheim adres verraden: neem de buurt, de gemeente of een afstand die meebeweegt.',
  },
  E10: {
    en: 'The two are too near each other for a receiver to tell apart: somebody has to move.',
    nl: 'De twee zitten te dicht bij elkaar voor een ontvanger: een van beiden moet verhuizen.',
  },
  E15: {
    en: 'It would call for nothing every day: leave the ways of daily life out of it.',
    nl: 'Het zou elke dag loze meldingen geven: laat de dagelijkse routes erbuiten.',
  },
  E11: {
    en: 'The response chain must be complete first.',
    nl: 'Eerst moet de opvolging compleet zijn.',
  },
  E13: {
    en: 'The offender needs a place to live and to charge first.',
    nl: 'Eerst is een plaats nodig om te wonen en op te laden.',
  },
  E14: {
    en: 'The text of the order must be put right.',
    nl: 'De tekst van de maatregel moet worden hersteld.',
  },
}

/** In both languages. */
export type Reason = { readonly en: string; readonly nl: string }

/** Whose figures its size rests on where nobody gave them. */
export function tellAssumed(
  { reportIntervalSeconds, policeResponseSeconds }: EnforceabilityProposal,
  isForTime: boolean,
  { detectionSecondsUnknown, policeResponseSecondsUnknown }: Limits,
): Reason[] {
  const assumed = [
    ...(reportIntervalSeconds === null
      ? [
          {
            en: `a position every ${detectionSecondsUnknown} s`,
            nl: `een positie elke ${detectionSecondsUnknown} s`,
          },
        ]
      : []),
    ...(policeResponseSeconds === null && isForTime
      ? [
          {
            en: `police within ${policeResponseSecondsUnknown} s`,
            nl: `politie binnen ${policeResponseSecondsUnknown} s`,
          },
        ]
      : []),
  ]
  if (assumed.length === 0) return []
  return [
    {
      en: `Its size assumes ${assumed.map(({ en }) => en).join(' and ')}, which nobody gave.`,
      nl: `De maat neemt ${assumed.map(({ nl }) => nl).join(' en ')} aan, wat niemand heeft opgegeven.`,
    },
  ]
}
