import type { FastifyReply } from 'fastify'
import type { AlertOutcome } from '../../core/model/alert.ts'
import type { CallerRole } from '../../core/model/contract-words.ts'
import type { AnswerFault } from '../../core/model/recall.ts'
import { RefusedInput } from '../../errors.ts'
import { acknowledgeBodySchema, alertSchema, closeBodySchema } from '../../schemas/alert.ts'
import { formatInstant, idParamsSchema, instantMs } from '../../schemas/common.ts'
import { proposalSchema } from '../../schemas/proposal.ts'
import {
  acknowledgeAlert,
  closeAlert,
  type AlertAction,
  type AlertActionResult,
} from '../../store/alerts/alert-actions.ts'
import type { AlertRow } from '../../store/alerts/alerts.ts'
import type { Proposal } from '../../store/people/proposals.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { alertBodyFor } from '../answers/alert-answer.ts'
import { answerProposal } from '../answers/proposal-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { proposeAnswer, refuseAnswerToOwnTask } from '../proposals/propose-answer.ts'
import type { RouteDeps } from '../route-deps.ts'
import { standingOf, unknownAlert, viewerOf } from './alerts.ts'

/** What staff answer: they take an alert over, and they close it. */
export function registerAlertAnswerRoutes(app: App, deps: RouteDeps): void {
  registerAcknowledging(app, deps)
  registerClosing(app, deps)
}

function registerAcknowledging(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/alerts/:id/_acknowledge',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'acknowledgeAlert',
      tags: ['Alerts'],
      summary: 'Take an alert over',
      description:
        'Stops the calling of others. Repeating it changes nothing; an alert that somebody else has is a 409. ' +
        'What the alert is about may go on (`stillGoingOn`): then the alert is open again at `recallAt`, and people are called anew, unless it has ended by then. ' +
        'A P1 that nobody closes within half an hour is called out to the supervisor.',
      problems: { 409: 'Somebody else has acknowledged the alert, or it is closed.' },
      params: idParamsSchema,
      body: acknowledgeBodySchema.optional(),
      response: { 200: alertSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const action: AlertAction = {
        alertId: request.params.id,
        ...answerOf(deps, request.apiClient, request.body ?? {}),
      }
      const result = await request.db.transaction(async (tx) => {
        await refuseAnswerToOwnTask(tx, action, false)
        const asked = { ...action, outcome: null, permittedUntilMs: null }
        const proposal = await proposeAnswer(tx, deps, request, asked)
        if (proposal !== null) return proposal
        return recordAnswer(tx, request, action, await acknowledgeAlert(tx, action))
      })
      return answerOrProposal(deps, request, reply, result)
    },
  })
}

function registerClosing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/alerts/:id/_close',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'closeAlert',
      tags: ['Alerts'],
      summary: 'Close an alert with its outcome',
      description:
        'Only people close alerts. One that nobody had acknowledged is so by this. ' +
        'Closing ends nothing in the world: while what the alert is about goes on (`stillGoingOn`), the alert is open again at `recallAt`, and people are called anew, unless it has ended by then. ' +
        'With the outcome `permitted` that is `permittedUntil`. ' +
        'An alert that gets worse, or happens again, is open again at once and must be answered anew. ' +
        'A P1 as a test, and quiet for longer than an hour, somebody who is signed in asks for only: 202, and another person confirms or refuses it; the alert stays as it is.',
      problems: { 409: 'The alert is closed already, or this is asked already.' },
      params: idParamsSchema,
      body: closeBodySchema,
      response: { 200: alertSchema, 202: proposalSchema },
    },
    handler: async (request, reply) => {
      const action = {
        alertId: request.params.id,
        ...answerOf(deps, request.apiClient, request.body),
        outcome: request.body.outcome,
        permittedUntilMs: instantMsOrNull(request.body.permittedUntil),
      }
      const result = await request.db.transaction(async (tx) => {
        await refuseAnswerToOwnTask(tx, action, true)
        const proposal = await proposeAnswer(tx, deps, request, action)
        if (proposal !== null) return proposal
        return recordAnswer(tx, request, action, await closeAlert(tx, action), action.outcome)
      })
      return answerOrProposal(deps, request, reply, result)
    },
  })
}

/** Who decided what of which alert; the note stays with the alert, as it may name people. */
async function recordAnswer(
  tx: Db,
  request: Calling,
  { nowMs }: AlertAction,
  result: AlertActionResult,
  outcome: AlertOutcome | null = null,
): Promise<AlertActionResult> {
  if (result.type !== 'done' || !result.changed) return result
  const { id: alertId, protectionOrderId, offenderId, victimId } = result.alert
  const personIds = [offenderId, victimId].filter((id) => id !== null)
  const about = { alertId, protectionOrderId, personIds, detail: { outcome } }
  await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about }))
  return result
}

/** What both answers say. */
function answerOf(
  deps: RouteDeps,
  { id, role }: RouteClient,
  body: { readonly note?: string | undefined; readonly recallAfterMinutes?: number | undefined },
): Omit<AlertAction, 'alertId'> {
  return {
    actor: id,
    isSupervisor: role === 'supervisor',
    note: body.note ?? null,
    recallAfterMinutes: body.recallAfterMinutes ?? null,
    nowMs: deps.clock.nowMs(),
    limits: deps.limits,
  }
}

type RouteClient = { readonly id: string; readonly role: CallerRole }

function instantMsOrNull(text: string | undefined): number | null {
  return text === undefined ? null : instantMs(text)
}

function refusedAnswer(faults: readonly AnswerFault[]): RefusedInput {
  return new RefusedInput(
    'invalid-request',
    'The alert cannot be answered like this; see errors.',
    faults.map(({ field, detail }) => ({ pointer: `/${field}`, code: 'invalid-value', detail })),
  )
}

/** What a second person is asked, with 202; else the alert as it is now. */
async function answerOrProposal(
  deps: RouteDeps,
  request: Calling,
  reply: FastifyReply,
  result: AlertActionResult | Proposal,
) {
  return 'weakens' in result ? answerProposal(reply, result) : await answer(deps, request, result)
}

async function answer(
  deps: RouteDeps,
  request: Calling,
  result: AlertActionResult,
): Promise<ReturnType<typeof alertBodyFor>> {
  if (result.type === 'not-found') throw unknownAlert()
  if (result.type === 'conflict') throw conflictWith(result.alert)
  if (result.type === 'refused') throw refusedAnswer(result.faults)
  if (result.changed) deps.alertHub.announce()
  const standing = await standingOf(deps, result.alert.id)
  return alertBodyFor(result.alert, standing, viewerOf(request, 'list'))
}

/**
 * Says who was first and when, because the next thing the second one needs is to talk to the first.
 */
function conflictWith(alert: AlertRow): RefusedInput {
  if (alert.status === 'closed') {
    return new RefusedInput(
      'alert-already-closed',
      `The alert was closed at ${formatInstant(alert.closedAtMs ?? 0)} by ${alert.closedBy ?? 'nobody'} as ${alert.outcome ?? 'unknown'}.`,
    )
  }
  return new RefusedInput(
    'conflict',
    `The alert was acknowledged at ${formatInstant(alert.acknowledgedAtMs ?? 0)} by ${alert.acknowledgedBy ?? 'nobody'}.`,
  )
}
