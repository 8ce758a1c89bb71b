import type pg from 'pg'
import { protocolDefault, protocolSets } from '../../core/model/protocol-sets.ts'
import { protocolSetNames } from '../../core/model/protocol.ts'
import { findProtocolFaults, type Protocol } from '../../core/model/protocol.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstantOrNull } from '../../schemas/common.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import {
  protocolBodySchema,
  protocolSchema,
  protocolSetListSchema,
  storedProtocolSchema,
} from '../../schemas/response.ts'
import { findProtocol, insertProtocol, type ProtocolVersion } from '../../store/desk/protocols.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { describeProtocolChange } from '../proposals/describe-protocol.ts'
import { proposeOrTell } from '../proposals/propose.ts'
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
        'Holds for alerts put in front of people from then on; those that are open keep the steps they began with. ' +
        'Somebody who is signed in asks for it only: 202, and another supervisor confirms or refuses it, word by word. ' +
        'Every version stays on record with who set it, and when.',
      problems: {
        409: 'Another version was set since `basedOnVersion`, or this is asked already.',
      },
      body: protocolBodySchema,
      response: { 200: protocolSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const { basedOnVersion, reason = null, ...protocol } = request.body
      refuseFaults(protocol)
      const change = { organisationId: organisationOf(request), basedOnVersion, protocol }
      const made = await request.db.transaction(async (tx) => {
        const before = await findProtocol(tx, change.organisationId)
        if ((before?.version ?? 0) !== basedOnVersion) throw changedSince()
        const changes = describeProtocolChange(before?.protocol ?? protocolDefault, protocol)
        if (changes.length === 0) return before
        const proposal = await proposeOrTell(tx, deps, request, {
          personIds: [],
          reason,
          weakens: ['answered-otherwise'],
          changes,
          change: { type: 'protocol', ...change },
        })
        return proposal ?? (await set(tx, request, change, deps.clock))
      })
      return made !== null && 'weakens' in made ? answerProposal(reply, made) : bodyOf(made)
    },
  })
}

function refuseFaults(protocol: Protocol): void {
  const faults = findProtocolFaults(protocol)
  if (faults.length === 0) return
  throw new RefusedInput(
    'invalid-request',
    'The protocol cannot be worked with; see errors.',
    faults.map((fault) => ({ ...fault, code: 'invalid-value' as const })),
  )
}

async function set(
  tx: pg.PoolClient,
  request: Calling,
  change: Pick<
    Parameters<typeof insertProtocol>[1],
    'organisationId' | 'basedOnVersion' | 'protocol'
  >,
  clock: RouteDeps['clock'],
): Promise<ProtocolVersion> {
  const changedAtMs = clock.nowMs()
  const by = { changedBy: request.apiClient.id, changedAtMs }
  const made = await insertProtocol(tx, { ...change, ...by })
  if (made === null) throw changedSince()
  const detail = { version: made.version }
  await recordAct(tx, actOf(request, changedAtMs, { kind: 'alteration', detail }))
  return made
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
