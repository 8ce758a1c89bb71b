import type { AlertDraft, Effect } from '../../core/model/alert.ts'
import { saveEnd, saveRevision, saveSeen } from './alert-changes.ts'
import { alertEventData, lockAlertEvents } from './alert-events.ts'
import { sealEvidence, type StoredEvidence } from '../keys/sealed-evidence.ts'
import type { Db } from '../pg/pool.ts'
import { listRaisedAgain } from './raised-again.ts'
import { saveDisbelief } from './save-disbelief.ts'
import type { SaveContext } from './save-context.ts'

/**
 * Makes what detection decided a fact, in the order it was decided. Saving the same effects again
 * changes nothing: an alert is inserted once by its id, an event once by its key. One that is
 * raised after it had ended is opened again. Call inside the transaction that also moves the
 * reader's place.
 */
export async function saveEffects(
  db: Db,
  effects: readonly Effect[],
  context: SaveContext,
): Promise<SavedEffects> {
  const counts = { raised: 0, events: 0 }
  await saveDisbelief(db, effects)
  await saveRejudgements(db, effects, context)
  const runs = runsOfOneType(effects)
  if (runs.length > 0 && context.isTurnTaken !== true) await lockAlertEvents(db)
  for (const run of runs) {
    if (run[0]?.type === 'alert-raised') {
      const drafts = run.flatMap((effect) => (effect.type === 'alert-raised' ? [effect.alert] : []))
      const inserted = await insertAlerts(db, drafts, context)
      counts.raised += inserted.size
      counts.events += inserted.size
      const known = drafts.filter(({ id }) => !inserted.has(id))
      for (const effect of await listRaisedAgain(db, known, effects)) {
        counts.events += await saveRevision(db, effect, context)
      }
      continue
    }
    await saveSeen(
      db,
      run.filter((effect) => effect.type === 'alert-seen'),
    )
    for (const effect of run) {
      if (effect.type === 'alert-ended') counts.events += await saveEnd(db, effect)
      if (effect.type === 'alert-revised') counts.events += await saveRevision(db, effect, context)
    }
  }
  return counts
}

export type SavedEffects = { readonly raised: number; readonly events: number }

/** Neighbours of one type are saved together; their order among other types stays. */
function runsOfOneType(effects: readonly Effect[]): readonly (readonly Effect[])[] {
  const runs: Effect[][] = []
  for (const effect of effects) {
    if (effect.type === 'fix-disbelieved' || effect.type === 'rejudge-needed') continue
    const run = runs.at(-1)
    if (run !== undefined && run[0]?.type === effect.type) run.push(effect)
    else runs.push([effect])
  }
  return runs
}

/** One open request per offender, from the earliest moment anybody asked for; all in one go. */
async function saveRejudgements(
  db: Db,
  effects: readonly Effect[],
  context: SaveContext,
): Promise<void> {
  const earliest = new Map<string, number>()
  for (const effect of effects) {
    if (effect.type !== 'rejudge-needed') continue
    const known = earliest.get(effect.offenderId) ?? Number.POSITIVE_INFINITY
    earliest.set(effect.offenderId, Math.min(known, effect.fromMs))
  }
  if (earliest.size === 0) return
  await db.query(
    `with asked as (
       select offender_id, to_timestamp(from_ms / 1000) as from_at, ordinal
         from unnest($1::uuid[], $2::float8[]) with ordinality as a (offender_id, from_ms, ordinal)
     ), widened as (
       update rejudgements r set from_at = least(r.from_at, a.from_at), journal_id = $3
         from asked a
        where r.offender_id = a.offender_id and r.done_at is null and r.set_aside_at is null
       returning r.offender_id
     )
     insert into rejudgements (offender_id, from_at, journal_id)
     select offender_id, from_at, $3 from asked
      where offender_id not in (select offender_id from widened) order by ordinal`,
    [[...earliest.keys()], [...earliest.values()], context.journalId],
  )
}

/**
 * Alerts, their first transition, their ladder and their event, in one statement. Gives the ids of
 * those that were not there.
 */
async function insertAlerts(
  db: Db,
  drafts: readonly AlertDraft[],
  context: SaveContext,
): Promise<ReadonlySet<string>> {
  const evidences: StoredEvidence[] = []
  for (const draft of drafts) evidences.push(await sealEvidence(db, draft))
  const rows = drafts.map((draft, ordinal) => {
    const alert = {
      ...draft,
      status: 'open',
      raisedAtMs: context.nowMs,
      clearedAtMs: null,
      lastSeenAtMs: draft.lastSeenAtMs ?? draft.occurredAtMs,
      toldAtMs: context.nowMs,
      unsupportedReason: null,
      partOfAlertId: null,
      recallAtMs: null,
    } as const
    return { ...alert, evidence: evidences[ordinal], ordinal, eventData: alertEventData(alert, {}) }
  })
  const steps = drafts.flatMap((draft) =>
    context.escalationsOf(draft, context.nowMs).map((row) => ({ alertId: draft.id, ...row })),
  )
  const { rows: inserted } = await db.query<{ readonly id: string }>(insertAlertsSql, [
    JSON.stringify(rows),
    JSON.stringify(steps),
  ])
  return new Set(inserted.map(({ id }) => id))
}

const insertAlertsSql = `
with draft as (
  select * from jsonb_to_recordset($1::jsonb) as d(
    ordinal int, id uuid, "incidentId" uuid, kind text, priority text, "protectionOrderId" uuid, "offenderId" uuid,
    "victimId" uuid, "locationBanId" uuid, "proximityBanId" uuid, "deviceId" uuid, "vendorId" uuid,
    "occurredAtMs" float8, "learnedAtMs" float8, "raisedAtMs" float8, "lastSeenAtMs" float8, late boolean,
    probability float8, "distanceMeters" float8, reason text, evidence jsonb, "eventData" jsonb)
), inserted as (
  insert into alerts (id, incident_id, kind, priority, protection_order_id, offender_id, victim_id, location_ban_id,
    proximity_ban_id, device_id, vendor_id, occurred_at, learned_at, raised_at, last_seen_at, told_at, late, probability,
    distance_meters, reason, evidence, organisation_id)
  select draft.id, "incidentId", kind, priority, "protectionOrderId", "offenderId", "victimId", "locationBanId",
    "proximityBanId", "deviceId", "vendorId", to_timestamp("occurredAtMs" / 1000),
    to_timestamp("learnedAtMs" / 1000), to_timestamp("raisedAtMs" / 1000),
    to_timestamp("lastSeenAtMs" / 1000), to_timestamp("raisedAtMs" / 1000), late, probability,
    "distanceMeters", reason, evidence, o.organisation_id
  from draft left join protection_orders o on o.id = "protectionOrderId" order by ordinal
  on conflict (id) do nothing
  returning id, raised_at, organisation_id
), transitions as (
  insert into alert_transitions (alert_id, kind, at, organisation_id)
  select id, 'raised', raised_at, organisation_id from inserted
), ladder as (
  insert into escalations (alert_id, step, target, due_at, organisation_id)
  select s."alertId", s.step, s.target, to_timestamp(s."dueAtMs" / 1000), inserted.organisation_id
  from jsonb_to_recordset($2::jsonb) as s("alertId" uuid, step smallint, target text, "dueAtMs" float8)
  join inserted on inserted.id = s."alertId"
)
select draft.id, alert_event_append(draft.id, 'raised', draft."eventData", 'raised:' || draft.id)
from inserted join draft on draft.id = inserted.id
order by draft.ordinal`
