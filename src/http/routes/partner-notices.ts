import type pg from 'pg'
import { RefusedInput } from '../../errors.ts'
import {
  formatInstant,
  formatInstantOrNull,
  idParamsSchema,
  pageSchema,
} from '../../schemas/common.ts'
import {
  noticeQuerySchema,
  orderNoticesSchema,
  partnerNoticeSchema,
  receiptBodySchema,
  toldEventSchema,
} from '../../schemas/partner.ts'
import { readNoticeEvent } from '../../store/partners/notice-event.ts'
import {
  findNotice,
  listNoticesOfOrder,
  listNoticesOfPartner,
  markFetched,
  receiveNotice,
  type PartnerNotice,
} from '../../store/partners/notices.ts'
import { findPartnerOfClient, type Partner } from '../../store/partners/partners.ts'
import { inTransaction, type Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findProtectionOrder } from '../../store/registry/protection-orders.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { noOrder } from '../orders/order-change.ts'
import { recordReading } from '../orders/record-reading.ts'
import type { RouteDeps } from '../route-deps.ts'

/**
 * What partners are told of bans: they fetch it and say that they have it, and the desk sees which
 * of it nobody has confirmed.
 */
export function registerPartnerNoticeRoutes(app: App, deps: RouteDeps): void {
  registerListing(app, deps)
  registerFetching(app, deps)
  registerReceiving(app, deps)
  registerOfOrder(app, deps)
}

function registerListing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/partner-notices',
    config: { roles: ['partner'] },
    schema: {
      operationId: 'listPartnerNotices',
      tags: ['Partners'],
      summary: 'List what you are told of bans, in its order',
      description: 'Without what they say: read each by its id. `cursor` is the last `number`.',
      querystring: noticeQuerySchema,
      response: { 200: pageSchema(partnerNoticeSchema) },
    },
    handler: async (request) => {
      const partner = await partnerOf(deps.machinery, request)
      const { cursor, limit, waiting } = request.query
      const rows = await listNoticesOfPartner(deps.machinery, {
        partnerId: partner.id,
        afterNumber: readNumber(cursor),
        isWaitingOnly: waiting === 'yes',
        limit: limit + 1,
      })
      const items = rows.slice(0, limit)
      const last = rows.length > limit ? items.at(-1) : undefined
      return { items: items.map(bodyOf), nextCursor: last === undefined ? null : `${last.number}` }
    },
  })
}

function readNumber(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor)
  throw new RefusedInput('invalid-request', 'Expected `nextCursor` of a page, got another cursor.')
}

function registerFetching(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/partner-notices/:id',
    config: { roles: ['partner'] },
    schema: {
      operationId: 'getPartnerNotice',
      tags: ['Partners'],
      summary: 'Read a ban as you are told of it',
      description:
        'The same event as is sent, whole whatever its size. Each reading is on record. That it was read is no receipt: see `_receive`.',
      params: idParamsSchema,
      response: { 200: toldEventSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      return await inTransaction(deps.machinery, async (tx) => {
        const { notice, partner } = await find(tx, request, request.params.id)
        const about = { notice, partner, oin: deps.config.oin }
        const { event, personIds } = await readNoticeEvent(tx, about, Infinity)
        await markFetched(tx, notice.id, nowMs)
        await recordAct(
          tx,
          actOf(request, nowMs, {
            kind: 'disclosure',
            organisationId: partner.organisationId,
            personIds,
            protectionOrderId: notice.protectionOrderId,
            subjectId: partner.id,
            detail: { act: notice.act, number: notice.number, version: notice.orderVersion },
          }),
        )
        return toldEventSchema.parse(event)
      })
    },
  })
}

function registerReceiving(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/partner-notices/:id/_receive',
    config: { roles: ['partner'] },
    schema: {
      operationId: 'receivePartnerNotice',
      tags: ['Partners'],
      summary: 'Say that you have it, and under which number',
      description: 'Said again it changes nothing; under another number it is refused.',
      problems: { 409: 'It was received under another number.' },
      params: idParamsSchema,
      body: receiptBodySchema,
      response: { 200: partnerNoticeSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { reference } = request.body
      return await inTransaction(deps.machinery, async (tx) => {
        const { notice, partner } = await find(tx, request, request.params.id)
        if (notice.receivedAtMs !== null) {
          if (notice.receiptReference === reference) return bodyOf(notice)
          throw new RefusedInput('conflict', 'It was received under another number.')
        }
        const { id: by } = request.apiClient
        await receiveNotice(tx, notice.id, { by, reference, nowMs })
        const { organisationId } = partner
        const { protectionOrderId } = notice
        const detail = { reference, number: notice.number }
        const about = { organisationId, protectionOrderId, subjectId: notice.id, detail }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about }))
        return bodyOf({ ...notice, receivedAtMs: nowMs, receiptReference: reference })
      })
    },
  })
}

function registerOfOrder(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/partner-notices',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'listOrderNotices',
      tags: ['Partners'],
      summary: 'List which partners were told of an order, and which confirmed it',
      description: 'The newest first, 200 at most. No places. Each reading is on record.',
      params: idParamsSchema,
      response: { 200: orderNoticesSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      if ((await findProtectionOrder(request.db, id)) === null)
        throw new RefusedInput('not-found', noOrder)
      const rows = await listNoticesOfOrder(request.db, id)
      await recordReading(deps, request, [id])
      return {
        items: rows.map((row) => ({
          ...bodyOf(row),
          protectionOrderId: row.protectionOrderId,
          version: row.orderVersion,
          act: row.act,
          partnerId: row.partnerId,
          partnerName: row.partnerName,
          lastError: row.lastError,
        })),
      }
    },
  })
}

/** A token of role partner sees no row by itself: what it is told is found by whose it is. */
async function partnerOf(db: Db, { apiClient }: Calling): Promise<Partner> {
  const partner = await findPartnerOfClient(db, apiClient.id)
  if (partner === null) throw new RefusedInput('not-found', 'This token is of no partner.')
  return partner
}

async function find(tx: pg.PoolClient, request: Calling, id: string) {
  const partner = await partnerOf(tx, request)
  const notice = await findNotice(tx, { id, partnerId: partner.id })
  if (notice === null) throw new RefusedInput('not-found', 'No notice has this id.')
  return { partner, notice }
}

function bodyOf(notice: PartnerNotice) {
  return {
    id: notice.id,
    number: notice.number,
    protectionOrderId: notice.protectionOrderId,
    version: notice.orderVersion,
    act: notice.act,
    madeAt: formatInstant(notice.madeAtMs),
    receiptDueAt: formatInstant(notice.receiptDueAtMs),
    sentAt: formatInstantOrNull(notice.sentAtMs),
    fetchedAt: formatInstantOrNull(notice.fetchedAtMs),
    receivedAt: formatInstantOrNull(notice.receivedAtMs),
    receiptReference: notice.receiptReference,
    reminderCount: notice.askedCount,
    isSuperseded: notice.isSuperseded,
  }
}
