import { isDeepStrictEqual } from 'node:util'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { handlesAlertOf } from '../../store/alerts/pair-standing.ts'
import { insertAccess } from '../../store/alerts/access-log.ts'
import {
  findProtectionOrder,
  insertProtectionOrder,
  listProtectionOrders,
  makeIds,
  type ProtectionOrderRecord,
} from '../../store/registry/protection-orders.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import {
  contentCrs,
  orderAnswer,
  peoplePlacedBy,
  orderTag,
  type PlaceAccess,
} from '../answers/order-answer.ts'
import { changeOrProposeOrder } from '../proposals/propose-order.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import { nameBans, readOrderBody } from '../orders/order-body.ts'
import {
  adviseOnAssessed,
  attachAssessment,
  type AttachedAssessment,
} from '../orders/attach-assessment.ts'
import type { Advisory, OrderDraft } from '../../schemas/read-order.ts'
import {
  adviseOnEnforceability,
  adviseOnOrders,
  duplicateReference,
  groundOf,
  laterOf,
  noOrder,
  refuseOtherOffender,
  refuseTooManyVictims,
  refuseWrongPeople,
} from '../orders/order-change.ts'
import { actorOf, doorOf, type Calling } from '../door/act.ts'
import { pageOf, readCursor } from './paging.ts'
import { changeRegistry } from '../orders/registry-change.ts'
import { idParamsSchema, pageSchema } from '../../schemas/common.ts'
import { protectionOrderSchema } from '../../schemas/protection-order-answer.ts'
import {
  ifMatchHeadersSchema,
  orderQuerySchema,
  protectionOrderBodySchema,
  protectionOrderReplacementSchema,
} from '../../schemas/protection-order.ts'

/** Court orders and their bans: register, read, replace. */
export function registerProtectionOrderRoutes(app: App, deps: RouteDeps): void {
  registerCreate(app, deps)
  registerReplace(app, deps)
  registerRead(app, deps)
  registerList(app, deps)
}

function registerRead(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'getProtectionOrder',
      tags: ['Protection orders'],
      summary: 'Read the current version of an order',
      description:
        'Fixed addresses of victims are shown to a supervisor only, the areas of bans also to an operator who has taken over an open alert of the order. Whose were read by whom is recorded before they are answered.',
      params: idParamsSchema,
      response: { 200: protectionOrderSchema },
    },
    handler: async (request, reply) => {
      const record = await findProtectionOrder(request.db, request.params.id)
      if (record === null) throw new RefusedInput('not-found', noOrder)
      const access = await accessOf(request, record.order.id)
      const isPlaced = record.order.locationBans.length > 0 || hasFixedAddress(record.order)
      const isAddress = access === 'all' && hasFixedAddress(record.order)
      if (access !== 'none' && isPlaced) {
        await insertAccess(request.db, {
          organisationId: request.apiClient.organisationId,
          by: actorOf(request),
          door: doorOf(request),
          action: isAddress ? 'read-fixed-addresses' : 'read-ban-areas',
          alertId: null,
          protectionOrderId: record.order.id,
          personIds: peoplePlacedBy(record.order),
          reason:
            access === 'all' ? 'administration of the order' : 'handling of an alert of the order',
          nowMs: deps.clock.nowMs(),
        })
      }
      return answer(reply, { ...deps, db: request.db }, record, [], access)
    },
  })
}

/** A supervisor sees where the bans are; an operator while an alert of the order is in hand. */
async function accessOf(
  { db, apiClient: { id, role } }: Calling,
  orderId: string,
): Promise<PlaceAccess> {
  if (role === 'supervisor') return 'all'
  return (await handlesAlertOf(db, { orderId, clientId: id })) ? 'areas' : 'none'
}

function hasFixedAddress({ proximityBans }: ProtectionOrder): boolean {
  return proximityBans.some(({ fixedAddresses = [] }) => fixedAddresses.length > 0)
}

function registerList(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'listProtectionOrders',
      tags: ['Protection orders'],
      summary: 'List orders, each in its current version',
      description:
        'Without the areas of bans, the fixed addresses of victims and what the assessment of its bans says: those are with each order.',
      querystring: orderQuerySchema,
      response: { 200: pageSchema(protectionOrderSchema) },
    },
    handler: async (request, reply) => {
      const { cursor, limit, reference } = request.query
      const afterId = readCursor(cursor)
      const records = await listProtectionOrders(request.db, {
        afterId,
        limit: limit + 1,
        reference,
      })
      reply.header('content-crs', contentCrs)
      const orders = records.map(({ order }) => order)
      const advice = await adviseOnOrders(request.db, orders, deps.limits)
      const entries = records.map((record) => ({ id: record.order.id, record }))
      const bodyOf = ({ id, record }: (typeof entries)[number]) =>
        orderAnswer(record, advice.get(id) ?? [], 'none')
      return pageOf(entries, limit, bodyOf)
    },
  })
}

/**
 * An answer about one order: its tag for `If-Match`, the reference system of its
 * positions, its advisories.
 */
export async function answer(
  reply: FastifyReply,
  deps: Pick<RouteDeps, 'limits' | 'clock'> & { readonly db: Db },
  record: ProtectionOrderRecord,
  repairs: readonly Advisory[],
  access: PlaceAccess,
) {
  reply.header('etag', orderTag(record.order.version)).header('content-crs', contentCrs)
  const red = await adviseOnEnforceability(deps, record.order)
  const advice = await adviseOnOrders(deps.db, [record.order], deps.limits)
  const told = [...(advice.get(record.order.id) ?? []), ...adviseOnAssessed(record)]
  return orderAnswer(record, [...repairs, ...told, ...red], access)
}

/** The order, or with 202 the proposal that a second person is asked about. */
export async function answerOrProposal(
  reply: FastifyReply,
  deps: Parameters<typeof answer>[1],
  made: Awaited<ReturnType<typeof changeOrProposeOrder>>,
  repairs: readonly Advisory[],
  access: PlaceAccess,
) {
  const { proposal, record } = made
  if (proposal !== null) return answerProposal(reply, proposal)
  return await answer(reply, deps, record, repairs, access)
}

function registerCreate(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createProtectionOrder',
      tags: ['Protection orders'],
      summary: 'Register an order and start watching it',
      description:
        'Geometry that can be read in one way only is repaired and the repair is told in `advisories`; anything else is refused with the place of the fault. What the enforceability assessment of its bans says no to is told there too, by the plan of the device that the offender has by then; a device given later shows when the order is read.',
      problems: { 409: `${duplicateReference} Or its offender would have too many victims.` },
      body: protectionOrderBodySchema,
      response: { 201: protectionOrderSchema },
    },
    handler: async (request, reply) => {
      refuseOtherCrs(request)
      const { order: draft, advisories } = await readOrderBody(request.body)
      const record = await changeRegistry(deps, request, duplicateReference, async (tx) => {
        await refuseWrongPeople(tx, draft)
        await refuseTooManyVictims(tx, draft, deps.limits)
        const ids = await makeIds(tx, draft.locationBans.length + draft.proximityBans.length)
        const named = nameBans(draft, null, () => ids.pop() ?? '')
        const created = { ...named, status: 'active' as const }
        const result = await insertProtectionOrder(tx, created, request.apiClient.id, {
          nowMs: deps.clock.nowMs(),
          ...groundOf(request.body),
          ...(await attachAssessment(tx, request.body.assessmentId, draft)),
        })
        return { result, change: { type: 'protection-order', protectionOrder: result.order } }
      })
      reply.code(201).header('location', `/v1/protection-orders/${record.order.id}`)
      return answer(reply, { ...deps, db: request.db }, record, advisories, 'all')
    },
  })
}

function registerReplace(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/protection-orders/:id',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'replaceProtectionOrder',
      tags: ['Protection orders'],
      summary: 'Change an order: a new version',
      description:
        'The status stays as it is. A ban that names its `id`, or is equal to a present one, keeps its id and its history. `If-Match` with the tag of the version that was read guards against overwriting a change of somebody else. A body that changes nothing makes no version. An order binds one person: another offender takes another order. What may make an alert later or absent (a smaller area, an exception) somebody who is signed in asks for only: 202, and another person confirms or refuses it.',
      problems: {
        409: 'The order has ended, binds another offender, its new reference is taken, or its offender would have too many victims.',
        412: 'The order is at another version than If-Match names.',
      },
      params: idParamsSchema,
      headers: ifMatchHeadersSchema,
      body: protectionOrderReplacementSchema,
      response: { 200: protectionOrderSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      refuseOtherCrs(request)
      const { order: draft, advisories } = await readOrderBody(request.body)
      const { isNew, ...assessed } = await attachAgain(request, draft)
      const change = { ...changeOf(request), ground: { ...groundOf(request.body), ...assessed } }
      const beginsAtMs = laterOf(change.ground.effectiveAtMs, deps.clock.nowMs())
      const asked = { reason: request.body.reason ?? null, untilMs: null, beginsAtMs }
      const made = await changeOrProposeOrder(deps, change, asked, async (current, tx) => {
        await refuseWrongPeople(tx, draft)
        refuseOtherOffender(draft, current)
        await refuseTooManyVictims(tx, draft, deps.limits)
        const ids = await makeIds(tx, draft.locationBans.length + draft.proximityBans.length)
        const named = nameBans(draft, current, () => ids.pop() ?? '')
        const { id, version, status, risk } = current
        const kept = risk === undefined ? {} : { risk }
        const next: ProtectionOrder = { ...named, id, version, status, ...kept }
        return isDeepStrictEqual(next, current) && !isNew ? current : next
      })
      return answerOrProposal(reply, { ...deps, db: request.db }, made, advisories, 'all')
    },
  })
}

/** The assessment it is made with from now on, or the one before, which may not be about it now. */
async function attachAgain(
  request: Calling & {
    readonly params: { readonly id: string }
    readonly body: { readonly assessmentId?: string | null | undefined }
  },
  draft: OrderDraft,
): Promise<AttachedAssessment & { readonly isNew: boolean }> {
  const { db, body, params } = request
  const before = (await findProtectionOrder(db, params.id))?.assessmentId ?? null
  const named = body.assessmentId ?? before
  return { ...(await attachAssessment(db, named, draft)), isNew: named !== before }
}

/** Who changes which order, and which version they mean. */
export function changeOf(
  request: Calling & {
    readonly headers: { readonly 'if-match'?: string | undefined }
    readonly params: { readonly id: string }
  },
) {
  return {
    id: request.params.id,
    ifMatch: request.headers['if-match'],
    changedBy: request.apiClient.id,
    request,
  }
}

/**
 * A sender that says its positions are in another system must not have them read as ours (ADR-GEO).
 */
function refuseOtherCrs(request: { readonly raw: FastifyRequest['raw'] }): void {
  const given = request.raw.headers['content-crs']
  if (given === undefined || given === contentCrs || `<${String(given)}>` === contentCrs) return
  throw new RefusedInput(
    'invalid-header',
    `Expected Content-Crs ${contentCrs}, or none; got another reference system.`,
  )
}
