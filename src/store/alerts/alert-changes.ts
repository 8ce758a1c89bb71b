import type { AlertRevision, Effect, SeenAgain } from '../../core/model/alert.ts'
import type { AlertEventType } from '../../core/model/contract-words.ts'
import { defaultLimits } from '../../core/model/limits.ts'
import { findRecallMinutes } from '../../core/model/recall.ts'
import { appendAlertEvent } from './alert-events.ts'
import { lockAlertRows, type AlertRow } from './alerts.ts'
import { restartLadder } from './escalations.ts'
import { openAgain, opened } from './open-again.ts'
import { limitsOf } from '../cases/risk-profiles.ts'
import type { Db } from '../pg/pool.ts'
import type { SaveContext } from './save-context.ts'

/** Records that what the alert is about ended. Never closes it. Gives the number of events made. */
export async function saveEnd(db: Db, effect: Ended): Promise<number> {
  const alert = await holdAlert(db, effect.alertId)
  const isNew = await appendChange(db, alert, {
    type: 'ended',
    change: { clearedAtMs: effect.clearedAtMs },
    facts: {},
    // A reopened alert may end again at the same moment, learned later.
    key: `ended:${effect.alertId}:${effect.clearedAtMs}:${effect.learnedAtMs}`,
  })
  if (!isNew) return 0
  await db.query(
    `with ended as (
       update alerts set cleared_at = to_timestamp($2::float8 / 1000) where id = $1
     )
     insert into alert_transitions (alert_id, kind, detail)
     values ($1, 'ended', jsonb_build_object('clearedAtMs', $2::float8, 'learnedAtMs', $3::float8))`,
    [effect.alertId, effect.clearedAtMs, effect.learnedAtMs],
  )
  return 1
}

/**
 * Records another judgement of an alert beside the first. One that got worse is put in
 * front of people again: it is open, whoever had answered it before, and its ladder
 * starts anew (decision 0025).
 */
export async function saveRevision(
  db: Db,
  effect: Revised,
  context: Pick<SaveContext, 'nowMs' | 'escalationsOf'>,
): Promise<number> {
  const { alertId, revision } = effect
  const alert = await holdAlert(db, alertId)
  if (alert === null) return 0
  const before = listBefore(alert, revision)
  const isOpened = before.previousStatus !== undefined
  const change = {
    ...changeOf(alert, revision),
    ...(isOpened ? opened : {}),
    ...(isTelling(alert, revision) ? { toldAtMs: context.nowMs } : {}),
  }
  const facts = factsOf(revision)
  const isNew = await appendChange(db, alert, {
    type: 'revised',
    change,
    facts: { ...facts, ...before },
    key: keyOf(effect),
  })
  if (!isNew) return 0
  const sql = revisionSql(revision)
  if (sql !== null) await db.query(sql, [...revisionValues(alertId, revision)])
  if (callsAnew(revision)) await saveTelling(db, alertId, revision)
  if (isOpened) await openAgain(db, alertId, context.nowMs)
  else if (isTelling(alert, revision)) await tellAgain(db, alert, context.nowMs)
  // What was said before is kept, as every judgement is.
  const isSentenceNew = revision.kind === 'priority' || callsAnew(revision)
  const reasonBefore = isSentenceNew ? { previousReason: alert.reason } : {}
  await db.query(
    `insert into alert_transitions (alert_id, kind, detail, at)
     values ($1, 'revised', $2::jsonb, to_timestamp($3::float8 / 1000))`,
    [
      alertId,
      JSON.stringify({ ...revision, learnedAtMs: effect.learnedAtMs, ...before, ...reasonBefore }),
      context.nowMs,
    ],
  )
  const revised = { ...alert, ...change }
  if (isOpened || isLouder(alert, revision) || isAnew(revision)) {
    await restartLadder(db, alertId, context.escalationsOf(revised, context.nowMs))
  }
  return 1
}

/**
 * Keeps when they were last seen, and how near, on the alerts; of one alert the newest counts. No
 * event: nobody is called.
 */
export async function saveSeen(db: Db, effects: readonly Seen[]): Promise<void> {
  const newest = new Map<string, Seen>()
  for (const effect of effects) {
    const known = newest.get(effect.alertId)
    if (known === undefined || known.lastSeenAtMs < effect.lastSeenAtMs) {
      newest.set(effect.alertId, effect)
    }
  }
  if (newest.size === 0) return
  const seen = [...newest.values()]
  await db.query(
    `update alerts a set last_seen_at = to_timestamp(s.ms / 1000), distance_meters = s.meters
       from unnest($1::uuid[], $2::float8[], $3::float8[]) as s (id, ms, meters)
      where a.id = s.id and coalesce(a.last_seen_at, a.occurred_at) < to_timestamp(s.ms / 1000)`,
    [
      seen.map(({ alertId }) => alertId),
      seen.map(({ lastSeenAtMs }) => lastSeenAtMs),
      seen.map(({ distanceMeters }) => distanceMeters),
    ],
  )
}

type Seen = Extract<Effect, { readonly type: 'alert-seen' }>
type Ended = Extract<Effect, { readonly type: 'alert-ended' }>
type Revised = Extract<Effect, { readonly type: 'alert-revised' }>

async function holdAlert(db: Db, alertId: string): Promise<AlertRow | null> {
  return (await lockAlertRows(db, [alertId])).get(alertId) ?? null
}

/**
 * The event, with the alert as it will be; false when it was there already or the alert is unknown.
 */
async function appendChange(
  db: Db,
  alert: AlertRow | null,
  event: {
    readonly type: AlertEventType
    readonly change: Partial<AlertRow>
    readonly facts: Readonly<Record<string, unknown>>
    readonly key: string
  },
): Promise<boolean> {
  if (alert === null) return false
  const sequence = await appendAlertEvent(
    db,
    { ...alert, ...event.change },
    { type: event.type, facts: event.facts, dedupeKey: event.key },
  )
  return sequence !== null
}

/** A press uploaded twice is one press; anything else may be true again at another time. */
function keyOf({ alertId, revision, learnedAtMs }: Revised): string {
  if (isSeenAgain(revision)) {
    return `revised:${alertId}:${revision.cause}:${revision.recordedAtMs}`
  }
  const key = `revised:${alertId}:${JSON.stringify(revision)}`
  return revision.kind === 'repeated' ? key : `${key}:${learnedAtMs}`
}

/**
 * What a revision takes away, named so that it can be told; the status only
 * when it goes back to open.
 */
function listBefore(
  alert: AlertRow,
  revision: AlertRevision,
): { readonly previousPriority?: string; readonly previousStatus?: string } {
  return {
    ...(revision.kind === 'priority' ? { previousPriority: alert.priority } : {}),
    ...(mustBeAnsweredAgain(alert, revision) ? { previousStatus: alert.status } : {}),
  }
}

function isSeenAgain(revision: AlertRevision): revision is SeenAgain {
  return revision.kind === 'repeated' && 'cause' in revision
}

/** It is now, or the newest that is known: what the alert says from here on. */
function callsAnew(revision: AlertRevision): revision is SeenAgain {
  return isSeenAgain(revision) && revision.isCall
}

/** What is nearer is in hands already; what is there again after it was lost may be in nobody's. */
function isAnew(revision: AlertRevision): boolean {
  return callsAnew(revision) && ['again', 'live', 'lost-again'].includes(revision.cause)
}

/** Of what is told again never a distance: events hold ids, kind, urgency, state and times. */
function factsOf(revision: AlertRevision): Readonly<Record<string, unknown>> {
  if (isSeenAgain(revision)) {
    const { kind, cause, recordedAtMs, notSeenSinceMs } = revision
    return { kind, cause, recordedAtMs, notSeenSinceMs }
  }
  const { reason: _sentence, ...facts } = { reason: null, ...revision }
  return facts
}

async function saveTelling(db: Db, alertId: string, told: SeenAgain): Promise<void> {
  const { recordedAtMs, late, distanceMeters, probability, reason, cause } = told
  await db.query(
    `update alerts set late = $2, distance_meters = $3, probability = $4, reason = $5,
       cleared_at = case when $7 then null else cleared_at end,
       last_seen_at = greatest(coalesce(last_seen_at, occurred_at), to_timestamp($6::float8 / 1000))
      where id = $1`,
    [alertId, late, distanceMeters, probability, reason, recordedAtMs, cause === 'lost-again'],
  )
}

/**
 * An answer holds for what was known when it was given. Whoever acknowledged something lesser has
 * not said that they take this; whoever acknowledged something that holds or happens again still
 * has it in hand, unless it was closed.
 */
function mustBeAnsweredAgain(alert: AlertRow, revision: AlertRevision): boolean {
  if (isLouder(alert, revision) || callsAnew(revision)) return alert.status !== 'open'
  if (isSeenAgain(revision)) return false
  // A second cry for help is a call of its own, whoever has the first one in hand.
  if (alert.kind === 'panic' && revision.kind === 'repeated') return alert.status !== 'open'
  const isAgain = revision.kind === 'reopened' || revision.kind === 'repeated'
  return isAgain && alert.status === 'closed'
}

/**
 * 'P1' sorts before 'P2'. Measured at the row: the same rise learned again after a restart is none.
 */
function isLouder(alert: AlertRow, revision: AlertRevision): boolean {
  return revision.kind === 'priority' && revision.priority < alert.priority
}

/** Whether people are told of it anew, whoever has it in hand. */
function isTelling(alert: AlertRow, revision: AlertRevision): boolean {
  if (isSeenAgain(revision)) return revision.isCall
  const isAgain = revision.kind === 'reopened' || revision.kind === 'repeated'
  return isAgain || isLouder(alert, revision)
}

/** Whoever has it in hand has the time that was asked for once more. */
async function tellAgain(db: Db, alert: AlertRow, nowMs: number): Promise<void> {
  await db.query(
    `update alerts set told_at = to_timestamp($2::float8 / 1000),
       recall_at = case when status = 'acknowledged' then to_timestamp($2::float8 / 1000)
         + make_interval(mins => coalesce(recall_minutes, $3::int)) end
      where id = $1`,
    [alert.id, nowMs, findRecallMinutes(alert.priority, await limitsOf(db, alert, defaultLimits))],
  )
}

function changeOf(alert: AlertRow, revision: AlertRevision): Partial<AlertRow> {
  switch (revision.kind) {
    case 'reopened':
      return {
        clearedAtMs: null,
        unsupportedReason: null,
        partOfAlertId: null,
        late: revision.late ?? alert.late,
      }
    case 'moved':
      return { occurredAtMs: revision.occurredAtMs }
    case 'priority':
      return { priority: revision.priority, reason: revision.reason }
    case 'repeated': {
      if (!callsAnew(revision)) return {}
      const { late, distanceMeters, probability, reason, recordedAtMs } = revision
      const lastSeenAtMs = Math.max(alert.lastSeenAtMs, recordedAtMs)
      const goesOn = revision.cause === 'lost-again' ? { clearedAtMs: null } : {}
      return { late, distanceMeters, probability, reason, lastSeenAtMs, ...goesOn }
    }
    case 'part-of':
      return { partOfAlertId: revision.partOfAlertId }
    case 'unsupported':
      return { unsupportedReason: revision.reason }
  }
}

function revisionSql(revision: AlertRevision): string | null {
  switch (revision.kind) {
    case 'repeated':
      return null
    case 'part-of':
      return 'update alerts set part_of_alert_id = $2 where id = $1'
    case 'reopened':
      return `update alerts set cleared_at = null, unsupported_reason = null,
        part_of_alert_id = null, late = late or $2 where id = $1`
    case 'moved':
      return 'update alerts set occurred_at = to_timestamp($2::float8 / 1000) where id = $1'
    case 'priority':
      return 'update alerts set priority = $2, reason = $3 where id = $1'
    case 'unsupported':
      return 'update alerts set unsupported_reason = $2 where id = $1'
  }
}

function revisionValues(alertId: string, revision: AlertRevision): readonly unknown[] {
  switch (revision.kind) {
    case 'repeated':
      return [alertId]
    case 'reopened':
      return [alertId, revision.late ?? false]
    case 'part-of':
      return [alertId, revision.partOfAlertId]
    case 'moved':
      return [alertId, revision.occurredAtMs]
    case 'priority':
      return [alertId, revision.priority, revision.reason]
    case 'unsupported':
      return [alertId, revision.reason]
  }
}
