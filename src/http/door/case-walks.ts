import type pg from 'pg'
import type { Clock } from '../../clock.ts'
import { hourMs, minuteMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { insertAccess } from '../../store/alerts/access-log.ts'
import { findCaseAtHand, type CaseSubject } from '../../store/alerts/case-at-hand.ts'
import {
  isLockTimeout,
  isSlowingToldAnew,
  takeCases,
  type CaseReader,
} from '../../store/people/case-reads.ts'
import { actorOf, doorOf, type Calling } from './act.ts'
import type { App } from './app-type.ts'
import { takeTokens, type RateLimit, type RateLimits, type RateVerdict } from './rate-limit.ts'

/**
 * Slows whoever walks the register case after case: so many others in an hour, and so many a minute
 * beyond. A case that something at hand asks for is not counted, or a flood would cut a desk off;
 * nor is one that was read within the hour. Who is slowed is on record and listed at once.
 */
export function boundCaseWalks(app: App, deps: Deps): CaseWalks {
  const { clock, rateLimits } = deps
  const budget = createCaseBudget(deps.machinery, clock.nowMs)

  app.addHook('preHandler', async (request, reply) => {
    const what = subjectOf(request)
    if (what === null || !walkingRoles.has(request.apiClient.role)) return
    const { id } = request.params as { readonly id: string }
    const readerId = request.apiClient.id
    if (budget.isKnown(readerId, id)) return
    const nowMs = clock.nowMs()
    const found = await findCaseAtHand(request.db, { what, id, readerId, nowMs })
    if (found === null) return
    if (found.isAtHand) return budget.know(readerId, id, atHandMs)
    const isPerson = request.apiClient.person !== null
    const limit = isPerson ? rateLimits.casesOfPerson : rateLimits.casesOfMachine
    const verdict = await budget.take({ id: readerId, what: 'read' }, [found.personId], limit)
    if (!verdict.isAllowed)
      await refuse(deps, request, reply, {
        ...verdict,
        isToldAnew: await budget.isToldAnew({ id: readerId, what: 'read' }),
      })
    budget.know(readerId, id, countedMs)
  })

  return {
    async countFound(request, reply, personIds) {
      const isPerson = request.apiClient.person !== null
      const limit = isPerson ? rateLimits.foundByPerson : rateLimits.foundByMachine
      const reader = { id: request.apiClient.id, what: 'found' } as const
      const verdict = await budget.take(reader, personIds, limit)
      if (!verdict.isAllowed)
        await refuse(deps, request, reply, {
          ...verdict,
          isToldAnew: await budget.isToldAnew(reader),
        })
    },
  }
}

type Deps = {
  readonly clock: Clock
  readonly log: Log
  readonly rateLimits: RateLimits
  /** People have no part in what is counted of them. */
  readonly machinery: pg.Pool
}
type Answering = { readonly header: (name: string, value: string) => unknown }

/** On record before the answer, and so in the list of readings that nothing at hand asked for. */
async function refuse(
  { clock, log }: Deps,
  request: Calling,
  reply: Answering,
  { retryAfterSeconds, isToldAnew }: RateVerdict & { readonly isToldAnew: boolean },
): Promise<never> {
  if (isToldAnew) {
    const { id, organisationId } = request.apiClient
    log.warn({ clientId: id }, 'somebody reads case after case and is slowed')
    await insertAccess(request.db, {
      organisationId,
      by: actorOf(request),
      door: doorOf(request),
      action: 'slowed-reading-case-after-case',
      outcome: 'refused',
      alertId: null,
      protectionOrderId: null,
      reason: 'more cases than anything at hand asked for',
      personIds: [],
      nowMs: clock.nowMs(),
    })
  }
  reply.header('retry-after', String(retryAfterSeconds))
  throw new RefusedInput('rate-limited', tooManyCases)
}

export type CaseWalks = {
  /** Before people whom a search found are put on record as read, and answered. */
  readonly countFound: (
    request: Calling,
    reply: Answering,
    personIds: readonly string[],
  ) => Promise<void>
}

export const tooManyCases =
  'Too many cases that nothing at hand asks for were read one after another. Those with an open alert can be read all the same.'

/**
 * Which cases each reader has read within the hour, and how many others there may be: one count for
 * all processes. What this one knows already it does not ask again.
 */
export function createCaseBudget(pool: pg.Pool, nowMs: () => number): CaseBudget {
  const knownUntil = new Map<string, number>()
  const inTurn = createTurns()
  let sweepAtMs = nowMs() + minuteMs

  function know(reader: string, id: string, forMs: number): void {
    const now = nowMs()
    if (now >= sweepAtMs) {
      sweepAtMs = now + minuteMs
      for (const [key, untilMs] of knownUntil) if (untilMs <= now) knownUntil.delete(key)
    }
    knownUntil.set(`${reader} ${id}`, now + forMs)
  }

  return {
    isKnown: (reader, id) => (knownUntil.get(`${reader} ${id}`) ?? 0) > nowMs(),
    know,
    take: async (reader, ids, limit) =>
      await inTurn(`${reader.what} ${reader.id}`, async () => {
        const now = nowMs()
        const asked = { reader, ids, nowMs: now, untilMs: now + countedMs }
        return await takeCases(pool, asked, (budget, freshCount) =>
          takeTokens(budget ?? { tokens: limit.burst, atMs: now }, limit, freshCount, now),
        ).catch(refuseIfHeld)
      }),
    isToldAnew: async (reader) =>
      await isSlowingToldAnew(pool, { reader, nowMs: nowMs(), everyMs: toldAnewMs }),
  }
}

/** Another process counts for this reader, and does not come to an end. */
function refuseIfHeld(error: unknown): never {
  if (isLockTimeout(error)) throw new RefusedInput('unavailable', stillCounting, [], 2)
  throw error
}

const stillCounting = 'What you have read is being counted elsewhere. Try again.'

/** Of each reader one at a time: who waits holds no connection, by which positions are stored. */
function createTurns(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    const before = last.get(name) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(name, mine)
    try {
      return await mine
    } finally {
      if (last.get(name) === mine) last.delete(name)
    }
  }
}

type CaseBudget = {
  /** Whether it was asked about by this process, and need not be again. */
  readonly isKnown: (reader: string, id: string) => boolean
  readonly know: (reader: string, id: string, forMs: number) => void
  readonly take: (
    reader: CaseReader,
    ids: readonly string[],
    limit: RateLimit,
  ) => Promise<RateVerdict>
  readonly isToldAnew: (reader: CaseReader) => Promise<boolean>
}

/** A page that is left open on a case reads it again and again. */
const countedMs = hourMs
/** Until an alert that was closed meanwhile is asked about again. */
const atHandMs = 10 * minuteMs
/** A line a minute, however often somebody tries. */
const toldAnewMs = minuteMs

const walkingRoles: ReadonlySet<string> = new Set(['operator', 'supervisor'])

function subjectOf({
  method,
  routeOptions,
}: Pick<Calling, 'method' | 'routeOptions'>): CaseSubject | null {
  if (method !== 'GET') return null
  const [, what] =
    /^\/v1\/(alerts|protection-orders|persons)\/:id/.exec(routeOptions.url ?? '') ?? []
  return (what as CaseSubject | undefined) ?? null
}
