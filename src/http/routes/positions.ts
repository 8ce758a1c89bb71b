import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import {
  answerIntake,
  envelopeValidator,
  positionsRequestOf,
  refuseOverload,
} from '../intake-exchange.ts'
import { positionsResultSchema } from '../../schemas/intake-result.ts'
import { readPlainPositions } from '../../schemas/plain-positions.ts'
import {
  elementCountMax,
  positionsBodySchema,
  positionSchema,
  positionsEnvelopeSchema,
} from '../../schemas/position.ts'

/** Where the vendors' devices report their positions. */
export function registerPositionRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/positions',
    config: {
      roles: ['vendor'],
      elementList: 'positions',
      elementCountMax,
      readPlain: readPlainPositions,
    },
    schema: {
      operationId: 'createPositions',
      tags: ['Intake'],
      summary: 'Report positions of devices',
      description:
        'Up to 1,000 positions of the devices of one vendor, in any order, late or repeated. ' +
        'The answer 202 means that the accepted positions are stored for good. ' +
        'Elements are judged one by one: those in `rejected` were not taken, the others were. ' +
        'The answer is 400 only when none could be taken for what is wrong with them; a position of a device that is ' +
        'not registered for you is kept apart and named `unknown-device`, under 202. After a 503 send the whole request again, ' +
        'after the time in `Retry-After`; what had been taken is then counted under `duplicates`. ' +
        'After a 429 so many of your positions wait to be judged that no more are taken for now: send the whole request again after `Retry-After`. ' +
        'Positions recorded more than ten minutes before they are sent, and those of a sender that sends thousands a second, ' +
        'are judged behind everything that is of now. ' +
        '`wantedIntervals` names the devices that should report at another interval for now: pass it on to them. ' +
        'It says nothing of why.\n\n' +
        'The same as `application/x-ndjson` is one position a line, within the same bounds: `index` is then the line, from 0. ' +
        'A line that is no JSON, an empty one too, is in `rejected` as `unreadable`, and costs the other lines nothing.\n\n' +
        'Keep the connection open between requests: an idle one is closed after 72 seconds, and a request that has begun is answered also while the server stops. ' +
        'A connection closed in between is opened again, and what had no answer is sent again.',
      body: positionsBodySchema,
      lineOf: positionSchema,
      response: { 202: positionsResultSchema },
    },
    validatorCompiler: envelopeValidator(positionsEnvelopeSchema),
    onRequest: refuseOverload(deps),
    handler: async (request, reply) => {
      const receivedAtMs = deps.clock.nowMs()
      const result = await deps.intake.acceptFixes(positionsRequestOf(request, receivedAtMs))
      reply.code(202)
      const wantedIntervals = result.wantedIntervals.map((wanted) => ({ ...wanted }))
      return { ...answerIntake(result, 'positions'), wantedIntervals }
    },
  })
}
