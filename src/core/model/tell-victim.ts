import type { BothLanguages } from './protocol.ts'

/** What the protected person may be told of. */
export const tellingTopics = [
  'danger',
  'danger-over',
  'order-begins',
  'order-changed',
  'order-ends',
  'device',
  'contact',
] as const
export type TellingTopic = (typeof tellingTopics)[number]

/** How; `contact-point`: by the one they know, and nobody else. */
export const tellingChannels = ['call', 'text', 'contact-point', 'none'] as const
export type TellingChannel = (typeof tellingChannels)[number]

/**
 * What stands on a screen that anybody may see: no word that names the matter, a person, a place or
 * an office. `{phone}` is the number of the desk or of the contact point.
 */
export const neutralTexts: Readonly<Record<TellingTopic, BothLanguages>> = {
  danger: { nl: 'Bel nu {phone}. Het is dringend.', en: 'Call {phone} now. It is urgent.' },
  'danger-over': {
    nl: 'Het is weer rustig. Vragen? Bel {phone}.',
    en: 'It is quiet again. Any questions? Call {phone}.',
  },
  'order-begins': {
    nl: 'Uw afspraak is ingegaan. Vragen? Bel {phone}.',
    en: 'Your appointment has begun. Any questions? Call {phone}.',
  },
  'order-changed': {
    nl: 'Uw afspraak is gewijzigd. Bel {phone} als het u uitkomt.',
    en: 'Your appointment has changed. Call {phone} when it suits you.',
  },
  'order-ends': {
    nl: 'Uw afspraak loopt binnenkort af. Bel {phone} als het u uitkomt.',
    en: 'Your appointment ends soon. Call {phone} when it suits you.',
  },
  device: {
    nl: 'Wilt u uw toestel opladen of aanzetten? Vragen? Bel {phone}.',
    en: 'Please charge or switch on your phone. Any questions? Call {phone}.',
  },
  contact: {
    nl: 'Wilt u bellen met {phone}, als het u uitkomt?',
    en: 'Please call {phone} when it suits you.',
  },
}

/** How long ago they may have been told when it is kept: older memories are no log. */
export const tellingDaysMax = 7

export type Wishes = {
  readonly channel: TellingChannel
  /** On the wall clock of Europe/Amsterdam, `HH:MM`; null: at any hour. */
  readonly hours: { readonly from: string; readonly until: string } | null
  readonly topics: readonly TellingTopic[]
  /** Two letters. */
  readonly language: string
}

/**
 * In which way something is told otherwise than they wished; none: as they wished. Of whom nobody
 * knows what they wish, that is said, and nothing was told as they wish.
 */
export function outsideWishes(
  wishes: Wishes | null,
  told: { readonly channel: TellingChannel; readonly topic: TellingTopic; readonly atMs: number },
): readonly OutsideWishes[] {
  if (wishes === null) return ['not-asked']
  return [
    ...(wishes.channel === told.channel ? [] : ['channel' as const]),
    ...(wishes.hours === null || isWithin(wishes.hours, told.atMs) ? [] : ['hours' as const]),
    ...(wishes.topics.includes(told.topic) ? [] : ['topic' as const]),
    // Whoever calls may speak it, by an interpreter; a text is there or not.
    ...(told.channel === 'text' && !hasText(wishes.language) ? ['language' as const] : []),
  ]
}

export type OutsideWishes = 'channel' | 'hours' | 'topic' | 'language' | 'not-asked'

function hasText(language: string): boolean {
  return language === 'nl' || language === 'en'
}

function isWithin(hours: { readonly from: string; readonly until: string }, atMs: number): boolean {
  const wall = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO('Europe/Amsterdam')
  const now = wall.toPlainTime().toString({ smallestUnit: 'minute' })
  const { from, until } = hours
  return from < until ? now >= from && now < until : now >= from || now < until
}

/**
 * Whether an alert is so sure that the protected person is told of it without somebody who decides:
 * a breach that went on at that moment, seen in time and beyond doubt. Told in vain they stop
 * believing it.
 */
export function isToldByRule(alert: RuleSubject, toldAtMs: number): boolean {
  const isBreach = alert.kind === 'proximity-breach' || alert.kind === 'location-ban-breach'
  const isSure = alert.probability !== null && alert.probability >= toldByRuleProbabilityMin
  const wentOn = alert.clearedAtMs === null || alert.clearedAtMs > toldAtMs
  const isNow =
    toldAtMs >= alert.raisedAtMs && wentOn && !alert.late && alert.unsupportedReason === null
  return isBreach && alert.priority === 'P1' && isSure && isNow
}

/** One in twenty is told in vain at most. */
const toldByRuleProbabilityMin = 0.95

type RuleSubject = {
  readonly kind: string
  readonly priority: string
  readonly probability: number | null
  readonly late: boolean
  readonly raisedAtMs: number
  readonly clearedAtMs: number | null
  readonly unsupportedReason: string | null
}
