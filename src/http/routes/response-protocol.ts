import { protocolDefault, protocolSetNames, protocolSets } from '../../core/model/protocol-sets.ts'
import { findProtocolFaults } from '../../core/model/protocol.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstantOrNull } from '../../schemas/common.ts'
import {
  protocolBodySchema,
  protocolSchema,
  protocolSetListSchema,
  storedProtocolSchema,
} from '../../schemas/response.ts'
import { findProtocol, insertProtocol, type ProtocolVersion } from '../../store/desk/protocols.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { organisationOf } from './alert-response.ts'

/** What staff do about alerts, as the organisation has chosen it. */
export function registerResponseProtocolRoutes(app: App, deps: RouteDeps): void {
  registerReading(app)
  registerSetting(app, deps)
}

function registerReading(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/response-protocol',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'getResponseProtocol',
      tags: ['Alerts'],
      summary: 'Read the response protocol',
      description: 'Who is called, in which order, by when and with which words.',
      response: { 200: protocolSchema },
    },
    handler: async (request) => {
      return bodyOf(await findProtocol(request.db, organisationOf(request)))
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/response-protocol-sets',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'listResponseProtocolSets',
      tags: ['Alerts'],
      summary: 'List the sets to begin with',
      description:
        'After the Dutch pilot (staff decide: the protected person first, or the police at once) and the French order (the wearer first, the protected person only if the wearer does not turn back).',
      response: { 200: protocolSetListSchema },
    },
    handler: async () => ({
      items: protocolSetNames.map((id) => ({
        id,
        protocol: storedProtocolSchema.parse(protocolSets[id]),
      })),
    }),
  })
}

function registerSetting(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/response-protocol',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'replaceResponseProtocol',
      tags: ['Alerts'],
      summary: 'Set the response protocol',
      description:
        'Holds for alerts put in front of people from now on; those that are open keep the steps they began with. ' +
        'Every version stays on record with who set it, and when.',
      problems: { 409: 'Another version was set since `basedOnVersion`.' },
      body: protocolBodySchema,
      response: { 200: protocolSchema },
    },
    handler: async (request) => {
      const { basedOnVersion, ...protocol } = request.body
      const faults = findProtocolFaults(protocol)
      if (faults.length > 0) {
        throw new RefusedInput(
          'invalid-request',
          'The protocol cannot be worked with; see errors.',
          faults.map((fault) => ({ ...fault, code: 'invalid-value' as const })),
        )
      }
      const change = {
        organisationId: organisationOf(request),
        basedOnVersion,
        protocol,
        changedBy: request.apiClient.id,
        changedAtMs: deps.clock.nowMs(),
      }
      const made = await request.db.transaction(async (tx) => {
        const version = await insertProtocol(tx, change)
        if (version === null) throw changedSince()
        const detail = { version: version.version }
        await recordAct(tx, actOf(request, change.changedAtMs, { kind: 'alteration', detail }))
        return version
      })
      return bodyOf(made)
    },
  })
}

function changedSince(): RefusedInput {
  return new RefusedInput(
    'conflict',
    'Another version was set in the meantime: read it and make the change there.',
  )
}

function bodyOf(found: ProtocolVersion | null) {
  return {
    version: found?.version ?? 0,
    changedAt: formatInstantOrNull(found?.changedAtMs ?? null),
    changedBy: found?.changedBy ?? null,
    ...storedProtocolSchema.parse(found?.protocol ?? protocolDefault),
  }
}
