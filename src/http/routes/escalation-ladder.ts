import {
  findEscalationLadder,
  insertEscalationLadder,
} from '../../store/alerts/escalation-ladders.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf } from '../door/act.ts'
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
        'Every ladder that was set stays on record with who set it, and when.',
      body: escalationLadderBodySchema,
      response: { 200: escalationLadderSchema },
    },
    handler: async (request) => {
      refuseGuest(request.apiClient)
      const changedAtMs = deps.clock.nowMs()
      const change = {
        steps: request.body.steps,
        changedBy: request.apiClient.id,
        changedAtMs,
      }
      const ladder = await request.db.transaction(async (tx) => {
        const inserted = await insertEscalationLadder(tx, change)
        await recordAct(tx, actOf(request, changedAtMs, { kind: 'alteration' }))
        return inserted
      })
      request.log.info({ apiClientId: ladder.changedBy }, 'escalation ladder changed')
      return escalationLadderBodyOf(ladder, deps.limits.escalation)
    },
  })
}
