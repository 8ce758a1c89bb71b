import { randomBytes } from 'node:crypto'
import { RefusedInput } from '../../errors.ts'
import { checkWebhookUrl } from '../../webhooks/webhook-address.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import type { Proposal } from '../../store/people/proposals.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { proposeOrTell } from '../proposals/propose.ts'
import {
  changeWebhookSecret,
  disableWebhookSubscription,
  findWebhookSubscription,
  insertWebhookSubscription,
  listWebhookSubscriptions,
  previousSecretCountMax,
} from '../../store/alerts/webhooks.ts'
import { inTransaction, type Db } from '../../store/pg/pool.ts'
import { findVendor } from '../../store/registry/registry-rows.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { pageOf, readCursor } from './paging.ts'
import { idParamsSchema, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import {
  createdWebhookSubscriptionSchema,
  webhookBodySchema,
  webhookSubscriptionSchema,
} from '../../schemas/webhook.ts'
import { webhookSubscriptionBodyOf } from '../answers/webhook-answer.ts'

/**
 * Where else alerts are sent: signed, without positions, and only to hosts this installation knows.
 */
export function registerWebhookSubscriptionRoutes(app: App, deps: RouteDeps): void {
  registerCreating(app, deps)
  registerReading(app)
  registerChangingSecret(app, deps)
  registerDeleting(app, deps)
}

function registerCreating(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/webhook-subscriptions',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'createWebhookSubscription',
      tags: ['Webhooks'],
      summary: 'Have alerts told to another system',
      description:
        'Each event is posted as a CloudEvent (NL GOV profile), signed as Standard Webhooks describes. ' +
        'Any answer but 2xx is tried again for three days; 410 ends the subscription. ' +
        'That a delivery is late, or was given up, is told in the history of its alert and on the stream.',
      body: webhookBodySchema,
      response: { 201: createdWebhookSubscriptionSchema },
    },
    handler: async (request, reply) => {
      const { url, events } = request.body
      const check = checkWebhookUrl(url, deps.config.webhookHosts)
      if (!check.isAllowed) {
        const fault = { pointer: '/url', code: 'webhook-host-refused', detail: check.detail }
        throw new RefusedInput('invalid-request', 'The address may not be called.', [fault])
      }
      const vendorId = request.body.vendorId ?? null
      if (vendorId !== null) await refuseUnknownVendor(request.db, vendorId)
      const secret = request.body.secret ?? makeSecret()
      const createdBy = request.apiClient.id
      const { organisationId } = request.apiClient
      const made = { url, secret, events, vendorId, createdBy, organisationId }
      const subscription = await request.db.transaction(async (tx) => {
        const inserted = await insertWebhookSubscription(tx, made)
        const about = { kind: 'alteration', subjectId: inserted.id } as const
        await recordAct(tx, actOf(request, deps.clock.nowMs(), about))
        return inserted
      })
      request.log.info(
        { webhookSubscriptionId: subscription.id, byApiClientId: createdBy },
        'webhook subscription made',
      )
      reply.code(201).header('location', `/v1/webhook-subscriptions/${subscription.id}`)
      return { ...webhookSubscriptionBodyOf(subscription), secret }
    },
  })
}

async function refuseUnknownVendor(db: Db, vendorId: string): Promise<void> {
  if ((await findVendor(db, vendorId)) !== null) return
  const detail = 'expected the id of a vendor, got an id that no vendor has'
  throw new RefusedInput('unknown-reference', null, [
    { pointer: '/vendorId', code: 'unknown-reference', detail },
  ])
}

function registerReading(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/webhook-subscriptions',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'listWebhookSubscriptions',
      tags: ['Webhooks'],
      summary: 'List webhook subscriptions',
      querystring: listQuerySchema,
      response: { 200: pageSchema(webhookSubscriptionSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const found = await listWebhookSubscriptions(request.db, {
        afterId: readCursor(cursor),
        limit: limit + 1,
      })
      return pageOf(found, limit, webhookSubscriptionBodyOf)
    },
  })

  app.route({
    method: 'GET',
    url: '/v1/webhook-subscriptions/:id',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'getWebhookSubscription',
      tags: ['Webhooks'],
      summary: 'Read one webhook subscription',
      params: idParamsSchema,
      response: { 200: webhookSubscriptionSchema },
    },
    handler: async (request) => {
      const found = await findWebhookSubscription(request.db, request.params.id)
      if (found === null) throw unknownSubscription()
      return webhookSubscriptionBodyOf(found)
    },
  })
}

function registerChangingSecret(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/webhook-subscriptions/:id/_change-secret',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'changeWebhookSecret',
      tags: ['Webhooks'],
      summary: 'Sign with another secret',
      description:
        'The answer holds the new secret, once. For a day what is sent carries two signatures, with the new one and the one before, so that the receiver can change over without refusing anything. Whoever lost the answer may change again: all secrets of that day sign, five at most.',
      problems: { 409: 'It ended, or its secret was changed four times within a day.' },
      params: idParamsSchema,
      response: { 200: createdWebhookSubscriptionSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const secret = makeSecret()
      const nowMs = deps.clock.nowMs()
      const change = { id, secret, nowMs, previousUntilMs: nowMs + bothSecretsMs }
      const changed = await request.db.transaction(async (tx) => {
        const made = await changeWebhookSecret(tx, change)
        if (made !== null) {
          await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', subjectId: id }))
        }
        return made
      })
      if (changed === null) throw await whyNotChanged(request.db, id)
      request.log.info(
        { webhookSubscriptionId: id, byApiClientId: request.apiClient.id },
        'webhook secret changed',
      )
      return { ...webhookSubscriptionBodyOf(changed), secret }
    },
  })
}

/** Long enough for somebody to bring the new secret to the receiver on a working day. */
const bothSecretsMs = 86_400_000

async function whyNotChanged(db: Db, id: string): Promise<RefusedInput> {
  const found = await findWebhookSubscription(db, id)
  if (found === null) return unknownSubscription()
  if (found.disabledAtMs !== null) {
    return new RefusedInput('conflict', 'The subscription has ended: nothing is signed any more.')
  }
  return new RefusedInput(
    'conflict',
    `The secret was changed ${previousSecretCountMax} times within a day. Wait until a day after the last time, or make another subscription.`,
  )
}

function registerDeleting(app: App, deps: RouteDeps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/webhook-subscriptions/:id',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'deleteWebhookSubscription',
      tags: ['Webhooks'],
      summary: 'Stop telling another system',
      description:
        'Nothing more is sent; what still waits is given up, which is told at its alerts. ' +
        'What was sent stays on record, so it can still be read. ' +
        'Somebody who is signed in asks for it only: 202, and another administrator confirms or refuses it.',
      problems: { 409: 'This is asked already.' },
      params: idParamsSchema,
      response: { 200: webhookSubscriptionSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const { id } = request.params
      const proposal = await proposeEnd(deps, request, id)
      if (proposal !== null) return answerProposal(reply, proposal)
      const reason = 'Deleted by an administrator.'
      const nowMs = deps.clock.nowMs()
      const end = { id, reason, nowMs, disabledBy: request.apiClient.id }
      // What waits is of cases that are none of an administrator's.
      if ((await findWebhookSubscription(request.db, id)) === null) throw unknownSubscription()
      const gaveUpCount = await inTransaction(deps.machinery, async (tx) => {
        const ended = await disableWebhookSubscription(tx, end)
        if (ended !== null) {
          await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', subjectId: id }))
        }
        return ended
      })
      request.log.info(
        { webhookSubscriptionId: id, byApiClientId: request.apiClient.id },
        'webhook subscription ended',
      )
      const left = await findWebhookSubscription(request.db, id)
      if (gaveUpCount === null || left === null) throw unknownSubscription()
      if (gaveUpCount > 0) deps.alertHub.announce()
      return webhookSubscriptionBodyOf(left)
    },
  })
}

/** Null: a machine may do it, and people are called; or it has ended. */
async function proposeEnd(deps: RouteDeps, request: Calling, id: string): Promise<Proposal | null> {
  const subscription = await findWebhookSubscription(request.db, id)
  if (subscription === null || subscription.disabledAtMs !== null) return null
  return await request.db.transaction((tx) =>
    proposeOrTell(tx, deps, request, {
      subjectId: id,
      personIds: [],
      reason: null,
      weakens: ['told-to-fewer'],
      changes: [{ what: 'url', before: subscription.url, after: null }],
      change: { type: 'subscription-end' },
    }),
  )
}

function unknownSubscription(): RefusedInput {
  return new RefusedInput('not-found', 'No webhook subscription has this id.')
}

function makeSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}
