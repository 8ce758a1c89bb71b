import type { AlertDraft, Effect } from '../../core/model/alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import { alertId } from '../../core/model/alert-id.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import { saveOwnEffects } from '../alerts/save-own-effects.ts'
import { keysOf } from '../keys/keys-of.ts'
import { isBound, scopeOfCase } from '../keys/sealed-orders.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { findUnreadable, newestVersion, type OrderRow } from './read-orders.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'

/**
 * Every order that has not ended, with a mark that is another one when anybody writes its row or
 * its key, those written last first: without a body, so that it may be asked often.
 */
export async function listOrderMarks(db: Db): Promise<readonly OrderMark[]> {
  const { rows } = await db.query<OrderMark>(
    `select o.id, concat(o.version, ' ', v.xmin, ' ', v.ctid, ' ', k.xmin) as mark
       from protection_orders o
       left join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
       left join data_keys k on k.scope = 'case/' || o.id
      where o.status <> 'ended'
      order by least(age(v.xmin), age(k.xmin)) nulls first, o.id`,
  )
  return rows
}

/**
 * Which of them cannot be read as they and their keys stand in their rows now. `bound` is what was
 * seen before of versions whose terms are bound: one that is not any more is edited.
 */
export async function findUnreadableOrders(
  db: Db,
  ids: readonly string[],
  bound: Set<string>,
): Promise<readonly string[]> {
  keysOf(db).forget(ids.map(scopeOfCase))
  const rows = await listCurrentRows(db, ids)
  const unbound = rows.filter(({ id, version, body }) => {
    const name = `${id} ${version}`
    if (isBound(body)) bound.add(name)
    return !isBound(body) && bound.has(name)
  })
  const apart = rows.filter(isApart)
  const unread = await findUnreadable(db, rows)
  const erased = await listErasedInForce(db, ids)
  return [...new Set([...unread, ...[...unbound, ...apart].map(({ id }) => id), ...erased])]
}

/** Only an ended case is erased by two people: without its key an order that runs bans nothing. */
async function listErasedInForce(db: Db, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>(
    `select o.id from protection_orders o join data_keys k on k.scope = 'case/' || o.id
      where o.id = any($1::uuid[]) and o.status <> 'ended' and k.wrapped is null`,
    [ids],
  )
  return rows.map(({ id }) => id)
}

/** The newest version of each, whatever their list says, and what that says. */
export async function listCurrentRows(
  db: Db,
  ids: readonly string[],
): Promise<readonly ListedOrder[]> {
  const { rows } = await db.query<ListedOrder>(
    `select o.id, n.version, v.body, o.version as "listedVersion", o.status, o.offender_id as "offenderId",
            ${epochMs('o.valid_from')} as "validFromMs", ${epochMs('o.valid_until')} as "validUntilMs"
       from protection_orders o cross join lateral ${newestVersion('o')} n
       left join protection_order_versions v on v.protection_order_id = o.id and v.version = n.version
      where o.id = any($1::uuid[])`,
    [ids],
  )
  return rows
}

type ListedOrder = OrderRow &
  Pick<ProtectionOrder, 'status' | 'offenderId' | 'validFromMs' | 'validUntilMs'> & {
    readonly listedVersion: number
  }

/** The list of orders, which no seal binds, says something else than the order itself. */
function isApart({ body, listedVersion, version, ...listed }: ListedOrder): boolean {
  if (body === null) return false
  return (
    listedVersion !== version ||
    listed.status !== body.status ||
    listed.offenderId !== body.offenderId ||
    // What is no number is not the same either.
    !(Math.abs(listed.validFromMs - body.validFromMs) < 1) ||
    !(Math.abs(listed.validUntilMs - body.validUntilMs) < 1)
  )
}

/** Those that people are called about. */
export async function listToldUnreadable(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>(
    `select distinct a.protection_order_id as id from alerts a where ${isOrderUnreadable('a')}`,
  )
  return rows.map(({ id }) => id)
}

/**
 * Brings the alerts in line: one is raised for each order that cannot be read, and ends when it is
 * not among these any more. Call inside a transaction; concurrent callers take turns. Gives the
 * number of events.
 */
export async function alignUnreadableAlerts(tx: Db, work: UnreadableWork): Promise<number> {
  const { unreadableIds, nowMs, limits } = work
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [advisoryLocks.unreadableOrders])
  const { rows: over } = await tx.query<{ readonly id: string }>(
    `select a.id from alerts a where ${isOrderUnreadable('a')} and a.protection_order_id <> all($1::uuid[])`,
    [unreadableIds],
  )
  const { rows: untold } = await tx.query<OrderFacts>(
    `select o.id as "orderId", o.version, o.offender_id as "offenderId" from protection_orders o
      where o.id = any($1::uuid[]) and not exists (
        select from alerts a where ${isOrderUnreadable('a')} and a.protection_order_id = o.id)`,
    [unreadableIds],
  )
  const effects: Effect[] = [
    ...over.map(
      ({ id }) =>
        ({ type: 'alert-ended', alertId: id, clearedAtMs: nowMs, learnedAtMs: nowMs }) as const,
    ),
    ...untold.map(
      (facts) => ({ type: 'alert-raised', alert: draftUnreadable(facts, work) }) as const,
    ),
  ]
  if (effects.length === 0) return 0
  return (await saveOwnEffects(tx, { nowMs, limits }, effects)).events
}

function draftUnreadable(order: OrderFacts, { limits, nowMs }: UnreadableWork): AlertDraft {
  return draftAlert(limits, {
    id: alertId(['order-unreadable', order.orderId], nowMs),
    kind: 'order-unreadable',
    protectionOrderId: order.orderId,
    protectionOrderVersion: order.version,
    offenderId: order.offenderId,
    occurredAtMs: nowMs,
    learnedAtMs: nowMs,
    facts: {},
  })
}

type OrderFacts = {
  readonly orderId: string
  readonly version: number
  readonly offenderId: string
}

/** Of alerts by this name: one that says of its order that it cannot be read, and goes on. */
export function isOrderUnreadable(alerts: 'a'): string {
  return `${alerts}.kind = 'order-unreadable' and ${alerts}.cleared_at is null`
}

export type OrderMark = { readonly id: string; readonly mark: string }

export type UnreadableWork = {
  readonly unreadableIds: readonly string[]
  readonly nowMs: number
  readonly limits: Limits
}
