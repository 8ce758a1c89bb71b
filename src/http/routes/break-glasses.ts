import { minuteMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import {
  breakGlassBodySchema,
  breakGlassSchema,
  brokenGlassPositionSchema,
} from '../../schemas/break-glass.ts'
import {
  formatInstant,
  formatInstantOrNull,
  idParamsSchema,
  listQuerySchema,
  pageSchema,
} from '../../schemas/common.ts'
import { insertAccess } from '../../store/alerts/access-log.ts'
import {
  countReading,
  findBreakGlassForUpdate,
  findLastFix,
  insertBreakGlass,
  listBreakGlasses,
  openBreakGlass,
  type BreakGlass,
} from '../../store/people/break-glass.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { contentCrs } from '../answers/order-answer.ts'
import { actOf, actorOf, doorOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/**
 * A position of a protected person outside an open alert: with a reason, opened by a second person,
 * for a quarter of an hour, and every look on record with its id.
 */
export function registerBreakGlassRoutes(app: App, deps: RouteDeps): void {
  registerAsking(app, deps)
  registerOpening(app, deps)
  registerReading(app, deps)
  registerList(app)
}

/** Whoever is to open it is called; who cannot be reached in that time is asked anew. */
const openedWithinMs = 15 * minuteMs
const openMs = 15 * minuteMs

function registerAsking(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/persons/:id/_break-glass',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'breakGlass',
      tags: ['Two people'],
      summary: 'Ask to see where a protected person is, outside an open alert',
      description:
        'A supervisor other than you opens it for a quarter of an hour. That it was asked, why, and each look are on record and in the list of whoever looks after the protection of data.',
      problems: { 403: 'This is a token: people ask.' },
      params: idParamsSchema,
      body: breakGlassBodySchema,
      response: { 201: breakGlassSchema },
    },
    handler: async (request, reply) => {
      refuseMachines(request)
      const person = await findPerson(request.db, request.params.id)
      if (person?.role !== 'victim') throw new RefusedInput('not-found', 'No victim has this id.')
      const nowMs = deps.clock.nowMs()
      const { reason } = request.body
      const made = await request.db.transaction(async (tx) => {
        const inserted = await insertBreakGlass(tx, {
          personId: person.id,
          reason,
          askedBy: request.apiClient.id,
          askedAtMs: nowMs,
          expiresAtMs: nowMs + openedWithinMs,
        })
        await recordAct(tx, actOf(request, nowMs, aboutGlass(inserted, null)))
        return inserted
      })
      reply.code(201)
      return bodyOf(made)
    },
  })
}

function registerOpening(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/break-glasses/:id/_confirm',
    // A session that somebody left open is not the second person.
    config: { roles: ['supervisor'], stepUp: true },
    schema: {
      operationId: 'confirmBreakGlass',
      tags: ['Two people'],
      summary: 'Open, as the second person, what another one asked to see',
      problems: {
        403: 'It is your own, or this is a token.',
        409: 'It is open, or was not opened in time.',
      },
      params: idParamsSchema,
      response: { 200: breakGlassSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      return await request.db.transaction(async (tx) => {
        const glass = await findBreakGlassForUpdate(tx, request.params.id)
        if (glass === null) throw unknownGlass()
        refuseMachines(request)
        const { id: confirmedBy } = request.apiClient
        if (glass.askedBy === confirmedBy) {
          throw new RefusedInput('forbidden', 'Somebody else must open what you asked for.')
        }
        if (glass.confirmedBy !== null || glass.expiresAtMs <= nowMs) {
          throw new RefusedInput('conflict', 'It was opened before, or not in time. Ask anew.')
        }
        const opened = { confirmedBy, nowMs, openUntilMs: nowMs + openMs }
        await openBreakGlass(tx, glass.id, opened)
        await recordAct(tx, actOf(request, nowMs, aboutGlass(glass, null)))
        const { openUntilMs } = opened
        return bodyOf({ ...glass, confirmedBy, confirmedAtMs: nowMs, openUntilMs })
      })
    },
  })
}

function registerReading(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/break-glasses/:id/_read-position',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'readBrokenGlassPosition',
      tags: ['Two people'],
      summary: 'See where the person was last, while it is open',
      description: 'For whoever asked. Each look is recorded with this id before it is answered.',
      problems: { 403: 'Somebody else asked for it.', 409: 'It is not open, or not any more.' },
      params: idParamsSchema,
      response: { 200: brokenGlassPositionSchema },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const glass = await recordLook(request, request.params.id, nowMs)
      // Of tables in which people have no part: what they may see of them is what is on
      // record here.
      const fix = await findLastFix(deps.machinery, glass.personId, nowMs)
      if (fix === null)
        throw new RefusedInput('not-found', 'Nothing was seen of the person in a day.')
      if (fix === 'unreadable')
        throw new RefusedInput('not-found', 'The person was seen, but where cannot be read.')
      reply.header('content-crs', contentCrs).header('cache-control', 'no-store')
      const { recordedAtMs, longitude, latitude, accuracyMeters } = fix
      return {
        breakGlassId: glass.id,
        personId: glass.personId,
        openUntil: formatInstant(glass.openUntilMs ?? nowMs),
        recordedAt: formatInstant(recordedAtMs),
        longitude,
        latitude,
        accuracyMeters,
      }
    },
  })
}

/** Committed before anything is looked up: a look that cannot be recorded is none. */
async function recordLook(request: Calling, id: string, nowMs: number): Promise<BreakGlass> {
  return await request.db.transaction(async (tx) => {
    const glass = await findBreakGlassForUpdate(tx, id)
    if (glass === null) throw unknownGlass()
    if (glass.askedBy !== request.apiClient.id) {
      throw new RefusedInput('forbidden', 'Only whoever asked may look.')
    }
    if (glass.openUntilMs === null || glass.openUntilMs <= nowMs) {
      throw new RefusedInput('conflict', 'A second person has not opened it, or its time is over.')
    }
    await countReading(tx, id, nowMs)
    await insertAccess(tx, {
      organisationId: request.apiClient.organisationId,
      by: actorOf(request),
      door: doorOf(request),
      action: 'read-position-by-break-glass',
      alertId: null,
      protectionOrderId: null,
      subjectId: id,
      secondPersonId: glass.confirmedBy,
      personIds: [glass.personId],
      reason: glass.reason,
      nowMs,
    })
    return glass
  })
}

function registerList(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/break-glasses',
    config: { roles: ['auditor', 'supervisor'] },
    schema: {
      operationId: 'listBreakGlasses',
      tags: ['Two people'],
      summary:
        'List who asked where a protected person was, who opened it, and how often it was read',
      description: 'The newest first, for whoever looks after the protection of data.',
      querystring: listQuerySchema,
      response: { 200: pageSchema(breakGlassSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const query = { beforeId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listBreakGlasses(request.db, query), limit, bodyOf)
    },
  })
}

function refuseMachines({ apiClient }: Calling): void {
  if (apiClient.person !== null) return
  throw new RefusedInput('forbidden', 'People ask and open; a token has no second person.')
}

function unknownGlass(): RefusedInput {
  return new RefusedInput('not-found', 'Nothing was asked by this id.')
}

function aboutGlass({ id, personId, reason }: BreakGlass, secondPersonId: string | null) {
  const about = { personIds: [personId], subjectId: id, reason, secondPersonId }
  return { kind: 'consultation', ...about } as const
}

function bodyOf(glass: BreakGlass) {
  return {
    id: glass.id,
    personId: glass.personId,
    reason: glass.reason,
    askedBy: glass.askedBy,
    askedAt: formatInstant(glass.askedAtMs),
    expiresAt: formatInstant(glass.expiresAtMs),
    confirmedBy: glass.confirmedBy,
    confirmedAt: formatInstantOrNull(glass.confirmedAtMs),
    openUntil: formatInstantOrNull(glass.openUntilMs),
    readCount: glass.readCount,
    lastReadAt: formatInstantOrNull(glass.lastReadAtMs),
  }
}
