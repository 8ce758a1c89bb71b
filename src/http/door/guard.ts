import type { FastifyReply, FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import { personDb } from '../../store/pg/as-person.ts'
import { touchApiClient } from '../../store/registry/api-clients.ts'
import type { AppDeps } from '../route-deps.ts'
import type { App } from './app-type.ts'
import {
  actAs,
  createAuthenticator,
  hasCredentials,
  type Authenticator,
  type Caller,
} from './auth.ts'
import { createCors } from './cors.ts'
import { commonHeaders } from './headers.ts'
import type { RefusedCallers } from './refused-callers.ts'
import { isSpelledPlainly, type RouteList } from './route-list.ts'
import {
  createRateLimiter,
  type RateLimit,
  type RateLimiter,
  type RateLimits,
  type RateVerdict,
} from './rate-limit.ts'
import { refuseForeignPages, sentFrom } from './same-origin.ts'
import { requireStepUp } from './step-up.ts'

/**
 * What happens to every request before its body is read: headers, is there such a route, who calls,
 * how often, and may they. A 50 MB body of a stranger is refused here, unread.
 */
export function guardRequests(
  app: App,
  routes: RouteList,
  deps: Pick<
    AppDeps,
    'config' | 'people' | 'machinery' | 'clock' | 'doorbell' | 'elapsedMs' | 'log'
  >,
  { limits, refusedCallers }: DoorParts,
): Authenticator {
  const limiter = createRateLimiter(deps.clock.nowMs)
  const ownOrigin = deps.config.publicOrigin
  const authenticator = authenticatorOf(deps)
  const authenticate = countingRefusals(authenticator, limiter, { limits, refusedCallers })
  const stopListening = deps.doorbell.on('api-clients', (cause) => {
    if (cause === 'ring') authenticator.forgetAll()
  })
  const answerCors = createCors(deps.config.corsOrigins, routes)
  const isClosing = closeGently(app, () => {
    stopListening()
    refusedCallers.close()
  })
  app.decorateRequest('apiClient')
  giveDatabases(app, deps.people)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(commonHeaders)
    if (isClosing()) throw new RefusedInput('shutting-down')
    refuseUnclearHeaders(request)
    if (answerCors(request, reply)) return reply.send()
    refuseUnrouted(request, reply, routes)
    const { roles: access, callCost } = request.routeOptions.config
    if (access === undefined || access === 'public') {
      if (request.method !== 'POST') return
      refuseForeignPages(sentFrom(request), ownOrigin)
      const verdict = limiter.take(`stranger ${request.ip}`, limits.strangers)
      return refuseCrowdOfStrangers(reply, verdict)
    }
    const caller = await authenticate(request, reply)
    const limit = limits[caller.role]
    applyRate(reply, limit, limiter.take(caller.id, limit, callCost))
    request.apiClient = actAs(caller, access, () =>
      refusedCallers.add('role', request.ip, caller.id),
    )
    await authenticator.use(caller)
  })
  requireStepUp(app, deps)

  return authenticator
}

/** Each made when it is asked for: whoever reports a position asks for none. */
function giveDatabases(app: App, people: AppDeps['people']): void {
  app.decorateRequest('db', {
    getter() {
      return personDb(people, this.apiClient)
    },
  })
}

/** Whoever is not known is counted, told in the log, and slowed by address. */
function countingRefusals(
  authenticator: Authenticator,
  limiter: RateLimiter,
  { limits, refusedCallers }: DoorParts,
): (request: FastifyRequest, reply: FastifyReply) => Promise<Caller> {
  return async (request, reply) => {
    try {
      return await authenticator.authenticate(request)
    } catch (error) {
      if (!(error instanceof RefusedInput) || error.code !== 'unauthenticated') throw error
      refusedCallers.add(hasCredentials(request) ? 'unknown-token' : 'no-token', request.ip)
      const verdict = limiter.take(`address ${request.ip}`, limits.unauthenticated)
      if (verdict.isAllowed) throw error
      reply.header('retry-after', String(verdict.retryAfterSeconds))
      throw new RefusedInput(
        'rate-limited',
        'Too many requests without a valid token come from this address. Requests with one are not affected.',
      )
    }
  }
}

function authenticatorOf({
  machinery: pool,
  config,
  clock,
  elapsedMs,
  log,
}: Pick<AppDeps, 'config' | 'machinery' | 'clock' | 'elapsedMs' | 'log'>): Authenticator {
  const onFailure = (error: unknown): void =>
    log.warn({ err: error }, 'last use of a token or session could not be kept')
  return createAuthenticator(pool, {
    elapsedMs,
    nowMs: clock.nowMs,
    ownOrigin: config.publicOrigin,
    onFailure,
    // Nobody waits for it, and nobody is refused because a disk is full.
    onTokenUsed: ({ id }) => void touchApiClient(pool, id).catch(onFailure),
  })
}

/** Whoever signs in is a stranger until then. */
function refuseCrowdOfStrangers(reply: FastifyReply, verdict: RateVerdict): void {
  if (verdict.isAllowed) return
  reply.header('retry-after', String(verdict.retryAfterSeconds))
  throw new RefusedInput('rate-limited', 'Too many attempts to sign in come from this address.')
}

/** Whether the server has begun to close, from when on every request is told so. */
function closeGently(app: App, onClose: () => void): () => boolean {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
    onClose()
  })
  // A connection that falls idle after the server began to close would hold it open
  // until its keep-alive ends.
  app.addHook('onResponse', async () => {
    if (isClosing) setImmediate(() => app.server.closeIdleConnections())
  })
  return () => isClosing
}

export type DoorParts = { readonly limits: RateLimits; readonly refusedCallers: RefusedCallers }

function applyRate(
  reply: FastifyReply,
  { burst, perSecond }: RateLimit,
  verdict: RateVerdict,
): void {
  reply.header(
    'ratelimit-policy',
    `"client";q=${burst};w=${Math.max(1, Math.ceil(burst / perSecond))}`,
  )
  reply.header('ratelimit', `"client";r=${verdict.remaining};t=${verdict.retryAfterSeconds}`)
  if (verdict.isAllowed) return
  reply.header('retry-after', String(verdict.retryAfterSeconds))
  throw new RefusedInput(
    'rate-limited',
    `This client may call ${perSecond} times a second, and ${burst} times at once. Try again after ${verdict.retryAfterSeconds} s.`,
  )
}

/**
 * Required by RFC 9112, section 3.2; node would refuse a missing Host without a body or our
 * headers. Of two hosts, tokens or types of a body a proxy may have looked at the other one.
 */
function refuseUnclearHeaders(request: FastifyRequest): void {
  const { rawHeaders, httpVersion } = request.raw
  let hostCount = 0
  let tokenCount = 0
  let typeCount = 0
  for (let place = 0; place < rawHeaders.length; place += 2) {
    const name = rawHeaders[place]?.toLowerCase()
    if (name === 'host') hostCount += 1
    else if (name === 'authorization') tokenCount += 1
    else if (name === 'content-type') typeCount += 1
  }
  if (httpVersion === '1.1' && hostCount === 0) {
    throw new RefusedInput('malformed-http', 'Expected a Host header, got none.')
  }
  if (hostCount > 1) {
    throw new RefusedInput('malformed-http', `Expected one Host header, got ${hostCount}.`)
  }
  if (tokenCount > 1) {
    throw new RefusedInput(
      'invalid-header',
      `Expected one Authorization header, got ${tokenCount}.`,
    )
  }
  if (typeCount > 1) {
    throw new RefusedInput('invalid-header', `Expected one Content-Type header, got ${typeCount}.`)
  }
}

function refuseUnrouted(request: FastifyRequest, reply: FastifyReply, routes: RouteList): void {
  const path = request.url.split('?', 1)[0] ?? ''
  // The router takes `/vendors/` for a vendor without an id (ADR
  // /core/no-trailing-slash wants 404).
  if (path.endsWith('/') && path !== '/') throw new RefusedInput('not-found')
  // `/%6detrics` is told apart from `/metrics`: a proxy that keeps it inside compares the text.
  if (!request.is404 && !isSpelledPlainly(request.routeOptions.url ?? '', path))
    throw new RefusedInput('not-found')
  if (!request.is404) return
  const allowed = routes.methodsOf(path)
  if (allowed.length === 0) throw new RefusedInput('not-found')
  reply.header('allow', allowed.join(', '))
  throw new RefusedInput('method-not-allowed', `This address answers to ${allowed.join(', ')}.`)
}
