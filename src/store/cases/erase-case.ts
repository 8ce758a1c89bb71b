import { retentionTerms } from '../../core/model/retention-terms.ts'
import { dayMs } from '../../core/model/units.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { recordAct } from '../record/audit-entries.ts'
import type { ErasedPiece, ErasedPurpose } from './erased-pieces.ts'
import { isHeld, listHeldPeople } from './retention-holds.ts'

/**
 * Orders that protect nobody any more, whose time for this purpose is over, which nobody holds and
 * about which no alert is open. The oldest first.
 */
export async function listErasable(db: Db, query: ErasableQuery): Promise<readonly string[]> {
  const days = retentionTerms.purposes[query.purpose].days ?? Infinity
  const { rows } = await db.query<{ id: string }>(
    `select o.id from protection_orders o
      where o.status = 'ended' and o.changed_at < to_timestamp($1::float8 / 1000)
        and not exists (select from erasures e where e.protection_order_id = o.id and e.purpose = $3
          and (e.done_at is not null or e.again_at > to_timestamp($2::float8 / 1000)))
        and not exists (select from alerts a where a.protection_order_id = o.id and a.status <> 'closed')
        and not hoede_is_held(o.id)
      order by o.changed_at, o.id limit $4`,
    [query.nowMs - days * dayMs, query.nowMs, query.purpose, query.limit],
  )
  return rows.map(({ id }) => id)
}

export type ErasableQuery = {
  readonly nowMs: number
  readonly purpose: ErasedPurpose
  readonly limit: number
}

/** From here on it is on its way, whatever stops in between; true the first time. */
export async function beginErasure(tx: Db, erasure: Erasing): Promise<void> {
  await tx.query(
    `insert into erasures (protection_order_id, purpose, terms_version, began_at)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000)) on conflict do nothing`,
    [erasure.orderId, erasure.purpose, retentionTerms.version, erasure.nowMs],
  )
}

export type Erasing = {
  readonly orderId: string
  readonly purpose: ErasedPurpose
  readonly nowMs: number
}

/**
 * Whom nothing else keeps: for monitoring nobody whom an order still protects, binds or is held
 * with; for evidence nobody of another case that is not erased; for neither whom a change that
 * waits names. Who lives with somebody of such a case is kept with it.
 */
export async function listErasablePeople(db: Db, erasure: Erasing): Promise<readonly string[]> {
  const { orderId, purpose, nowMs } = erasure
  const endedBefore = nowMs - (retentionTerms.purposes.monitoring.days ?? Infinity) * dayMs
  const needs = {
    monitoring: `o.status <> 'ended' or o.changed_at >= to_timestamp($2::float8 / 1000) or hoede_is_held(o.id)`,
    // As the database asks before it destroys their keys.
    evidence: `o.id <> $1 and $2::float8 is not null and not (exists (select from erasures e
        where e.protection_order_id = o.id and e.purpose = 'evidence' and e.done_at is not null) and hoede_is_over(o.id))`,
  }[purpose]
  const { rows } = await db.query<{ id: string }>(
    `select p.id from hoede_people_about($1::uuid) as p (id)
      where not exists (select from protection_orders o cross join lateral hoede_people_about(o.id) as q (id)
         where q.id = p.id and (${needs}))
        and p.id not in (select hoede_people_planned())
      order by 1`,
    [orderId, endedBefore],
  )
  return rows.map(({ id }) => id)
}

/** Whether another case that is held keeps somebody of this one from being erased here. */
export async function isKeptElsewhere(db: Db, { orderId }: Erasing): Promise<boolean> {
  const { rows } = await db.query<{ kept: boolean }>(
    'select exists (select from hoede_held_people(array(select hoede_people_of($1)))) as kept',
    [orderId],
  )
  return rows[0]?.kept === true
}

/** What could be erased is; the rest is looked at again, and is not said to be gone. */
export async function keepErasureOpen(db: Db, { nowMs, orderId, purpose }: Erasing): Promise<void> {
  await db.query(
    `update erasures set kept_for = 'held-elsewhere', again_at = to_timestamp($3::float8 / 1000)
      where protection_order_id = $1 and purpose = $2 and done_at is null`,
    [orderId, purpose, nowMs + dayMs],
  )
}

/**
 * A piece of what a case says to be erased: asked again until it finds no more. Gives how many,
 * kept beside the order with the piece; null: it is held by now, or protects again, and nothing
 * more of it is erased. Whoever holds it waits for the piece.
 */
export async function erasePiece(
  tx: Db,
  piece: ErasedPiece,
  of: PieceOf & Erasing,
): Promise<number | null> {
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.holds])
  const { rows } = await tx.query(
    `select from protection_orders o where o.id = $1 and o.status = 'ended' for update`,
    [of.orderId],
  )
  // Asked after the locks: a hold that was being set is seen, of another case as well.
  if (rows.length === 0 || (await isHeld(tx, of.orderId))) return null
  const { rowCount } = await tx.query(piece.sql, [
    piece.by === 'order' ? of.orderId : await withoutHeld(tx, of.personIds),
    pieceRowCount,
  ])
  const count = rowCount ?? 0
  if (count > 0) await countErased(tx, of, piece.what, count)
  return count
}

async function withoutHeld(tx: Db, personIds: readonly string[]): Promise<readonly string[]> {
  const held = await listHeldPeople(tx, personIds)
  return personIds.filter((id) => !held.includes(id))
}

/** With what is erased, so that a round that dies leaves no more erased than is written down. */
export async function countErased(
  tx: Db,
  { orderId, purpose }: Erasing,
  what: string,
  count: number,
): Promise<void> {
  await tx.query(
    `update erasures set counts = counts || jsonb_build_object($3::text, coalesce((counts ->> $3)::int, 0) + $4::int)
      where protection_order_id = $1 and purpose = $2`,
    [orderId, purpose, what, count],
  )
}

type PieceOf = { readonly orderId: string; readonly personIds: readonly string[] }

/** A second or less each. */
export const pieceRowCount = 1_000

/** Keys first: from then on nobody reads where the bans lay, nor what somebody had said. */
export async function destroyKeys(tx: Db, of: PieceOf): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select hoede_destroy_keys_of_case($1, $2) as count',
    [of.orderId, of.personIds],
  )
  return rows[0]?.count ?? 0
}

/** What was erased stands beside the order, and on record, for good. */
export async function endErasure(tx: Db, erasure: Erasing): Promise<Erasure['counts']> {
  const { orderId, purpose, nowMs } = erasure
  const { rows: done } = await tx.query<Pick<Erasure, 'counts'>>(
    `update erasures set done_at = to_timestamp($3::float8 / 1000), kept_for = null, again_at = null
      where protection_order_id = $1 and purpose = $2 and done_at is null returning counts`,
    [orderId, purpose, nowMs],
  )
  // Two workers at once: the other one wrote it down.
  if (done[0] === undefined) return {}
  const { counts } = done[0]
  const { rows } = await tx.query<{ organisationId: string }>(
    'select organisation_id as "organisationId" from protection_orders where id = $1',
    [orderId],
  )
  const organisationId = rows[0]?.organisationId ?? ''
  await recordErasing(tx, { name: 'eraseCase', organisationId, orderId, purpose, counts, nowMs })
  return counts
}

/** On record for good, by which terms. */
export async function recordErasing(tx: Db, erased: RecordedErasing): Promise<void> {
  await recordAct(tx, {
    organisationId: erased.organisationId,
    name: erased.name,
    kind: 'erasure',
    outcome: 'allowed',
    atMs: erased.nowMs,
    by: { kind: 'system', id: null, role: null },
    door: 'the end of a term',
    personIds: [],
    alertId: null,
    protectionOrderId: erased.orderId,
    subjectId: null,
    reason: `${erased.purpose}, terms ${retentionTerms.version}`,
    secondPersonId: null,
    detail: erased.counts,
  })
}

type RecordedErasing = {
  readonly name: 'eraseCase' | 'eraseUnused'
  readonly organisationId: string
  readonly orderId: string | null
  readonly purpose: string
  readonly counts: Readonly<Record<string, number>>
  readonly nowMs: number
}

export async function listErasures(db: Db, orderId: string): Promise<readonly Erasure[]> {
  const { rows } = await db.query<Erasure>(
    `select purpose, terms_version as "termsVersion", ${epochMs('began_at')} as "beganAtMs",
            ${epochMs('done_at')} as "doneAtMs", kept_for as "keptFor", counts from erasures where protection_order_id = $1 order by began_at, id`,
    [orderId],
  )
  return rows
}

export type Erasure = {
  readonly purpose: ErasedPurpose
  readonly termsVersion: number
  readonly beganAtMs: number
  readonly doneAtMs: number | null
  /** Null: nothing that is due is kept. */
  readonly keptFor: 'held-elsewhere' | null
  readonly counts: Readonly<Record<string, number>>
}
