import type { z } from 'zod'
import { RefusedInput, type Fault } from '../../errors.ts'
import {
  findApiClient,
  hashToken,
  hasActiveAdministrator,
  insertApiClient,
  listApiClients,
  makeToken,
  revokeApiClient,
  type ApiClientRecord,
} from '../../store/registry/api-clients.ts'
import type { Db } from '../../store/pg/pool.ts'
import { findDevice, findVendor } from '../../store/registry/registry-rows.ts'
import { findDesk } from '../../store/organisations/desks.ts'
import { hasOrganisation, hasUnit } from '../../store/organisations/organisations.ts'
import { refuseGuest } from '../door/installation.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf } from '../door/act.ts'
import { pageOf, readCursor } from './paging.ts'
import {
  apiClientBodySchema,
  apiClientSchema,
  createdApiClientSchema,
} from '../../schemas/api-client.ts'
import {
  formatInstant,
  formatInstantOrNull,
  idParamsSchema,
  instantMs,
  listQuerySchema,
  pageSchema,
} from '../../schemas/common.ts'

/** Tokens: who may call, as what. */
export function registerApiClientRoutes(app: App, deps: RouteDeps): void {
  registerCreate(app, deps)
  registerRead(app)
  registerList(app)
  registerRevoke(app, deps)
}

function registerCreate(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/api-clients',
    config: { roles: ['administrator'], stepUp: true },
    schema: {
      operationId: 'createApiClient',
      tags: ['API clients'],
      summary: 'Make a token',
      description: 'The answer holds the token. It cannot be read again: only its hash is stored.',
      body: apiClientBodySchema,
      response: { 201: createdApiClientSchema },
    },
    handler: async (request, reply) => {
      const { role } = request.body
      // It speaks for the devices of all organisations.
      if (role === 'vendor') refuseGuest(request.apiClient)
      await refuseWrongSubject(request.db, request.body)
      const token = makeToken()
      const expiresAtMs = readExpiry(request.body.expiresAt, deps.clock.nowMs())
      const made = draftOf(request.body, request.apiClient.organisationId)
      const client = await request.db.transaction(async (tx) => {
        const by = { by: request.apiClient.id, expiresAtMs }
        const inserted = await insertApiClient(tx, made, hashToken(token), by)
        const about = { kind: 'alteration', subjectId: inserted.id, detail: { role } } as const
        await recordAct(tx, actOf(request, deps.clock.nowMs(), about))
        return inserted
      })
      request.log.info(
        { apiClientId: client.id, role, byApiClientId: request.apiClient.id },
        'API client made',
      )
      deps.doorbell.ring('api-clients')
      reply.code(201).header('location', `/v1/api-clients/${client.id}`)
      return { ...bodyOf(client), token }
    },
  })
}

function draftOf(body: z.output<typeof apiClientBodySchema>, ownOrganisationId: string) {
  return {
    name: body.name,
    role: body.role,
    vendorId: body.vendorId ?? null,
    deviceId: body.deviceId ?? null,
    organisationId: body.organisationId ?? ownOrganisationId,
    deskId: body.deskId ?? null,
    unitId: body.unitId ?? null,
  }
}

function registerRead(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/api-clients/:id',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'getApiClient',
      tags: ['API clients'],
      summary: 'Read one API client, without its token',
      params: idParamsSchema,
      response: { 200: apiClientSchema },
    },
    handler: async (request) => {
      const client = await findApiClient(request.db, request.params.id)
      if (client === null) throw new RefusedInput('not-found', 'No API client has this id.')
      return bodyOf(client)
    },
  })
}

function registerList(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/api-clients',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'listApiClients',
      tags: ['API clients'],
      summary: 'List API clients',
      querystring: listQuerySchema,
      response: { 200: pageSchema(apiClientSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const clients = await listApiClients(request.db, readCursor(cursor), limit + 1)
      return pageOf(clients, limit, bodyOf)
    },
  })
}

function registerRevoke(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/api-clients/:id/_revoke',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'revokeApiClient',
      tags: ['API clients'],
      summary: 'Make a token worthless',
      description:
        'Holds from the next request on, and ends open streams of alerts. Another process of this server that could not be told believes the token for five seconds at most, and lets a stream go on for twenty. Revoking twice is the same as once.',
      problems: { 409: 'It is the last administrator: nobody could make tokens any more.' },
      params: idParamsSchema,
      response: { 200: apiClientSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const revoked = await request.db.transaction(async (tx) => {
        // Two administrators who revoke each other at the same moment would leave none.
        await tx.query('lock table api_clients in share row exclusive mode')
        const client = await findApiClient(tx, id)
        if (client === null) throw new RefusedInput('not-found', 'No API client has this id.')
        const isLast = client.role === 'administrator' && !(await hasActiveAdministrator(tx, id))
        if (isLast && client.revokedAtMs === null) {
          throw new RefusedInput(
            'conflict',
            'This is the last administrator. Make another one first: without any, nobody could make tokens.',
          )
        }
        // First: whoever revokes their own token is nobody afterwards.
        const about = { kind: 'alteration', subjectId: id } as const
        await recordAct(tx, actOf(request, deps.clock.nowMs(), about))
        return await revokeApiClient(tx, id, request.apiClient.id)
      })
      request.log.info(
        { apiClientId: id, byApiClientId: request.apiClient.id },
        'API client revoked',
      )
      deps.doorbell.ring('api-clients')
      if (revoked === null) throw new RefusedInput('not-found', 'No API client has this id.')
      return bodyOf(revoked)
    },
  })
}

/**
 * A vendor's token needs its vendor, a victim device's token its device, and no other token either.
 */
async function refuseWrongSubject(
  db: Db,
  body: z.output<typeof apiClientBodySchema>,
): Promise<void> {
  const { role, vendorId, deviceId } = body
  const faults: Fault[] = []
  const fault = (pointer: string, detail: string): void => {
    faults.push({ pointer, code: 'unknown-reference', detail })
  }
  if (role === 'vendor' && vendorId === undefined) {
    fault('/vendorId', 'expected the id of a vendor, because the role is vendor; got nothing')
  } else if (vendorId !== undefined && role !== 'vendor') {
    fault('/vendorId', 'expected nothing, because the role is not vendor; got an id')
  } else if (vendorId !== undefined && (await findVendor(db, vendorId)) === null) {
    fault('/vendorId', 'expected the id of a vendor, got an id that no vendor has')
  }
  if (role === 'victim-device' && deviceId === undefined) {
    fault(
      '/deviceId',
      'expected the id of a device, because the role is victim-device; got nothing',
    )
  } else if (deviceId !== undefined && role !== 'victim-device') {
    fault('/deviceId', 'expected nothing, because the role is not victim-device; got an id')
  } else if (deviceId !== undefined && (await findDevice(db, deviceId))?.kind !== 'victim-device') {
    fault('/deviceId', 'expected the id of a victim device, got an id that none has')
  }
  await findFaultsOfPlace(db, body, fault)
  if (faults.length > 0) throw new RefusedInput('unknown-reference', null, faults)
}

function readExpiry(expiresAt: string | undefined, nowMs: number): number | null {
  if (expiresAt === undefined) return null
  const expiresAtMs = instantMs(expiresAt)
  if (expiresAtMs > nowMs) return expiresAtMs
  throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    {
      pointer: '/expiresAt',
      code: 'invalid-value',
      detail: 'expected a time in the future, got one that is over',
    },
  ])
}

/** Where it sits, which only people do. */
async function findFaultsOfPlace(
  db: Db,
  { role, deskId, unitId, organisationId }: z.output<typeof apiClientBodySchema>,
  fault: (pointer: string, detail: string) => void,
): Promise<void> {
  if (organisationId !== undefined && !(await hasOrganisation(db, organisationId))) {
    fault('/organisationId', 'expected the id of an organisation, got an id that none has')
  }
  if (deskId !== undefined && role !== 'operator') {
    fault('/deskId', 'expected nothing, because the role is not operator; got an id')
  } else if (deskId !== undefined && (await findDesk(db, deskId)) === null) {
    fault('/deskId', 'expected the id of a desk, got an id that none has')
  }
  if (unitId !== undefined && role !== 'operator' && role !== 'supervisor') {
    fault('/unitId', 'expected nothing, because the role is not operator or supervisor; got an id')
  } else if (unitId !== undefined && !(await hasUnit(db, unitId, organisationId ?? null))) {
    fault('/unitId', 'expected the id of a unit of the organisation, got an id that none has')
  }
}

function bodyOf(client: ApiClientRecord) {
  return {
    id: client.id,
    name: client.name,
    role: client.role,
    vendorId: client.vendorId,
    deviceId: client.deviceId,
    organisationId: client.organisationId,
    deskId: client.deskId,
    unitId: client.unitId,
    createdAt: formatInstant(client.createdAtMs),
    createdBy: client.createdBy,
    expiresAt: formatInstantOrNull(client.expiresAtMs),
    lastUsedAt: formatInstantOrNull(client.lastUsedAtMs),
    revokedAt: formatInstantOrNull(client.revokedAtMs),
    revokedBy: client.revokedBy,
  }
}
