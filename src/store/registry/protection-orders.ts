import type { ProtectionOrder } from '../../core/model/registry.ts'
import { shareArea } from '../../core/rules/shared-areas.ts'
import { openOrders, requireWhole, sealOrder, type StoredOrder } from '../keys/sealed-orders.ts'
import type { Db } from '../pg/pool.ts'
import { keepOrderAct, type ActBy } from './order-acts.ts'
import { newestVersion, readOrders, type OrderRow as StoredRow } from './read-orders.ts'
import { onlyRow } from './registry-rows.ts'

/** Why and when, beside who. */
export type OrderGround = Omit<ActBy, 'id'>

export type ProtectionOrderRecord = {
  readonly order: ProtectionOrder
  readonly createdAtMs: number
  readonly changedAtMs: number
} & AssessedWith

/** The assessment that the order was last made with, and in what it is another one since. */
type AssessedWith = {
  readonly assessmentId: string | null
  readonly assessedFindings: readonly string[]
}

/** The id and first version are made by the database; `changedBy` is the API client. */
export async function insertProtectionOrder(
  tx: Db,
  draft: Omit<ProtectionOrder, 'id' | 'version'>,
  changedBy: string,
  ground: OrderGround = {},
): Promise<ProtectionOrderRecord> {
  const { rows } = await tx.query<{
    id: string
    version: number
    created_at: Date
    changed_at: Date
  }>(
    `insert into protection_orders
       (reference, legal_basis, offender_id, valid_from, valid_until, status)
     values ($1, $2, $3, $4, $5, $6) returning id, version, created_at, changed_at`,
    [
      draft.reference,
      draft.legalBasis,
      draft.offenderId,
      new Date(draft.validFromMs),
      new Date(draft.validUntilMs),
      draft.status,
    ],
  )
  const row = onlyRow(rows)
  const order: ProtectionOrder = { id: row.id, version: row.version, ...draft }
  await insertVersion(tx, order, changedBy)
  await keepOrderAct(tx, { before: null, after: order }, { id: changedBy, ...ground })
  return {
    order,
    createdAtMs: row.created_at.getTime(),
    changedAtMs: row.changed_at.getTime(),
    ...assessedBy(ground, null),
  }
}

/** An act that names no assessment leaves the one before. */
function assessedBy(ground: OrderGround, before: AssessedWith | null): AssessedWith {
  const { assessmentId = null, assessedFindings = [] } = ground
  if (assessmentId !== null) return { assessmentId, assessedFindings }
  return {
    assessmentId: before?.assessmentId ?? null,
    assessedFindings: before?.assessedFindings ?? [],
  }
}

/** Replaces the current version; the former stays in `protection_order_versions`. */
export async function updateProtectionOrder(
  tx: Db,
  order: ProtectionOrder,
  changedBy: string,
  ground: OrderGround = {},
): Promise<ProtectionOrderRecord> {
  const found = await findProtectionOrder(tx, order.id)
  const before = found?.order ?? null
  const { rows } = await tx.query<{ created_at: Date; changed_at: Date }>(
    `update protection_orders
     set version = $2, reference = $3, legal_basis = $4, offender_id = $5, valid_from = $6,
         valid_until = $7, status = $8, changed_at = now()
     where id = $1 and version = $2 - 1 returning created_at, changed_at`,
    [
      order.id,
      order.version,
      order.reference,
      order.legalBasis,
      order.offenderId,
      new Date(order.validFromMs),
      new Date(order.validUntilMs),
      order.status,
    ],
  )
  const row = onlyRow(rows)
  await insertVersion(tx, order, changedBy)
  await keepOrderAct(tx, { before, after: order }, { id: changedBy, ...ground })
  return {
    order,
    createdAtMs: row.created_at.getTime(),
    changedAtMs: row.changed_at.getTime(),
    ...assessedBy(ground, found),
  }
}

export async function findProtectionOrder(
  db: Db,
  id: string,
): Promise<ProtectionOrderRecord | null> {
  const { rows } = await db.query<OrderRow>(`${currentOrders} where o.id = $1`, [id])
  const record = (await recordsOf(db, rows))[0] ?? null
  if (record !== null) requireWhole(record.order)
  return record
}

/**
 * For changing it: nobody else makes a version until this transaction ends. Two statements,
 * because one that waits for the lock still joins the versions from before the wait, and then
 * finds none for the new number.
 */
export async function findProtectionOrderForUpdate(
  tx: Db,
  id: string,
): Promise<ProtectionOrderRecord | null> {
  await tx.query(`select 1 from protection_orders where id = $1 for update`, [id])
  return findProtectionOrder(tx, id)
}

/** Those of `ids` that whoever asks may see. */
export async function findSeenOrderIds(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await db.query<{ id: string }>(
    'select id from protection_orders where id = any($1::uuid[])',
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

/** By id; those whose reference begins like this, where it is asked. */
export async function listProtectionOrders(
  db: Db,
  query: { readonly afterId: string | null; readonly limit: number; readonly reference: string },
): Promise<ProtectionOrderRecord[]> {
  const { rows } = await db.query<OrderRow>(
    `${currentOrders} where ($1::uuid is null or o.id > $1)
        and starts_with(lower(o.reference), lower($3)) order by o.id limit $2`,
    [query.afterId, query.limit, query.reference],
  )
  return await recordsOf(db, rows)
}

/**
 * Areas are nearly all of what there is, and few are looked at soon: those of an order are read
 * when its bans are first asked for.
 */
export async function listAllProtectionOrders(db: Db): Promise<readonly ProtectionOrder[]> {
  // Whole: each look into a body by the database unpacks all of it again, which took four times as
  // long as reading it here.
  const { rows } = await db.query<StoredRow>(
    `select o.id, n.version, v.body
       from protection_orders o cross join lateral ${newestVersion('o')} n
       left join protection_order_versions v on v.protection_order_id = o.id and v.version = n.version
      order by o.id`,
  )
  return await readOrders(db, rows.map(layAreasAside))
}

/** Areas stand in the clear where the order was stored before there were keys. */
function layAreasAside({ id, version, body }: StoredRow): StoredRow {
  if (body === null || !hasAreas(body)) return { id, version, body: null }
  const { locationBans, ...terms } = body
  if (locationBans.length === 0) return { id, version, body }
  let text = JSON.stringify(locationBans)
  let read: ProtectionOrder['locationBans'] | null = null
  const aside = {
    ...terms,
    get locationBans() {
      if (read === null) {
        read = (JSON.parse(text) as ProtectionOrder['locationBans']).map(shareArea)
        text = ''
      }
      return read
    },
  }
  return { id, version, body: aside }
}

/** Whatever somebody has written there. */
function hasAreas(body: StoredOrder): boolean {
  if (typeof body !== 'object' || !Array.isArray(body.locationBans)) return false
  return body.locationBans.every((ban) => typeof ban?.area?.type === 'string')
}

/**
 * Everybody whom any version of any order protects from the offender. Nobody else is given
 * this answer until the transaction ends. Two statements: whoever waited for the lock must see
 * what the other committed.
 */
export async function findVictimsForUpdate(tx: Db, offenderId: string): Promise<Set<string>> {
  await tx.query(`select 1 from persons where id = $1 for no key update`, [offenderId])
  // By itself the planner may look into every version of every order, geometry and all.
  const { rows } = await tx.query<{ victim_id: string }>(
    `select distinct victim_id
       from protection_orders o
      cross join lateral (
        select v.body from protection_order_versions v
         where v.protection_order_id = o.id and v.body ->> 'offenderId' = $1::uuid::text offset 0) own
      cross join hoede_victims_in(own.body) as victim_id
      where o.offender_id = $1::uuid`,
    [offenderId],
  )
  return new Set(rows.map((row) => row.victim_id))
}

/** Whom all orders against its offender would name with this one, former versions included. */
export async function findVictimsWith(
  tx: Db,
  order: Pick<ProtectionOrder, 'offenderId'> & {
    readonly proximityBans: readonly { readonly victimId: string }[]
  },
): Promise<ReadonlySet<string>> {
  const victims = await findVictimsForUpdate(tx, order.offenderId)
  return victims.union(new Set(order.proximityBans.map(({ victimId }) => victimId)))
}

/** Whether anybody still has to answer for it. */
export async function hasOpenAlerts(db: Db, orderId: string): Promise<boolean> {
  const { rows } = await db.query(
    `select from alerts where protection_order_id = $1 and status <> 'closed' limit 1`,
    [orderId],
  )
  return rows.length > 0
}

/** Whether a row of it, a version or an alert, says where a ban lies or where somebody was. */
export async function hasPlacesInTheClear(db: Db, orderId: string): Promise<boolean> {
  const { rows } = await db.query(
    `select from protection_order_versions where protection_order_id = $1
        and (body -> 'locationBans' <> '[]' or jsonb_path_exists(body, '$.proximityBans[*].fixedAddresses'))
     union all
     select from alerts where protection_order_id = $1 and jsonb_path_exists(evidence, '$.fixes[*].longitude')
     limit 1`,
    [orderId],
  )
  return rows.length > 0
}

/** Ids for the bans of an order, from the same source as every other id. */
export async function makeIds(db: Db, count: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select uuidv7() as id from generate_series(1, $1::integer)`,
    [count],
  )
  return rows.map((row) => row.id)
}

async function insertVersion(tx: Db, order: ProtectionOrder, changedBy: string): Promise<void> {
  await tx.query(
    `insert into protection_order_versions (protection_order_id, version, body, changed_by)
     values ($1, $2, $3, $4)`,
    [order.id, order.version, JSON.stringify(await sealOrder(tx, order)), changedBy],
  )
}

type OrderRow = {
  readonly body: StoredOrder
  readonly created_at: Date
  readonly changed_at: Date
  readonly assessment_id: string | null
  readonly findings: readonly string[] | null
}

const currentOrders = `
  select v.body, o.created_at, o.changed_at, assessed.assessment_id, assessed.findings
  from protection_orders o
  join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
  left join lateral (
    select a.assessment_id, a.findings from order_acts a
     where a.protection_order_id = o.id and a.assessment_id is not null order by a.id desc limit 1) assessed on true`

async function recordsOf(db: Db, rows: readonly OrderRow[]): Promise<ProtectionOrderRecord[]> {
  const orders = await openOrders(
    db,
    rows.map(({ body }) => body),
  )
  return rows.map((row, index) => ({
    order: orders[index] ?? row.body,
    createdAtMs: row.created_at.getTime(),
    changedAtMs: row.changed_at.getTime(),
    assessmentId: row.assessment_id,
    assessedFindings: row.findings ?? [],
  }))
}
