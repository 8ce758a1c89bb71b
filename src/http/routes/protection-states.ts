import { RefusedInput } from '../../errors.ts'
import {
  findProtectionRecord,
  listProtectionRecords,
} from '../../store/evaluator/protection-states.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { findDetectionStanding } from './detection-standing.ts'
import { pageOf, readCursor } from './paging.ts'
import { idParamsSchema, pageSchema } from '../../schemas/common.ts'
import {
  protectionStateQuerySchema,
  protectionStateSchema,
} from '../../schemas/protection-state.ts'
import { protectionStateBodyOf } from '../answers/protection-state-answer.ts'

/** What can be said of the protection each order gives now, without saying where anybody is. */
export function registerProtectionStateRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/protection-state',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'getProtectionState',
      tags: ['Protection orders'],
      summary: 'Whether an order protects now, and if not, why',
      description:
        'Derived by detection from silences, sightings and devices, about once a second. It holds no positions. After a silence an order is protected again only when a new position of each person is believed.',
      params: idParamsSchema,
      response: { 200: protectionStateSchema },
    },
    handler: async (request) => {
      const record = await findProtectionRecord(request.db, request.params.id)
      if (record === null) throw new RefusedInput('not-found', 'No protection order has this id.')
      return protectionStateBodyOf(record, await findDetectionStanding(deps))
    },
  })

  app.route({
    method: 'GET',
    url: '/v1/protection-states',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'listProtectionStates',
      tags: ['Protection orders'],
      summary: 'List whether each order protects now',
      description: 'By order, those that are not in force included; they are `unknown` and say so.',
      querystring: protectionStateQuerySchema,
      response: { 200: pageSchema(protectionStateSchema) },
    },
    handler: async (request) => {
      const { cursor, limit, state } = request.query
      const standing = await findDetectionStanding(deps)
      const afterId = readCursor(cursor)
      // While detection is behind every order is unknown, whatever is on record.
      if (standing.isBehind && state !== undefined && state !== 'unknown') {
        return { items: [], nextCursor: null }
      }
      const records = await listProtectionRecords(request.db, {
        state: standing.isBehind ? null : (state ?? null),
        afterId,
        limit: limit + 1,
      })
      return pageOf(records, limit, (record) => protectionStateBodyOf(record, standing))
    },
  })
}
