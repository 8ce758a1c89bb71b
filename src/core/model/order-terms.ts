import type { Limits, ReminderStep } from './limits.ts'
import type { LegalBasis, ProtectionOrder } from './registry.ts'
import { dayMs } from './units.ts'

/**
 * What a lawyer should look at before the order is relied on. Advice, never a refusal: the end in
 * the order is the end, and terms here are orientation, with how sure we are of each.
 */
export function adviseOnTerms(
  order: Pick<ProtectionOrder, 'legalBasis' | 'validFromMs' | 'validUntilMs' | 'proximityBans'>,
  limits: Limits,
): OrderAdvisory[] {
  const terms = orderTerms[order.legalBasis]
  const advisories: OrderAdvisory[] = []
  const lengthDays = (order.validUntilMs - order.validFromMs) / dayMs
  // An hour of slack: a term counted in calendar days is an hour longer over the night the clock
  // goes back.
  const exceeds = (days: number | null): boolean => days !== null && lengthDays > days + 1 / 24
  if (exceeds(terms.maximumTotalDays)) {
    advisories.push({
      code: 'longer-than-maximum',
      sentence: `The order runs ${formatDays(lengthDays)}; ${terms.statute} allows at most ${terms.maximumTotalDays} days in all.`,
      valueDays: lengthDays,
      thresholdDays: terms.maximumTotalDays,
    })
  } else if (exceeds(terms.termDays)) {
    advisories.push({
      code: 'longer-than-term',
      sentence: `The order runs ${formatDays(lengthDays)}; one term under ${terms.statute} is ${terms.termDays} days, longer only by extension.`,
      valueDays: lengthDays,
      thresholdDays: terms.termDays,
    })
  }
  for (const ban of order.proximityBans) {
    if (ban.separationMeters >= limits.separationMetersAdvisedMin) continue
    advisories.push({
      code: 'separation-below-advised',
      sentence: `A separation of ${ban.separationMeters} m leaves the police no time; at least ${limits.separationMetersAdvisedMin} m is advised.`,
      valueDays: null,
      thresholdDays: null,
    })
  }
  return advisories
}

/** When the end of the order is called out, and how loudly: the earliest first. */
export function reminderSteps(legalBasis: LegalBasis, limits: Limits): readonly ReminderStep[] {
  return limits[orderTerms[legalBasis].endingSteps]
}

export type OrderAdvisory = {
  readonly code: 'longer-than-maximum' | 'longer-than-term' | 'separation-below-advised'
  readonly sentence: string
  readonly valueDays: number | null
  readonly thresholdDays: number | null
}

export type OrderTerms = {
  readonly statute: string
  /** One term as imposed; null: set by the court, or without a fixed end. */
  readonly termDays: number | null
  readonly extensionCountMax: number | null
  /** With every extension; null: no maximum known. */
  readonly maximumTotalDays: number | null
  /** high: statute text or two sources; medium: one secondary source; low: a lawyer must check. */
  readonly confidence: 'high' | 'medium' | 'low'
  readonly source: string
  /** The limit that says when its end is called out. */
  readonly endingSteps: 'orderEndingSteps' | 'homeBanEndingSteps'
}

/**
 * Terms per legal basis, as gathered in November 2026. Years are counted at their longest, 366
 * days.
 */
export const orderTerms: Readonly<Record<LegalBasis, OrderTerms>> = {
  'prosecutor-behaviour-order': {
    statute: 'art. 509hh Sv',
    termDays: 90,
    extensionCountMax: 3,
    maximumTotalDays: 360,
    confidence: 'high',
    source: 'art. 509hh Sv, as described by two law firms; 4 × 90 days is derived',
    endingSteps: 'orderEndingSteps',
  },
  'temporary-home-ban': {
    statute: 'art. 2 and 9 Wth',
    termDays: 10,
    extensionCountMax: 1,
    maximumTotalDays: 28,
    confidence: 'high',
    source: 'Wet tijdelijk huisverbod, art. 2 and 9',
    endingSteps: 'homeBanEndingSteps',
  },
  'liberty-restricting-measure': {
    statute: 'art. 38v Sr',
    termDays: 5 * 366,
    extensionCountMax: null,
    maximumTotalDays: 5 * 366,
    confidence: 'high',
    source: 'art. 38v and 38w Sr (2012 text)',
    endingSteps: 'orderEndingSteps',
  },
  'special-condition': {
    statute: 'art. 14b and 14c Sr',
    termDays: 10 * 366,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'one secondary source: usually three years, ten in danger cases',
    endingSteps: 'orderEndingSteps',
  },
  'pretrial-suspension': {
    statute: 'art. 80 Sv',
    termDays: null,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'low',
    source: 'no fixed end: until lifted or judgment; review every 30 days',
    endingSteps: 'orderEndingSteps',
  },
  'conditional-release': {
    statute: 'art. 6:2:10 ff. Sv',
    termDays: null,
    extensionCountMax: 1,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'rest of the sentence, at least a year, two years more once (article number unsure)',
    endingSteps: 'orderEndingSteps',
  },
  'long-term-supervision-measure': {
    statute: 'art. 38z Sr',
    termDays: 5 * 366,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'two to five years per term, extendable; the request must be filed before the end',
    endingSteps: 'orderEndingSteps',
  },
  'tbs-conditional-end': {
    statute: 'the rules on conditional end of tbs',
    termDays: null,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'unlimited since 1 January 2017, reviewed by the court',
    endingSteps: 'orderEndingSteps',
  },
  'european-protection-order': {
    statute: 'Directive 2011/99/EU',
    termDays: null,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'follows the measure it rests on',
    endingSteps: 'orderEndingSteps',
  },
  'mayor-area-ban': {
    statute: 'art. 172a Gemeentewet',
    termDays: 92,
    extensionCountMax: 3,
    maximumTotalDays: 366,
    confidence: 'low',
    source: 'general knowledge: three months, three times three months more',
    endingSteps: 'orderEndingSteps',
  },
  'civil-ban': {
    statute: 'the civil judgment',
    termDays: null,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'low',
    source: 'set by the court, often a year',
    endingSteps: 'orderEndingSteps',
  },
}

function formatDays(days: number): string {
  return `${Math.round(days * 10) / 10} days`
}
