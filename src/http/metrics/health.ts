import { z } from 'zod'
import { OperatingError } from '../../errors.ts'
import { findStreamProgress, type StreamProgress } from '../../store/evaluator/stream-progress.ts'
import { findFaults, readinessFaultSchema } from './readiness.ts'
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

  // Asked without a token: whoever asks while the database is asked hears the same answer.
  let asking: Promise<StreamProgress> | null = null
  const ask = (): Promise<StreamProgress> =>
    (asking ??= findStreamProgress(deps.machinery).finally(() => {
      asking = null
    }))
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { roles: 'public' },
    schema: {
      operationId: 'isReady',
      summary: 'Hoede keeps its promise: 200, or 503 with the reasons',
      response: { 200: readySchema, 503: readySchema },
    },
    handler: async (_request, reply) => {
      const progress = await ask().catch((error: unknown) => {
        throw new OperatingError('unavailable', 'The database does not answer.', error)
      })
      const reasons = findFaults(deps, progress)
      reply.code(reasons.length === 0 ? 200 : 503)
      return {
        status: reasons.length === 0 ? ('ready' as const) : ('not-ready' as const),
        reasons: [...reasons],
        database: 'reachable' as const,
        evaluatorLagRows: progress.evaluatorLagRows,
        evaluatorLagSeconds: progress.evaluatorLagSeconds,
        historyLagRows: progress.historyLagRows,
        judgedSecondsAgo: progress.judgedSecondsAgo,
        waitingReports: progress.waitingReports,
        waitingSeconds: progress.waitingSeconds,
      }
    },
  })
}

const readySchema = z.strictObject({
  status: z.enum(['ready', 'not-ready']),
  reasons: z.array(readinessFaultSchema),
  database: z.literal('reachable'),
  evaluatorLagRows: z.int().describe('Rows of the journal that detection has not read yet.'),
  evaluatorLagSeconds: z.number().describe('Age of the oldest of them; 0 when there is none.'),
  historyLagRows: z.int(),
  judgedSecondsAgo: z
    .number()
    .nullable()
    .describe('Since detection last said that all is judged; null: there is nothing to judge.'),
  waitingReports: z
    .int()
    .describe(
      'Reports of long ago, and beyond the share of their sender, that wait for their turn.',
    ),
  waitingSeconds: z.number().describe('Since the first of them came; 0 when there is none.'),
})
