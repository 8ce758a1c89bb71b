import type pg from 'pg'
import { protectionOfVictim } from '../../core/protection/protection-of-victim.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema } from '../../schemas/common.ts'
import { caseSchema, joinBodySchema } from '../../schemas/joined-orders.ts'
import { giveCaseRole, listCaseRoles } from '../../store/cases/case-roles.ts'
import {
  findCaseId,
  joinCase,
  leaveCase,
  listJoinedOrderIds,
  listOrdersOfCase,
  type OrderOfCase,
} from '../../store/cases/joined-orders.ts'
import { findProtectionRecord } from '../../store/evaluator/protection-states.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findProtectionOrderForUpdate } from '../../store/registry/protection-orders.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { protectionStateBodyOf } from '../answers/protection-state-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { noOrder } from '../orders/order-change.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import type { RouteDeps } from '../route-deps.ts'
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
      params: idParamsSchema,
      response: { 200: caseSchema },
    },
    handler: async (request) => await readCase(deps, request.db, request.params.id),
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
        'Whoever leads that case and is asked by its protected people has it in this order too, in place of who had it. Each order keeps its term, its versions, its key and how long it is kept.',
      problems: { 409: 'It is part of a case already.' },
      params: idParamsSchema,
      body: joinBodySchema,
      response: { 200: caseSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      const { withOrderId } = request.body
      await request.db.transaction(async (tx) => {
        await join(tx, request, { id, withOrderId, nowMs })
      })
      return await readCase(deps, request.db, id)
    },
  })
}

type Joining = { readonly id: string; readonly withOrderId: string; readonly nowMs: number }

async function join(
  tx: pg.PoolClient,
  request: Calling,
  { id, nowMs, withOrderId }: Joining,
): Promise<void> {
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
  if ((await findCaseId(tx, id)) !== null) {
    throw new RefusedInput('conflict', 'It is part of a case already: let it leave that first.')
  }
  const by = request.apiClient.id
  const known = await findCaseId(tx, withOrderId)
  const caseId = known ?? (await joinCase(tx, { orderId: withOrderId, caseId: null, by, nowMs }))
  await joinCase(tx, { orderId: id, caseId, by, nowMs })
  const roles = await listCaseRoles(tx, withOrderId)
  for (const {
    id: _id,
    fromMs: _from,
    untilMs,
    isHere: _here,
    isStandInHere: _in,
    ...role
  } of roles) {
    if (untilMs !== null) continue
    await giveCaseRole(tx, { ...role, protectionOrderId: id, givenBy: by, nowMs })
  }
  const about = { protectionOrderId: id, personIds: peopleOfOrder(order), subjectId: caseId }
  const detail = { withOrderId }
  await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about, detail }))
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
        const subjectId = await findCaseId(tx, id)
        if (!(await leaveCase(tx, { orderId: id, by: request.apiClient.id, nowMs }))) {
          throw new RefusedInput('conflict', 'It is part of no other case.')
        }
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
    orders: orders.map(({ validFromMs, validUntilMs, victimIds, ...order }) => ({
      ...order,
      victimIds: [...victimIds],
      validFrom: formatInstant(validFromMs),
      validUntil: formatInstant(validUntilMs),
    })),
    offenders: await namesOf(db, distinct(orders.map(({ offenderId }) => offenderId))),
    victims: await readVictims(deps, db, orders),
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
