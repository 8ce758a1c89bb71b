import type { FastifyRequest } from 'fastify'
import { RefusedInput } from '../../errors.ts'
import { idleUntilMs } from '../../sign-in/session-rules.ts'
import type { Db } from '../../store/pg/pool.ts'
import {
  findSignedIn,
  listSessionHashes,
  touchSession,
  type SignedIn,
} from '../../store/people/staff-sessions.ts'
import { hashToken } from '../../store/registry/api-clients.ts'
import { readCookie } from './cookies.ts'
import { createHashList, type HashList } from './hash-list.ts'
import { refuseForeignPages, sentFrom } from './same-origin.ts'

export const sessionCookieName = '__Host-hoede'

/**
 * Finds who is signed in, by the cookie. The database is asked at each request, so that a session
 * that is revoked anywhere is over at once; a flood of invented ones costs one query a second.
 */
export function createSessionAuthenticator(db: Db, clocks: SessionClocks): SessionAuthenticator {
  const known: HashList = createHashList(clocks.elapsedMs, () =>
    listSessionHashes(db, clocks.nowMs()),
  )
  return {
    async authenticate(cookie) {
      const hash = hashToken(cookie)
      const nowMs = clocks.nowMs()
      const signedIn = (await known.mayBe(hash)) ? await findSignedIn(db, hash, nowMs) : null
      if (signedIn !== null) return signedIn
      throw new RefusedInput('unauthenticated', 'You are not signed in, or not any more.')
    },
    async use({ session }) {
      const nowMs = clocks.nowMs()
      if (nowMs - session.lastUsedAtMs < touchedMs) return
      const idleMs = idleUntilMs(nowMs, session.expiresAtMs)
      // While a disk is full people read on, until the session ends of itself.
      await touchSession(db, session.id, nowMs, idleMs).catch(clocks.onFailure)
    },
    forgetAll: () => known.forget(),
  }
}

export type SessionAuthenticator = {
  /** Whose session it is; throws a 401 when it is over. Asking is not using. */
  readonly authenticate: (cookie: string) => Promise<SignedIn>
  /** Somebody did something: the session lives on. */
  readonly use: (signedIn: SignedIn) => Promise<void>
  readonly forgetAll: () => void
}

export type SessionClocks = {
  readonly nowMs: () => number
  readonly elapsedMs: () => number
  /** That somebody was here could not be written down. */
  readonly onFailure: (error: unknown) => void
}

/** The API, and what its page asks for beside it; phones and vendors have tokens alone. */
const sessionPaths = ['/v1/', '/desk/ground', '/desk/tiles/', '/desk/pictures/']

/** Writing down each of a page's ten requests would tell nothing more. */
const touchedMs = 30_000

/**
 * The session that a request comes with, or null. Beside a token it is refused: which of the two
 * acts would be a guess. What another page makes a browser send is refused as well.
 */
export function sessionCookieOf(request: FastifyRequest, ownOrigin: string | null): string | null {
  const { cookie, authorization } = request.headers
  const value = readCookie(cookie, sessionCookieName)
  const url = request.routeOptions.url ?? ''
  if (value === null || !sessionPaths.some((path) => url.startsWith(path))) return null
  if (authorization !== undefined) {
    throw new RefusedInput(
      'invalid-header',
      'Expected a token or a session, got both. Sign out, or send the request without cookies.',
    )
  }
  refuseForeignPages(sentFrom(request), ownOrigin)
  return value
}
