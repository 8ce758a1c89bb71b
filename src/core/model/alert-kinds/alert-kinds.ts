import type { AlertKind, AlertPriority, Evidence } from '../alert.ts'
import {
  locationBanApproach,
  locationBanBreach,
  locationBanPassage,
  proximityApproach,
  proximityBreach,
} from './ban-sentences.ts'
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
  orderWithoutDevice,
  protectionDegraded,
} from './order-sentences.ts'
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
    clock: 'no-part',
    sentence: locationBanBreach,
  },
  'location-ban-approach': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'dossier',
    clock: 'no-part',
    sentence: locationBanApproach,
  },
  'location-ban-passage': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'dossier',
    clock: 'no-part',
    sentence: locationBanPassage,
  },
  'proximity-breach': {
    priority: 'P1',
    isVictimShown: true,
    followsFrom: 'dossier',
    clock: 'no-part',
    sentence: proximityBreach,
  },
  'proximity-approach': {
    priority: 'P2',
    isVictimShown: true,
    followsFrom: 'dossier',
    clock: 'no-part',
    sentence: proximityApproach,
  },
  panic: {
    priority: 'P1',
    isVictimShown: true,
    followsFrom: 'people',
    clock: 'no-part',
    sentence: panic,
  },
  'device-tamper': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'people',
    clock: 'no-part',
    sentence: deviceTamper,
  },
  'device-silent': {
    priority: 'P2',
    isVictimShown: true,
    followsFrom: 'people-or-vendor',
    clock: 'raises',
    sentence: deviceSilent,
  },
  'protection-degraded': {
    priority: 'P2',
    isVictimShown: true,
    followsFrom: 'people-or-vendor',
    clock: 'raises-and-ends',
    sentence: protectionDegraded,
  },
  'position-unreliable': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'people-or-vendor',
    clock: 'raises-and-ends',
    sentence: positionUnreliable,
  },
  'battery-low': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'people',
    clock: 'no-part',
    sentence: batteryLow,
  },
  'vendor-silent': {
    priority: 'P1',
    isVictimShown: false,
    followsFrom: 'vendor',
    clock: 'raises-and-ends',
    sentence: vendorSilent,
  },
  'order-without-device': {
    priority: 'P2',
    isVictimShown: false,
    followsFrom: 'people',
    clock: 'raises',
    sentence: orderWithoutDevice,
  },
  'order-ending': {
    priority: 'P3',
    isVictimShown: false,
    followsFrom: 'people',
    clock: 'raises-and-ends',
    sentence: orderEnding,
  },
  'detection-behind': {
    priority: 'P1',
    isVictimShown: false,
    followsFrom: 'nothing-in-journal',
    clock: 'no-part',
    sentence: detectionBehind,
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

const untold = { probability: null, distanceMeters: null, late: false, settledBy: null } as const
