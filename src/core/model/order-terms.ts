import type { AlertPriority } from './alert.ts'
import type { Limits } from './limits.ts'
import type { LegalBasis, ProtectionOrder } from './registry.ts'

/**
 * What a lawyer should look at before the order is relied on. Advice, never a refusal: the end in the order is the
 * end, and terms here are orientation, with how sure we are of each.
 */
export function adviseOnTerms(
  order: Pick<ProtectionOrder, 'legalBasis' | 'validFromMs' | 'validUntilMs' | 'proximityBans'>,
  limits: Limits,
): OrderAdvisory[] {
  const terms = orderTerms[order.legalBasis]
  const advisories: OrderAdvisory[] = []
  const lengthDays = (order.validUntilMs - order.validFromMs) / dayMs
  // An hour of slack: a term counted in calendar days is an hour longer over the night the clock goes back.
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

/** When the end of the order is called out, and how loudly: `beforeMs` ahead of the end, most ahead first. */
export function reminderSteps(legalBasis: LegalBasis): readonly ReminderStep[] {
  return orderTerms[legalBasis].reminderSteps
}

export type OrderAdvisory = {
  readonly code: 'longer-than-maximum' | 'longer-than-term' | 'separation-below-advised'
  readonly sentence: string
  readonly valueDays: number | null
  readonly thresholdDays: number | null
}

export type ReminderStep = { readonly beforeMs: number; readonly priority: AlertPriority }

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
  /** Days before the end at which staff prepare; the alert follows `reminderSteps`. */
  readonly preparationDays: readonly number[]
  readonly reminderSteps: readonly ReminderStep[]
}

const dayMs = 86_400_000

const usualSteps: readonly ReminderStep[] = [
  { beforeMs: 14 * dayMs, priority: 'P3' },
  { beforeMs: 7 * dayMs, priority: 'P2' },
  { beforeMs: 2 * dayMs, priority: 'P1' },
]

/** A home ban lasts ten days: days 6, 8 and the last twelve hours (day 9), which also suit its extension to 28. */
const homeBanSteps: readonly ReminderStep[] = [
  { beforeMs: 4 * dayMs, priority: 'P3' },
  { beforeMs: 2 * dayMs, priority: 'P2' },
  { beforeMs: dayMs / 2, priority: 'P1' },
]

/** Terms per legal basis, as gathered in November 2026. Years are counted at their longest, 366 days. */
export const orderTerms: Readonly<Record<LegalBasis, OrderTerms>> = {
  'prosecutor-behaviour-order': {
    statute: 'art. 509hh Sv',
    termDays: 90,
    extensionCountMax: 3,
    maximumTotalDays: 360,
    confidence: 'high',
    source: 'art. 509hh Sv, as described by two law firms; 4 × 90 days is derived',
    preparationDays: [30, 21],
    reminderSteps: usualSteps,
  },
  'temporary-home-ban': {
    statute: 'art. 2 and 9 Wth',
    termDays: 10,
    extensionCountMax: 1,
    maximumTotalDays: 28,
    confidence: 'high',
    source: 'Wet tijdelijk huisverbod, art. 2 and 9',
    preparationDays: [],
    reminderSteps: homeBanSteps,
  },
  'liberty-restricting-measure': {
    statute: 'art. 38v Sr',
    termDays: 5 * 366,
    extensionCountMax: null,
    maximumTotalDays: 5 * 366,
    confidence: 'high',
    source: 'art. 38v and 38w Sr (2012 text)',
    preparationDays: [180, 90, 30],
    reminderSteps: usualSteps,
  },
  'special-condition': {
    statute: 'art. 14b and 14c Sr',
    termDays: 10 * 366,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'one secondary source: usually three years, ten in danger cases',
    preparationDays: [180, 90, 30],
    reminderSteps: usualSteps,
  },
  'pretrial-suspension': {
    statute: 'art. 80 Sv',
    termDays: null,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'low',
    source: 'no fixed end: until lifted or judgment; review every 30 days',
    preparationDays: [30],
    reminderSteps: usualSteps,
  },
  'conditional-release': {
    statute: 'art. 6:2:10 ff. Sv',
    termDays: null,
    extensionCountMax: 1,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'rest of the sentence, at least a year, two years more once (article number unsure)',
    preparationDays: [180, 60, 30],
    reminderSteps: usualSteps,
  },
  'long-term-supervision-measure': {
    statute: 'art. 38z Sr',
    termDays: 5 * 366,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'two to five years per term, extendable; the request must be filed before the end',
    preparationDays: [180, 120, 60],
    reminderSteps: usualSteps,
  },
  'tbs-conditional-end': {
    statute: 'the rules on conditional end of tbs',
    termDays: null,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'unlimited since 1 January 2017, reviewed by the court',
    preparationDays: [180, 90, 30],
    reminderSteps: usualSteps,
  },
  'european-protection-order': {
    statute: 'Directive 2011/99/EU',
    termDays: null,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'medium',
    source: 'follows the measure it rests on',
    preparationDays: [30],
    reminderSteps: usualSteps,
  },
  'mayor-area-ban': {
    statute: 'art. 172a Gemeentewet',
    termDays: 92,
    extensionCountMax: 3,
    maximumTotalDays: 366,
    confidence: 'low',
    source: 'general knowledge: three months, three times three months more',
    preparationDays: [21],
    reminderSteps: usualSteps,
  },
  'civil-ban': {
    statute: 'the civil judgment',
    termDays: null,
    extensionCountMax: null,
    maximumTotalDays: null,
    confidence: 'low',
    source: 'set by the court, often a year',
    preparationDays: [60],
    reminderSteps: usualSteps,
  },
}

function formatDays(days: number): string {
  return `${Math.round(days * 10) / 10} days`
}
