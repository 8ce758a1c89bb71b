import type { AlertDraft, Evidence } from '../core/model/alert.ts'
import { idsOf } from '../core/model/alert.ts'
import type { AlertDetail } from '../store/alerts/alerts.ts'

/**
 * What differs between the alert as stored and as it came out now, field by field. Revisions made
 * since it was raised are on record with the alert and are taken into account: they changed its
 * priority (and the sentence for it) or moment, not what it was.
 */
export function compareAlert(stored: AlertDetail, draft: AlertDraft): readonly Difference[] {
  const revised = { ...draft, ...listSeen(stored, draft), ...listRevisions(stored) }
  const evidence = plain(draft.evidence)
  // The fixes of evidence that does not match its seal are withheld: that is what differs of them.
  const comparable = stored.evidence.isNotAsSealed === true ? { ...evidence, fixes: [] } : evidence
  const ours = flatten('', viewOf(stored.alert, stored.evidence))
  const theirs = flatten('', viewOf(revised, comparable))
  const fields = [...new Set([...ours.keys(), ...theirs.keys()])]
  return fields.flatMap((field) => {
    const one = ours.get(field) ?? null
    const other = theirs.get(field) ?? null
    return isEqual(field, one, other) ? [] : [{ field, stored: one, recomputed: other }]
  })
}

/** The difference without a coordinate in it. */
export function withoutPosition(difference: Difference): Difference {
  return /\.(longitude|latitude)$/.test(difference.field)
    ? { ...difference, stored: hidden, recomputed: hidden }
    : difference
}

export type Difference = {
  /** As in the JSON of the alert, such as `evidence.facts.borderMeters`. */
  readonly field: string
  readonly stored: Value
  readonly recomputed: Value
}

export type Value = string | number | boolean | null

const hidden = 'not shown'

type Comparable = Omit<AlertDraft, 'evidence' | 'learnedAtMs'>

function viewOf(alert: Comparable, evidence: Evidence): unknown {
  return {
    id: alert.id,
    kind: alert.kind,
    priority: alert.priority,
    ...idsOf(alert),
    occurredAtMs: alert.occurredAtMs,
    late: alert.late,
    probability: alert.probability,
    distanceMeters: alert.distanceMeters,
    reason: alert.reason,
    evidence,
  }
}

/** The last word of each kind of revision. */
function listRevisions(stored: AlertDetail): Partial<Comparable> {
  const revised: Revised = {}
  for (const { kind, detail } of stored.transitions) {
    if (kind !== 'revised' || detail === null) continue
    const { priority, reason, occurredAtMs } = detail
    if (detail['isCall'] === true) Object.assign(revised, readTelling(detail))
    if (detail['kind'] === 'reopened' && detail['late'] === true) revised.late = true
    if (priority === 'P1' || priority === 'P2' || priority === 'P3') {
      revised.priority = priority
      if (typeof reason === 'string') revised.reason = reason
    }
    if (typeof occurredAtMs === 'number') revised.occurredAtMs = occurredAtMs
  }
  return revised
}

type Revised = { -readonly [Key in keyof Comparable]?: Comparable[Key] }

/** What an alert that goes on was last told by. */
function readTelling(detail: Readonly<Record<string, unknown>>): Revised {
  const { late, reason, probability, distanceMeters } = detail
  return {
    ...(typeof late === 'boolean' ? { late } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    probability: typeof probability === 'number' ? probability : null,
    distanceMeters: typeof distanceMeters === 'number' ? distanceMeters : null,
  }
}

/** While it goes on, the present distance is kept on the alert; the first is in its evidence. */
function listSeen({ alert }: AlertDetail, draft: AlertDraft): Partial<Comparable> {
  const isSeenSince = alert.lastSeenAtMs > (draft.lastSeenAtMs ?? draft.occurredAtMs)
  return isSeenSince ? { distanceMeters: alert.distanceMeters } : {}
}

/** As it would come back from the database: absent and not-a-number are null there. */
function plain(evidence: Evidence): Evidence {
  return JSON.parse(JSON.stringify(evidence)) as Evidence
}

function flatten(path: string, value: unknown): Map<string, Value> {
  const fields = new Map<string, Value>()
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const name = path === '' ? key : `${path}.${key}`
      for (const [field, found] of flatten(name, inner)) fields.set(field, found)
    }
    return fields
  }
  fields.set(path, isValue(value) ? value : null)
  return fields
}

function isValue(value: unknown): value is Value {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** The database keeps moments to the microsecond; everything else is compared as it is. */
function isEqual(field: string, one: Value, other: Value): boolean {
  if (one === other) return true
  const isMoment = field.endsWith('Ms') && typeof one === 'number' && typeof other === 'number'
  return isMoment && Math.abs(one - other) < 0.01
}
