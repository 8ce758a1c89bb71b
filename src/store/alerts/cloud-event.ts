import { hourOf } from '../../core/model/units.ts'
import { lastAlertEventSequence, readAlertEvents, type AlertEvent } from './alert-events.ts'
import type { Db } from '../pg/pool.ts'
import { timeText } from '../pg/time-text.ts'

/**
 * An alert event as the outside sees it: CloudEvents 1.0 in the Dutch government profile. Holds
 * ids, kind, urgency, state and times; whoever may know more asks for the alert by its id.
 */
export function cloudEventOf(event: AlertEvent, oin: string | null): CloudEvent {
  const { data } = event
  const isOfPlace =
    data.victimId !== null || data.proximityBanId !== null || data.locationBanId !== null
  // Beside a track seen elsewhere the minute would say where the other one is, or the border.
  const coarse = isOfPlace ? hourOf : (atMs: number): number => atMs
  return {
    specversion: '1.0',
    id: event.id,
    source: cloudEventSource(oin, 'hoede'),
    type: `nl.hoede.alerts.${event.type}`,
    subject: event.alertId,
    time: timeText(event.atMs),
    sequence: String(event.sequence).padStart(sequenceDigitCount, '0'),
    datacontenttype: 'application/json',
    data: {
      alertId: data.alertId,
      incidentId: data.incidentId ?? data.alertId,
      kind: data.kind,
      priority: data.priority,
      status: data.status,
      protectionOrderId: data.protectionOrderId,
      offenderId: data.offenderId,
      victimId: data.victimId,
      locationBanId: data.locationBanId,
      proximityBanId: data.proximityBanId,
      deviceId: data.deviceId,
      vendorId: data.vendorId,
      occurredAt: timeText(coarse(data.occurredAtMs)),
      // An event from before these were kept says of them what its alert said then.
      lastSeenAt: timeText(coarse(data.lastSeenAtMs ?? data.occurredAtMs)),
      raisedAt: timeText(data.raisedAtMs),
      toldAt: timeText(data.toldAtMs ?? data.raisedAtMs),
      clearedAt: data.clearedAtMs === null ? null : timeText(coarse(data.clearedAtMs)),
      stillGoingOn: data.stillGoingOn ?? data.clearedAtMs === null,
      recallAt: timeTextOrNull(data.recallAtMs ?? null),
      late: data.late,
      ...factsOf(data.facts),
    },
  }
}

function timeTextOrNull(atMs: number | null): string | null {
  return atMs === null ? null : timeText(atMs)
}

/** A list that is counted by itself is a source by itself: `sequence` rises within one. */
export function cloudEventSource(
  oin: string | null,
  list: 'hoede' | 'hoede-device-commands' | 'hoede-orders' | 'hoede-readings',
): string {
  return `urn:nld:oin:${oin ?? unregisteredOin}:systeem:${list}`
}

/** The outbox as the desk's stream reads it: sequence and the event in JSON. */
export function createAlertEventSource(db: Db, oin: string | null) {
  return {
    read: async (afterSequence: number, limit: number) => {
      const events = await readAlertEvents(db, { afterSequence, limit })
      return events.map((event) => ({
        sequence: event.sequence,
        data: JSON.stringify(cloudEventOf(event, oin)),
        concerns: {
          organisationId: event.organisationId,
          vendorId: event.data.vendorId,
          protectionOrderId: event.data.protectionOrderId,
        },
      }))
    },
    last: () => lastAlertEventSequence(db),
  }
}

export type CloudEvent = {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  /** Digits of equal length, so that comparing text compares numbers. */
  readonly sequence: string
  readonly datacontenttype: 'application/json'
  /** Where the whole is read, of what is too large to be sent. */
  readonly dataref?: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Stands for an organisation that has not been given a number. */
const unregisteredOin = '00000000000000000000'
/** Enough for every bigint. */
const sequenceDigitCount = 19

/** Only what is listed leaves: a fact added elsewhere tomorrow does not travel by accident. */
const outwardFacts = [
  'by',
  'outcome',
  'step',
  'target',
  'webhookSubscriptionId',
  'attemptCount',
  'because',
  'cause',
  'previousStatus',
  'previousPriority',
] as const

function factsOf(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const name of outwardFacts) {
    if (facts[name] !== undefined) shown[name] = facts[name]
  }
  if (typeof facts['kind'] === 'string') shown['revision'] = facts['kind']
  return shown
}
