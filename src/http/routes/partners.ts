import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { RefusedInput, type Fault } from '../../errors.ts'
import { formatInstant, formatInstantOrNull, idParamsSchema } from '../../schemas/common.ts'
import { listQuerySchema, pageSchema } from '../../schemas/common.ts'
import { createdPartnerSchema, partnerBodySchema, partnerSchema } from '../../schemas/partner.ts'
import {
  askPartnerEnd,
  confirmPartner,
  endPartner,
  findPartnerForUpdate,
  insertPartner,
  listPartners,
  type Partner,
} from '../../store/partners/partners.ts'
import { isUniqueViolation } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findApiClient, listMakersOf } from '../../store/registry/api-clients.ts'
import { checkWebhookUrl } from '../../webhooks/webhook-address.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/**
 * Who outside is told of bans. Whoever registers one sees no case, and whoever sees the cases
 * confirms it: where people live goes to nobody by one person alone, and stops by none.
 */
export function registerPartnerRoutes(app: App, deps: RouteDeps): void {
  registerMaking(app, deps)
  registerList(app)
  registerConfirming(app, deps)
  registerEnding(app, deps)
}

function registerMaking(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/partners',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'createPartner',
      tags: ['Partners'],
      summary: 'Register who outside is told of bans',
      description:
        'Told nothing until a supervisor confirms it (`_confirm`). From then on it is told of each order in force, and of each change, and says by its token that it knows.',
      problems: { 409: 'The token is that of another partner.' },
      body: partnerBodySchema,
      response: { 201: createdPartnerSchema },
    },
    handler: async (request, reply) => {
      const { url = null, ...body } = request.body
      const secret = url === null ? null : `whsec_${randomBytes(32).toString('base64')}`
      const nowMs = deps.clock.nowMs()
      const madeByKind = request.apiClient.person === null ? 'api-client' : 'staff'
      const draft = { ...body, url, secret, madeBy: request.apiClient.id, madeByKind } as const
      const made = await request.db.transaction(async (tx) => {
        await refuseUnfit(tx, deps, draft)
        const partner = await insertPartner(tx, { ...draft, nowMs }).catch((error: unknown) => {
          if (isUniqueViolation(error)) throw new RefusedInput('conflict', tokenTaken)
          throw error
        })
        await recordAct(tx, actOf(request, nowMs, aboutPartner(partner)))
        return partner
      })
      reply.code(201)
      return { ...bodyOf(made), secret }
    },
  })
}

const tokenTaken = 'This token is that of another partner: make one for this partner.'

async function refuseUnfit(
  tx: pg.PoolClient,
  { config }: RouteDeps,
  { apiClientId, url }: Pick<Partner, 'apiClientId' | 'url'>,
): Promise<void> {
  const faults: Fault[] = []
  const client = await findApiClient(tx, apiClientId)
  if (client?.role !== 'partner' || client.revokedAtMs !== null) {
    const detail = 'expected the id of a token of role partner that is not revoked, got another'
    faults.push({ pointer: '/apiClientId', code: 'unknown-reference', detail })
  }
  const check = url === null ? null : checkWebhookUrl(url, config.webhookHosts)
  if (check?.isAllowed === false) {
    faults.push({ pointer: '/url', code: 'webhook-host-refused', detail: check.detail })
  }
  if (faults.length > 0) throw new RefusedInput('invalid-request', 'See errors.', faults)
}

function registerList(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/partners',
    config: { roles: ['administrator', 'supervisor'] },
    schema: {
      operationId: 'listPartners',
      tags: ['Partners'],
      summary: 'List who outside is told of bans',
      querystring: listQuerySchema,
      response: { 200: pageSchema(partnerSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const query = { afterId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listPartners(request.db, query), limit, bodyOf)
    },
  })
}

function registerConfirming(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/_confirm',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'confirmPartner',
      tags: ['Partners'],
      summary: 'Confirm that a partner is told of bans, or that it no longer is',
      problems: { 403: 'You asked for it.', 409: 'Nothing of it waits.' },
      params: idParamsSchema,
      response: { 200: partnerSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const by = { id: request.apiClient.id, nowMs }
      return await request.db.transaction(async (tx) => {
        const partner = await find(tx, request.params.id)
        const status = statusOf(partner)
        if (status !== 'waiting' && status !== 'ending') {
          throw new RefusedInput('conflict', 'Nothing of this partner waits for a second person.')
        }
        await refuseOwn(tx, deps, request, partner)
        const change = status === 'waiting' ? confirmPartner : endPartner
        const changed = await change(tx, partner.id, by)
        await recordAct(tx, actOf(request, nowMs, aboutPartner(changed)))
        return bodyOf(changed)
      })
    },
  })
}

function registerEnding(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/_end',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'endPartner',
      tags: ['Partners'],
      summary: 'Ask that a partner is told of bans no longer',
      description: 'It is told until a supervisor confirms it. One that waits is ended at once.',
      problems: { 409: 'It is asked already, or has ended.' },
      params: idParamsSchema,
      response: { 200: partnerSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const kind = request.apiClient.person === null ? 'api-client' : 'staff'
      const by = { id: request.apiClient.id, nowMs, kind } as const
      return await request.db.transaction(async (tx) => {
        const partner = await find(tx, request.params.id)
        const status = statusOf(partner)
        if (status === 'ended' || status === 'ending') {
          throw new RefusedInput('conflict', 'It is asked already, or has ended.')
        }
        const asked = await askPartnerEnd(tx, partner.id, by)
        const changed = status === 'waiting' ? await endPartner(tx, partner.id, by) : asked
        await recordAct(tx, actOf(request, nowMs, aboutPartner(changed)))
        return bodyOf(changed)
      })
    },
  })
}

async function find(tx: pg.PoolClient, id: string): Promise<Partner> {
  const partner = await findPartnerForUpdate(tx, id)
  if (partner === null) throw new RefusedInput('not-found', 'No partner has this id.')
  return partner
}

/** Whose hand a token is says who made it: a token of whoever asked does not confirm. */
async function refuseOwn(
  tx: pg.PoolClient,
  { config }: RouteDeps,
  { apiClient }: Calling,
  partner: Partner,
): Promise<void> {
  const isEnding = partner.endAskedBy !== null
  const askedBy = partner.endAskedBy ?? partner.madeBy
  const kind = (isEnding ? partner.endAskedByKind : null) ?? partner.madeByKind
  const isStrict = kind === 'staff' || apiClient.person !== null || config.twoPeople === 'everybody'
  const hands = isStrict
    ? [...(await listMakersOf(tx, apiClient.id)), ...(await listMakersOf(tx, askedBy))]
    : []
  const isOwn = apiClient.id === askedBy || hands.includes(askedBy) || hands.includes(apiClient.id)
  if (isOwn) throw new RefusedInput('forbidden', 'Somebody else must confirm what you asked for.')
}

function statusOf(partner: Partner): 'waiting' | 'told' | 'ending' | 'ended' {
  if (partner.endedAtMs !== null) return 'ended'
  if (partner.confirmedAtMs === null) return 'waiting'
  return partner.endAskedAtMs === null ? 'told' : 'ending'
}

function aboutPartner(partner: Partner) {
  const detail = { status: statusOf(partner), partner: partner.kind }
  return { kind: 'alteration', subjectId: partner.id, detail } as const
}

function bodyOf(partner: Partner) {
  return {
    id: partner.id,
    kind: partner.kind,
    name: partner.name,
    apiClientId: partner.apiClientId,
    url: partner.url,
    onBreach: partner.onBreach,
    onBreachBy: partner.onBreachBy,
    receiptWithinMinutes: partner.receiptWithinMinutes,
    status: statusOf(partner),
    madeBy: partner.madeBy,
    madeAt: formatInstant(partner.madeAtMs),
    confirmedBy: partner.confirmedBy,
    confirmedAt: formatInstantOrNull(partner.confirmedAtMs),
    endAskedBy: partner.endAskedBy,
    endedBy: partner.endedBy,
    endedAt: formatInstantOrNull(partner.endedAtMs),
  }
}
