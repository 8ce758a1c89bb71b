import type pg from 'pg'
import { RefusedInput } from '../../errors.ts'
import type { ProtectionOrder } from '../../core/model/registry.ts'
import { idParamsSchema, instantMs } from '../../schemas/common.ts'
import {
  householdLinkBodySchema,
  householdLinkEndSchema,
  householdLinkSchema,
  householdSchema,
} from '../../schemas/household.ts'
import {
  endHouseholdLink,
  getHouseholdLink,
  insertHouseholdLink,
  listHouseholdLinks,
} from '../../store/cases/household-links.ts'
import { listMoveQuestions } from '../../store/cases/move-questions.ts'
import { listRelocations, listRunningOrderIds } from '../../store/cases/relocations.ts'
import { unlessUnreadable } from '../../store/keys/sealed-orders.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findProtectionOrder } from '../../store/registry/protection-orders.ts'
import { findPersonRoles } from '../../store/registry/registry-rows.ts'
import { linkBodyOf, questionBodyOf, relocationBodyOf } from '../answers/household-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { askKnownMoves } from '../orders/ask-known-moves.ts'
import { noOrder } from '../orders/order-change.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import type { RouteDeps } from '../route-deps.ts'

/**
 * Who lives with whom, and where people of a case moved: for supervisors alone, and part of nothing
 * that leaves the house. Where somebody who lives with her is, is where she is.
 */
export function registerHouseholdRoutes(app: App, deps: RouteDeps): void {
  registerReading(app, deps)
  registerLinking(app, deps)
  registerEnding(app, deps)
}

function registerReading(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/household',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'getHousehold',
      tags: ['Cases'],
      summary: 'Read who lives with whom in a case, who has moved, and what was asked about it',
      description:
        'With addresses, so each reading is on record before it is answered. No partner, no page of a case and no alert has any of it.',
      params: idParamsSchema,
      response: { 200: householdSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const order = await findOrder(request.db, id)
      const about = { protectionOrderId: id, personIds: peopleOfOrder(order) }
      await request.db.transaction((tx) =>
        recordAct(tx, actOf(request, deps.clock.nowMs(), { kind: 'consultation', ...about })),
      )
      const query = { orderId: id, isOpenOnly: false, afterId: null, limit: 500 }
      return {
        protectionOrderId: id,
        links: (await listHouseholdLinks(request.db, id)).map(linkBodyOf),
        relocations: (await listRelocations(request.db, id)).map(relocationBodyOf),
        questions: (await listMoveQuestions(request.db, query)).map(questionBodyOf),
      }
    },
  })
}

function registerLinking(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/household-links',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createHouseholdLink',
      tags: ['Cases'],
      summary: 'Keep who lives with somebody of a case',
      params: idParamsSchema,
      body: householdLinkBodySchema,
      response: { 201: householdLinkSchema },
    },
    handler: async (request, reply) => {
      const keptAtMs = deps.clock.nowMs()
      const { id: protectionOrderId } = request.params
      const { memberId = null, memberReference = null, personId, relation, since } = request.body
      const made = await request.db.transaction(async (tx) => {
        const order = await findOrder(tx, protectionOrderId)
        refuseStranger(order, personId)
        if (memberId !== null) await refuseUnknownMember(tx, memberId, personId)
        const sinceMs = instantMs(since)
        const link = { protectionOrderId, personId, memberId, memberReference, relation, sinceMs }
        const keptBy = request.apiClient.id
        const linkId = await insertHouseholdLink(tx, { ...link, keptBy, keptAtMs })
        const personIds = memberId === null ? [personId] : [personId, memberId]
        const about = { protectionOrderId, personIds, subjectId: linkId, detail: { relation } }
        await recordAct(tx, actOf(request, keptAtMs, { kind: 'alteration', ...about }))
        await askHouseholds(tx, request, order, { memberId, nowMs: keptAtMs })
        return await getHouseholdLink(tx, linkId)
      })
      reply.code(201)
      return linkBodyOf(made)
    },
  })
}

/** Who lives together has one place: what names either is asked about the moves of both. */
async function askHouseholds(
  tx: pg.PoolClient,
  request: Calling,
  order: ProtectionOrder,
  { memberId, nowMs }: { readonly memberId: string | null; readonly nowMs: number },
): Promise<void> {
  if (memberId === null) return
  await askKnownMoves(tx, request, order, { nowMs })
  for (const id of await listRunningOrderIds(tx, memberId)) {
    const other = id === order.id ? null : await findProtectionOrder(tx, id).catch(unlessUnreadable)
    if (other !== null) await askKnownMoves(tx, request, other.order, { nowMs })
  }
}

function registerEnding(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/household-links/:id/_end',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'endHouseholdLink',
      tags: ['Cases'],
      summary: 'Keep until when somebody lived with somebody',
      problems: { 409: 'It is over already.' },
      params: idParamsSchema,
      body: householdLinkEndSchema,
      response: { 200: householdLinkSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      const untilMs = instantMs(request.body.until)
      return await request.db.transaction(async (tx) => {
        const end = { id, untilMs, by: request.apiClient.id }
        const protectionOrderId = await endHouseholdLink(tx, end).catch(refuseWrongEnd)
        if (protectionOrderId === null) {
          throw new RefusedInput('conflict', 'There is no such link, or it is over already.')
        }
        const link = await getHouseholdLink(tx, id)
        const { memberId, personId } = link
        const personIds = memberId === null ? [personId] : [personId, memberId]
        const about = { protectionOrderId, personIds, subjectId: id }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about }))
        return linkBodyOf(link)
      })
    },
  })
}

function refuseStranger(order: ProtectionOrder, personId: string): void {
  if (peopleOfOrder(order).includes(personId)) return
  const detail = 'expected somebody of this case, got another id'
  throw new RefusedInput('unknown-reference', null, [
    { pointer: '/personId', code: 'unknown-reference', detail },
  ])
}

async function refuseUnknownMember(tx: Db, memberId: string, personId: string): Promise<void> {
  const isKnown = (await findPersonRoles(tx, [memberId])).has(memberId)
  if (isKnown && memberId !== personId) return
  const detail = 'expected the id of somebody else who is registered, got another id'
  throw new RefusedInput('unknown-reference', null, [
    { pointer: '/memberId', code: 'unknown-reference', detail },
  ])
}

/** The database holds that a link ends after it began. */
function refuseWrongEnd(error: unknown): never {
  if ((error as { readonly code?: string }).code !== '23514') throw error
  throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    { pointer: '/until', code: 'invalid-value', detail: 'expected a time after it began' },
  ])
}

async function findOrder(db: Db, id: string): Promise<ProtectionOrder> {
  const found = await findProtectionOrder(db, id)
  if (found === null) throw new RefusedInput('not-found', noOrder)
  return found.order
}
