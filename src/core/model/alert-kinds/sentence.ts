import { certaintyOf, certaintyWords } from '../certainty.ts'
import type { AlertPriority, Evidence } from '../alert.ts'

/**
 * What staff read, in one sentence or a few, in each language. Never a
 * coordinate, and never he or she.
 */
export type Sentence = {
  /** Stored with the alert as its reason. */
  readonly english: (matter: AlertMatter) => string
  readonly dutch: (matter: AlertMatter) => string
}

/**
 * What a sentence is made of: facts as they are stored with the alert, whichever version
 * of the program stored them.
 */
export type AlertMatter = {
  readonly priority: AlertPriority
  readonly probability: number | null
  readonly distanceMeters: number | null
  readonly late: boolean
  /** Whose fix settled it; null where it was no fix. */
  readonly settledBy: 'offender' | 'victim' | null
  readonly facts: Evidence['facts']
}

/** Never rounded up to certainty, nor down to impossibility. */
export function formatPercent(probability: number): string {
  if (probability > 0.999) return '> 99.9 %'
  if (probability < 0.001) return '< 0.1 %'
  return `${(Math.floor(probability * 1_000) / 10).toFixed(1)} %`
}

/** Dutch writes a comma where English writes a point. */
export function formatPercentInDutch(probability: number): string {
  return formatPercent(probability).replace('.', ',')
}

export function formatMeters(meters: unknown): string {
  return typeof meters === 'number' ? `${Math.round(meters)} m` : '?'
}

/** Null when a straight line at one pace foretells nothing any more. */
export function formatTimeLeft(secondsToBreach: number): string | null {
  if (!(secondsToBreach <= foreseenSecondsMax)) return null
  return secondsToBreach < 90
    ? `${Math.ceil(secondsToBreach)} s`
    : `${Math.round(secondsToBreach / 60)} min`
}

const foreseenSecondsMax = 1_800

/** A fact as text; one that an older version did not store is a question mark. */
export function formatFact(fact: Evidence['facts'][string] | undefined): string {
  return String(fact ?? '?')
}

/** In Dutch, by the role in the order. */
export function nameWearer({ facts }: AlertMatter): string {
  return facts['wearerRole'] === 'victim' ? 'de beschermde persoon' : 'de persoon onder toezicht'
}

/** The word first, with the number that it stands for: never rounded up to certainty. */
export function formatSureness({ probability }: AlertMatter): string {
  const word = certaintyWords.en[certaintyOf(probability)]
  if (probability === null) return `probability ${word}`
  const percent = probability > 0.99 ? 'over 99 %' : `${Math.floor(probability * 100)} %`
  return `${word}, probability ${percent}`
}

export function formatSurenessInDutch({ probability }: AlertMatter): string {
  const word = certaintyWords.nl[certaintyOf(probability)]
  return probability === null
    ? `kans ${word}`
    : `${word}, kans ${formatPercentInDutch(probability)}`
}
