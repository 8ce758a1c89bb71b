import type { CallerRole } from '../../core/model/contract-words.ts'

/**
 * One token bucket per key: `burst` calls at once, refilled at `perSecond`; a call that is much
 * work takes several. Buckets of keys not
 * seen for as long as a bucket takes to fill are full by definition and are forgotten.
 */
export function createRateLimiter(nowMs: () => number): RateLimiter {
  const buckets = new Map<string, Bucket>()
  let sweepAtMs = nowMs() + sweepMs

  return {
    take(key, limit, callCost = 1) {
      const now = nowMs()
      if (now >= sweepAtMs) {
        sweepAtMs = now + sweepMs
        for (const [name, bucket] of buckets) if (now > bucket.fullAtMs) buckets.delete(name)
      }
      let bucket = buckets.get(key)
      if (bucket === undefined) {
        bucket = { tokens: limit.burst, atMs: now, fullAtMs: now }
        buckets.set(key, bucket)
      }
      const { tokens, ...verdict } = takeTokens(bucket, limit, callCost, now)
      bucket.tokens = tokens
      bucket.atMs = now
      bucket.fullAtMs = now + ((limit.burst - tokens) / limit.perSecond) * 1000
      return verdict
    },
  }
}

/** What is left in a bucket when somebody takes from it, wherever it is kept. */
export function takeTokens(
  bucket: Pick<Bucket, 'tokens' | 'atMs'>,
  limit: RateLimit,
  callCost: number,
  now: number,
): RateVerdict & { readonly tokens: number } {
  // A clock set back must not take tokens away.
  const elapsedMs = Math.max(0, now - bucket.atMs)
  const filled = Math.min(limit.burst, bucket.tokens + (elapsedMs * limit.perSecond) / 1000)
  const cost = Math.min(callCost, limit.burst)
  const isAllowed = filled >= cost
  const tokens = isAllowed ? filled - cost : filled
  return {
    tokens,
    isAllowed,
    remaining: Math.floor(tokens),
    retryAfterSeconds: isAllowed ? 0 : Math.max(1, Math.ceil((cost - filled) / limit.perSecond)),
  }
}

export type RateLimiter = {
  readonly take: (key: string, limit: RateLimit, callCost?: number) => RateVerdict
}

export type RateLimit = { readonly burst: number; readonly perSecond: number }

export type RateVerdict = {
  readonly isAllowed: boolean
  readonly remaining: number
  readonly retryAfterSeconds: number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of how many ordinary calls it is the work; absent: one. */
    callCost?: number
  }
}

export type RateLimits = Readonly<Record<CallerRole, RateLimit>> & {
  /** Failed authentication, by address. */
  readonly unauthenticated: RateLimit
  /** Attempts to sign in, of any kind, by address; those with a password have budgets beside it. */
  readonly strangers: RateLimit
  /** Cases that nothing at hand asks for, by whoever is signed in. */
  readonly casesOfPerson: RateLimit
  /** The same by a token, behind which may be a whole desk. */
  readonly casesOfMachine: RateLimit
  /** People found by searches of an area, by whoever is signed in. */
  readonly foundByPerson: RateLimit
  readonly foundByMachine: RateLimit
}

/**
 * Far above any honest use, far below what hurts: a client in a loop is stopped, a
 * desk in an incident is not. A vendor sends up to 1,000 positions a call, so its
 * limit is in calls, not positions.
 */
export const defaultRateLimits: RateLimits = {
  administrator: { burst: 1_000, perSecond: 200 },
  supervisor: { burst: 2_000, perSecond: 500 },
  operator: { burst: 1_000, perSecond: 200 },
  vendor: { burst: 10_000, perSecond: 5_000 },
  // A phone that was offline hands over its backlog in one go.
  'victim-device': { burst: 300, perSecond: 10 },
  auditor: { burst: 300, perSecond: 20 },
  partner: { burst: 300, perSecond: 20 },
  // A token of ours cannot be guessed; one that an administrator chose could be.
  unauthenticated: { burst: 200, perSecond: 5 },
  // An office at the start of a shift, each person a handful of calls.
  strangers: { burst: 300, perSecond: 10 },
  // An afternoon of reviewing, and then ten a minute: more than anybody reads with care.
  casesOfPerson: { burst: 60, perSecond: 10 / 60 },
  casesOfMachine: { burst: 600, perSecond: 1 },
  // Five full answers, and then sixty a minute.
  foundByPerson: { burst: 1_000, perSecond: 1 },
  foundByMachine: { burst: 10_000, perSecond: 10 },
}

const sweepMs = 60_000

type Bucket = { tokens: number; atMs: number; fullAtMs: number }
