import type pg from 'pg'
import { OperatingError } from '../../errors.ts'
import { createAttemptBudget } from '../../sign-in/attempt-budget.ts'
import type { SignInDeps } from '../../sign-in/open-session.ts'
import { ensureServerKey } from '../../store/people/sign-in-links.ts'
import { createGate } from '../door/gate.ts'
import { createRateLimiter } from '../door/rate-limit.ts'
import type { AppDeps } from '../route-deps.ts'

/**
 * What signing in needs, made at the first use: a process that only evaluates makes no key. Throws
 * a 503 where nobody can sign in, because no browser would keep the session.
 */
export function prepareSignIn(deps: AppDeps): () => Promise<SignInDeps> {
  const { machinery: pool, clock, doorbell, log, config } = deps
  let key: Promise<Buffer> | null = null
  const parts = {
    pool,
    log,
    nowMs: clock.nowMs,
    budget: createAttemptBudget(createRateLimiter(clock.nowMs)),
    hashInTurn: createHashing(),
    onSessionsChanged: () => doorbell.ring('api-clients'),
  }
  return async () => {
    const { publicOrigin: origin } = config
    if (origin === null) throw new OperatingError('unavailable', unavailable)
    key ??= makeKey(pool, () => {
      key = null
    })
    return { ...parts, origin, key: await key }
  }
}

const unavailable =
  'Nobody can sign in here yet: a browser keeps no session without TLS, and passkeys belong to a name. Set HOEDE_PUBLIC_URL to where people open this server, such as https://desk.example.org.'

async function makeKey(pool: pg.Pool, onFailure: () => void): Promise<Buffer> {
  try {
    return await ensureServerKey(pool, 'sign-in')
  } catch (error) {
    onFailure()
    throw error
  }
}

/**
 * Hashing a password takes one of the four threads that files and names are looked up with too.
 * Whoever is known waits in a line of their own, so that a crowd of strangers holds up nobody.
 */
function createHashing(): SignInDeps['hashInTurn'] {
  const known = createGate(1)
  const strangers = createGate(1)
  let strangerCount = 0
  return async (isBrowserKnown, work) => {
    if (isBrowserKnown) return await known(work)
    if (strangerCount >= strangersMax) throw new OperatingError('overloaded')
    strangerCount += 1
    try {
      return await strangers(work)
    } finally {
      strangerCount -= 1
    }
  }
}

/** Some four seconds of waiting; beyond that a browser is told to come again. */
const strangersMax = 24
