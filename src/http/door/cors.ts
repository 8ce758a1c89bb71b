import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RouteList } from './route-list.ts'

/**
 * Lets pages of the configured origins call the API, and nobody else. Tokens travel in a header
 * that a page has to set itself, never in a cookie, so no credentials are allowed for. Gives true
 * when it was a preflight, which is answered here: a browser asks it without the token. What no
 * route answers to goes on to its 404 or 405.
 */
export function createCors(origins: readonly string[], routes: RouteList): Cors {
  const allowed = new Set(origins)
  return (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (allowed.size === 0 || !path.startsWith('/v1/')) return false
    reply.header('vary', 'Origin')
    const { origin, 'access-control-request-method': wanted } = request.headers
    if (origin === undefined || !allowed.has(origin)) return false
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', readableHeaders)
    const methods = routes.methodsOf(path)
    if (request.method !== 'OPTIONS' || wanted === undefined || methods.length === 0) return false
    reply
      .code(204)
      .header('access-control-allow-methods', methods.join(', '))
      .header('access-control-allow-headers', sendableHeaders)
      .header('access-control-max-age', String(preflightSecondsMax))
    return true
  }
}

export type Cors = (request: FastifyRequest, reply: FastifyReply) => boolean

const sendableHeaders = 'Authorization, Content-Type, Last-Event-ID, If-Match'
const readableHeaders = 'API-Version, ETag, Location, RateLimit, RateLimit-Policy, Retry-After'
/** An origin that is taken from the list stays allowed in open browsers for no longer than this. */
const preflightSecondsMax = 600
