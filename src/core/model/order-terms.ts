import type { AlertPriority } from './alert.ts'
import type { Limits, ReminderStep } from './limits.ts'
import orderTypesTable from './order-types.json' with { type: 'json' }
import type { LegalBasis, ProtectionOrder } from './registry.ts'
import { dayMs } from './units.ts'

/**
 * What a lawyer should look at before the order is relied on. Advice, never a refusal: the end in
 * the order is the end, and terms here are orientation, with how sure we are of each.
 */
export function adviseOnTerms(
  order: Pick<ProtectionOrder, 'validFromMs' | 'validUntilMs' | 'proximityBans'>,
  { type: terms, extensionCount }: { readonly type: OrderType; readonly extensionCount: number },
  limits: Limits,
): OrderAdvisory[] {
  const [termDays, maximumDays] = [longestWith(terms, extensionCount), longestDays(terms.maximum)]
  const advisories: OrderAdvisory[] = []
  const lengthDays = (order.validUntilMs - order.validFromMs) / dayMs
  // An hour of slack: a term counted in calendar days is an hour longer over the night the clock
  // goes back.
  const exceeds = (days: number | null): boolean => days !== null && lengthDays > days + 1 / 24
  if (exceeds(maximumDays)) {
    advisories.push({
      code: 'longer-than-maximum',
      sentence: `The order runs ${formatDays(lengthDays)}; ${terms.statute} allows at most ${maximumDays} days in all.`,
      sentenceNl: `De maatregel duurt ${formatDaysInDutch(lengthDays)}; ten hoogste ${maximumDays} dagen mag.`,
      valueDays: lengthDays,
      thresholdDays: maximumDays,
    })
  } else if (exceeds(termDays)) {
    advisories.push({
      code: 'longer-than-term',
      sentence: `The order runs ${formatDays(lengthDays)}; ${tellTerms(extensionCount)} under ${terms.statute} is ${termDays} days, longer only by extension.`,
      sentenceNl: `De maatregel duurt ${formatDaysInDutch(lengthDays)}; ${tellTermsInDutch(extensionCount)} is ${termDays} dagen, langer alleen door verlenging.`,
      valueDays: lengthDays,
      thresholdDays: termDays,
    })
  }
  for (const ban of order.proximityBans) {
    if (ban.separationMeters >= limits.separationMetersAdvisedMin) continue
    advisories.push({
      code: 'separation-below-advised',
      sentence: `A separation of ${ban.separationMeters} m leaves the police no time; at least ${limits.separationMetersAdvisedMin} m is advised.`,
      sentenceNl: `Een afstand van ${ban.separationMeters} m laat de politie geen tijd; aangeraden wordt ten minste ${limits.separationMetersAdvisedMin} m.`,
      valueDays: null,
      thresholdDays: null,
    })
  }
  return advisories
}

/** One term and each extension that was counted; null: not known, or bounded by the whole. */
function longestWith({ extensionTerm, term }: OrderType, extensionCount: number): number | null {
  const termDays = longestDays(term)
  if (termDays === null || extensionCount === 0) return termDays
  const moreDays = longestDays(extensionTerm)
  return moreDays === null ? null : termDays + extensionCount * moreDays
}

function tellTerms(extensionCount: number): string {
  return extensionCount === 0 ? 'one term' : `a term and ${extensionCount} extensions`
}

function tellTermsInDutch(extensionCount: number): string {
  return extensionCount === 0 ? 'één termijn' : `een termijn met ${extensionCount} verlengingen`
}

/** When the end of the order is called out, and how loudly: the earliest first. */
export function reminderSteps(legalBasis: LegalBasis, limits: Limits): readonly ReminderStep[] {
  return limits[orderTypes[legalBasis].endingSteps]
}

export type OrderAdvisory = {
  readonly code: 'longer-than-maximum' | 'longer-than-term' | 'separation-below-advised'
  readonly sentence: string
  readonly sentenceNl: string
  readonly valueDays: number | null
  readonly thresholdDays: number | null
}

/** So long, on the calendar of Europe/Amsterdam; see `core/orders/term.ts`. */
export type Term = {
  readonly amount: number
  readonly unit: 'hours' | 'days' | 'weeks' | 'months' | 'years'
}

/** Who may decide that an order runs longer. */
export const deciders = ['prosecutor', 'court', 'mayor', 'foreign-authority'] as const
export type Decider = (typeof deciders)[number]

/** Who must act on a reminder, from who does the work to who answers for it. */
export const audiences = ['case-lead', 'prosecutor', 'mayor', 'supervisor', 'coordinator'] as const
export type Audience = (typeof audiences)[number]

/** high: statute text or two sources; medium: one secondary source; low: a lawyer must check. */
export const confidences = ['high', 'medium', 'low', 'judgement'] as const
export type Confidence = (typeof confidences)[number]

/** One step of the ladder before the end: who is to do what. */
export type OrderReminder = ReminderTask & {
  readonly before: Term
  /** An answer that decides nothing quiets it for so long at most; null: as any other does. */
  readonly everyHours: number | null
  /** How urgent it is that nobody answers. */
  readonly priority: AlertPriority
}

export type ReminderTask = {
  readonly to: Audience
  readonly task: ReminderTaskName
  /** Unanswered for so long, whoever answers for them is asked; at the top again and again. */
  readonly answerWithinHours: number
}

export const reminderTasks = [
  'prepare',
  'ask-for-decision',
  'decide',
  'inform-victim',
  'review',
  'check-underlying-measure',
  'confirm-stop',
  'review-suspension',
] as const
export type ReminderTaskName = (typeof reminderTasks)[number]

/** A kind of order, as a lawyer may change it: as delivered in `order-types.json`. */
export type OrderType = {
  readonly statute: string
  /** One term as imposed; null: set by the court, or without a fixed end. */
  readonly term: Term | null
  /** The most that one extension adds; null: bounded by the maximum alone, or not known. */
  readonly extensionTerm: Term | null
  /** Null: no number known. */
  readonly extensionCountMax: number | null
  /** With every extension, from the start; null: no maximum known. */
  readonly maximum: Term | null
  readonly extendedBy: readonly Decider[]
  readonly reminders: readonly OrderReminder[]
  /** The ladder of an order that was extended; null: the same. */
  readonly afterExtension: readonly OrderReminder[] | null
  /** Of what has no fixed end: how often somebody looks whether it must still be; null: never. */
  readonly reviewEvery: (ReminderTask & { readonly every: Term }) | null
  /** Once the end has passed and nobody has decided: until somebody does. */
  readonly afterEnd: ReminderTask
  /** What to ask for instead when no extension is left. */
  readonly afterLast: string | null
  /** How sure we are of each figure. */
  readonly confidence: Readonly<Record<'term' | 'extensions' | 'maximum' | 'reminders', Confidence>>
  readonly source: string
  /** The same in Dutch; absent, or null: it is said in one language. */
  readonly sourceNl?: string | null
}

/** While an order is suspended, after so long: whether it must still be. */
export const whileSuspended = orderTypesTable.whileSuspended as ReminderTask & {
  readonly afterDays: number
}

export const orderTypesVersion: number = orderTypesTable.version

/** As gathered in November 2026, where an organisation has set no other. */
export const orderTypes = orderTypesTable.types as Readonly<Record<LegalBasis, DeliveredType>>

type DeliveredType = OrderType & {
  /** The limit that says when its end is called out at the desk, which no row makes later. */
  readonly endingSteps: 'orderEndingSteps' | 'homeBanEndingSteps'
}

/** A kind as an organisation has it; version 0: as delivered. */
export type KnownType = { readonly version: number; readonly type: OrderType }

/** In days at their longest: a year of 366, three months of 92. Null stays null. */
export function longestDays(term: Term | null): number | null {
  if (term === null) return null
  const { amount, unit } = term
  switch (unit) {
    case 'hours':
      return amount / 24
    case 'days':
      return amount
    case 'weeks':
      return amount * 7
    case 'months':
      return Math.ceil(amount * 30.5)
    case 'years':
      return amount * 366
  }
}

function formatDays(days: number): string {
  return `${Math.round(days * 10) / 10} days`
}

function formatDaysInDutch(days: number): string {
  return `${String(Math.round(days * 10) / 10).replace('.', ',')} dagen`
}
