import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../errors.ts'
import {
  findApiClientByTokenHash,
  hashToken,
  type ApiClient,
  type ApiClientRole,
} from '../store/api-clients.ts'
import type { Db } from '../store/pool.ts'

/**
 * Who may call a route, declared with the route: `config: { roles: ['operator'] }`.
 * Building the app fails on a route that says nothing, so a new route cannot be open by omission.
 */
export type RouteAccess = 'public' | readonly ApiClientRole[]

declare module 'fastify' {
  interface FastifyContextConfig {
    roles?: RouteAccess
  }
  interface FastifyRequest {
    /** The authenticated caller. Reading it on a public route is a fault of ours and throws. */
    apiClient: ApiClient
  }
}

export type Authenticator = {
  /** The client of the request's bearer token; throws a 401 when there is none. */
  readonly authenticate: (request: FastifyRequest) => Promise<ApiClient>
  /** Drops what is remembered, so that a revocation holds from the next request on. */
  readonly forgetAll: () => void
}

/**
 * How long a token is believed without asking the database. It bounds how long a token revoked by another process
 * still works when that process could not be heard; otherwise revocation is immediate (`forgetAll`).
 */
const tokenCacheMsMax = 5_000
/** Far above the number of vendors and desks; a flood of distinct valid tokens cannot grow memory past it. */
const tokenCacheCountMax = 10_000

/** `elapsedMs` never goes back: by a clock on the wall that is set back a revoked token would live on. */
export function createAuthenticator(db: Db, elapsedMs: () => number): Authenticator {
  const byHash = new Map<string, { readonly client: ApiClient; readonly untilMs: number }>()

  async function authenticate(request: FastifyRequest): Promise<ApiClient> {
    const token = bearerToken(request)
    if (token === null) throw unauthenticated('No bearer token was sent.')
    const hash = hashToken(token)
    const key = hash.toString('base64')
    const nowMs = elapsedMs()
    const remembered = byHash.get(key)
    if (remembered !== undefined && remembered.untilMs > nowMs) return remembered.client
    byHash.delete(key)
    const client = await findApiClientByTokenHash(db, hash)
    if (client === null) throw unauthenticated('The bearer token is unknown or has been revoked.')
    if (byHash.size >= tokenCacheCountMax) byHash.clear()
    byHash.set(key, { client, untilMs: nowMs + tokenCacheMsMax })
    return client
  }

  return { authenticate, forgetAll: () => byHash.clear() }
}

/** Throws a 403 unless the client's role is among those of the route. */
export function checkRole(client: ApiClient, access: readonly ApiClientRole[]): void {
  if (access.includes(client.role)) return
  throw new RefusedInput(
    'forbidden',
    `This call needs the role ${access.join(' or ')}; this token has the role ${client.role}.`,
  )
}

function unauthenticated(detail: string): RefusedInput {
  return new RefusedInput('unauthenticated', detail)
}

/**
 * RFC 6750, plus HTTP Basic with the token as its password: the phone apps that act as interim victim
 * devices can send nothing else.
 */
function bearerToken(request: FastifyRequest): string | null {
  // Traccar Client can send no header at all: its address holds the token.
  if (request.routeOptions.url === '/adapters/traccar/:token') {
    const { token } = request.params as { readonly token: string }
    return token
  }
  const header = request.headers.authorization
  if (header === undefined) return null
  // Wider than RFC 6750: an administrator's chosen token may hold any visible ASCII.
  const bearer = /^Bearer +([!-~]{1,512})$/i.exec(header)
  if (bearer !== null) return bearer[1] ?? null
  const basic = /^Basic +([A-Za-z0-9+/]{1,1024}={0,2})$/i.exec(header)
  if (basic === null || !request.routeOptions.url?.startsWith('/adapters/')) return null
  const userAndPassword = Buffer.from(basic[1] ?? '', 'base64').toString('utf8')
  const password = userAndPassword.slice(userAndPassword.indexOf(':') + 1)
  return password === '' ? null : password
}
