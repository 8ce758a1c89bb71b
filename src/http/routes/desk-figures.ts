import { dayMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, instantMs } from '../../schemas/common.ts'
import { deskFiguresSchema, figuresQuerySchema } from '../../schemas/desk.ts'
import { readDeskFigures } from '../../store/desk/desk-figures.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** How the desk does, in the figures by which alarm desks are measured. */
export function registerDeskFigureRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/desk-figures',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'getDeskFigures',
      tags: ['Alerts'],
      summary: 'Read how the desk did',
      description:
        'Calls by hour and seat, time to the first answer, repeats, the ten sources that called most, outcomes, and the share of time in flood. At most 92 days.',
      querystring: figuresQuerySchema,
      response: { 200: deskFiguresSchema },
    },
    handler: async (request) => {
      const fromMs = instantMs(request.query.from)
      const untilMs = instantMs(request.query.until)
      if (untilMs <= fromMs || untilMs - fromMs > periodMsMax) {
        throw new RefusedInput('invalid-request', 'A period of at most 92 days is expected.', [
          {
            pointer: '/until',
            code: 'invalid-value',
            detail: 'expected after from, by 92 days at most',
          },
        ])
      }
      const nowMs = deps.clock.nowMs()
      const period = { fromMs, untilMs, nowMs }
      const { hours, floodMs, ...rest } = await readDeskFigures(request.db, period)
      return {
        ...rest,
        outcomes: [...rest.outcomes],
        answers: [...rest.answers],
        sources: [...rest.sources],
        from: formatInstant(fromMs),
        until: formatInstant(untilMs),
        floodShare: floodMs / (untilMs - fromMs),
        hours: hours.map(({ atMs, ...hour }) => ({ ...hour, at: formatInstant(atMs) })),
      }
    },
  })
}

const periodMsMax = 92 * dayMs
