import type pg from 'pg'
import { caseRoleNames, type CaseRoleName } from '../../core/model/contract-words.ts'
import { protectionOfVictim } from '../../core/protection/protection-of-victim.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema } from '../../schemas/common.ts'
import { caseSchema, joinBodySchema } from '../../schemas/joined-orders.ts'
import {
  giveCaseRole,
  listCaseRoles,
  shareCaseRoles,
  type CaseRole,
} from '../../store/cases/case-roles.ts'
import {
  findCaseId,
  findOwnCaseId,
  joinCase,
  leaveCase,
  listJoinedOrderIds,
  listOrdersOfCase,
  type OrderOfCase,
} from '../../store/cases/joined-orders.ts'
import { findProtectionRecord } from '../../store/evaluator/protection-states.ts'
import { unlessUnreadable } from '../../store/keys/sealed-orders.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import {
  findProtectionOrder,
  findProtectionOrderForUpdate,
} from '../../store/registry/protection-orders.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { protectionStateBodyOf } from '../answers/protection-state-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { askKnownMoves } from '../orders/ask-known-moves.ts'
import { noOrder } from '../orders/order-change.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import type { RouteDeps } from '../route-deps.ts'
import { handOverUntold } from './case-people.ts'
import { findDetectionStanding } from './detection-standing.ts'

/** Several orders, against several people and for several, as one case with one lead. */
export function registerJoinedOrderRoutes(app: App, deps: RouteDeps): void {
  registerReading(app, deps)
  registerJoining(app, deps)
  registerLeaving(app, deps)
}

function registerReading(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/case',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'getCase',
      tags: ['Cases'],
      summary: 'Read which orders are one case with this one, and how each protected person stands',
      description:
        'It names everybody of the case, so each reading is on record before it is answered.',
      params: idParamsSchema,
      response: { 200: caseSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const found = await readCase(deps, request.db, id)
      const personIds = [...found.offenders, ...found.victims].map((person) => person.id)
      const about = { protectionOrderId: id, personIds, subjectId: found.caseId }
      await request.db.transaction((tx) =>
        recordAct(tx, actOf(request, deps.clock.nowMs(), { kind: 'consultation', ...about })),
      )
      return found
    },
  })
}

function registerJoining(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_join-case',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'joinCase',
      tags: ['Cases'],
      summary: 'Make an order part of the case of another one',
      description:
        'Whoever leads that case and is asked by its protected people has it in this order too; where somebody else has it here, `handOverNote` says what they must know. What nobody has there, whoever has it here has in all of them. Each order keeps its term, its versions, its key and how long it is kept.',
      problems: { 409: 'It is part of a case already, or one of both has ended.' },
      params: idParamsSchema,
      body: joinBodySchema,
      response: { 200: caseSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      const { handOverNote = null, withOrderId } = request.body
      await request.db.transaction(async (tx) => {
        await join(tx, request, { id, withOrderId, handOverNote, nowMs })
      })
      return await readCase(deps, request.db, id)
    },
  })
}

type Joining = {
  readonly id: string
  readonly withOrderId: string
  readonly handOverNote: string | null
  readonly nowMs: number
}

async function join(tx: pg.PoolClient, request: Calling, joining: Joining): Promise<void> {
  const { id, nowMs, withOrderId } = joining
  // By id, so that two who join each other's wait in one order.
  const found = new Map<
    string,
    NonNullable<Awaited<ReturnType<typeof findProtectionOrderForUpdate>>>
  >()
  for (const orderId of [id, withOrderId].toSorted()) {
    const record = await findProtectionOrderForUpdate(tx, orderId)
    if (record !== null) found.set(orderId, record)
  }
  const order = found.get(id)?.order
  if (order === undefined) throw new RefusedInput('not-found', noOrder)
  if (id === withOrderId || !found.has(withOrderId)) throw unknownOther()
  for (const { order: one } of found.values()) {
    if (one.status === 'ended') throw new RefusedInput('conflict', 'One of the orders has ended.')
  }
  if ((await findCaseId(tx, id)) !== null) {
    throw new RefusedInput('conflict', 'It is part of a case already: let it leave that first.')
  }
  const by = request.apiClient.id
  // Of a case that all others left its own row may stand: it is in none.
  await leaveCase(tx, { orderId: id, by, nowMs })
  const ownCaseId = await findOwnCaseId(tx, withOrderId)
  const caseId =
    ownCaseId ?? (await joinCase(tx, { orderId: withOrderId, caseId: null, by, nowMs }))
  await joinCase(tx, { orderId: id, caseId, by, nowMs })
  const handedOver = await shareRoles(tx, joining, by)
  for (const one of await listJoinedOrderIds(tx, id)) {
    const known = found.get(one) ?? (await findProtectionOrder(tx, one).catch(unlessUnreadable))
    if (known !== undefined && known !== null)
      await askKnownMoves(tx, request, known.order, { nowMs })
  }
  const about = { protectionOrderId: id, personIds: peopleOfOrder(order), subjectId: caseId }
  const detail = { withOrderId, handedOver: handedOver.join(', ') }
  await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about, detail }))
}

/**
 * One case has one lead and one contact point: that of the case which an order comes to, or of the
 * order where that case has none. Gives which were handed over.
 */
async function shareRoles(
  tx: pg.PoolClient,
  { handOverNote, id, nowMs, withOrderId }: Joining,
  givenBy: string,
): Promise<readonly CaseRoleName[]> {
  const [own, theirs] = [await findHolders(tx, id), await findHolders(tx, withOrderId)]
  const handedOver: CaseRoleName[] = []
  for (const role of caseRoleNames) {
    const [mine, next] = [own.get(role), theirs.get(role)]
    if (next !== undefined && mine !== undefined) {
      if (isSameHolder(mine, next)) continue
      if (handOverNote === null) throw handOverUntold()
      handedOver.push(role)
      await giveCaseRole(tx, { ...next, handOverNote, protectionOrderId: id, givenBy, nowMs })
    } else if (next !== undefined) {
      await giveCaseRole(tx, { ...next, protectionOrderId: id, givenBy, nowMs })
    }
  }
  await shareCaseRoles(tx, { orderId: id, by: givenBy, nowMs })
  return handedOver
}

async function findHolders(tx: Db, orderId: string): Promise<ReadonlyMap<CaseRoleName, CaseRole>> {
  const roles = await listCaseRoles(tx, orderId)
  return new Map(roles.filter(({ untilMs }) => untilMs === null).map((one) => [one.role, one]))
}

function isSameHolder(one: CaseRole, other: CaseRole): boolean {
  return (
    one.staffId === other.staffId &&
    one.name === other.name &&
    one.standInStaffId === other.standInStaffId &&
    one.standInName === other.standInName
  )
}

function unknownOther(): RefusedInput {
  const detail = 'expected the id of another order, got none'
  return new RefusedInput('unknown-reference', null, [
    { pointer: '/withOrderId', code: 'unknown-reference', detail },
  ])
}

function registerLeaving(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_leave-case',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'leaveCase',
      tags: ['Cases'],
      summary: 'Make an order a case by itself again',
      description: 'Whoever leads it and is asked in it stays.',
      problems: { 409: 'It is part of no other case.' },
      params: idParamsSchema,
      response: { 200: caseSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      await request.db.transaction(async (tx) => {
        const found = await findProtectionOrderForUpdate(tx, id)
        if (found === null) throw new RefusedInput('not-found', noOrder)
        const subjectId = await findOwnCaseId(tx, id)
        if (!(await leaveCase(tx, { orderId: id, by: request.apiClient.id, nowMs }))) {
          throw new RefusedInput('conflict', 'It is part of no other case.')
        }
        await shareCaseRoles(tx, { orderId: id, by: request.apiClient.id, nowMs })
        const personIds = peopleOfOrder(found.order)
        const about = { protectionOrderId: id, personIds, subjectId }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about }))
      })
      return await readCase(deps, request.db, id)
    },
  })
}

async function readCase(deps: RouteDeps, db: Db, orderId: string) {
  const orders = await listOrdersOfCase(db, await listJoinedOrderIds(db, orderId))
  if (!orders.some(({ id }) => id === orderId)) throw new RefusedInput('not-found', noOrder)
  const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)]
  return {
    caseId: await findCaseId(db, orderId),
    orders: orders.map(bodyOfOrder),
    offenders: await namesOf(db, distinct(orders.map(({ offenderId }) => offenderId))),
    victims: await readVictims(deps, db, orders),
  }
}

function bodyOfOrder({
  organisationId: _organisation,
  riskName,
  riskProfile,
  ...order
}: OrderOfCase) {
  const { victimIds, validFromMs, validUntilMs, ...more } = order
  const isKnown = riskProfile !== null && riskName !== null
  return {
    ...more,
    riskProfile: isKnown ? { profile: riskProfile, name: riskName } : null,
    victimIds: [...victimIds],
    validFrom: formatInstant(validFromMs),
    validUntil: formatInstant(validUntilMs),
  }
}

/** By each order that is not over and names them. */
async function readVictims(deps: RouteDeps, db: Db, orders: readonly OrderOfCase[]) {
  const standing = await findDetectionStanding(deps)
  const ids = [...new Set(orders.flatMap(({ victimIds }) => victimIds))]
  const records = new Map(
    await Promise.all(
      orders.map(async ({ id }) => [id, await findProtectionRecord(db, id)] as const),
    ),
  )
  return (await namesOf(db, ids)).map((victim) => ({
    ...victim,
    protection: orders.flatMap(({ id, status, victimIds }) => {
      const record = records.get(id) ?? null
      if (status === 'ended' || record === null || !victimIds.includes(victim.id)) return []
      const { reasons, state } = protectionOfVictim(
        protectionStateBodyOf(record, standing),
        victim.id,
      )
      return [{ protectionOrderId: id, state, reasons: reasons.map(({ code }) => code) }]
    }),
  }))
}

async function namesOf(db: Db, ids: readonly string[]) {
  const people = await Promise.all(ids.map((id) => findPerson(db, id)))
  return people.flatMap((one) => (one === null ? [] : [{ id: one.id, reference: one.reference }]))
}
