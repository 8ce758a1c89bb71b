import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import {
  findApiClientByTokenHash,
  hashToken,
  listTokenHashes,
  type ApiClient,
} from '../../store/registry/api-clients.ts'
import type { ApiClientRole } from '../../core/model/contract-words.ts'
import type { Db } from '../../store/pg/pool.ts'
import { createRateLimiter } from './rate-limit.ts'

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
  /**
   * Drops what is remembered, so that a new token or a revocation holds from the next request on.
   */
  readonly forgetAll: () => void
}

/**
 * How long a token is believed without asking the database. It bounds how long a token
 * revoked by another process still works when that process could not be heard; otherwise
 * revocation is immediate (`forgetAll`).
 */
const tokenCacheMsMax = 5_000
/**
 * Far above the number of vendors and desks; a flood of distinct valid tokens
 * cannot grow memory past it.
 */
const tokenCacheCountMax = 10_000

/**
 * Tokens nobody knows yet, whether good or guessed, looked up one by one. Beyond it a token
 * must first be in the list of all hashes, which is read once a second for everybody: a
 * flood of guesses costs the database one query a second, and no good token is ever held up
 * by who else is at its address.
 */
const lookupLimit = { burst: 200, perSecond: 50 }
/** During a flood, how long a token made by another process may have to wait. */
const hashListMsMax = 1_000

/**
 * `elapsedMs` never goes back: by a clock on the wall that is set back a
 * revoked token would live on.
 */
export function createAuthenticator(db: Db, elapsedMs: () => number): Authenticator {
  const byHash = new Map<string, { readonly client: ApiClient; readonly untilMs: number }>()
  const lookups = createRateLimiter(elapsedMs)
  let hashList: {
    readonly hashes: Promise<ReadonlySet<string>>
    readonly readAtMs: number
  } | null = null

  function readHashes(): Promise<ReadonlySet<string>> {
    const nowMs = elapsedMs()
    if (hashList !== null && nowMs - hashList.readAtMs < hashListMsMax) return hashList.hashes
    const hashes = listTokenHashes(db).then((list) => new Set(list))
    const read = { hashes, readAtMs: nowMs }
    hashList = read
    // Whoever waits for it hears of the failure; the next one reads anew.
    hashes.catch(() => {
      if (hashList === read) hashList = null
    })
    return hashes
  }

  async function findClient(key: string, hash: Buffer): Promise<ApiClient | null> {
    const isCheap = lookups.take('tokens', lookupLimit).isAllowed
    if (!isCheap && !(await readHashes()).has(key)) return null
    return await findApiClientByTokenHash(db, hash)
  }

  async function authenticate(request: FastifyRequest): Promise<ApiClient> {
    const token = bearerToken(request)
    if (token === null) throw unauthenticated('No bearer token was sent.')
    const hash = hashToken(token)
    const key = hash.toString('base64')
    const nowMs = elapsedMs()
    const remembered = byHash.get(key)
    if (remembered !== undefined && remembered.untilMs > nowMs) return remembered.client
    byHash.delete(key)
    const client = await findClient(key, hash)
    if (client === null) throw unauthenticated('The bearer token is unknown or has been revoked.')
    if (byHash.size >= tokenCacheCountMax) byHash.clear()
    byHash.set(key, { client, untilMs: nowMs + tokenCacheMsMax })
    return client
  }

  return {
    authenticate,
    forgetAll: () => {
      hashList = null
      byHash.clear()
    },
  }
}

/** Whether the caller sent anything that could be a token. */
export function hasCredentials(request: FastifyRequest): boolean {
  return bearerToken(request) !== null
}

/** Throws a 403 unless the client's role is among those of the route. */
export function checkRole(
  client: ApiClient,
  access: readonly ApiClientRole[],
  onRefused: () => void,
): void {
  if (access.includes(client.role)) return
  onRefused()
  throw new RefusedInput(
    'forbidden',
    `This call needs the role ${access.join(' or ')}; this token has the role ${client.role}.`,
  )
}

function unauthenticated(detail: string): RefusedInput {
  return new RefusedInput('unauthenticated', detail)
}

/**
 * RFC 6750, plus HTTP Basic with the token as its password: the phone apps that act as interim
 * victim devices can send nothing else.
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
