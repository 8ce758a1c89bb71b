import {
  findEscalationLadder,
  insertEscalationLadder,
  lockEscalationLadder,
} from '../../store/alerts/escalation-ladders.ts'
import type pg from 'pg'
import type { EscalationStep } from '../../core/model/registry.ts'
import { isLadderWeaker } from '../../core/rules/weakening.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import type { Proposal } from '../../store/people/proposals.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { describeLadder } from '../proposals/describe-change.ts'
import { proposeOrTell } from '../proposals/propose.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { refuseGuest } from '../door/installation.ts'
import {
  escalationLadderBodySchema,
  escalationLadderSchema,
} from '../../schemas/escalation-ladder.ts'
import { escalationLadderBodyOf } from '../answers/escalation-ladder-answer.ts'

/** Who is called when nobody answers, where an order says nothing of it. */
export function registerEscalationLadderRoutes(app: App, deps: RouteDeps): void {
  registerRead(app, deps)
  registerReplace(app, deps)
}

function registerRead(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/escalation-ladder',
    config: { roles: ['administrator', 'supervisor'] },
    schema: {
      operationId: 'getEscalationLadder',
      tags: ['Alerts'],
      summary: "Read the organisation's ladder",
      description:
        'Who is called, and when, if nobody acknowledges an alert of priority P1 or P2. An order that has a ladder of its own is not concerned.',
      response: { 200: escalationLadderSchema },
    },
    handler: async (request) =>
      escalationLadderBodyOf(await findEscalationLadder(request.db), deps.limits.escalation),
  })
}

function registerReplace(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/escalation-ladder',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'replaceEscalationLadder',
      tags: ['Alerts'],
      summary: "Set the organisation's ladder",
      description:
        'Holds for alerts raised, or made worse, from now on; ladders that run are not changed. ' +
        'Every ladder that was set stays on record with who set it, and when. ' +
        'Unless every step of the present ladder stays, somebody who is signed in asks for it only: 202, and another administrator confirms or refuses it.',
      problems: { 409: 'This is asked already.' },
      body: escalationLadderBodySchema,
      response: { 200: escalationLadderSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      refuseGuest(request.apiClient)
      const changedAtMs = deps.clock.nowMs()
      const change = {
        steps: request.body.steps,
        changedBy: request.apiClient.id,
        changedAtMs,
      }
      const ladder = await request.db.transaction(async (tx) => {
        await lockEscalationLadder(tx)
        const proposal = await proposeLadder(tx, deps, request, request.body.steps)
        if (proposal !== null) return proposal
        const inserted = await insertEscalationLadder(tx, change)
        await recordAct(tx, actOf(request, changedAtMs, { kind: 'alteration' }))
        return inserted
      })
      if ('weakens' in ladder) return answerProposal(reply, ladder)
      request.log.info({ apiClientId: ladder.changedBy }, 'escalation ladder changed')
      return escalationLadderBodyOf(ladder, deps.limits.escalation)
    },
  })
}

/** Null: one may do it, because nobody is called later by it, or not at all. */
async function proposeLadder(
  tx: pg.PoolClient,
  deps: RouteDeps,
  request: Calling,
  steps: readonly EscalationStep[],
): Promise<Proposal | null> {
  const before = (await findEscalationLadder(tx))?.steps ?? deps.limits.escalation
  if (!isLadderWeaker(before, steps)) return null
  return await proposeOrTell(tx, deps, request, {
    personIds: [],
    reason: null,
    weakens: ['called-otherwise'],
    changes: [{ what: 'steps', before: describeLadder(before), after: describeLadder(steps) }],
    change: { type: 'ladder', steps, before },
  })
}
