import { notAssessed } from '../enforceability/assessments.ts'
import type { Decider } from '../../core/model/order-terms.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { judgeExtension } from '../../core/orders/check-end.ts'
import { actOfChange, lifeStateOf, mayAct, type LifeAct } from '../../core/orders/order-life.ts'
import { RefusedInput } from '../../errors.ts'
import { readDatabaseClock } from '../pg/database-clock.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { planReminders } from './order-reminders.ts'
import { findKindOfOrder, type KindOfOrder } from './order-types.ts'

/**
 * Keeps what was done to an order beside the version that it made, and plans anew whom its end
 * reminds. Every version is made through here, so none changes an order unseen, and none does to
 * it what its life has no place for at that moment.
 */
export async function keepOrderAct(
  tx: Db,
  { before, after }: { readonly before: ProtectionOrder | null; readonly after: ProtectionOrder },
  by: ActBy,
): Promise<void> {
  const nowMs = by.nowMs ?? (await readDatabaseClock(tx))
  const act = actOfChange(before, after, nowMs)
  if (before !== null && !(await mayKeepAct(tx, { before, after }, nowMs))) {
    throw new RefusedInput('conflict', 'The order is where its life does not allow that.')
  }
  const known = await findKindOfOrder(tx, after.id)
  const extensionCount = (by.extensionCount ?? known.extensionCount) + (act === 'extend' ? 1 : 0)
  const kind = { ...known, extensionCount }
  if (act === 'impose') await keepBeginning(tx, after, by.assessmentId ?? null)
  await insertOrderAct(tx, {
    protectionOrderId: after.id,
    orderVersion: after.version,
    act,
    atMs: nowMs,
    effectiveAtMs: by.effectiveAtMs ?? effectOf(act, before, after, nowMs),
    validUntilMs: after.validUntilMs,
    extensionCount,
    byId: by.id,
    byKind: by.kind ?? 'person',
    secondPersonId: by.secondPersonId ?? null,
    decidedBy: by.decidedBy ?? null,
    documentReference: by.documentReference ?? null,
    reason: by.reason ?? null,
    findings: [
      ...findingsOf(act, { before, after, kind, nowMs, by }),
      ...(by.assessedFindings ?? []),
    ],
    assessmentId: by.assessmentId ?? null,
    typeVersion: kind.version,
  })
  await planReminders(tx, after, kind, nowMs)
}

/**
 * What was asked before the order was there begins its life, by whoever asked it then; what nobody
 * has assessed was proposed alone.
 */
async function keepBeginning(
  tx: Db,
  order: ProtectionOrder,
  assessmentId: string | null,
): Promise<void> {
  await tx.query(
    `insert into order_acts (protection_order_id, order_version, act, at, effective_at, valid_until, extension_count,
       by_id, by_kind, findings, assessment_id)
     select $1, $2, act, m.at, m.at, to_timestamp($3::float8 / 1000), 0, m.by, 'person', '{}', e.id
       from enforceability_assessments e cross join unnest(array['propose', 'assess']) with ordinality as a (act, place)
       cross join lateral (select case when a.act = 'assess' then coalesce(e.assessed_at, e.made_at) else e.made_at end as at,
         case when a.act = 'assess' then coalesce(e.assessed_by, e.made_by) else e.made_by end as by) m
      where e.id = $4 and (a.act = 'propose' or e.answer ->> 'verdict' <> $5) order by place`,
    [order.id, order.version, order.validUntilMs, assessmentId, notAssessed],
  )
}

/**
 * Whether its life allows that now: what has lapsed is not suspended, as extended then it would be
 * watched by nobody.
 */
export async function mayKeepAct(
  tx: Db,
  { before, after }: { readonly before: ProtectionOrder; readonly after: ProtectionOrder },
  nowMs: number,
): Promise<boolean> {
  const { type } = await findKindOfOrder(tx, before.id)
  const state = lifeStateOf(before, { acts: await listOrderActs(tx, before.id), type }, nowMs)
  return mayAct(state, actOfChange(before, after, nowMs))
}

/** Who, and by what right. What is not said is not known, which the life of the order says. */
export type ActBy = ActGround & {
  readonly id: string
  readonly kind?: 'person' | 'system'
  readonly nowMs?: number
  readonly secondPersonId?: string | null
}

export type ActGround = {
  readonly effectiveAtMs?: number | null
  readonly decidedBy?: Decider | null
  readonly documentReference?: string | null
  readonly reason?: string | null
  /** How often it was extended before it came here. */
  readonly extensionCount?: number
  /** The assessment it is made with, and in what it is another order than was assessed. */
  readonly assessmentId?: string | null
  readonly assessedFindings?: readonly string[]
}

export async function insertOrderAct(tx: Db, act: Omit<OrderAct, 'id'>): Promise<void> {
  await tx.query(
    `insert into order_acts (protection_order_id, order_version, act, at, effective_at, valid_until, extension_count,
       by_id, by_kind, second_person_id, decided_by, document_reference, reason, findings, assessment_id, type_version)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000),
       to_timestamp($6::float8 / 1000), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      act.protectionOrderId,
      act.orderVersion,
      act.act,
      act.atMs,
      act.effectiveAtMs,
      act.validUntilMs,
      act.extensionCount,
      act.byId,
      act.byKind,
      act.secondPersonId,
      act.decidedBy,
      act.documentReference,
      act.reason,
      act.findings,
      act.assessmentId ?? null,
      act.typeVersion ?? null,
    ],
  )
}

/** In the order in which they were done. */
export async function listOrderActs(db: Db, orderId: string): Promise<readonly OrderAct[]> {
  const { rows } = await db.query<OrderAct>(
    `select id, protection_order_id as "protectionOrderId", order_version as "orderVersion", act,
            ${epochMs('at')} as "atMs", ${epochMs('effective_at')} as "effectiveAtMs",
            ${epochMs('valid_until')} as "validUntilMs", extension_count as "extensionCount", by_id as "byId",
            by_kind as "byKind", second_person_id as "secondPersonId", decided_by as "decidedBy",
            document_reference as "documentReference", reason, findings, assessment_id as "assessmentId", type_version::int as "typeVersion"
       from order_acts where protection_order_id = $1 order by id`,
    [orderId],
  )
  return rows
}

/** What those who did it are called, as far as the caller may see them. */
export async function listActorNames(
  db: Db,
  acts: readonly Pick<OrderAct, 'byId' | 'secondPersonId'>[],
): Promise<ReadonlyMap<string, string>> {
  const ids = acts.flatMap(({ byId, secondPersonId }) => [byId, secondPersonId])
  const { rows } = await db.query<{ readonly id: string; readonly name: string }>(
    `select id, display_name as name from staff where id = any($1::uuid[])
     union all select id, name from api_clients where id = any($1::uuid[])`,
    [[...new Set(ids)].filter((id) => id !== null)],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export type OrderAct = {
  readonly id: string
  readonly protectionOrderId: string
  readonly orderVersion: number
  readonly act: LifeAct
  readonly atMs: number
  readonly effectiveAtMs: number
  readonly validUntilMs: number
  readonly extensionCount: number
  readonly byId: string | null
  readonly byKind: 'person' | 'system'
  readonly secondPersonId: string | null
  readonly decidedBy: Decider | null
  readonly documentReference: string | null
  readonly reason: string | null
  readonly findings: readonly string[]
  readonly assessmentId?: string | null
  /** Of its kind, as it was judged by; null: from before there were versions. */
  readonly typeVersion?: number | null
}

function effectOf(
  act: LifeAct,
  before: ProtectionOrder | null,
  after: ProtectionOrder,
  nowMs: number,
): number {
  if (act === 'impose') return after.validFromMs
  // What runs on from its end is extended from there; after the end it is from now.
  return act === 'extend' ? Math.max(before?.validUntilMs ?? nowMs, nowMs) : nowMs
}

/** What was decided is to be read somewhere. */
const decidedActs: readonly LifeAct[] = ['impose', 'change', 'extend', 'shorten', 'suspend', 'lift']

type Done = {
  readonly before: ProtectionOrder | null
  readonly after: ProtectionOrder
  /** As its kind is, with how often it is extended by then. */
  readonly kind: KindOfOrder
  readonly nowMs: number
  readonly by: ActBy
}

function findingsOf(act: LifeAct, done: Done): readonly string[] {
  const { before, after, by, kind, nowMs } = done
  const noDocument = decidedActs.includes(act) && (by.documentReference ?? null) === null
  const findings: string[] = noDocument ? ['no-document'] : []
  if (act !== 'extend' || before === null) return findings
  const span = {
    startMs: before.validFromMs,
    endMs: before.validUntilMs,
    extensionCount: kind.extensionCount - 1,
  }
  const asked = { untilMs: after.validUntilMs, nowMs, decidedBy: by.decidedBy ?? null }
  return [...findings, ...judgeExtension(kind.type, span, asked)]
}
