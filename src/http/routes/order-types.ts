import type pg from 'pg'
import { orderTypesVersion, type OrderType } from '../../core/model/order-terms.ts'
import { findTypeFaults } from '../../core/orders/type-faults.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstantOrNull } from '../../schemas/common.ts'
import {
  orderTypeBodySchema,
  orderTypeParamsSchema,
  orderTypeSchema,
  orderTypesSchema,
} from '../../schemas/order-type.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import {
  insertOrderType,
  listOrderTypes,
  type OrderTypeRow,
} from '../../store/registry/order-types.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import type { Db } from '../../store/pg/pool.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { differences } from '../proposals/describe-change.ts'
import { describeOrderType } from '../proposals/describe-order-type.ts'
import { proposeOrTell } from '../proposals/propose.ts'
import type { RouteDeps } from '../route-deps.ts'
import { organisationOf } from './alert-response.ts'

/** What the law says of each kind of order, as far as somebody wrote it down, and when who acts. */
export function registerOrderTypeRoutes(app: App, deps: RouteDeps): void {
  registerReading(app)
  registerSetting(app, deps)
}

function registerReading(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/order-types',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'listOrderTypes',
      tags: ['Protection orders'],
      summary: 'Read the terms of each kind of order, with how sure we are of each',
      response: { 200: orderTypesSchema },
    },
    handler: async (request) => {
      const rows = await listOrderTypes(request.db, organisationOf(request))
      return { version: orderTypesVersion, items: rows.map(bodyOf) }
    },
  })
}

function registerSetting(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/order-types/:legalBasis',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'replaceOrderType',
      tags: ['Protection orders'],
      summary: 'Set what is known of a kind of order, and when who is reminded',
      description:
        'A new version. Within a minute the reminders of orders that run are planned anew by it, but for what somebody was asked already; what was done keeps the version it was judged by. Somebody who is signed in asks for it only: 202, and another supervisor confirms or refuses it.',
      problems: {
        409: 'Another version was set since `basedOnVersion`, or this is asked already.',
      },
      params: orderTypeParamsSchema,
      body: orderTypeBodySchema,
      response: { 200: orderTypeSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const { basedOnVersion, reason = null, ...orderType } = request.body
      refuseFaulty(orderType)
      const { legalBasis } = request.params
      const change = { organisationId: organisationOf(request), legalBasis, basedOnVersion }
      const proposal = await request.db.transaction(async (tx) => {
        const before = await findRow(tx, change)
        if (before.version !== basedOnVersion) throw changedSince()
        const words = (type: OrderType) => describeOrderType(legalBasis, type)
        const made = await proposeOrTell(tx, deps, request, {
          personIds: [],
          reason,
          weakens: ['order-type-otherwise'],
          changes: differences(words(before.type), words(orderType)),
          change: { type: 'order-type', ...change, orderType },
        })
        if (made === null) await set(tx, request, { ...change, orderType }, deps.clock.nowMs())
        return made
      })
      if (proposal !== null) return answerProposal(reply, proposal)
      return bodyOf(await findRow(request.db, change))
    },
  })
}

function refuseFaulty(orderType: OrderType): void {
  const faults = findTypeFaults(orderType)
  if (faults.length === 0) return
  throw new RefusedInput(
    'invalid-request',
    'Nobody can be reminded by this; see errors.',
    faults.map((fault) => ({ ...fault, code: 'invalid-value' })),
  )
}

async function findRow(
  db: Db,
  { legalBasis, organisationId }: Pick<OrderTypeRow, 'legalBasis'> & { organisationId: string },
): Promise<OrderTypeRow> {
  const rows = await listOrderTypes(db, organisationId)
  const row = rows.find((one) => one.legalBasis === legalBasis)
  if (row === undefined) throw new Error('expected a row for every legal basis, got none')
  return row
}

async function set(
  tx: pg.PoolClient,
  request: Calling,
  change: Pick<
    Parameters<typeof insertOrderType>[1],
    'organisationId' | 'legalBasis' | 'basedOnVersion' | 'orderType'
  >,
  changedAtMs: number,
): Promise<void> {
  const by = { changedBy: request.apiClient.id, confirmedBy: null, changedAtMs }
  const version = await insertOrderType(tx, { ...change, ...by })
  if (version === null) throw changedSince()
  const detail = { legalBasis: change.legalBasis, version }
  await recordAct(tx, actOf(request, changedAtMs, { kind: 'alteration', detail }))
}

function changedSince(): RefusedInput {
  return new RefusedInput(
    'conflict',
    'Another version was set in the meantime: read it and make the change there.',
  )
}

function bodyOf({ changedAtMs, changedBy, confirmedBy, legalBasis, type, version }: OrderTypeRow) {
  const { afterExtension, confidence, extendedBy, reminders } = type
  const { afterEnd, afterLast, extensionCountMax, extensionTerm, maximum } = type
  const { reviewEvery, source, sourceNl = null, statute, term } = type
  return {
    legalBasis,
    version,
    statute,
    term,
    extensionTerm,
    extensionCountMax,
    maximum,
    extendedBy: [...extendedBy],
    reminders: [...reminders],
    afterExtension: afterExtension === null ? null : [...afterExtension],
    reviewEvery,
    afterEnd,
    afterLast,
    confidence,
    source,
    sourceNl,
    changedAt: formatInstantOrNull(changedAtMs),
    changedBy,
    confirmedBy,
  }
}
