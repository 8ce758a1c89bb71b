import { RefusedInput } from '../../errors.ts'
import { formatInstant, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import {
  organisationBodySchema,
  organisationSchema,
  unitBodySchema,
  unitSchema,
} from '../../schemas/organisation.ts'
import {
  insertOrganisation,
  insertUnit,
  listOrganisations,
  listUnits,
  type Organisation,
  type Unit,
} from '../../store/organisations/organisations.ts'
import { isUniqueViolation } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { refuseGuest } from '../door/installation.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/** Who takes part in this installation, and their parts. */
export function registerOrganisationRoutes(app: App, deps: RouteDeps): void {
  registerCreatingOrganisations(app, deps)
  registerCreatingUnits(app, deps)
  registerReading(app)
}

function registerCreatingOrganisations(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/organisations',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'createOrganisation',
      tags: ['Organisations'],
      summary: 'Let another organisation take part',
      description:
        'For an administrator of the organisation that runs the installation. What exists before belongs to the first one, and so does whatever names none.',
      problems: { 409: 'There is an organisation of this number already.' },
      body: organisationBodySchema,
      response: { 201: organisationSchema },
    },
    handler: async (request, reply) => {
      refuseGuest(request.apiClient)
      const { name, oin } = request.body
      const made = await request.db
        .transaction(async (tx) => {
          const inserted = await insertOrganisation(tx, { name, oin: oin ?? null })
          const about = { kind: 'alteration', subjectId: inserted.id } as const
          await recordAct(tx, actOf(request, deps.clock.nowMs(), about))
          return inserted
        })
        .catch(taken('There is an organisation of this number already.'))
      reply.code(201)
      return organisationBodyOf(made)
    },
  })
}

function registerCreatingUnits(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/units',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'createUnit',
      tags: ['Organisations'],
      summary: 'Make a unit of an organisation',
      problems: { 409: 'The organisation has a unit of this name already.' },
      body: unitBodySchema,
      response: { 201: unitSchema },
    },
    handler: async (request, reply) => {
      const { name } = request.body
      const organisationId = request.body.organisationId ?? request.apiClient.organisationId
      const made = await request.db
        .transaction(async (tx) => {
          const inserted = await insertUnit(tx, { name, organisationId })
          const about = { kind: 'alteration', subjectId: inserted.id, organisationId } as const
          await recordAct(tx, actOf(request, deps.clock.nowMs(), about))
          return inserted
        })
        .catch(taken('The organisation has a unit of this name already.'))
      reply.code(201)
      return unitBodyOf(made)
    },
  })
}

function registerReading(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/organisations',
    config: { roles: ['administrator', 'supervisor'] },
    schema: {
      operationId: 'listOrganisations',
      tags: ['Organisations'],
      summary: 'List who takes part',
      description: 'Their names: a case is offered to one of them.',
      querystring: listQuerySchema,
      response: { 200: pageSchema(organisationSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const page = { afterId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listOrganisations(request.db, page), limit, organisationBodyOf)
    },
  })

  app.route({
    method: 'GET',
    url: '/v1/units',
    config: { roles: ['administrator', 'supervisor'] },
    schema: {
      operationId: 'listUnits',
      tags: ['Organisations'],
      summary: 'List the units of the own organisation',
      querystring: listQuerySchema,
      response: { 200: pageSchema(unitSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const page = { afterId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listUnits(request.db, page), limit, unitBodyOf)
    },
  })
}

function taken(sentence: string): (error: unknown) => never {
  return (error) => {
    if (isUniqueViolation(error)) throw new RefusedInput('already-exists', sentence)
    throw error
  }
}

function organisationBodyOf({ createdAt, ...organisation }: Organisation) {
  return { ...organisation, createdAt: formatInstant(createdAt.getTime()) }
}

function unitBodyOf({ createdAt, ...unit }: Unit) {
  return { ...unit, createdAt: formatInstant(createdAt.getTime()) }
}
