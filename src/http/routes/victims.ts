import type pg from 'pg'
import { isToldByRule, neutralTexts, outsideWishes } from '../../core/model/tell-victim.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema } from '../../schemas/common.ts'
import {
  consentBodySchema,
  tellingBodySchema,
  tellingSchema,
  victimFileSchema,
  wishesBodySchema,
} from '../../schemas/victim.ts'
import { findAlert } from '../../store/alerts/alerts.ts'
import {
  carriesDevice,
  findWishes,
  keepConsent,
  keepTelling,
  keepWishes,
  listConsents,
  listOrdersProtecting,
  listTellings,
  type Telling,
} from '../../store/cases/victims.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** What a protected person agreed to, how they wish to be told, and what they were told. */
export function registerVictimRoutes(app: App, deps: RouteDeps): void {
  registerReading(app, deps)
  registerConsent(app, deps)
  registerWishes(app, deps)
  registerTelling(app, deps)
}

const staffRoles = ['operator', 'supervisor'] as const

function registerReading(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/persons/:id/victim-file',
    config: { roles: [...staffRoles] },
    schema: {
      operationId: 'getVictimFile',
      tags: ['Cases'],
      summary: 'Read what a protected person agreed to, wishes, and was told',
      description: 'On record under that person. No places.',
      params: idParamsSchema,
      response: { 200: victimFileSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      await findVictim(request.db, id)
      const body = await readFile(request.db, id, deps.clock.nowMs())
      await request.db.transaction((tx) =>
        record(tx, deps, request, { id, detail: { isReading: true } }),
      )
      return body
    },
  })
}

async function readFile(db: Db, personId: string, nowMs: number) {
  const consents = await listConsents(db, personId)
  const wishes = await findWishes(db, personId)
  const tellings = await listTellings(db, personId)
  const carries = await carriesDevice(db, personId, nowMs)
  const kept = consents.map(({ atMs, ...consent }) => ({ ...consent, at: formatInstant(atMs) }))
  return {
    personId,
    consent: kept[0] ?? null,
    consents: kept,
    carriesDevice: carries,
    isConsentMissing: carries && kept[0]?.isGiven !== true,
    wishes:
      wishes === null
        ? null
        : {
            channel: wishes.channel,
            hours: wishes.hours,
            topics: [...wishes.topics],
            language: wishes.language,
            at: formatInstant(wishes.atMs),
          },
    tellings: tellings.map(tellingBodyOf),
    toldInVainCount: tellings.filter(({ wasFalse }) => wasFalse === true).length,
  }
}

function registerConsent(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/persons/:id/consents',
    config: { roles: [...staffRoles] },
    schema: {
      operationId: 'keepConsent',
      tags: ['Cases'],
      summary: 'Keep whether a protected person agrees to carry a device',
      description:
        'Taken back at any time and without consequence: no order changes, nobody else is told. A device that they still carry is listed until it is taken back.',
      params: idParamsSchema,
      body: consentBodySchema,
      response: { 200: victimFileSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      await findVictim(request.db, id)
      return await request.db.transaction(async (tx) => {
        const { isGiven } = request.body
        await keepConsent(tx, { personId: id, isGiven, atMs: nowMs, keptBy: request.apiClient.id })
        const body = await readFile(tx, id, nowMs)
        await record(tx, deps, request, { id, detail: { isGiven } })
        return body
      })
    },
  })
}

function registerWishes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/persons/:id/wishes',
    config: { roles: [...staffRoles] },
    schema: {
      operationId: 'replaceWishes',
      tags: ['Cases'],
      summary: 'Keep how, when and of what a protected person wishes to be told',
      params: idParamsSchema,
      body: wishesBodySchema,
      response: { 200: victimFileSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      await findVictim(request.db, id)
      return await request.db.transaction(async (tx) => {
        const kept = { atMs: nowMs, keptBy: request.apiClient.id }
        await keepWishes(tx, { ...request.body, personId: id, ...kept })
        const body = await readFile(tx, id, nowMs)
        const { channel } = request.body
        await record(tx, deps, request, { id, detail: { channel } })
        return body
      })
    },
  })
}

function registerTelling(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/persons/:id/tellings',
    config: { roles: [...staffRoles] },
    schema: {
      operationId: 'createTelling',
      tags: ['Cases'],
      summary: 'Keep that a protected person was told something, by a neutral text',
      description:
        'The text follows from the topic and the language that they wish. Otherwise than they wish takes a reason, except in danger. By rule only where the alert is a breach that goes on beyond doubt.',
      problems: { 409: 'The alert is not sure enough for the rule, or is not about them.' },
      params: idParamsSchema,
      body: tellingBodySchema,
      response: { 201: tellingSchema },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      const { alertId = null, phone, reason = null, ...body } = request.body
      await findVictim(request.db, id)
      const made = await request.db.transaction(async (tx) => {
        await refuseUnfitAlert(tx, id, { ...body, alertId })
        const wishes = await findWishes(tx, id)
        const outside = outsideWishes(wishes, { ...body, atMs: nowMs })
        const isOtherwise = outside.some((way) => way !== 'not-asked')
        if (isOtherwise && reason === null && body.topic !== 'danger') throw noReason(outside)
        // Dutch to whoever has said nothing; English to whoever reads another language.
        const text = neutralTexts[body.topic][(wishes?.language ?? 'nl') === 'nl' ? 'nl' : 'en']
        const telling = {
          ...body,
          alertId,
          text: text.replace('{phone}', () => phone),
          outsideWishes: outside,
          reason,
          atMs: nowMs,
          toldBy: request.apiClient.id,
        }
        const kept = await keepTelling(tx, { ...telling, personId: id })
        const detail = { topic: body.topic, ground: body.ground }
        await record(tx, deps, request, { id, detail, alertId })
        return { ...telling, id: kept, wasFalse: null }
      })
      reply.code(201)
      return tellingBodyOf(made)
    },
  })
}

function noReason(outside: readonly string[]): RefusedInput {
  const detail = `expected why it is told otherwise than they wish (${outside.join(', ')}), got nothing`
  return new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    { pointer: '/reason', code: 'missing', detail },
  ])
}

async function refuseUnfitAlert(
  tx: pg.PoolClient,
  personId: string,
  told: { readonly alertId: string | null; readonly ground: string; readonly topic: string },
): Promise<void> {
  if (told.alertId === null) {
    if (told.ground === 'desk' && told.topic !== 'danger') return
    throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
      { pointer: '/alertId', code: 'missing', detail: 'expected the id of an alert, got nothing' },
    ])
  }
  const alert = (await findAlert(tx, told.alertId))?.alert ?? null
  const orders = await listOrdersProtecting(tx, personId)
  const isAbout =
    alert?.victimId === personId || orders.some(({ id }) => id === alert?.protectionOrderId)
  if (alert === null || !isAbout) {
    throw new RefusedInput('conflict', 'This alert is not about an order that protects them.')
  }
  if (told.ground === 'desk' || isToldByRule(alert)) return
  throw new RefusedInput('conflict', 'It is not sure enough to be told by rule: somebody decides.')
}

async function findVictim(db: Db, id: string): Promise<void> {
  const person = await findPerson(db, id)
  if (person?.role !== 'victim') throw new RefusedInput('not-found', 'No victim has this id.')
}

async function record(
  tx: pg.PoolClient,
  deps: RouteDeps,
  request: Calling,
  { alertId = null, detail, id }: Recorded,
): Promise<void> {
  const kind = detail['isReading'] === true ? 'consultation' : 'alteration'
  const about = { kind, personIds: [id], alertId, detail } as const
  await recordAct(tx, actOf(request, deps.clock.nowMs(), about))
}

type Recorded = {
  readonly id: string
  readonly detail: Readonly<Record<string, string | boolean>>
  readonly alertId?: string | null
}

function tellingBodyOf({ atMs, outsideWishes: outside, ...telling }: Telling) {
  return {
    id: telling.id,
    alertId: telling.alertId,
    topic: telling.topic,
    channel: telling.channel,
    text: telling.text,
    ground: telling.ground,
    outsideWishes: [...outside],
    reason: telling.reason,
    outcome: telling.outcome,
    at: formatInstant(atMs),
    toldBy: telling.toldBy,
    wasFalse: telling.wasFalse,
  }
}
