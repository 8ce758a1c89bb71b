import { RefusedInput } from '../../errors.ts'
import {
  formatInstant,
  formatInstantOrNull,
  idParamsSchema,
  listQuerySchema,
  pageSchema,
} from '../../schemas/common.ts'
import { decisionSchema, setAsideBodySchema } from '../../schemas/decision.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import {
  listDecisions,
  setDecisionAside,
  type DecisionRow,
} from '../../store/registry/decisions.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/** Decisions as they were kept, and the setting aside of one that waits. */
export function registerKeptDecisionRoutes(app: App, deps: RouteDeps): void {
  registerList(app)
  registerSettingAside(app, deps)
}

function registerList(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/decisions',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'listDecisions',
      tags: ['Protection orders'],
      summary: 'List decisions as they came, the newest first, and what they lack',
      querystring: listQuerySchema,
      response: { 200: pageSchema(decisionSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const query = { beforeId: readCursor(cursor), limit: limit + 1 }
      return pageOf(await listDecisions(request.db, query), limit, rowBodyOf)
    },
  })
}

function registerSettingAside(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/decisions/:id/_set-aside',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'setDecisionAside',
      tags: ['Protection orders'],
      summary: 'Say why a decision that was refused or lacks something is not carried out',
      description:
        'It calls nobody any more, and stays on the list. Sent again it is looked at anew.',
      problems: { 409: 'It does not wait: it was carried out, is asked, or was set aside.' },
      params: idParamsSchema,
      body: setAsideBodySchema,
      response: { 200: decisionSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const { reason } = request.body
      return await request.db.transaction(async (tx) => {
        const row = await setDecisionAside(tx, { id, by: request.apiClient.id, reason })
        if (row === null) throw new RefusedInput('conflict', 'No decision of this id waits.')
        const about = { kind: 'alteration', subjectId: id, reason } as const
        const detail = { documentReference: row.documentReference, source: row.source }
        await recordAct(tx, actOf(request, deps.clock.nowMs(), { ...about, detail }))
        return rowBodyOf(row)
      })
    },
  })
}

export function rowBodyOf(row: DecisionRow) {
  return {
    id: row.id,
    source: row.source,
    documentReference: row.documentReference,
    act: row.act,
    status: row.status,
    missing: row.missing.map(({ pointer, code, detail }) => ({
      pointer: pointer ?? '',
      code,
      detail,
    })),
    protectionOrderId: row.protectionOrderId,
    proposalId: row.proposalId,
    receivedAt: formatInstant(row.receivedAtMs),
    receivedCount: row.receivedCount,
    waitsSince: formatInstantOrNull(row.waitsSinceMs),
    setAsideReason: row.setAsideReason,
  }
}
