import { z } from 'zod'
import { OperatingError } from '../../errors.ts'
import { findStreamProgress } from '../../store/evaluator/stream-progress.ts'
import type { AppDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'

/** For whatever starts, stops and routes to this process. Outside `/v1`: not part of the API. */
export function registerHealthRoutes(app: App, deps: AppDeps): void {
  app.route({
    method: 'GET',
    url: '/health/live',
    config: { roles: 'public' },
    schema: {
      operationId: 'isLive',
      summary: 'The process runs and answers',
      response: { 200: z.strictObject({ status: z.literal('live') }) },
    },
    handler: async () => ({ status: 'live' as const }),
  })

  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { roles: 'public' },
    schema: {
      operationId: 'isReady',
      summary: 'The database answers, and it is known how far detection has read',
      response: { 200: readySchema },
    },
    handler: async () => {
      const progress = await findStreamProgress(deps.pool).catch((error: unknown) => {
        throw new OperatingError('unavailable', 'The database does not answer.', error)
      })
      return {
        status: 'ready' as const,
        database: 'reachable' as const,
        evaluatorLagRows: progress.evaluatorLagRows,
        evaluatorLagSeconds: progress.evaluatorLagSeconds,
        historyLagRows: progress.historyLagRows,
      }
    },
  })
}

const readySchema = z.strictObject({
  status: z.literal('ready'),
  database: z.literal('reachable'),
  evaluatorLagRows: z.int().describe('Rows of the journal that detection has not read yet.'),
  evaluatorLagSeconds: z.number().describe('Age of the oldest of them; 0 when there is none.'),
  historyLagRows: z.int(),
})
