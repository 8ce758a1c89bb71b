import type { AlertRow } from '../alerts/alerts.ts'
import { transitionMoment } from '../alerts/transition-moment.ts'
import { lockAlertRows } from '../alerts/alerts.ts'
import { appendAlertEvent, lockAlertEvents } from '../alerts/alert-events.ts'
import type { ResponseEvent } from '../../core/model/plan-response.ts'
import type { DeskAct } from '../../core/model/protocol.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { aboutNote, openWords, sealNote } from '../keys/sealed-words.ts'

/** What people and the ladder did with an alert, oldest first. */
export async function listActs(db: Db, alertId: string): Promise<readonly ActRow[]> {
  const { rows } = await db.query<ActRow>(
    `select ${columns} from alert_transitions t
       left join staff s on s.id = t.actor left join api_clients c on c.id = t.actor
      where t.alert_id = $1 order by t.at, t.id`,
    [alertId],
  )
  return await openWords(db, rows, 'note', () => aboutNote(alertId))
}

/**
 * Holds an alert to the end of the transaction, so that of two who act at once one is second. Takes
 * the turn of events as well where the act makes one.
 */
export async function holdForAct(tx: Db, alertId: string, kind: DeskAct): Promise<AlertRow | null> {
  if (kind !== 'step' && kind !== 'note' && kind !== 'offered') await lockAlertEvents(tx)
  return (await lockAlertRows(tx, [alertId])).get(alertId) ?? null
}

/** The act that was done before under this key; null: none. */
export async function findActByKey(tx: Db, key: string): Promise<KeyedAct | null> {
  const { rows } = await tx.query<KeyedAct>(
    `select ${columns}, t.alert_id as "alertId" from alert_transitions t
       left join staff s on s.id = t.actor left join api_clients c on c.id = t.actor
      where t.id = $1`,
    [key],
  )
  const [act] = await openWords(tx, rows, 'note', ({ alertId }) => aboutNote(alertId))
  return act ?? null
}

/** Into the history of its alert; false: its key, which is its id, is that of another act. */
export async function insertAct(tx: Db, act: NewAct): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into alert_transitions (id, alert_id, kind, actor, note, detail, at)
     values ($1, $2, $3, $4, $5, $6::jsonb, ${transitionMoment('$2', '$7')}) on conflict do nothing`,
    [
      act.key,
      act.alertId,
      act.kind,
      act.actor,
      await sealNote(tx, act.alertId, act.note),
      act.detail === null ? null : JSON.stringify(act.detail),
      act.nowMs,
    ],
  )
  return rowCount === 1
}

/** Calls somebody out because a person asks for it: told as the calls of the ladder are. */
export async function tellAskedFor(
  tx: Db,
  alert: AlertRow,
  { target, key }: { readonly target: string; readonly key: string },
): Promise<void> {
  const { rows } = await tx.query<{ readonly step: number }>(
    'select coalesce(max(step), 0)::int + 1 as step from escalations where alert_id = $1',
    [alert.id],
  )
  const facts = { step: rows[0]?.step ?? 1, target, because: 'asked' }
  await appendAlertEvent(tx, alert, { type: 'escalated', facts, dedupeKey: `asked:${key}` })
}

/** The alert is with somebody else; nobody is called, as it was in hands all the time. */
export async function handOver(tx: Db, alert: AlertRow, to: string): Promise<void> {
  await tx.query('update alerts set acknowledged_by = $2 where id = $1', [alert.id, to])
  await appendAlertEvent(tx, alert, {
    type: 'acknowledged',
    facts: { by: to },
    dedupeKey: null,
  })
}

/** Of late, for pages that show an alert on which somebody acts. */
export async function listRecentActs(db: Db, sinceMs: number): Promise<readonly RecentAct[]> {
  const { rows } = await db.query<RecentAct>(
    `select t.alert_id as "alertId", ${epochMs('max(t.at)')} as "atMs", a.organisation_id as "organisationId",
       a.vendor_id as "vendorId", a.protection_order_id as "protectionOrderId"
       from alert_transitions t join alerts a on a.id = t.alert_id
      where t.actor is not null and t.at >= to_timestamp($1::float8 / 1000)
      group by t.alert_id, a.organisation_id, a.vendor_id, a.protection_order_id limit 200`,
    [sinceMs],
  )
  return rows
}

/** With whom it concerns, for whoever may not hear of all. */
export type RecentAct = {
  readonly alertId: string
  readonly atMs: number
  readonly organisationId: string | null
  readonly vendorId: string | null
  readonly protectionOrderId: string | null
}

export type ActRow = ResponseEvent & {
  readonly note: string | null
  readonly byName: string | null
}

export type KeyedAct = ActRow & { readonly alertId: string }

export type NewAct = {
  readonly key: string
  readonly alertId: string
  readonly kind: DeskAct
  readonly actor: string
  readonly note: string | null
  readonly detail: Readonly<Record<string, unknown>> | null
  readonly nowMs: number
}

const columns = `t.kind, t.actor as by, coalesce(s.display_name, c.name) as "byName", t.note, t.detail,
  ${epochMs('t.at')} as "atMs"`
