import type { Limits } from '../../core/model/limits.ts'
import { RefusedInput } from '../../errors.ts'
import { alertId } from '../../core/model/alert-id.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { rebaseChange } from '../../core/orders/rebase-change.ts'
import { lockAlertEvents } from '../alerts/alert-events.ts'
import { saveEffectsOfOrders } from '../alerts/save-own-effects.ts'
import { askAboutKnownMoves } from '../cases/known-moves.ts'
import { lockMoves } from '../cases/relocations.ts'
import { isUniqueViolation, type Db } from '../pg/pool.ts'
import { recordAct } from '../record/audit-entries.ts'
import { mayKeepAct } from '../registry/order-acts.ts'
import { findOrderVersion, makeOrderVersion } from '../registry/order-versions.ts'
import { findProtectionOrderForUpdate, findVictimsWith } from '../registry/protection-orders.ts'
import { findPersonRoles, hasErasedPerson } from '../registry/registry-rows.ts'
import { columns, openProposals, type Proposal } from './proposals.ts'

/** What has its moment, but for what waits to be tried again. */
export async function listPlannedDue(
  db: Db,
  { nowMs, exceptIds }: { readonly nowMs: number; readonly exceptIds: readonly string[] },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ readonly id: string }>({
    name: 'proposals-to-begin',
    text: `select id from proposals
      where status = 'planned' and begins_at <= to_timestamp($1::float8 / 1000) and id <> all($2::uuid[])
      order by begins_at, id limit 100`,
    values: [nowMs, exceptIds],
  })
  return rows.map(({ id }) => id)
}

/** SQL: something begins by $1, or has begun to. */
export const arePlannedDue = `exists (select from proposals
  where status = 'planned' and begins_at <= to_timestamp($1::float8 / 1000))`

/**
 * Does what was decided to begin at a moment that has come, as whoever asked for it. What another
 * change stands against is not done, and people are called: whoever decided it believes that it
 * holds. False: somebody else has it, or it was taken back. Call inside a transaction of its own:
 * what fails keeps no other one waiting.
 */
export async function beginPlanned(tx: Db, id: string, work: PlannedWork): Promise<boolean> {
  const row = await takePlanned(tx, id)
  if (row === null) return false
  // Before any order: whoever keeps a move has this lock first too.
  await lockMoves(tx, 'reading')
  const [proposal = row] = await openProposals(tx, [row])
  const madeVersion = await tryChange(tx, proposal, work)
  const found = await findProtectionOrderForUpdate(tx, proposal.protectionOrderId ?? '')
  const personIds = found === null ? [] : peopleOf(found.order)
  await endPlanned(tx, proposal, { ...work, madeVersion, personIds })
  return true
}

/** Of one that fails again and again nothing is done, and people are called, as of another one. */
export async function setPlannedAside(tx: Db, id: string, work: PlannedWork): Promise<void> {
  const row = await takePlanned(tx, id)
  // What it says may be what cannot be read.
  if (row !== null) await endPlanned(tx, { ...row, reason: null }, { ...work, ...nothingMade })
}

export type PlannedWork = { readonly nowMs: number; readonly limits: Limits }

const nothingMade = { madeVersion: null, personIds: [] } as const

async function takePlanned(tx: Db, id: string): Promise<Proposal | null> {
  const { rows } = await tx.query<Proposal>(
    `select ${columns} from proposals where id = $1 and status = 'planned' for update skip locked`,
    [id],
  )
  return rows[0] ?? null
}

async function endPlanned(tx: Db, proposal: Proposal, end: PlannedEnd): Promise<void> {
  const { madeVersion, nowMs, personIds } = end
  const orderId = proposal.protectionOrderId ?? ''
  await tx.query(
    `update proposals set status = $2, change = null, made_version = $3,
       enacted_at = case when $2 = 'begun' then to_timestamp($4::float8 / 1000) end where id = $1`,
    [proposal.id, madeVersion === null ? 'overtaken' : 'begun', madeVersion, nowMs],
  )
  await recordAct(tx, {
    ...actOf(proposal, end),
    outcome: madeVersion === null ? 'refused' : 'allowed',
    personIds,
    subjectId: proposal.id,
    detail: {},
  })
  if (madeVersion !== null) return
  // An order that has ended meanwhile needs nothing of it.
  const { rowCount } = await tx.query(
    `select from protection_orders where id = $1 and status <> 'ended'`,
    [orderId],
  )
  if (rowCount === 1) await callOvertaken(tx, orderId, end)
}

type PlannedEnd = PlannedWork & {
  /** Null: it is not done. */
  readonly madeVersion: number | null
  readonly personIds: readonly string[]
}

function actOf(proposal: Proposal, { nowMs }: PlannedWork) {
  return {
    organisationId: proposal.organisationId,
    name: proposal.act,
    kind: 'alteration',
    atMs: nowMs,
    by: { kind: 'system', id: null, role: null },
    door: 'the moment of a planned change',
    alertId: null,
    protectionOrderId: proposal.protectionOrderId,
    reason: proposal.reason,
    secondPersonId: proposal.decidedBy,
  } as const
}

function peopleOf({ offenderId, proximityBans }: ProtectionOrder): readonly string[] {
  return [offenderId, ...new Set(proximityBans.map(({ victimId }) => victimId))]
}

/** Null: it is not to be done any more. What cannot be done keeps nothing else from being done. */
async function tryChange(tx: Db, proposal: Proposal, work: PlannedWork): Promise<number | null> {
  await tx.query('savepoint planned_change')
  try {
    return await makeChange(tx, proposal, work)
  } catch (error) {
    // Its reference is another order's by now, or its life has no place for it.
    if (!isUniqueViolation(error) && !(error instanceof RefusedInput)) throw error
    await tx.query('rollback to savepoint planned_change')
    return null
  }
}

/** Null: it is not to be done any more. */
async function makeChange(tx: Db, proposal: Proposal, work: PlannedWork): Promise<number | null> {
  const { nowMs } = work
  const { baseVersion, beginsAtMs, change, protectionOrderId, untilMs } = proposal
  // We were away from its beginning to its end: nobody is to be unprotected for it afterwards.
  if (untilMs !== null && untilMs <= nowMs) return null
  const current = (await findProtectionOrderForUpdate(tx, protectionOrderId ?? ''))?.order
  if (change?.type !== 'order' || current === undefined || current.status === 'ended') return null
  const base = await findOrderVersion(tx, current.id, baseVersion ?? 0)
  if (base === null) return null
  const next = rebaseChange({ base, decided: change.order, now: current })
  if (next === current) return current.version
  if (next === null || !(await mayKeepAct(tx, { before: current, after: next }, nowMs))) return null
  if (!(await mayAddThem(tx, { before: current, after: next }, work.limits))) return null
  const made = await makeOrderVersion(tx, next, proposal.proposedBy, {
    ...change.ground,
    reason: change.ground?.reason ?? proposal.reason,
    kind: 'system',
    nowMs,
    effectiveAtMs: beginsAtMs,
    secondPersonId: proposal.decidedBy,
  })
  const { organisationId } = proposal
  const asked = await askAboutKnownMoves(tx, made, { nowMs, organisationId, isPlanned: true })
  for (const { personId, questionCount, relocationId } of asked) {
    await recordAct(tx, {
      ...actOf(proposal, work),
      outcome: 'allowed',
      personIds: [personId],
      subjectId: relocationId,
      detail: { questionCount },
    })
  }
  return made.version
}

/**
 * Since it was decided, somebody whom it adds may have been erased, and other orders may have named
 * others.
 */
async function mayAddThem(tx: Db, { before, after }: Added, limits: Limits): Promise<boolean> {
  const known = peopleOf(before)
  const addedIds = peopleOf(after).filter((id) => !known.includes(id))
  if (addedIds.length === 0) return true
  const roles = await findPersonRoles(tx, addedIds)
  if (addedIds.some((id) => roles.get(id) !== 'victim')) return false
  if (await hasErasedPerson(tx, addedIds)) return false
  return (await findVictimsWith(tx, after)).size <= limits.victimsPerOffenderMax
}

type Added = { readonly before: ProtectionOrder; readonly after: ProtectionOrder }

async function callOvertaken(tx: Db, orderId: string, work: PlannedWork): Promise<void> {
  await lockAlertEvents(tx)
  const alert = draftAlert(work.limits, {
    id: alertId(['plan-overtaken', orderId], work.nowMs),
    kind: 'plan-overtaken',
    protectionOrderId: orderId,
    occurredAtMs: work.nowMs,
    learnedAtMs: work.nowMs,
    facts: {},
  })
  await saveEffectsOfOrders(tx, work, [{ type: 'alert-raised', alert }])
}
