import type pg from 'pg'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema } from '../../schemas/common.ts'
import {
  consentBodySchema,
  tellingBodySchema,
  tellingSchema,
  victimFileSchema,
  wishesBodySchema,
} from '../../schemas/victim.ts'
import {
  carriesDevice,
  findWishes,
  keepConsent,
  keepWishes,
  listConsents,
  listTellings,
  type Telling,
} from '../../store/cases/victims.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { makeTelling } from '../orders/make-telling.ts'
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
  const wishes = await findWishes(db, personId, nowMs)
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
        'The text follows from the topic and the language that they wish. Otherwise than they wish takes a reason, except in danger. By rule only where the alert is a breach that goes on beyond doubt. Said again within a minute, or of the same `toldAt`, it is the one that is kept (200).',
      problems: { 409: 'The alert is not sure enough for the rule, or is not about them.' },
      params: idParamsSchema,
      body: tellingBodySchema,
      response: { 200: tellingSchema, 201: tellingSchema },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const { id } = request.params
      await findVictim(request.db, id)
      return await request.db.transaction(async (tx) => {
        const by = { personId: id, nowMs, toldBy: request.apiClient.id }
        const { isNew, telling } = await makeTelling(tx, by, request.body)
        if (!isNew) return tellingBodyOf(telling)
        reply.code(201)
        const { alertId, ground, topic } = telling
        await record(tx, deps, request, { id, detail: { topic, ground }, alertId })
        return tellingBodyOf(telling)
      })
    },
  })
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
    toldAt: formatInstant(telling.toldAtMs),
    at: formatInstant(atMs),
    toldBy: telling.toldBy,
    wasFalse: telling.wasFalse,
  }
}
