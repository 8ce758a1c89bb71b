import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import { deskBodySchema, deskSchema, watchBodySchema } from '../../schemas/organisation.ts'
import {
  findDesk,
  insertDesk,
  listDesks,
  startWatching,
  stopWatching,
  type Desk,
} from '../../store/organisations/desks.ts'
import { hasOrganisation } from '../../store/organisations/organisations.ts'
import { isUniqueViolation } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { refuseGuest } from '../door/installation.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/** Desks, and for whom they watch. */
export function registerDeskRoutes(app: App, deps: RouteDeps): void {
  registerCreating(app, deps)
  registerListing(app)
  registerWatching(app, deps, {
    name: '_watch',
    operationId: 'startWatching',
    summary: 'Let a desk see the cases of an organisation',
    act: startWatching,
  })
  registerWatching(app, deps, {
    name: '_unwatch',
    operationId: 'stopWatching',
    summary: 'Let a desk no longer see them',
    act: stopWatching,
  })
}

function registerCreating(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/desks',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'createDesk',
      tags: ['Organisations'],
      summary: 'Make a desk',
      description: 'It watches for nobody yet. For an administrator of who runs the installation.',
      problems: { 409: 'There is a desk of this name already.' },
      body: deskBodySchema,
      response: { 201: deskSchema },
    },
    handler: async (request, reply) => {
      refuseGuest(request.apiClient)
      const { name } = request.body
      const made = await request.db
        .transaction(async (tx) => {
          const inserted = await insertDesk(tx, name)
          const about = { kind: 'alteration', subjectId: inserted.id } as const
          await recordAct(tx, actOf(request, deps.clock.nowMs(), about))
          return inserted
        })
        .catch((error: unknown) => {
          if (!isUniqueViolation(error)) throw error
          throw new RefusedInput('already-exists', 'There is a desk of this name already.')
        })
      reply.code(201)
      return bodyOf(made)
    },
  })
}

function registerListing(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/desks',
    config: { roles: ['administrator', 'supervisor'] },
    schema: {
      operationId: 'listDesks',
      tags: ['Organisations'],
      summary: 'List desks',
      querystring: listQuerySchema,
      response: { 200: pageSchema(deskSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const page = { afterId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listDesks(request.db, page), limit, bodyOf)
    },
  })
}

type Watching = {
  readonly name: '_watch' | '_unwatch'
  readonly operationId: string
  readonly summary: string
  readonly act: typeof startWatching
}

function registerWatching(
  app: App,
  { doorbell, clock }: RouteDeps,
  { name, operationId, summary, act }: Watching,
): void {
  app.route({
    method: 'POST',
    url: `/v1/desks/:id/${name}`,
    config: { roles: ['administrator'] },
    schema: {
      operationId,
      tags: ['Organisations'],
      summary,
      description: 'Holds from the next request of its operators on, and for open streams at once.',
      params: idParamsSchema,
      body: watchBodySchema,
      response: { 200: deskSchema },
    },
    handler: async (request) => {
      const { organisationId } = request.body
      const deskId = request.params.id
      const desk = await request.db.transaction(async (tx) => {
        if ((await findDesk(tx, deskId)) === null) return null
        if (!(await hasOrganisation(tx, organisationId))) throw unknownOrganisation()
        await act(tx, { deskId, organisationId })
        // On the record of whoever is watched for, or no more.
        const about = { kind: 'alteration', subjectId: deskId, organisationId } as const
        await recordAct(tx, actOf(request, clock.nowMs(), about))
        return await findDesk(tx, deskId)
      })
      if (desk === null) throw new RefusedInput('not-found', 'No desk has this id.')
      // Open streams ask anew what they may say.
      doorbell.ring('api-clients')
      request.log.info({ deskId, organisationId, operationId }, 'what a desk watches was changed')
      return bodyOf(desk)
    },
  })
}

function unknownOrganisation(): RefusedInput {
  const detail = 'expected the id of an organisation, got an id that none has'
  return new RefusedInput('unknown-reference', null, [
    { pointer: '/organisationId', code: 'unknown-reference', detail },
  ])
}

function bodyOf({ createdAt, organisationIds, ...desk }: Desk) {
  return {
    ...desk,
    organisationIds: [...organisationIds],
    createdAt: formatInstant(createdAt.getTime()),
  }
}
