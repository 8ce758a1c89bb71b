import { RefusedInput } from '../../errors.ts'
import {
  findPerson,
  insertPerson,
  listPersons,
  type PersonRecord,
} from '../../store/registry/registry-rows.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { pageOf, readCursor } from './paging.ts'
import { changeRegistry } from '../orders/registry-change.ts'
import { formatInstant, idParamsSchema, pageSchema } from '../../schemas/common.ts'
import { personBodySchema, personQuerySchema, personSchema } from '../../schemas/person.ts'

/** Offenders and victims. */
export function registerPersonRoutes(app: App, deps: RouteDeps): void {
  registerCreate(app, deps)
  registerRead(app)
  registerList(app)
}

function registerCreate(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/persons',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'createPerson',
      tags: ['Registry'],
      summary: 'Register an offender or a victim',
      problems: { 409: 'A person of this role has this reference already.' },
      body: personBodySchema,
      response: { 201: personSchema },
    },
    handler: async (request, reply) => {
      const duplicate = 'A person of this role has this reference already.'
      const record = await changeRegistry(deps, request, duplicate, async (tx) => {
        const result = await insertPerson(tx, request.body)
        const { id, role, reference } = result
        return { result, change: { type: 'person', person: { id, role, reference } } }
      })
      reply.code(201).header('location', `/v1/persons/${record.id}`)
      return bodyOf(record)
    },
  })
}

function registerRead(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/persons/:id',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'getPerson',
      tags: ['Registry'],
      summary: 'Read one person',
      params: idParamsSchema,
      response: { 200: personSchema },
    },
    handler: async (request) => {
      const record = await findPerson(request.db, request.params.id)
      if (record === null) throw new RefusedInput('not-found', 'No person has this id.')
      return bodyOf(record)
    },
  })
}

function registerList(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/persons',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'listPersons',
      tags: ['Registry'],
      summary: 'List persons',
      querystring: personQuerySchema,
      response: { 200: pageSchema(personSchema) },
    },
    handler: async (request) => {
      const { cursor, limit, role, reference } = request.query
      const query = { afterId: readCursor(cursor), limit: limit + 1, role: role ?? null, reference }
      const records = await listPersons(request.db, query)
      return pageOf(records, limit, bodyOf)
    },
  })
}

function bodyOf(record: PersonRecord) {
  const { id, role, reference, createdAtMs } = record
  return { id, role, reference, createdAt: formatInstant(createdAtMs) }
}
