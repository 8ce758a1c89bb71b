import { listQuarantined } from '../../store/journal/quarantine.ts'
import type { App } from '../door/app-type.ts'
import { pageOf, readCursor } from './paging.ts'
import { formatInstant, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import { refusedReportSchema } from '../../schemas/refused-report.ts'

/** What vendors and phones sent and was not taken, so that somebody can see it and ask. */
export function registerRefusedReportRoutes(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/refused-reports',
    config: { roles: ['administrator', 'supervisor'] },
    schema: {
      operationId: 'listRefusedReports',
      tags: ['Intake'],
      summary: 'List refused positions and events, newest first',
      description:
        'Elements that were not taken, those of unknown devices among them: who sent them, when, and what was wrong. ' +
        'What they said of a place is kept and not shown here.',
      querystring: listQuerySchema,
      response: { 200: pageSchema(refusedReportSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const records = await listQuarantined(request.db, readCursor(cursor), limit + 1)
      return pageOf(records, limit, ({ receivedAtMs, ...record }) => ({
        ...record,
        receivedAt: formatInstant(receivedAtMs),
      }))
    },
  })
}
