export const alertKinds = [
  'location-ban-breach',
  'location-ban-approach',
  'location-ban-passage',
  'proximity-breach',
  'proximity-approach',
  'panic',
  'device-tamper',
  'device-silent',
  'protection-degraded',
  'position-unreliable',
  'battery-low',
  'vendor-silent',
  'order-without-device',
  'order-ending',
  'detection-behind',
  'order-unreadable',
  'key-unreadable',
  'storage-low',
  'protection-weakened',
  'receipt-missing',
  'case-unled',
  'decision-waiting',
  'move-unanswered',
  'end-unanswered',
  'plan-overtaken',
  'sighting-reported',
] as const
export type AlertKind = (typeof alertKinds)[number]

export const alertPriorities = ['P1', 'P2', 'P3'] as const
export type AlertPriority = (typeof alertPriorities)[number]

export const alertStatuses = ['open', 'acknowledged', 'closed'] as const
export type AlertStatus = (typeof alertStatuses)[number]

export const alertOutcomes = [
  'confirmed',
  'false-alarm',
  'device-fault',
  'permitted',
  'test',
] as const
export type AlertOutcome = (typeof alertOutcomes)[number]

/** What an alert is about. Null where it is about none, or not about one alone. */
export type AlertIds = {
  readonly protectionOrderId: string | null
  readonly offenderId: string | null
  readonly victimId: string | null
  readonly locationBanId: string | null
  readonly proximityBanId: string | null
  readonly deviceId: string | null
  readonly vendorId: string | null
}

/** The ids and nothing else of a row that holds more. */
export function idsOf(alert: AlertIds): AlertIds {
  return {
    protectionOrderId: alert.protectionOrderId,
    offenderId: alert.offenderId,
    victimId: alert.victimId,
    locationBanId: alert.locationBanId,
    proximityBanId: alert.proximityBanId,
    deviceId: alert.deviceId,
    vendorId: alert.vendorId,
  }
}

/**
 * What detection says must be shown to staff. The id follows from its facts
 * (`alertId`), so it cannot double.
 */
export type AlertDraft = AlertIds & {
  readonly id: string
  readonly kind: AlertKind
  readonly priority: AlertPriority
  /** Shared by the alerts of one offender and one stretch of trouble: the id of the first. */
  readonly incidentId: string
  /**
   * When it happened in the world, by the device's clock where a device told us, corrected where
   * that clock is known to be behind.
   */
  readonly occurredAtMs: number
  /** When we could first know: receipt of the revealing fix, or the deadline that passed. */
  readonly learnedAtMs: number
  /** When they were last seen in it; null where the alert is not about where people are. */
  readonly lastSeenAtMs: number | null
  /** The newest of it was learned so late that "where they are now" did not follow from it. */
  readonly late: boolean
  readonly probability: number | null
  readonly distanceMeters: number | null
  /** One sentence for the desk. Never a coordinate. */
  readonly reason: string
  readonly evidence: Evidence
}

/** The numbers behind the verdict, as data. Positions appear only in `fixes`. */
export type Evidence = {
  readonly limitsVersion: string
  readonly algorithmVersion: string
  readonly protectionOrderVersion: number | null
  readonly fixes: readonly EvidenceFix[]
  /** Flat facts of the rule that fired: thresholds, gaps, counts, assumptions. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
}

export type EvidenceFix = {
  readonly role: 'offender' | 'victim'
  readonly personId: string
  readonly deviceId: string
  /** As the device said, also where its clock is behind. */
  readonly recordedAtMs: number
  readonly receivedAtMs: number
  readonly longitude: number
  readonly latitude: number
  /** As used in judging, after defaults for missing accuracy. */
  readonly accuracyMeters: number
  readonly isBelieved: boolean
  readonly disbelief: readonly string[]
  readonly probability: number | null
}

/** What detection wants done. Every effect is idempotent by its ids. */
export type Effect =
  | { readonly type: 'alert-raised'; readonly alert: AlertDraft }
  /** The condition in the world ended. Never closes the alert. */
  | {
      readonly type: 'alert-ended'
      readonly alertId: string
      readonly clearedAtMs: number
      readonly learnedAtMs: number
    }
  /**
   * Later-arriving facts changed what is known of an alert already raised; both judgements are
   * kept.
   */
  | {
      readonly type: 'alert-revised'
      readonly alertId: string
      readonly revision: AlertRevision
      readonly learnedAtMs: number
    }
  /** They are still seen in what the alert is about. Kept on it, and nobody is called. */
  | {
      readonly type: 'alert-seen'
      readonly alertId: string
      readonly lastSeenAtMs: number
      readonly distanceMeters: number | null
    }
  /**
   * A fix is not believed, and why; without reasons: it is believed, whatever was said of it
   * before. Stored beside the fix, which the position tells from another of its moment.
   */
  | {
      readonly type: 'fix-disbelieved'
      readonly deviceId: string
      readonly recordedAtMs: number
      readonly longitude: number
      readonly latitude: number
      readonly reasons: readonly string[]
      readonly learnedAtMs: number
    }
  /** A fix older than what memory holds: the stretch must be judged again from stored history. */
  | { readonly type: 'rejudge-needed'; readonly offenderId: string; readonly fromMs: number }

export type AlertRevision =
  /** `late`: what it rests on now does not say where anybody is. */
  | { readonly kind: 'reopened'; readonly late?: true }
  | { readonly kind: 'moved'; readonly occurredAtMs: number }
  /** It happened once more, within what this alert is about. */
  | { readonly kind: 'repeated'; readonly recordedAtMs: number }
  | SeenAgain
  | { readonly kind: 'priority'; readonly priority: AlertPriority; readonly reason: string }
  /** It is true, and belongs to what another alert tells; that one counts. */
  | { readonly kind: 'part-of'; readonly partOfAlertId: string; readonly reason: string }
  /** With all data now at hand the breach does not stand. Staff decide; it is not withdrawn. */
  | { readonly kind: 'unsupported'; readonly reason: string }

/**
 * What goes on is told again, with what is known of it now. `again`: seen after a time in which
 * nobody knows where they were. `inside-again`: seen outside in between. `nearer`: markedly nearer,
 * or soon there. `other-device`: by a device that has not shown it before. `live`: told as late
 * before, and seen now. `lost-again`: a position that had come back is lost once more, in the same
 * place, so that what had ended goes on.
 */
export const repeatCauses = [
  'again',
  'inside-again',
  'nearer',
  'other-device',
  'live',
  'lost-again',
] as const
export type RepeatCause = (typeof repeatCauses)[number]

export type SeenAgain = {
  readonly kind: 'repeated'
  readonly cause: RepeatCause
  readonly recordedAtMs: number
  /** The last time they were seen in it before; what lay between is unknown. Null: nothing did. */
  readonly notSeenSinceMs: number | null
  readonly distanceMeters: number | null
  readonly probability: number | null
  readonly late: boolean
  readonly reason: string
  /** False: it lies so far back that it is put on record, and nobody is called anew. */
  readonly isCall: boolean
}
