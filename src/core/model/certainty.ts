/** A word for how sure something is: a number alone is read as more than it is. */
export function certaintyOf(probability: number | null): Certainty {
  if (probability === null) return 'unknown'
  if (probability >= 0.99) return 'certain'
  if (probability >= 0.95) return 'almostCertain'
  return probability >= 0.7 ? 'likely' : 'possible'
}

export const certaintyWords = {
  en: {
    certain: 'certain',
    almostCertain: 'almost certain',
    likely: 'likely',
    possible: 'possible',
    unknown: 'not known',
  },
  nl: {
    certain: 'zeker',
    almostCertain: 'vrijwel zeker',
    likely: 'waarschijnlijk',
    possible: 'mogelijk',
    unknown: 'niet bekend',
  },
} as const

export type Certainty = keyof typeof certaintyWords.en
