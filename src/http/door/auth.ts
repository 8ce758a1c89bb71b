import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import {
  findApiClientByTokenHash,
  hashToken,
  listTokenHashes,
  type ApiClient,
} from '../../store/registry/api-clients.ts'
import type { CallerRole } from '../../core/model/contract-words.ts'
import type { PersonContext, PersonDb } from '../../store/pg/as-person.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { SignedIn } from '../../store/people/staff-sessions.ts'
import { createAskOnce } from './ask-once.ts'
import { createHashList } from './hash-list.ts'
import { createSessionAuthenticator, sessionCookieOf, type SessionClocks } from './session-auth.ts'

/**
 * Who may call a route, declared with the route: `config: { roles: ['operator'] }`; `person` is
 * whoever is signed in, as anything.
 * Building the app fails on a route that says nothing, so a new route cannot be open by omission.
 */
export type RouteAccess = 'public' | 'person' | readonly CallerRole[]

/** Who calls: a machine by its token, or somebody who is signed in. */
export type Caller = Omit<ApiClient, 'role'> &
  PersonContext & {
    /** As what; of somebody who is several, what the route asks for. */
    readonly role: CallerRole
    /** Null: a machine. */
    readonly person: SignedIn | null
  }

declare module 'fastify' {
  interface FastifyContextConfig {
    roles?: RouteAccess
  }
  interface FastifyRequest {
    /** The authenticated caller. Reading it on a public route is a fault of ours and throws. */
    apiClient: Caller
    /** The database as the caller may see it. */
    readonly db: PersonDb
  }
}

export type Authenticator = {
  /** Whose the token or the session of the request is; throws a 401 when there is none. */
  readonly authenticate: (request: FastifyRequest) => Promise<Caller>
  /** A session that is used lives on. */
  readonly use: (caller: Caller) => Promise<void>
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
 * `elapsedMs` never goes back: by a clock on the wall that is set back a
 * revoked token would live on.
 */
export function createAuthenticator(db: Db, deps: AuthDeps): Authenticator {
  const { elapsedMs, ownOrigin } = deps
  const byHash = new Map<string, { readonly client: ApiClient; readonly untilMs: number }>()
  const lookups = createAskOnce<ApiClient | null>(elapsedMs)
  const hashList = createHashList(elapsedMs, () => listTokenHashes(db))
  const sessions = createSessionAuthenticator(db, deps)
  let forgottenCount = 0

  async function ask(hash: Buffer, key: string): Promise<ApiClient | null> {
    const nowMs = elapsedMs()
    const askedAt = forgottenCount
    const client = (await hashList.mayBe(hash)) ? await findApiClientByTokenHash(db, hash) : null
    if (client === null) return null
    // Read before a revocation that was heard of meanwhile, it would live on for those seconds.
    if (askedAt === forgottenCount) {
      if (byHash.size >= tokenCacheCountMax) byHash.clear()
      byHash.set(key, { client, untilMs: nowMs + tokenCacheMsMax })
    }
    deps.onTokenUsed(client)
    return client
  }

  async function findClient(hash: Buffer): Promise<ApiClient> {
    const key = hash.toString('base64')
    const remembered = byHash.get(key)
    if (remembered !== undefined && remembered.untilMs > elapsedMs()) return remembered.client
    byHash.delete(key)
    const client = await lookups.ask(key, () => ask(hash, key))
    if (client === null) throw unauthenticated('The bearer token is unknown, over or revoked.')
    return client
  }

  return {
    async authenticate(request) {
      const session = sessionCookieOf(request, ownOrigin)
      if (session !== null)
        return callerOf(await sessions.authenticate(session), hashToken(session))
      const token = bearerToken(request)
      if (token === null) throw unauthenticated('No bearer token was sent, and no session.')
      const secretHash = hashToken(token)
      return { ...(await findClient(secretHash)), person: null, secretHash }
    },
    async use({ person }) {
      if (person !== null) await sessions.use(person)
    },
    forgetAll: () => {
      forgottenCount += 1
      hashList.forget()
      sessions.forgetAll()
      byHash.clear()
      lookups.forgetAll()
    },
  }
}

export type AuthDeps = SessionClocks & {
  /** Where pages of this server are opened; null: nowhere, and nobody signs in. */
  readonly ownOrigin: string | null
  /** Not for each use, but for each that the database was asked about. */
  readonly onTokenUsed: (client: ApiClient) => void
}

function callerOf(person: SignedIn, secretHash: Buffer): Caller {
  return {
    id: person.session.staffId,
    name: person.displayName,
    // Until the route says which of them counts.
    role: person.roles[0] ?? 'auditor',
    vendorId: null,
    deviceId: null,
    organisationId: person.organisationId,
    deskId: null,
    unitId: null,
    secretHash,
    person,
  }
}

/** Whether the caller sent anything that could be a token. */
export function hasCredentials(request: FastifyRequest): boolean {
  return bearerToken(request) !== null || request.headers.cookie !== undefined
}

/** The caller as what the route asks for; throws a 403 when they are nothing of that. */
export function actAs(
  caller: Caller,
  access: Exclude<RouteAccess, 'public'>,
  onRefused: () => void,
): Caller {
  const { person } = caller
  if (access === 'person') {
    if (person !== null) return caller
    onRefused()
    throw new RefusedInput('forbidden', 'This call is for people who are signed in.')
  }
  const own: readonly CallerRole[] = person === null ? [caller.role] : person.roles
  const role = strongestFirst.find((name) => own.includes(name) && access.includes(name))
  if (role !== undefined) return { ...caller, role }
  onRefused()
  const has =
    person === null
      ? `this token has the role ${caller.role}`
      : `you have ${own.length === 0 ? 'no role' : `the role ${own.join(' and ')}`}`
  throw new RefusedInput('forbidden', `This call needs the role ${access.join(' or ')}; ${has}.`)
}

/** Somebody who is both is here whichever may do more. */
const strongestFirst: readonly CallerRole[] = [
  'supervisor',
  'operator',
  'administrator',
  'auditor',
  'vendor',
  'victim-device',
  'partner',
]

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
