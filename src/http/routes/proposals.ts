import { RefusedInput } from '../../errors.ts'
import { insertAccess } from '../../store/alerts/access-log.ts'
import { findProposal, listProposals, type Proposal } from '../../store/people/proposals.ts'
import { idParamsSchema, pageSchema } from '../../schemas/common.ts'
import {
  decisionBodySchema,
  emergencyBodySchema,
  proposalDetailSchema,
  proposalQuerySchema,
  proposalSchema,
  refusalBodySchema,
} from '../../schemas/proposal.ts'
import { orderAnswer, peoplePlacedBy } from '../answers/order-answer.ts'
import { proposalBodyOf } from '../answers/proposal-answer.ts'
import { actorOf, doorOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import {
  confirmProposal,
  enactInEmergency,
  noProposal,
  refuseProposal,
} from '../proposals/decide.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/** What would weaken protection, and waits for a second person. */
export function registerProposalRoutes(app: App, deps: RouteDeps): void {
  registerList(app)
  registerRead(app, deps)
  registerConfirming(app, deps)
  registerRefusing(app, deps)
  registerEmergency(app, deps)
}

const config = { roles: ['supervisor', 'operator', 'administrator'] } as const
const decided = {
  403: 'It is your own, your role is another, or this is a token: people decide.',
  409: 'It is decided already, or what it was about has changed since.',
}

function registerList(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/proposals',
    config,
    schema: {
      operationId: 'listProposals',
      tags: ['Two people'],
      summary: 'List what would weaken protection, the newest first',
      description:
        'What waits for a second person, what was decided, by whom, and what was done by one in an emergency: for the hand-over.',
      querystring: proposalQuerySchema,
      response: { 200: pageSchema(proposalSchema) },
    },
    handler: async (request) => {
      const { cursor, limit, status = null } = request.query
      const query = { status, beforeId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listProposals(request.db, query), limit, proposalBodyOf)
    },
  })
}

function registerRead(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/proposals/:id',
    config,
    schema: {
      operationId: 'getProposal',
      tags: ['Two people'],
      summary: 'Read one proposal, with the order as it would be',
      params: idParamsSchema,
      response: { 200: proposalDetailSchema },
    },
    handler: async (request) => {
      const proposal = await findProposal(request.db, request.params.id)
      if (proposal === null) throw new RefusedInput('not-found', noProposal)
      return {
        ...proposalBodyOf(proposal),
        proposedOrder: await readProposedOrder(deps, request, proposal),
      }
    },
  })
}

/** Where its areas and addresses lie is on record before it is answered. */
async function readProposedOrder(deps: RouteDeps, request: Calling, proposal: Proposal) {
  const { change, protectionOrderId, proposedAtMs } = proposal
  if (change?.type !== 'order' || request.apiClient.role !== 'supervisor') return null
  await insertAccess(request.db, {
    organisationId: request.apiClient.organisationId,
    by: actorOf(request),
    door: doorOf(request),
    action: 'read-ban-areas',
    alertId: null,
    protectionOrderId,
    personIds: peoplePlacedBy(change.order),
    reason: 'decision on a proposal',
    nowMs: deps.clock.nowMs(),
  })
  const times = { createdAtMs: proposedAtMs, changedAtMs: proposedAtMs }
  const assessed = { assessmentId: change.ground?.assessmentId ?? null, assessedFindings: [] }
  return orderAnswer({ order: change.order, ...times, ...assessed }, [], 'all')
}

function registerConfirming(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/proposals/:id/_confirm',
    // A session that somebody left open is not the second person.
    config: { ...config, stepUp: true },
    schema: {
      operationId: 'confirmProposal',
      tags: ['Two people'],
      summary: 'Confirm, as the second person, what another one asked for',
      description:
        'It is done now. Whoever asked for it cannot confirm it, from no session; nor can a token.',
      problems: decided,
      params: idParamsSchema,
      body: decisionBodySchema.optional(),
      response: { 200: proposalSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const note = request.body?.note ?? null
      return proposalBodyOf(await confirmProposal(deps, request, { id, note }))
    },
  })
}

function registerRefusing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/proposals/:id/_refuse',
    config,
    schema: {
      operationId: 'refuseProposal',
      tags: ['Two people'],
      summary: 'Refuse what another one asked for, or take back what you asked for',
      description: 'What was done in an emergency is put back as it was.',
      problems: decided,
      params: idParamsSchema,
      body: refusalBodySchema,
      response: { 200: proposalSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const { note } = request.body
      return proposalBodyOf(await refuseProposal(deps, request, { id, note }))
    },
  })
}

function registerEmergency(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/proposals/:id/_enact-in-emergency',
    // Whoever finds a screen unlocked weakens nothing by it.
    config: { ...config, stepUp: true },
    schema: {
      operationId: 'enactProposalInEmergency',
      tags: ['Two people'],
      summary: 'Do what you asked for at once, alone, because it cannot wait',
      description:
        'A supervisor is called, and called again every two minutes, until another person takes the call over; it comes back until they confirm or refuse what was done.',
      problems: {
        ...decided,
        409: 'It is decided already, what it was about has changed, or it could not be undone.',
      },
      params: idParamsSchema,
      body: emergencyBodySchema,
      response: { 200: proposalSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const { reason } = request.body
      return proposalBodyOf(await enactInEmergency(deps, request, { id, reason }))
    },
  })
}
