import type { Limits } from '../../core/model/limits.ts'
import {
  callsFrom,
  finishWeakeningTask,
  raiseWeakeningTask,
  type WeakeningTask,
} from '../alerts/weakening-task.ts'
import { lockAlertEvents } from '../alerts/alert-events.ts'
import { lockAlertRows } from '../alerts/alerts.ts'
import { restartLadder } from '../alerts/escalations.ts'
import { unlessUnreadable } from '../keys/sealed-orders.ts'
import type { Db } from '../pg/pool.ts'
import { recordAct } from '../record/audit-entries.ts'
import { makeOrderVersion } from '../registry/order-versions.ts'
import { findProtectionOrderForUpdate } from '../registry/protection-orders.ts'
import { columns, type Proposal } from './proposals.ts'

/** What nobody answered in its time is over, and nothing was done. */
export async function expireProposals(tx: Db, { nowMs }: DueWork): Promise<number> {
  const { rowCount } = await tx.query(
    `update proposals set status = 'expired', change = null where ${expiredSql}`,
    [nowMs],
  )
  return rowCount ?? 0
}

/**
 * Brings the alerts that ask for a second person in line with what is asked: raised within a
 * second, raised anew as a call when one person acted alone, closed by whoever decided. Call inside
 * a transaction; concurrent callers take turns.
 */
export async function alignWeakeningTasks(tx: Db, { nowMs, limits }: DueWork): Promise<number> {
  const { rows } = await tx.query<Proposal & { readonly stage: Stage }>(
    `select ${columns}, ${stageSql} as stage from proposals where ${tasksSql} order by id limit $1 for update skip locked`,
    [rowsMax],
  )
  for (const { stage, taskAlertId, ...proposal } of rows) {
    if (taskAlertId !== null) {
      const by = stage === 'in-force' ? proposal.proposedBy : proposal.decidedBy
      await finishWeakeningTask(tx, { alertId: taskAlertId, by, nowMs, limits })
    }
    const task = { ...proposal, proposalId: proposal.id, nowMs, limits }
    const same = stage === 'alone' ? await findSameCall(tx, proposal) : null
    const raised =
      stage === 'over' ? null : (same ?? (await raiseWeakeningTask(tx, { ...task, stage })))
    await tx.query(
      'update proposals set task_stage = $2, task_alert_id = coalesce($3, task_alert_id) where id = $1',
      [proposal.id, stage, raised],
    )
  }
  return rows.length
}

/**
 * The call about the same act of the same token, where nobody has answered it: a token that changes
 * hundreds of devices in a night calls once, and each change stands in the hand-over.
 */
async function findSameCall(
  tx: Db,
  done: Pick<Proposal, 'act' | 'proposedBy'>,
): Promise<string | null> {
  const { rows } = await tx.query<{ readonly id: string }>(
    `select a.id from proposals p join alerts a on a.id = p.task_alert_id
      where p.task_stage = 'alone' and p.proposed_by = $1 and p.act = $2 and a.status = 'open' limit 1`,
    [done.proposedBy, done.act],
  )
  return rows[0]?.id ?? null
}

type Stage = WeakeningTask['stage'] | 'over'

/**
 * Watches an order again whose suspension is over, unless it was done by hand, or the order was
 * suspended anew until later. Call inside a transaction.
 */
export async function endSuspensions(tx: Db, { nowMs }: DueWork): Promise<number> {
  const { rows } = await tx.query<Proposal>(
    `select ${columns} from proposals where ${overSql} order by id limit $2 for update skip locked`,
    [nowMs, rowsMax],
  )
  // One of an order that cannot be read is tried again each time; the others end.
  for (const proposal of rows) await endSuspension(tx, proposal, nowMs).catch(unlessUnreadable)
  return rows.length
}

/** Calls anew about each emergency that nobody has answered. Call inside a transaction. */
export async function callAgain(tx: Db, { nowMs }: DueWork): Promise<number> {
  await lockAlertEvents(tx)
  const { rows } = await tx.query<{ readonly id: string }>(unansweredSql, [nowMs, rowsMax])
  const alerts = await lockAlertRows(
    tx,
    rows.map(({ id }) => id),
  )
  for (const { id } of alerts.values()) {
    const [, ...later] = callsFrom(nowMs)
    await restartLadder(tx, id, later)
  }
  return alerts.size
}

/** Without a transaction: nearly always nothing is due. */
export async function isProposalDue(db: Db, nowMs: number): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>({
    name: 'proposals-are-due',
    text: `select ${areProposalsDue} as "isDue"`,
    values: [nowMs, 1],
  })
  return rows[0]?.isDue === true
}

export type DueWork = { readonly nowMs: number; readonly limits: Limits }

async function endSuspension(tx: Db, proposal: Proposal, nowMs: number): Promise<void> {
  const current = await findProtectionOrderForUpdate(tx, proposal.protectionOrderId ?? '')
  const { rows } = await tx.query(
    `with done as (update proposals set ended_at = to_timestamp($2::float8 / 1000) where id = $1)
     select 1 from proposals p
      where p.protection_order_id = $3 and p.id <> $1 and p.act = 'suspendProtectionOrder'
        and p.status in ('in-force', 'confirmed', 'begun') and p.until > to_timestamp($2::float8 / 1000)
        -- One from before this one was resumed in between, and holds nothing any more.
        and p.made_version >= $4 limit 1`,
    [proposal.id, nowMs, proposal.protectionOrderId, proposal.madeVersion ?? 0],
  )
  if (current?.order.status !== 'suspended' || rows.length > 0) return
  const { order } = current
  const next = { ...order, status: 'active', version: order.version + 1 } as const
  await makeOrderVersion(tx, next, proposal.proposedBy, {
    kind: 'system',
    nowMs,
    secondPersonId: proposal.decidedBy,
    reason: proposal.reason,
  })
  await recordAct(tx, {
    organisationId: proposal.organisationId,
    name: 'resumeProtectionOrder',
    kind: 'alteration',
    outcome: 'allowed',
    atMs: nowMs,
    by: { kind: 'system', id: null, role: null },
    door: 'the end of a suspension',
    personIds: [order.offenderId, ...new Set(order.proximityBans.map(({ victimId }) => victimId))],
    alertId: null,
    protectionOrderId: order.id,
    subjectId: proposal.id,
    reason: proposal.reason,
    secondPersonId: proposal.decidedBy,
    detail: {},
  })
}

const rowsMax = 100

const expiredSql = `status = 'open' and expires_at <= to_timestamp($1::float8 / 1000)`

/** What a token did to no one order: over once somebody has closed the call about it. */
const isToldSql = `status = 'alone' and proposed_by_kind = 'api-client' and protection_order_id is null
  and not exists (select from alerts a where a.id = proposals.task_alert_id and a.status = 'closed')`

const stageSql = `case when status = 'open' then 'proposed' when status = 'in-force' then 'in-force'
  when ${isToldSql} then 'alone' else 'over' end`

const tasksSql = `task_stage is distinct from 'over' and task_stage is distinct from (${stageSql})`

const overSql = `until <= to_timestamp($1::float8 / 1000) and ended_at is null
  and act = 'suspendProtectionOrder' and status in ('in-force', 'confirmed', 'begun')`

/** The last call about it was made, or was taken off by an answer that is itself off by now. */
const unansweredSql = `select a.id from proposals p join alerts a on a.id = p.task_alert_id
  where p.status = 'in-force' and a.status = 'open' and a.raised_at <= to_timestamp($1::float8 / 1000)
    and not exists (
      select 1 from escalations e where e.alert_id = a.id and e.done_at is null and e.cancelled_at is null)
  limit $2`

/** SQL: something is due at $1; $2 is 1. */
export const areProposalsDue = `(exists (select 1 from proposals where ${expiredSql} limit $2)
  or exists (select 1 from proposals where ${overSql} limit $2)
  or exists (select 1 from proposals where ${tasksSql} limit $2)
  or exists (${unansweredSql}))`
