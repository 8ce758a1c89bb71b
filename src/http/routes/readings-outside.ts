import { weekMs } from '../../core/model/units.ts'
import { readingsOutsideQuerySchema, readingsOutsideSchema } from '../../schemas/break-glass.ts'
import { formatInstant, instantMs } from '../../schemas/common.ts'
import { listReadingsOutside } from '../../store/alerts/readings-outside.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** Who looked where nothing at hand asked for it. */
export function registerReadingsOutsideRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/readings-outside',
    config: { roles: ['auditor'] },
    schema: {
      operationId: 'listReadingsOutside',
      tags: ['Record'],
      summary: 'List readings of positions that nothing at hand asked for',
      description:
        'Of the last week, where no time is given: no alert about the people was open, or had been within the hour, and no case of theirs was in the hands of whoever read; or whoever read had handed the shift over. Such a reading may be right all the same; somebody should ask. Reading the list is on record itself.',
      querystring: readingsOutsideQuerySchema,
      response: { 200: readingsOutsideSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { from, until } = request.query
      const untilMs = until === undefined ? nowMs : instantMs(until)
      const fromMs = from === undefined ? untilMs - weekMs : instantMs(from)
      const { organisationId } = request.apiClient
      await recordAct(request.db, actOf(request, nowMs, { kind: 'consultation', reason: 'audit' }))
      // An auditor sees no case, and so not what was at hand: asked for theirs alone.
      const rows = await listReadingsOutside(deps.machinery, {
        organisationId,
        fromMs,
        untilMs,
        limit: readingCountMax + 1,
      })
      return {
        items: rows.slice(0, readingCountMax).map(({ atMs, personIds, ...row }) => ({
          ...row,
          personIds: [...personIds],
          at: formatInstant(atMs),
        })),
        truncated: rows.length > readingCountMax,
        from: formatInstant(fromMs),
        until: formatInstant(untilMs),
      }
    },
  })
}

/** Whoever has more than this to ask about asks about something else first. */
const readingCountMax = 1_000
