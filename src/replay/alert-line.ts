import type {
  AlertDraft,
  AlertIds,
  AlertPriority,
  AlertRevision,
  Effect,
  SeenAgain,
} from '../core/model/alert.ts'
import { idsOf } from '../core/model/alert.ts'
import { formatInstant } from '../schemas/common.ts'

/** Alerts of a replay as the contract shows them, each with what happened to it just now. */
export type AlertLine = AlertIds & {
  readonly event: 'raised' | 'ended' | 'revised'
  readonly revision: AlertRevision['kind'] | null
  /** The clock when this was told. */
  readonly at: string
  readonly id: string
  readonly incidentId: string
  readonly kind: AlertDraft['kind']
  readonly priority: AlertPriority
  readonly status: 'open'
  readonly occurredAt: string
  readonly raisedAt: string
  readonly clearedAt: string | null
  readonly late: boolean
  readonly probability: number | null
  readonly distanceMeters: number | null
  readonly reason: string
}

export type AlertBook = Map<string, AlertLine>

export function createAlertBook(): AlertBook {
  return new Map()
}

/** The line to print for an effect; null when it is not about an alert, or says nothing new. */
export function recordEffect(alerts: AlertBook, effect: Effect, nowMs: number): AlertLine | null {
  if (effect.type === 'alert-seen') noteSeen(alerts, effect)
  const line = lineFor(alerts, effect, formatInstant(nowMs))
  if (line !== null && !isOnRecordOnly(effect)) {
    alerts.set(line.id, line)
  }
  return line
}

function lineFor(alerts: AlertBook, effect: Effect, at: string): AlertLine | null {
  switch (effect.type) {
    case 'alert-raised':
      // Raising is idempotent by its id: judging a stretch again names the alerts it confirms.
      return alerts.has(effect.alert.id) ? null : raisedLine(effect.alert, at)
    case 'alert-ended': {
      const known = alerts.get(effect.alertId)
      const clearedAt = formatInstant(effect.clearedAtMs)
      return known === undefined || known.clearedAt === clearedAt
        ? null
        : { ...known, event: 'ended', revision: null, at, clearedAt }
    }
    case 'alert-revised': {
      const known = alerts.get(effect.alertId)
      return known === undefined ? null : revisedLine({ ...known, at }, effect.revision)
    }
    case 'alert-seen':
    case 'fix-disbelieved':
    case 'rejudge-needed':
      return null
  }
}

/** It lies so far back that what the alert says of now stays. */
function isOnRecordOnly(effect: Effect): boolean {
  return effect.type === 'alert-revised' && 'isCall' in effect.revision && !effect.revision.isCall
}

/** It changes the alert, and is no news. */
function noteSeen(alerts: AlertBook, seen: Extract<Effect, { type: 'alert-seen' }>): void {
  const known = alerts.get(seen.alertId)
  if (known === undefined) return
  alerts.set(known.id, { ...known, distanceMeters: seen.distanceMeters })
}

function raisedLine(alert: AlertDraft, at: string): AlertLine {
  return {
    event: 'raised',
    revision: null,
    at,
    id: alert.id,
    incidentId: alert.incidentId,
    kind: alert.kind,
    priority: alert.priority,
    status: 'open',
    ...idsOf(alert),
    occurredAt: formatInstant(alert.occurredAtMs),
    raisedAt: formatInstant(alert.learnedAtMs),
    clearedAt: null,
    late: alert.late,
    probability: alert.probability,
    distanceMeters: alert.distanceMeters,
    reason: alert.reason,
  }
}

function revisedLine(known: AlertLine, revision: AlertRevision): AlertLine {
  const revised = { ...known, event: 'revised', revision: revision.kind } as const
  switch (revision.kind) {
    case 'repeated':
      return 'cause' in revision ? repeatedLine(revised, revision) : revised
    case 'reopened':
      return { ...revised, clearedAt: null, late: revision.late ?? known.late }
    case 'moved':
      return { ...revised, occurredAt: formatInstant(revision.occurredAtMs) }
    case 'priority':
      return { ...revised, priority: revision.priority, reason: revision.reason }
    case 'part-of':
    case 'unsupported':
      return { ...revised, reason: revision.reason }
  }
}

function repeatedLine(line: AlertLine, revision: SeenAgain): AlertLine {
  const { late, probability, distanceMeters, reason } = revision
  const clearedAt = revision.cause === 'lost-again' ? null : line.clearedAt
  return { ...line, late, probability, distanceMeters, reason, clearedAt }
}
