import type { AlertKind, AlertPriority, Evidence } from '../alert.ts'
import {
  locationBanApproach,
  locationBanBreach,
  locationBanPassage,
  proximityApproach,
  proximityBreach,
} from './ban-sentences.ts'
import {
  caseUnled,
  decisionWaiting,
  endUnanswered,
  moveUnanswered,
  planOvertaken,
  sightingReported,
} from './case-sentences.ts'
import {
  batteryLow,
  deviceSilent,
  deviceTamper,
  panic,
  positionUnreliable,
  vendorSilent,
} from './device-sentences.ts'
import {
  detectionBehind,
  orderEnding,
  orderUnreadable,
  orderWithoutDevice,
  protectionDegraded,
} from './order-sentences.ts'
import { receiptMissing } from './receipt-sentences.ts'
import { keyUnreadable, storageLow } from './storage-sentences.ts'
import { protectionWeakened } from './weakening-sentences.ts'
import type { AlertMatter, Sentence } from './sentence.ts'

/**
 * All that the product must know of a kind of alert besides the rule that raises it. A kind that is
 * named in `alertKinds` and missing here does not compile.
 */
export const alertTraits: Readonly<Record<AlertKind, AlertTraits>> = {
  'location-ban-breach': {
    priority: 'P1',
    isVictimShown: false,
    followsFrom: 'dossier',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: locationBanBreach,
  },
  'location-ban-approach': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'dossier',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: locationBanApproach,
  },
  'location-ban-passage': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'dossier',
    lasts: 'moment',
    clock: 'no-part',
    sentence: locationBanPassage,
  },
  'proximity-breach': {
    priority: 'P1',
    isVictimShown: true,
    followsFrom: 'dossier',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: proximityBreach,
  },
  'proximity-approach': {
    priority: 'P2',
    isVictimShown: true,
    followsFrom: 'dossier',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: proximityApproach,
  },
  panic: {
    priority: 'P1',
    isVictimShown: true,
    followsFrom: 'people',
    lasts: 'until-answered',
    clock: 'no-part',
    sentence: panic,
  },
  'device-tamper': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'people',
    lasts: 'until-answered',
    clock: 'no-part',
    sentence: deviceTamper,
  },
  'device-silent': {
    priority: 'P2',
    isVictimShown: true,
    followsFrom: 'people-or-vendor',
    lasts: 'until-it-ends',
    clock: 'raises',
    sentence: deviceSilent,
  },
  'protection-degraded': {
    priority: 'P2',
    isVictimShown: true,
    followsFrom: 'people-or-vendor',
    lasts: 'until-it-ends',
    clock: 'raises-and-ends',
    sentence: protectionDegraded,
  },
  'position-unreliable': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'people-or-vendor',
    lasts: 'until-it-ends',
    clock: 'raises-and-ends',
    sentence: positionUnreliable,
  },
  'battery-low': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'people',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: batteryLow,
  },
  'vendor-silent': {
    priority: 'P1',
    isVictimShown: false,
    followsFrom: 'vendor',
    lasts: 'until-it-ends',
    clock: 'raises-and-ends',
    sentence: vendorSilent,
  },
  'order-without-device': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'people',
    lasts: 'until-it-ends',
    clock: 'raises',
    sentence: orderWithoutDevice,
  },
  'order-ending': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'people',
    lasts: 'until-a-date',
    clock: 'raises-and-ends',
    sentence: orderEnding,
  },
  'detection-behind': {
    priority: 'P1',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: detectionBehind,
  },
  'order-unreadable': {
    priority: 'P1',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: orderUnreadable,
  },
  'key-unreadable': {
    priority: 'P1',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: keyUnreadable,
  },
  'storage-low': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: storageLow,
  },
  'protection-weakened': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: protectionWeakened,
  },
  'receipt-missing': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: receiptMissing,
  },
  'case-unled': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: caseUnled,
  },
  'decision-waiting': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: decisionWaiting,
  },
  'move-unanswered': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: moveUnanswered,
  },
  'end-unanswered': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-it-ends',
    clock: 'no-part',
    sentence: endUnanswered,
  },
  'plan-overtaken': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-answered',
    clock: 'no-part',
    sentence: planOvertaken,
  },
  'sighting-reported': {
    priority: 'P1',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    lasts: 'until-answered',
    clock: 'no-part',
    sentence: sightingReported,
  },
}

/** The sentence that is stored with an alert. What is left out is not known. */
export function tellAlert(
  kind: AlertKind,
  facts: Evidence['facts'],
  more: Partial<AlertMatter> = {},
): string {
  const { priority, sentence } = alertTraits[kind]
  return sentence.english({ ...untold, priority, ...more, facts })
}

export type AlertTraits = {
  /** What the alert begins with, where the rule that raises it knows nothing graver or lesser. */
  readonly priority: AlertPriority
  /**
   * Whether acting on it needs to know where the victim is. If so, staff see
   * that while it is not closed.
   */
  readonly isVictimShown: boolean
  readonly followsFrom: AlertSource
  /** How long what it is about lasts, and so what becomes of it after an answer. */
  readonly lasts: AlertLasting
  /** What the evaluator's clock may say of it by itself, with no report that comes in. */
  readonly clock: 'no-part' | 'raises' | 'raises-and-ends'
  readonly sentence: Sentence
}

/**
 * What an alert is computed from, and so what is read to compute it again: the fixes of one
 * offender's dossier; the reports of the people it names; these, or all devices of their vendors,
 * because it is held back while a vendor is silent as a whole; all devices of a vendor; or
 * nothing that the journal holds.
 */
export type AlertSource =
  | 'dossier'
  | 'people'
  | 'people-or-vendor'
  | 'vendor'
  | 'nothing-in-journal'

/**
 * `until-it-ends`: detection says when it is over; until then an answered alert comes back.
 * `until-a-date`: the same, but it is known long before and gets graver by its own steps, so that
 * it is not asked for again in between. `until-answered`: a press or a flag, which nothing but a
 * person ends; once closed it is over, and the next press or flag is told. `moment`: over at once.
 */
export type AlertLasting = 'until-it-ends' | 'until-a-date' | 'until-answered' | 'moment'

const untold = { probability: null, distanceMeters: null, late: false, settledBy: null } as const
