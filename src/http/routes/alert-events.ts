import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { RefusedInput, OperatingError } from '../../errors.ts'
import { actAs } from '../door/auth.ts'
import type { MayHear } from '../../live/alert-event-source.ts'
import { isWithinReach, loadReach, type Reach } from '../../store/registry/reach.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { createDeskBeat } from '../desk/beat.ts'
import { lastAlertEventSequence } from '../../store/alerts/alert-events.ts'
import { organisationOf } from './alert-response.ts'
import { createStreamShare } from './stream-share.ts'
import { recheckToken } from './stream-recheck.ts'

/** What happens to alerts, as it happens. */
export function registerAlertEventRoutes(app: App, deps: RouteDeps): void {
  const share = createStreamShare(deps.log)
  const beatOn = createDeskBeat(deps)
  app.addHook('preClose', async () => {
    await deps.alertHub.close()
  })

  app.route({
    method: 'GET',
    url: '/v1/alert-events',
    // A HEAD of a stream that never ends would not end either.
    exposeHeadRoute: false,
    config: { roles: readers },
    schema: {
      operationId: 'streamAlertEvents',
      tags: ['Alerts'],
      summary: 'Follow alerts live',
      description: streamDescription,
      querystring: streamQuerySchema,
      headers: z.object({
        'last-event-id': z.string().max(20).optional().describe('The `id` of the last event seen.'),
      }),
      produces: ['text/event-stream'],
      response: {
        200: z.string().describe('A stream of server-sent events (text/event-stream).'),
      },
    },
    handler: async (request, reply) => {
      const afterSequence = readLastEventId(request.headers['last-event-id'])
      const { id: clientId } = request.apiClient
      const reach = await loadReach(request.db)
      if (!share.mayReplace(clientId)) refuseFull(deps, reply)
      // Read before the headers go: whoever has them reads the list next, and what happens from
      // then on must be on the stream.
      const from = afterSequence ?? (await lastAlertEventSequence(deps.machinery))
      reply.hijack()
      const stream = openStream(reply)
      share.add(clientId, stream)
      const mayHear = keepReach(stream, deps, request, reach)
      if (request.query.beats === 'yes') beatOn(stream, organisationOf(request), mayHear)
      try {
        await deps.alertHub.subscribe(stream, from, mayHear)
      } catch (error) {
        request.log.warn({ reqId: request.id, err: error }, 'alert stream could not be started')
        stream.destroy()
      }
    },
  })
}

const readers = ['operator', 'supervisor'] as const

const streamDescription =
  'Server-sent events. Each `data` is an `AlertEvent`, a CloudEvent (NL GOV profile) in JSON; each `id` is its sequence. ' +
  'Send the last `id` you saw as `Last-Event-ID` to go on from there without loss; 0 gives everything; ' +
  'without the header the stream starts now. One token carries ten streams; one more closes its oldest. A stream that is read too slowly is closed: connect again. ' +
  "A browser's `EventSource` cannot send the token; `/docs` shows how a page reads the stream with `fetch`."

const streamQuerySchema = z.object({
  beats: z
    .literal('yes')
    .optional()
    .describe(
      'Adds an event `desk.beat` every three seconds: the time of the server, what trouble it is in, whether a flood of alerts goes on, who is at the desk with which incident open, and on which alerts people acted within the last minute. A page that hears none for ten seconds must not be believed.',
    ),
})

/**
 * A token or role taken away in the meantime ends the stream too: at once when the revocation is
 * heard of. And a desk that watches for somebody more, or less, does so from then on.
 */
function keepReach(
  stream: ServerResponse,
  { authenticator, doorbell, log }: RouteDeps,
  request: FastifyRequest,
  first: Reach,
): MayHear {
  let reach = first
  const authenticate = async (): Promise<void> => {
    actAs(await authenticator.authenticate(request), readers, () => {})
    reach = await loadReach(request.db)
  }
  // A session may end of itself, which nobody rings for.
  const often = request.apiClient.person === null ? {} : { everyMs: 1_000 }
  recheckToken(stream, { log, doorbell, authenticate, ...often })
  return (concerned) => isWithinReach(reach, concerned)
}

function refuseFull({ alertHub }: RouteDeps, reply: FastifyReply): void {
  if (!alertHub.isFull()) return
  reply.header('retry-after', '5')
  throw new OperatingError('overloaded', 'As many streams are open as this server carries.')
}

/** The headers go at once, so that the desk knows that it is connected. */
function openStream(reply: FastifyReply): ServerResponse {
  const { raw } = reply
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8' }
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) raw.setHeader(name, value)
  }
  raw.setHeader('x-accel-buffering', 'no')
  raw.socket?.setNoDelay(true)
  raw.flushHeaders()
  return raw
}

function readLastEventId(header: string | undefined): number | null {
  if (header === undefined || header === '') return null
  const sequence = /^\d{1,16}$/.test(header) ? Number(header) : Number.NaN
  if (Number.isSafeInteger(sequence)) return sequence
  throw new RefusedInput('invalid-header', 'Last-Event-ID is expected to be the id of an event.')
}
