import assert from 'node:assert/strict'
import type pg from 'pg'
import type { OrderParties } from '../../core/model/registry-index.ts'
import type { ProtectionOrder, Registry } from '../../core/model/registry.ts'
import { journalKinds, type JournalKind } from '../journal/journal-kinds.ts'
import { newestLadder, type EscalationLadder } from '../alerts/escalation-ladders.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import { openChanges } from '../keys/sealed-changes.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { readChange, readOrders, type OrderRow } from '../registry/read-orders.ts'
import type { Lease } from './evaluator-lease.ts'

/** How far the evaluator of a shard has read; the row is made when there is none. */
export async function openEvaluatorPlace(db: Db, shard: number): Promise<number> {
  await db.query(
    `insert into journal_positions (reader, shard, journal_id) values ('evaluator', $1, 0)
     on conflict do nothing`,
    [shard],
  )
  const result = await db.query<{ readonly journal_id: number }>(
    `select journal_id from journal_positions where reader = 'evaluator' and shard = $1`,
    [shard],
  )
  const row = result.rows[0]
  assert(row !== undefined, 'the evaluator has a place')
  return row.journal_id
}

/**
 * Moves the place, alone or inside the transaction of the effects. False when somebody else has
 * taken the shard, or the place is not where we left it: then what we hold in memory is not to be
 * saved. Nobody can take the shard between this and the commit.
 */
export async function moveEvaluatorPlace(db: Db, move: PlaceMove): Promise<boolean> {
  const result = await db.query(moveStatement(move))
  return result.rowCount === 1
}

/**
 * Begins the transaction of a step in one message: the place moves, the turn to change alerts is
 * taken, and the ladder of the organisation is read; each by a statement of its own, which sees
 * what the one before has waited for. False as with `moveEvaluatorPlace`.
 */
export async function beginStepWithEffects(db: Db, move: PlaceMove): Promise<BegunStep> {
  const results = (await db.query(
    `begin; ${moveStatement(move)}; select pg_advisory_xact_lock(${advisoryLocks.alertEvents});
     ${newestLadder}`,
  )) as unknown as readonly pg.QueryResult[]
  const [, moved, , ladder] = results
  const row = ladder?.rows[0] as EscalationLadder | undefined
  return { isMoved: moved?.rowCount === 1, ladder: row ?? null }
}

/** For a step without effects. */
export async function beginStep(db: Db, move: PlaceMove): Promise<BegunStep> {
  const results = (await db.query(
    `begin; ${moveStatement(move)}`,
  )) as unknown as readonly pg.QueryResult[]
  return { isMoved: results[1]?.rowCount === 1, ladder: null }
}

export type PlaceMove = Lease & { readonly expected: number; readonly journalId: number }

export type BegunStep = {
  readonly isMoved: boolean
  /** As the organisation has set it last; null when it never did. */
  readonly ladder: EscalationLadder | null
}

/** Without parameters, which only one statement of a message may have. */
function moveStatement({ shard, fence, expected, journalId }: PlaceMove): string {
  for (const value of [shard, fence, expected, journalId]) assert(Number.isSafeInteger(value))
  assert(journalId >= expected, 'the journal is read forward')
  return `with held as (select from evaluator_leases where shard = ${shard} and fence = ${fence} for key share)
     update journal_positions set journal_id = ${journalId}, updated_at = now()
      where reader = 'evaluator' and shard = ${shard} and journal_id = ${expected} and exists (select from held)`
}

/**
 * The registry as it stood at a place in the journal, from all there is. The tables hold
 * what came later too, and a fix from before an order may not be judged by it the second
 * time when it was not the first.
 */
export async function asRegistryWas(
  db: Db,
  place: { readonly shard: number; readonly journalId: number },
  registry: Registry,
): Promise<Registry> {
  const later = await db.query<{ readonly payload: Buffer }>(
    'select payload from journal where shard = $1 and id > $2 and kind = $3 order by id',
    [place.shard, place.journalId, journalKinds.registryChange],
  )
  const laterIds = new Set<string>()
  const assignmentIds = new Set<string>()
  const firstLaterVersion = new Map<string, number>()
  for (const { payload } of later.rows) {
    const change = readChange(payload)
    if (change === null) continue
    if (change.type === 'vendor') laterIds.add(change.vendor.id)
    if (change.type === 'person') laterIds.add(change.person.id)
    if (change.type === 'device') laterIds.add(change.device.id)
    if (change.type === 'device-assignment') assignmentIds.add(change.deviceAssignment.id)
    // One that was said again was there before.
    if (change.type === 'protection-order' && change.isRepeated !== true) {
      const { id, version } = change.protectionOrder
      firstLaterVersion.set(id, Math.min(version, firstLaterVersion.get(id) ?? version))
    }
  }
  const keptAssignmentIds = await listAssignmentsMadeBefore(db, assignmentIds, place.journalId)
  const orders = registry.protectionOrders.filter((order) => !firstLaterVersion.has(order.id))
  const isEarlier = ({ id }: { readonly id: string }): boolean => !laterIds.has(id)
  return {
    vendors: registry.vendors.filter(isEarlier),
    persons: registry.persons.filter(isEarlier),
    devices: registry.devices.filter(isEarlier),
    deviceAssignments: registry.deviceAssignments.filter(
      ({ id }) => !assignmentIds.has(id) || keptAssignmentIds.has(id),
    ),
    protectionOrders: [...orders, ...(await loadFormerVersions(db, firstLaterVersion))],
  }
}

/**
 * Every version of every amended order up to a place in the journal, in order, each with the
 * moment it was learned: an amended ban holds from then on, and what was recorded before
 * is judged by the version before. An order that was never amended counts from its own start. And
 * whom orders named, in the order in which that was learned: two that are registered at once may
 * be learned in another order than that of their ids.
 */
export async function listOrderVersions(
  db: Db,
  place: { readonly shard: number; readonly journalId: number },
): Promise<LearnedOrders> {
  const amended = await db.query<{ readonly id: string }>(
    'select distinct protection_order_id as id from protection_order_versions where version > 1',
  )
  const amendedIds = new Set(amended.rows.map(({ id }) => id))
  const kind = journalKinds.registryChange
  // Most rows are of people and their devices; the word says so before anything is sent or read.
  const { rows } = await db.query<{ readonly payload: Buffer; readonly at_ms: number }>(
    `select payload, ${epochMs('committed_at')} as at_ms from journal
      where shard = $1 and id <= $2 and kind = $3
        and position('"protection-order"'::bytea in payload) > 0 order by id`,
    [place.shard, place.journalId, kind],
  )
  const named: OrderParties[] = []
  const rowsOfAmended: ((typeof rows)[number] & { readonly kind: JournalKind })[] = []
  for (const row of rows) {
    // Whom it names lies open in it.
    const change = readChange(row.payload)
    if (change?.type !== 'protection-order' || change.isRepeated === true) continue
    const { id, offenderId, proximityBans } = change.protectionOrder
    named.push({ offenderId, proximityBans })
    if (amendedIds.has(id)) rowsOfAmended.push({ ...row, kind })
  }
  const orderVersions = new Map<string, LearnedOrder[]>()
  for (const row of await openChanges(db, rowsOfAmended)) {
    const change = row.change ?? readChange(row.payload)
    if (change?.type !== 'protection-order') continue
    const order = change.protectionOrder
    const known = orderVersions.get(order.id) ?? []
    orderVersions.set(order.id, known)
    known.push({ order, learnedAtMs: row.at_ms })
  }
  return { orderVersions, named }
}

export type LearnedOrders = {
  readonly orderVersions: ReadonlyMap<string, readonly LearnedOrder[]>
  readonly named: readonly OrderParties[]
}

export type LearnedOrder = { readonly order: ProtectionOrder; readonly learnedAtMs: number }

/**
 * An assignment that was only ended later stays, ended: until its end both forms say the same. One
 * that was made later goes.
 */
async function listAssignmentsMadeBefore(
  db: Db,
  ids: ReadonlySet<string>,
  journalId: number,
): Promise<ReadonlySet<string>> {
  if (ids.size === 0) return new Set()
  const result = await db.query<{ readonly id: string }>(
    `select id from device_assignments
      where id = any($1::uuid[]) and created_at < (select committed_at from journal where id = $2)`,
    [[...ids], journalId],
  )
  return new Set(result.rows.map((row) => row.id))
}

async function loadFormerVersions(
  db: Db,
  firstLaterVersion: ReadonlyMap<string, number>,
): Promise<readonly ProtectionOrder[]> {
  const wanted = [...firstLaterVersion].filter(([, version]) => version > 1)
  if (wanted.length === 0) return []
  const { rows } = await db.query<OrderRow>(
    `select w.id, w.version - 1 as version, v.body from unnest($1::uuid[], $2::int[]) as w(id, version)
       left join protection_order_versions v
         on v.protection_order_id = w.id and v.version = w.version - 1`,
    [wanted.map(([id]) => id), wanted.map(([, version]) => version)],
  )
  return await readOrders(db, rows)
}
