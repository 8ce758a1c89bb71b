import { createHash } from 'node:crypto'
import type pg from 'pg'
import { checkText } from '../../core/enforceability/people-checks.ts'
import type { OrderType } from '../../core/model/order-terms.ts'
import { isPeriodAfter } from '../../core/orders/check-end.ts'
import type { LifeAct } from '../../core/orders/order-life.ts'
import type { PersonRole, ProtectionOrder } from '../../core/model/registry.ts'
import { RefusedInput, type Fault } from '../../errors.ts'
import { instantMs } from '../../schemas/common.ts'
import type { DecisionBody } from '../../schemas/decision.ts'
import { protectionOrderBodySchema } from '../../schemas/protection-order.ts'
import type { OrderBody } from '../../schemas/read-order.ts'
import {
  findDecisionForUpdate,
  findPeopleByReference,
  receiveDecision,
  refuseDecision,
  type DecisionRow,
} from '../../store/registry/decisions.ts'
import { listOrderActs } from '../../store/registry/order-acts.ts'
import { journalRegistryChange } from '../../store/registry/load-registry.ts'
import { findPerson, insertPerson } from '../../store/registry/registry-rows.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'
import { deciderOf, listMissing, textOf } from './decision-missing.ts'

/**
 * Keeps that it came, whatever becomes of it, and refuses what is incomplete, or another decision
 * of a number that was taken. Null: go on; a row: the same was imported before.
 */
export async function receive(
  deps: RouteDeps,
  request: Calling,
  body: DecisionBody,
): Promise<DecisionRow | null> {
  const missing = listMissing(body)
  const row = await request.db.transaction((tx) =>
    receiveDecision(tx, receivedOf(deps, request, body, missing)),
  )
  if (row.status === 'incomplete') {
    if (missing.length === 0) return null
    const count = missing.length === 1 ? 'one thing' : `${missing.length} things`
    const title = `The decision lacks ${count}; nothing was imported. See errors.`
    throw new RefusedInput('invalid-request', title, missing)
  }
  refuseOther(row, body)
  // What a second person refused, or nobody answered, is asked anew by whoever sends it again.
  return isToDo(row) ? null : row
}

/** Whether it is still to be carried out. */
export function isToDo({ status }: Pick<DecisionRow, 'status'>): boolean {
  return status === 'incomplete' || status === 'refused' || status === 'not-done'
}

/** Keeps why it was refused beside that it came, for whoever must see to it here. */
export async function keepRefusal(
  deps: Pick<RouteDeps, 'clock'>,
  request: Calling,
  body: DecisionBody,
  { code, faults, message }: RefusedInput,
): Promise<void> {
  const why = faults.length > 0 ? faults : [{ pointer: '', code, detail: message }]
  await request.db.transaction(async (tx) => {
    const row = await findDecisionForUpdate(tx, body)
    if (row.bodyHash !== hashOf(body) || row.status !== 'incomplete') return
    if (row.missing.length === 0) await refuseDecision(tx, row, why)
    const { documentReference, source } = body
    const about = { kind: 'collection', outcome: 'refused', subjectId: row.id } as const
    const detail = { documentReference, source, code: why[0]?.code ?? code }
    await recordAct(tx, actOf(request, deps.clock.nowMs(), { ...about, detail }))
  })
}

/**
 * In the transaction of the import: whoever sent it a moment earlier has done it, and whoever sent
 * another one of its number since is not done half by this one.
 */
export async function hold(tx: pg.PoolClient, body: DecisionBody): Promise<DecisionRow> {
  const row = await findDecisionForUpdate(tx, body)
  refuseOther(row, body)
  return row
}

function receivedOf(
  deps: Pick<RouteDeps, 'clock'>,
  request: Calling,
  body: DecisionBody,
  missing: ReturnType<typeof listMissing>,
) {
  const { act, documentReference, source } = body
  const about = { act, documentReference, source, missing, bodyHash: hashOf(body) }
  return { ...about, receivedBy: request.apiClient.id, nowMs: deps.clock.nowMs() }
}

function refuseOther(row: DecisionRow, body: DecisionBody): void {
  if (row.bodyHash === hashOf(body)) return
  throw new RefusedInput(
    'conflict',
    'Another decision of this number came before: a changed decision has a number of its own.',
  )
}

/** The schema gives the fields their order, so that the same decision is the same bytes. */
function hashOf(body: DecisionBody): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex')
}

/** The order as one would register it here, with people found by reference, or made. */
export async function orderBodyFrom(
  tx: pg.PoolClient,
  deps: RouteDeps,
  request: Calling,
  { order }: DecisionBody,
): Promise<OrderBody> {
  const { extensionCount: _, offenderReference, proximityBans, ...rest } = order
  const offenders = await findOrMakePeople(tx, deps, request, 'offender', [offenderReference ?? ''])
  const references = proximityBans.map(({ victimReference }) => victimReference ?? '')
  const victims = await findOrMakePeople(tx, deps, request, 'victim', references)
  const parsed = protectionOrderBodySchema.safeParse({
    ...rest,
    offenderId: offenders.get(offenderReference ?? ''),
    proximityBans: proximityBans.map(({ victimReference, ...ban }) => ({
      ...ban,
      victimId: victims.get(victimReference ?? ''),
    })),
  })
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ code, message, path }) => ({
    pointer: `/order/${path.join('/')}`,
    code,
    detail: message,
  }))
  throw new RefusedInput('invalid-request', 'The order of this decision cannot be read.', faults)
}

async function findOrMakePeople(
  tx: pg.PoolClient,
  deps: RouteDeps,
  request: Calling,
  role: PersonRole,
  references: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const known = await findOwnPeople(tx, role, references)
  for (const reference of references) {
    if (known.has(reference)) continue
    const { id } = await insertPerson(tx, { role, reference })
    await journalRegistryChange(tx, { type: 'person', person: { id, role, reference } })
    const about = { kind: 'collection', personIds: [id], subjectId: id } as const
    await recordAct(tx, actOf(request, deps.clock.nowMs(), about))
    known.set(reference, id)
  }
  return known
}

/** A ban on the wrong person is worse than one that somebody registers by hand. */
async function findOwnPeople(
  tx: pg.PoolClient,
  role: PersonRole,
  references: readonly string[],
): Promise<Map<string, string>> {
  const found = await findPeopleByReference(tx, role, references)
  const byReference = Map.groupBy(found, ({ reference }) => reference)
  if ([...byReference.values()].some((people) => people.length > 1)) {
    throw new RefusedInput(
      'conflict',
      `Two people of role ${role} have a reference of this decision: register the order by their ids.`,
    )
  }
  return new Map(found.filter(({ isOwn }) => isOwn).map(({ id, reference }) => [reference, id]))
}

/** What was said of the decision, for the life of the order. */
export function groundOf(body: DecisionBody) {
  return {
    documentReference: body.documentReference,
    decidedBy: deciderOf(body),
    effectiveAtMs: body.effectiveAt == null ? null : instantMs(body.effectiveAt),
  }
}

/**
 * What an extension or a lift says of its order beside its number must be so: it may be of another
 * one. What it cannot change is refused too, so that nothing of a decision is left out unsaid.
 */
export async function refuseOtherOrder(
  tx: pg.PoolClient,
  { act, effectiveAt, order }: DecisionBody,
  current: ProtectionOrder,
): Promise<void> {
  const faults: Fault[] = []
  const other = (pointer: string, isOther: boolean, detail: string): void => {
    if (isOther) faults.push({ pointer, code: 'not-of-this-order', detail })
  }
  const { assessmentId, legalBasis, locationBans, offenderReference, proximityBans } = order
  const { conditions = [], validFrom, validUntil } = order
  const offender = await findPerson(tx, current.offenderId)
  const isOtherPerson = offenderReference != null && offenderReference !== offender?.reference
  other('/order/offenderReference', isOtherPerson, 'expected whom the order binds, got another')
  const isOtherBasis = legalBasis != null && legalBasis !== current.legalBasis
  other('/order/legalBasis', isOtherBasis, `expected ${current.legalBasis}, got ${legalBasis}`)
  const isLift = act === 'lift'
  const startMs = validFrom == null ? null : instantMs(validFrom)
  const isOwnStart = startMs === null || startMs === current.validFromMs
  const goesOn = !isLift && startMs !== null && isPeriodAfter(current, startMs)
  other('/order/validFrom', !isOwnStart && !goesOn, startExpected(isLift, current, startMs))
  const no = 'expected none: change the order itself'
  other('/order/locationBans', locationBans.length > 0, no)
  other('/order/conditions', conditions.length > 0, no)
  other('/order/proximityBans', proximityBans.length > 0, no)
  other('/order/assessmentId', assessmentId != null, no)
  other('/order/validUntil', isLift && validUntil != null, 'expected none: a lift has effectiveAt')
  other('/effectiveAt', !isLift && effectiveAt != null, 'expected none but of a lift')
  const title = 'It says what is not so of the order of this number, or what it cannot change.'
  if (faults.length > 0) throw new RefusedInput('conflict', title, faults)
}

function startExpected(isLift: boolean, current: ProtectionOrder, startMs: number | null): string {
  if (isLift) return 'expected the start of the order, got another'
  return startMs !== null && startMs > current.validUntilMs
    ? 'expected a period that goes on where the order ends, by the end of that day; got one that leaves a gap, which no ban covers: impose it as an order of its own'
    : 'expected the start of the order, or of a period that goes on from it; got a moment before the order'
}

/**
 * What ends an order before its time stands against an extension from before it, which was on its
 * way meanwhile and would undo it unsaid.
 */
export async function refuseOvertaken(
  tx: pg.PoolClient,
  { act, decidedAt }: DecisionBody,
  orderId: string,
): Promise<void> {
  if (act !== 'extend') return
  const last = (await listOrderActs(tx, orderId)).findLast(({ act: done }) => done in movedEnd)
  if (last?.act !== 'shorten' || last.decidedBy === null) return
  if (decidedAt != null && instantMs(decidedAt) > last.atMs) return
  const detail = 'expected a decision from after that, got none or an earlier one'
  throw new RefusedInput('conflict', 'It was decided since that the order ends before its time.', [
    { pointer: '/decidedAt', code: 'lifted-before', detail },
  ])
}

/** Acts that say when an order ends. */
const movedEnd: Partial<Record<LifeAct, true>> = { extend: true, shorten: true }

/** An order begins when it is valid from: another moment beside that would be left out unsaid. */
export function refuseOtherStart({ effectiveAt, order: { validFrom } }: DecisionBody): void {
  if (effectiveAt == null || instantMs(effectiveAt) === instantMs(validFrom ?? '')) return
  const detail = 'expected none, or order.validFrom: an order begins then'
  throw new RefusedInput('conflict', 'It says two moments from which on it holds.', [
    { pointer: '/effectiveAt', code: 'not-of-this-order', detail },
  ])
}

/** A decision by somebody who cannot decide it is another one than the sender says. */
export function refuseIncompetentDecision(
  body: DecisionBody,
  { extendedBy, statute }: OrderType,
): void {
  const decider = deciderOf(body)
  // Whoever extends it may end it, and so may a court, before which it is contested.
  const isLift = body.act === 'lift'
  const competent = isLift ? [...new Set([...extendedBy, 'court' as const])] : extendedBy
  if (decider === null || competent.includes(decider)) return
  const done = isLift ? 'lifted' : 'extended'
  throw new RefusedInput('conflict', `An order under ${statute} is not ${done} by that.`, [
    {
      pointer: '/decidedBy',
      code: 'not-competent',
      detail: `expected ${competent.join(' or ')}, got ${decider}`,
    },
  ])
}

/** E14 of the assessment. What the text lacks was asked for before anything was imported. */
export function textCheckOf(body: DecisionBody, { limits }: Pick<RouteDeps, 'limits'>) {
  const { result, sentence, sentenceNl } = checkText(textOf(body), [], limits)
  return { result, sentence, sentenceNl }
}
