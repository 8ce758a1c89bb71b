import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { refuseOverload } from '../intake-exchange.ts'
import { readTraccarForm, readTraccarJson } from './read-traccar.ts'
import { takeReadings } from './take-readings.ts'

/**
 * Traccar Client. It has no place for a password, so its address holds the token:
 * `/adapters/traccar/{token}`; whoever can send a header uses `/adapters/traccar`. The token is
 * worth no more than one phone's positions, our log names routes as declared and never addresses as
 * called, and a proxy in front must do the same.
 */
export function registerTraccarRoutes(app: App, deps: RouteDeps): void {
  const handler = async (request: FastifyRequest): Promise<string> => {
    refusePositionInAddress(request)
    const arrival = { receivedAtMs: deps.clock.nowMs(), limits: deps.limits }
    const readings =
      typeof request.body === 'string'
        ? readTraccarForm(request.body, arrival)
        : readTraccarJson(request.body, arrival)
    await takeReadings(deps, request, readings)
    return ''
  }
  // Only here: elsewhere a form is refused, because a page of another site can send one.
  void app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      async (request: FastifyRequest, payload: IncomingMessage) =>
        String(await deps.readBody(request, payload, formBytesMax)),
    )
    for (const url of ['/adapters/traccar', '/adapters/traccar/:token']) {
      scope.route({
        method: 'POST',
        url,
        config: { roles: ['victim-device'], mendsText: true },
        onRequest: refuseOverload(deps),
        handler,
      })
    }
  })
}

/** One position a request, some two hundred characters. */
const formBytesMax = 16_384

/**
 * Clients before version 9 put positions into the address, from where they get into
 * logs of servers between us.
 */
function refusePositionInAddress(request: FastifyRequest): void {
  if (!request.url.includes('?')) return
  throw new RefusedInput(
    'invalid-request',
    'Expected the position in the body of the request, got parameters in its address. Use Traccar Client 9 or newer.',
  )
}
