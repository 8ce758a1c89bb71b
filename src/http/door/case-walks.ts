import type { Clock } from '../../clock.ts'
import { hourMs, minuteMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { insertAccess } from '../../store/alerts/access-log.ts'
import { findCaseAtHand, type CaseSubject } from '../../store/alerts/case-at-hand.ts'
import { actorOf, doorOf, type Calling } from './act.ts'
import type { App } from './app-type.ts'
import {
  createRateLimiter,
  type RateLimit,
  type RateLimits,
  type RateVerdict,
} from './rate-limit.ts'

/**
 * Slows whoever walks the register case after case: so many others in an hour, and so many a minute
 * beyond. A case that something at hand asks for is not counted, or a flood would cut a desk off;
 * nor is one that was read within the hour. Who is slowed is on record and listed at once.
 */
export function boundCaseWalks(app: App, deps: Deps): CaseWalks {
  const { clock, rateLimits } = deps
  const budget = createCaseBudget(clock.nowMs)

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
    const verdict = budget.take(readerId, [found.personId], limit)
    if (!verdict.isAllowed)
      await refuse(deps, request, reply, { ...verdict, isToldAnew: budget.isToldAnew(readerId) })
    budget.know(readerId, id, countedMs)
  })

  return {
    async countFound(request, reply, personIds) {
      const isPerson = request.apiClient.person !== null
      const limit = isPerson ? rateLimits.foundByPerson : rateLimits.foundByMachine
      const verdict = budget.take(`found ${request.apiClient.id}`, personIds, limit)
      if (!verdict.isAllowed)
        await refuse(deps, request, reply, {
          ...verdict,
          isToldAnew: budget.isToldAnew(request.apiClient.id),
        })
    },
  }
}

type Deps = { readonly clock: Clock; readonly log: Log; readonly rateLimits: RateLimits }
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

/** Which cases each reader has read within the hour, and how many others there may be. */
export function createCaseBudget(nowMs: () => number): CaseBudget {
  const limiter = createRateLimiter(nowMs)
  const knownUntil = new Map<string, number>()
  let sweepAtMs = nowMs() + minuteMs

  function isKnown(reader: string, id: string): boolean {
    return (knownUntil.get(`${reader} ${id}`) ?? 0) > nowMs()
  }

  function know(reader: string, id: string, forMs: number): void {
    const now = nowMs()
    if (now >= sweepAtMs) {
      sweepAtMs = now + minuteMs
      for (const [key, untilMs] of knownUntil) if (untilMs <= now) knownUntil.delete(key)
    }
    knownUntil.set(`${reader} ${id}`, now + forMs)
  }

  return {
    isKnown,
    know,
    take(reader, ids, limit) {
      const fresh = new Set(ids.filter((id) => !isKnown(reader, id)))
      const verdict = limiter.take(`cases ${reader}`, limit, fresh.size)
      if (verdict.isAllowed) for (const id of ids) know(reader, id, countedMs)
      return verdict
    },
    isToldAnew: (reader) => limiter.take(`told ${reader}`, toldAnew).isAllowed,
  }
}

type CaseBudget = {
  /** Whether it was asked about, and need not be again. */
  readonly isKnown: (reader: string, id: string) => boolean
  readonly know: (reader: string, id: string, forMs: number) => void
  readonly take: (reader: string, ids: readonly string[], limit: RateLimit) => RateVerdict
  readonly isToldAnew: (reader: string) => boolean
}

/** A page that is left open on a case reads it again and again. */
const countedMs = hourMs
/** Until an alert that was closed meanwhile is asked about again. */
const atHandMs = 10 * minuteMs
/** A line a minute, however often somebody tries. */
const toldAnew: RateLimit = { burst: 1, perSecond: 1 / 60 }

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
