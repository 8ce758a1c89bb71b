import type { FastifyReply } from 'fastify'
import type pg from 'pg'
import { pushAll } from '../../core/model/lists.ts'
import { RefusedInput } from '../../errors.ts'
import { instantMs } from '../../schemas/common.ts'
import {
  decisionAnswerSchema,
  decisionBodySchema,
  type DecisionBody,
} from '../../schemas/decision.ts'
import type { Advisory } from '../../schemas/read-order.ts'
import { findKindOfOrder } from '../../store/registry/order-types.ts'
import {
  findOrderIdByReference,
  finishDecision,
  type DecisionRow,
} from '../../store/registry/decisions.ts'
import { findReportInterval } from '../../store/registry/device-use.ts'
import {
  findProtectionOrder,
  insertProtectionOrder,
  makeIds,
  type ProtectionOrderRecord,
} from '../../store/registry/protection-orders.ts'
import type { Proposal } from '../../store/people/proposals.ts'
import type { App } from '../door/app-type.ts'
import type { Calling } from '../door/act.ts'
import { adviseOnAssessed, attachAssessment } from '../orders/attach-assessment.ts'
import { endOf } from '../orders/end-order.ts'
import {
  groundOf,
  hold,
  isToDo,
  keepRefusal,
  orderBodyFrom,
  receive,
  refuseIncompetentDecision,
  refuseOtherOrder,
  refuseOtherStart,
  refuseOvertaken,
  textCheckOf,
} from '../orders/import-decision.ts'
import { nameBans, readOrderBody } from '../orders/order-body.ts'
import {
  adviseOnEnforceability,
  adviseOnOrders,
  duplicateReference,
  noOrder,
  refuseTooManyVictims,
  refuseWrongPeople,
} from '../orders/order-change.ts'
import { changeRegistry } from '../orders/registry-change.ts'
import { changeOrProposeOrder } from '../proposals/propose-order.ts'
import type { RouteDeps } from '../route-deps.ts'
import { registerKeptDecisionRoutes, rowBodyOf } from './kept-decisions.ts'

/** Decisions of a court, a prosecutor or a mayor, as their systems send them. */
export function registerDecisionRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/decisions',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'importDecision',
      tags: ['Protection orders'],
      summary: 'Import a decision: an order, its extension, or its end',
      description:
        'One document for all. Sent again it does nothing more (200, `isKnown`). What it lacks comes back as a list (400, `errors` with a pointer each), and nothing of it is imported; complete, under the same number, it is. People who are not registered are, by their reference.',
      problems: {
        409: 'Another decision of this number was imported or came since, two people have a reference in it, its order is registered by another one, is not known or has ended, it says of it what is not so or what it cannot change (`errors` with a pointer each), it extends what was ended before its time since (`lifted-before`), or whoever decided it cannot extend or lift an order of its kind.',
      },
      body: decisionBodySchema,
      response: { 200: decisionAnswerSchema, 201: decisionAnswerSchema },
    },
    handler: async (request, reply) => {
      const { body } = request
      try {
        const known = await receive(deps, request, body)
        if (known !== null)
          return await answer(deps, request, { body, row: known, repairs: [], isKnown: true })
        return await importNew(deps, request, body, reply)
      } catch (error) {
        if (error instanceof RefusedInput) await keepRefusal(deps, request, body, error)
        throw error
      }
    },
  })
  registerKeptDecisionRoutes(app, deps)
}

async function importNew(
  deps: RouteDeps,
  request: Calling,
  body: DecisionBody,
  reply: FastifyReply,
) {
  const repairs: Advisory[] = []
  const row =
    body.act === 'impose'
      ? await impose(deps, request, body, repairs)
      : await change(deps, request, body)
  reply.code(201)
  return await answer(deps, request, { body, row, repairs, isKnown: false })
}

async function impose(
  deps: RouteDeps,
  request: Calling,
  body: DecisionBody,
  repairs: Advisory[],
): Promise<DecisionRow> {
  const nowMs = deps.clock.nowMs()
  return await changeRegistry(deps, request, duplicateReference, async (tx) => {
    const row = await hold(tx, body)
    if (!isToDo(row)) return { result: row, change: null }
    refuseOtherStart(body)
    const { order: draft, advisories } = await readOrderBody(
      await orderBodyFrom(tx, deps, request, body),
    )
    pushAll(repairs, advisories)
    await refuseWrongPeople(tx, draft)
    await refuseTooManyVictims(tx, draft, deps.limits)
    const ids = await makeIds(tx, draft.locationBans.length + draft.proximityBans.length)
    const named = { ...nameBans(draft, null, () => ids.pop() ?? ''), status: 'active' as const }
    const { extensionCount } = body.order
    const assessed = await attachAssessment(
      tx,
      body.order.assessmentId,
      draft,
      '/order/assessmentId',
    )
    const effectiveAtMs = draft.validFromMs
    const ground = { nowMs, ...groundOf(body), extensionCount, effectiveAtMs, ...assessed }
    const made = await insertProtectionOrder(tx, named, request.apiClient.id, ground)
    const protectionOrderId = made.order.id
    const done = { status: 'imported', protectionOrderId, proposalId: null } as const
    await finishDecision(tx, row.id, done)
    const result: DecisionRow = { ...row, ...done, missing: [] }
    return { result, change: { type: 'protection-order', protectionOrder: made.order } }
  })
}

/** An extension, or a lift, which a second person is asked about where whoever sends it is one. */
async function change(deps: RouteDeps, request: Calling, body: DecisionBody): Promise<DecisionRow> {
  const nowMs = deps.clock.nowMs()
  const id = await findOrderIdByReference(request.db, body.order.reference ?? '')
  if (id === null) throw new RefusedInput('conflict', noOrder)
  const ground = groundOf(body)
  let result: DecisionRow | null = null
  const finish = async (tx: pg.PoolClient, row: DecisionRow, proposalId: string | null) => {
    const status = proposalId === null ? 'imported' : 'proposed'
    const done = { status, protectionOrderId: id, proposalId } as const
    await finishDecision(tx, row.id, done)
    result = { ...row, ...done, missing: [], receivedAtMs: nowMs }
  }
  const asked = {
    reason: `decision ${body.documentReference}`,
    untilMs: null,
    onProposed: async (tx: pg.PoolClient, proposal: Proposal) =>
      await finish(tx, await hold(tx, body), proposal.id),
  }
  const changing = { id, ifMatch: undefined, changedBy: request.apiClient.id, request, ground }
  await changeOrProposeOrder(deps, changing, asked, async (current, tx) => {
    const row = await hold(tx, body)
    result = row
    if (!isToDo(row)) return current
    await refuseOtherOrder(tx, body, current)
    refuseIncompetentDecision(body, (await findKindOfOrder(tx, id)).type)
    await refuseOvertaken(tx, body, id)
    await finish(tx, row, null)
    if (body.act === 'lift') return endOf(current, ground.effectiveAtMs, nowMs)
    const validUntilMs = instantMs(body.order.validUntil ?? '')
    if (validUntilMs > current.validUntilMs) return { ...current, validUntilMs }
    throw new RefusedInput('conflict', 'The order runs as long already.')
  })
  const row = result as DecisionRow | null
  if (row === null) throw new RefusedInput('conflict', noOrder)
  return row
}

async function answer(
  deps: RouteDeps,
  request: Calling,
  { body, row, repairs, isKnown }: Imported,
): Promise<ReturnType<typeof rowBodyOf> & Remarks> {
  const found = await findProtectionOrder(request.db, row.protectionOrderId ?? row.id)
  if (found === null) {
    return { ...rowBodyOf(row), isKnown, textCheck: null, advisories: [], hasDevice: null }
  }
  const textCheck = body.act === 'impose' ? textCheckOf(body, deps) : null
  return {
    ...rowBodyOf(row),
    isKnown,
    textCheck,
    ...(await remarksOn(deps, request, found, repairs)),
  }
}

type Imported = {
  readonly body: DecisionBody
  readonly row: DecisionRow
  readonly repairs: readonly Advisory[]
  readonly isKnown: boolean
}
type Remarks = {
  readonly isKnown: boolean
  readonly textCheck: ReturnType<typeof textCheckOf> | null
  readonly advisories: Advisory[]
  readonly hasDevice: boolean | null
}

async function remarksOn(
  deps: RouteDeps,
  { db }: Calling,
  record: ProtectionOrderRecord,
  repairs: readonly Advisory[],
) {
  const { order } = record
  const red = await adviseOnEnforceability({ ...deps, db }, order)
  const advice = await adviseOnOrders(db, [order], deps.limits)
  const told = [...(advice.get(order.id) ?? []), ...adviseOnAssessed(record)]
  const advisories = [...repairs, ...told, ...red]
  const interval = await findReportInterval(db, order.offenderId, deps.clock.nowMs())
  return { advisories, hasDevice: interval !== null }
}
