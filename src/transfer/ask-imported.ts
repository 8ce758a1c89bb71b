import type pg from 'pg'
import { askAboutKnownMoves, type AskedMove } from '../store/cases/known-moves.ts'
import { listHousemates } from '../store/cases/household-links.ts'
import { unlessUnreadable } from '../store/keys/sealed-orders.ts'
import { inTransaction, type Db } from '../store/pg/pool.ts'
import { recordAct } from '../store/record/audit-entries.ts'
import { findProtectionOrder } from '../store/registry/protection-orders.ts'

/**
 * Asks cases that have come about the moves that are known here, and cases that were here about the
 * moves that they brought, of one organisation alone: whoever imports is held by no policy. Done
 * once all have come, as what one of them brings another may have been asked before; again it asks
 * nothing more. Gives how many questions there are now that were not there.
 */
export async function askImported(pool: pg.Pool, arrived: Arrived): Promise<number> {
  const { nowMs, organisationId } = arrived
  const arrivedIds = new Set(arrived.orderIds)
  const now = { nowMs, organisationId, arrivedIds }
  let count = 0
  for (const orderId of await listOrdersMet(pool, arrived)) {
    count += await inTransaction(pool, async (tx) => {
      // One that cannot be read stops no other; people are called about it.
      const found = await findProtectionOrder(tx, orderId).catch(unlessUnreadable)
      if (found === null) return 0
      const asked = await askAboutKnownMoves(tx, found.order, now)
      for (const one of asked) await recordAsking(tx, arrived, orderId, one)
      return asked.reduce((sum, { questionCount }) => sum + questionCount, 0)
    })
  }
  return count
}

export type Arrived = {
  readonly organisationId: string
  readonly orderIds: readonly string[]
  readonly nowMs: number
  readonly reason: string
}

/** Orders that run and name somebody of those cases or households, or are one case with them. */
async function listOrdersMet(
  db: Db,
  { organisationId, orderIds }: Arrived,
): Promise<readonly string[]> {
  const people = await db.query<{ id: string }>(
    `select distinct p.id from unnest($1::uuid[]) as o (id) cross join lateral hoede_people_about(o.id) as p (id)
      where p.id is not null`,
    [orderIds],
  )
  const known = people.rows.map(({ id }) => id)
  const personIds = [...known, ...(await listHousemates(db, known, organisationId))]
  const { rows } = await db.query<{ id: string }>(
    `select o.id from protection_orders o
       join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
      where o.organisation_id = $1 and o.status <> 'ended' and (o.id = any($2::uuid[]) or o.offender_id = any($3::uuid[])
        or exists (select from hoede_victims_in(v.body) as victim_id where victim_id = any($3::uuid[]))
        or o.id in (select other.protection_order_id from joined_orders own
             join joined_orders other on other.case_id = own.case_id and other.left_at is null
            where own.protection_order_id = any($2::uuid[]) and own.left_at is null))
      order by o.id`,
    [organisationId, orderIds, personIds],
  )
  return rows.map(({ id }) => id)
}

async function recordAsking(
  tx: Db,
  { nowMs, organisationId, reason }: Arrived,
  protectionOrderId: string,
  { personId, questionCount, relocationId }: AskedMove,
): Promise<void> {
  await recordAct(tx, {
    organisationId,
    name: 'importCase',
    kind: 'alteration',
    outcome: 'allowed',
    atMs: nowMs,
    by: { kind: 'command', id: null, role: null },
    door: 'npm run import-cases',
    personIds: [personId],
    alertId: null,
    protectionOrderId,
    subjectId: relocationId,
    reason,
    secondPersonId: null,
    detail: { questionCount },
  })
}
