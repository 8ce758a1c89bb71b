import type { EvidenceFix } from '../../core/model/alert.ts'
import { RefusedInput } from '../../errors.ts'
import { insertAccess } from '../../store/alerts/access-log.ts'
import { findAlert, listAlerts, type AlertDetail } from '../../store/alerts/alerts.ts'
import { disclosedFixes } from '../../store/alerts/evidence-disclosure.ts'
import {
  findPairStandings,
  nobodysStanding,
  type PairStanding,
} from '../../store/alerts/pair-standing.ts'
import { alertDetailSchema, alertQuerySchema, alertSchema } from '../../schemas/alert.ts'
import { idParamsSchema, pageSchema } from '../../schemas/common.ts'
import {
  alertBodyFor,
  alertDetailBodyOf,
  coarseAlertDetailBodyOf,
} from '../answers/alert-answer.ts'
import { coarsenDetail, isShownWhole, type Viewer } from '../answers/alert-disclosure.ts'
import { actorOf, doorOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { readAlertCursor, writeAlertCursor } from './alert-cursor.ts'

/** What staff are shown and must answer. */
export function registerAlertRoutes(app: App, deps: RouteDeps): void {
  registerList(app, deps)
  registerRead(app, deps)
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

export function viewerOf({ apiClient: { id, role } }: Calling, place: Viewer['place']): Viewer {
  return { id, role, place }
}

/** Of all alerts of the pair, whoever has them: each makes the next one coarser. */
export async function standingOf({ machinery }: RouteDeps, alertId: string): Promise<PairStanding> {
  return (await findPairStandings(machinery, [alertId])).get(alertId) ?? nobodysStanding
}

function offendersOf(fixes: readonly EvidenceFix[]): readonly string[] {
  return fixes.filter(({ role }) => role === 'offender').map(({ personId }) => personId)
}

/** Before the answer; without anybody whose place it shows there is nothing to record. */
export async function recordReading(
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

export function unknownAlert(): RefusedInput {
  return new RefusedInput('not-found', 'No alert has this id.')
}
