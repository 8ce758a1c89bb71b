import type { CallerRole } from '../../core/model/contract-words.ts'
import type { AnswerFault } from '../../core/model/recall.ts'
import { RefusedInput } from '../../errors.ts'
import { insertAccess } from '../../store/alerts/access-log.ts'
import {
  acknowledgeAlert,
  closeAlert,
  type AlertAction,
  type AlertActionResult,
} from '../../store/alerts/alert-actions.ts'
import {
  findAlert,
  listAlerts,
  type AlertDetail,
  type AlertRow,
} from '../../store/alerts/alerts.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import type { AlertOutcome, EvidenceFix } from '../../core/model/alert.ts'
import { actOf, actorOf, doorOf, type Calling } from '../door/act.ts'
import { readAlertCursor, writeAlertCursor } from './alert-cursor.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { disclosedFixes } from '../../store/alerts/evidence-disclosure.ts'
import {
  acknowledgeBodySchema,
  alertDetailSchema,
  alertQuerySchema,
  alertSchema,
  closeBodySchema,
} from '../../schemas/alert.ts'
import {
  findPairStandings,
  nobodysStanding,
  type PairStanding,
} from '../../store/alerts/pair-standing.ts'
import { coarsenDetail, isShownWhole, type Viewer } from '../answers/alert-disclosure.ts'
import {
  alertBodyFor,
  alertDetailBodyOf,
  coarseAlertDetailBodyOf,
} from '../answers/alert-answer.ts'
import { formatInstant, idParamsSchema, instantMs, pageSchema } from '../../schemas/common.ts'

/** What staff are shown and must answer. */
export function registerAlertRoutes(app: App, deps: RouteDeps): void {
  registerList(app, deps)
  registerRead(app, deps)
  registerAcknowledging(app, deps)
  registerClosing(app, deps)
}

function registerList(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/alerts',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'listAlerts',
      tags: ['Alerts'],
      summary: 'List alerts, most urgent first',
      description:
        'Without numbers where somebody is protected (`detailLevel`). By priority; within it those nobody has answered before those that are acknowledged, the longest waiting first. ' +
        'Closed alerts come after all others. No positions: those are with each alert.',
      querystring: alertQuerySchema,
      response: { 200: pageSchema(alertSchema) },
    },
    handler: async (request) => {
      const { cursor, limit, status, kind, protectionOrderId } = request.query
      const page = await listAlerts(request.db, {
        status: status ?? null,
        kind: kind ?? null,
        protectionOrderId: protectionOrderId ?? null,
        after: readAlertCursor(cursor),
        limit,
      })
      const ids = page.items.map(({ id }) => id)
      const standings = await findPairStandings(deps.machinery, ids)
      const viewer = viewerOf(request, 'list')
      return {
        items: page.items.map((alert) =>
          alertBodyFor(alert, standings.get(alert.id) ?? nobodysStanding, viewer),
        ),
        nextCursor: writeAlertCursor(page.next),
      }
    },
  })
}

function registerRead(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/alerts/:id',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'getAlert',
      tags: ['Alerts'],
      summary: 'Read one alert with its evidence',
      description:
        'The fixes, the version of the order and the numbers behind the verdict, and everything that happened since. ' +
        'Whose positions were read by whom is recorded before they are answered.',
      params: idParamsSchema,
      response: { 200: alertDetailSchema },
    },
    handler: async (request) => {
      const detail = await findAlert(request.db, request.params.id)
      if (detail === null) throw unknownAlert()
      const standing = await standingOf(deps, detail.alert.id)
      if (!isShownWhole(standing, viewerOf(request, 'detail'))) {
        const coarse = coarsenDetail(detail)
        const offenders = offendersOf(coarse.offenderArea === null ? [] : detail.evidence.fixes)
        await recordReading(deps, request, detail, offenders)
        return coarseAlertDetailBodyOf(coarse)
      }
      const shown = disclosedFixes(detail)
      // What an alert says whole is a reading of whoever stands at its centre, also without a fix.
      const read = [...shown.map(({ personId }) => personId), ...standing.victimIds]
      await recordReading(deps, request, detail, read)
      return alertDetailBodyOf(detail, shown)
    },
  })
}

function viewerOf({ apiClient: { id, role } }: Calling, place: Viewer['place']): Viewer {
  return { id, role, place }
}

/** Of all alerts of the pair, whoever has them: each makes the next one coarser. */
async function standingOf({ machinery }: RouteDeps, alertId: string): Promise<PairStanding> {
  return (await findPairStandings(machinery, [alertId])).get(alertId) ?? nobodysStanding
}

function offendersOf(fixes: readonly EvidenceFix[]): readonly string[] {
  return fixes.filter(({ role }) => role === 'offender').map(({ personId }) => personId)
}

/** Before the answer; without anybody whose place it shows there is nothing to record. */
async function recordReading(
  deps: RouteDeps,
  request: Calling,
  { alert }: AlertDetail,
  personIds: readonly string[],
): Promise<void> {
  if (personIds.length === 0) return
  await insertAccess(request.db, {
    organisationId: request.apiClient.organisationId,
    by: actorOf(request),
    door: doorOf(request),
    action: 'read-alert-positions',
    alertId: alert.id,
    protectionOrderId: alert.protectionOrderId,
    reason: 'handling of an alert',
    personIds: [...new Set(personIds)],
    nowMs: deps.clock.nowMs(),
  })
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
      response: { 200: alertSchema },
    },
    handler: async (request) => {
      const action: AlertAction = {
        alertId: request.params.id,
        ...answerOf(deps, request.apiClient, request.body ?? {}),
      }
      const result = await request.db.transaction(async (tx) =>
        recordAnswer(tx, request, action, await acknowledgeAlert(tx, action)),
      )
      return answer(deps, request, result)
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
        'An alert that gets worse, or happens again, is open again at once and must be answered anew.',
      problems: { 409: 'The alert is closed already.' },
      params: idParamsSchema,
      body: closeBodySchema,
      response: { 200: alertSchema },
    },
    handler: async (request) => {
      const action = {
        alertId: request.params.id,
        ...answerOf(deps, request.apiClient, request.body),
        outcome: request.body.outcome,
        permittedUntilMs: instantMsOrNull(request.body.permittedUntil),
      }
      const result = await request.db.transaction(async (tx) =>
        recordAnswer(tx, request, action, await closeAlert(tx, action), action.outcome),
      )
      return answer(deps, request, result)
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

function unknownAlert(): RefusedInput {
  return new RefusedInput('not-found', 'No alert has this id.')
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
