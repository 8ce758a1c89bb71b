import { accessSchema } from '../../schemas/access-log.ts'
import { formatInstant, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import { listAccesses } from '../../store/alerts/access-log.ts'
import type { App } from '../door/app-type.ts'
import { pageOf, readCursor } from './paging.ts'

/** Who read whose position: for somebody who looks at that, and at nothing else. */
export function registerAccessLogRoutes(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/access-log',
    config: { roles: ['auditor'] },
    schema: {
      operationId: 'listAccesses',
      tags: ['Audit'],
      summary: 'List who read whose position, newest first',
      description: 'Of the own organisation. It says that somebody looked, never what they saw.',
      querystring: listQuerySchema,
      response: { 200: pageSchema(accessSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const records = await listAccesses(request.db, readCursor(cursor), limit + 1)
      return pageOf(records, limit, ({ at, personIds, ...access }) => ({
        ...access,
        at: formatInstant(at.getTime()),
        personIds: [...personIds],
      }))
    },
  })
}
