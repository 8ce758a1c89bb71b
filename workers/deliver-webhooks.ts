import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import { cloudEventOf } from '../src/store/alerts/cloud-event.ts'
import { deviceCommandEventOf } from '../src/store/alerts/device-commands.ts'
import { giveUpDelivery, postponeDelivery } from '../src/store/alerts/delivery-failures.ts'
import { inTransaction } from '../src/store/pg/pool.ts'
import {
  claimDeliveries,
  disableWebhookSubscription,
  markDelivered,
} from '../src/store/alerts/webhooks.ts'
import type { Delivery } from '../src/store/alerts/delivery.ts'
import { sendWebhook, type WebhookOutcome } from '../src/webhooks/send-webhook.ts'

/**
 * Delivers what is due to webhooks, from rows. Safe to call from anywhere at any time: a
 * claim belongs to one caller. A slow receiver gets a few attempts at once and no more, so it
 * cannot hold up the others.
 */
export function createCourier(deps: CourierDeps): Courier {
  const state: State = {
    ...deps,
    counts: { delivered: 0, failed: 0, gaveUp: 0 },
    underWay: new Map(),
    attempts: new Set(),
    claiming: Promise.resolve(),
  }
  return {
    deliverDue: (onlyIds) => deliverDue(state, onlyIds),
    settle: async () => {
      await Promise.allSettled(state.attempts)
    },
    stats: () => ({ ...state.counts, underWay: state.attempts.size }),
  }
}

export type Courier = {
  /**
   * Starts an attempt for what is due, of these only when ids are given; resolves
   * with how many were started.
   */
  readonly deliverDue: (onlyIds: readonly string[] | null) => Promise<number>
  /** Waits for the attempts under way. */
  readonly settle: () => Promise<void>
  readonly stats: () => {
    readonly delivered: number
    readonly failed: number
    readonly gaveUp: number
    readonly underWay: number
  }
}

export type CourierDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly oin: string | null
  readonly webhookHosts: readonly string[]
  /** An alert event was added: a delivery is late or was given up. */
  readonly onEvent: () => void
  readonly onRetry: (deliveryId: string, delayMs: number) => void
  readonly timeoutMs?: number
}

/**
 * After the first attempt, which is at once: the schedule of Standard
 * Webhooks, about three days in all.
 */
export const retryDelaysMs: readonly number[] = [
  5_000,
  5 * 60_000,
  30 * 60_000,
  2 * 3_600_000,
  5 * 3_600_000,
  10 * 3_600_000,
  14 * 3_600_000,
  20 * 3_600_000,
  24 * 3_600_000,
]

/** Longer than one attempt can take, so that nobody claims what is still under way. */
const leaseMs = 30_000
const claimCountMax = 64
const underWayCountMax = 128
/** Of one process; each worker has its own. */
const perReceiverCountMax = 16

type State = CourierDeps & {
  readonly counts: { delivered: number; failed: number; gaveUp: number }
  /** Attempts of this process, by subscription. */
  readonly underWay: Map<string, number>
  readonly attempts: Set<Promise<void>>
  claiming: Promise<void>
}

/** One claim at a time: what the one before took is counted before the next asks for room. */
async function deliverDue(state: State, onlyIds: readonly string[] | null): Promise<number> {
  const turn = state.claiming.then(() => claimAndStart(state, onlyIds))
  state.claiming = turn.then(
    () => undefined,
    () => undefined,
  )
  return await turn
}

async function claimAndStart(state: State, onlyIds: readonly string[] | null): Promise<number> {
  const { attempts, clock, pool, underWay } = state
  const room = underWayCountMax - attempts.size
  if (room <= 0) return 0
  const claimed = await claimDeliveries(pool, {
    nowMs: clock.nowMs(),
    limit: Math.min(room, claimCountMax),
    onlyIds,
    underWay,
    perSubscription: perReceiverCountMax,
    leaseMs,
  })
  for (const delivery of claimed) {
    const attempt = attemptOnce(state, delivery).finally(() => attempts.delete(attempt))
    attempts.add(attempt)
  }
  return claimed.length
}

async function attemptOnce(state: State, delivery: Delivery): Promise<void> {
  const { log, underWay } = state
  const { webhookSubscriptionId } = delivery
  underWay.set(webhookSubscriptionId, (underWay.get(webhookSubscriptionId) ?? 0) + 1)
  try {
    const outcome = await send(state, delivery)
    if (outcome.type === 'delivered') await recordDelivered(state, delivery)
    else if (outcome.type === 'gone') await recordGone(state, delivery)
    else await recordFailure(state, delivery, outcome.error)
  } catch (error) {
    // The claim runs out by itself and the delivery comes again; receivers know it by its id.
    log.warn({ err: error, webhookDeliveryId: delivery.id }, 'webhook outcome could not be saved')
  } finally {
    const count = (underWay.get(webhookSubscriptionId) ?? 1) - 1
    if (count > 0) underWay.set(webhookSubscriptionId, count)
    else underWay.delete(webhookSubscriptionId)
  }
}

async function send(state: State, delivery: Delivery): Promise<WebhookOutcome> {
  const { clock, oin, timeoutMs, webhookHosts } = state
  const { secret } = delivery
  // A signature with another one would be refused for good; the other receivers are sent to.
  if (secret === null) return { type: 'failed', error: 'The secret that signs is not readable.' }
  return await sendWebhook({
    url: delivery.url,
    secret,
    previousSecrets: delivery.previousSecrets,
    id: (delivery.event ?? delivery.command).id,
    sentAtMs: clock.nowMs(),
    body: JSON.stringify(
      delivery.event === null
        ? deviceCommandEventOf(delivery.command, oin)
        : cloudEventOf(delivery.event, oin),
    ),
    allowedHosts: webhookHosts,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
}

async function recordDelivered(state: State, delivery: Delivery): Promise<void> {
  await markDelivered(state.pool, delivery.id, state.clock.nowMs())
  state.counts.delivered += 1
}

async function recordGone(state: State, delivery: Delivery): Promise<void> {
  const { clock, counts, log, pool } = state
  const reason = 'The receiver answered 410: it wants nothing more.'
  const nowMs = clock.nowMs()
  const { webhookSubscriptionId } = delivery
  // This delivery is among those that wait; several may be answered so at once, and
  // the first speaks for all.
  const gaveUpCount = await inTransaction(pool, (tx) =>
    disableWebhookSubscription(tx, { id: webhookSubscriptionId, reason, nowMs }),
  )
  counts.gaveUp += gaveUpCount ?? 0
  log.error({ webhookSubscriptionId, gaveUpCount }, 'webhook subscription disabled by its receiver')
  state.onEvent()
}

async function recordFailure(state: State, delivery: Delivery, error: string): Promise<void> {
  const { clock, counts, log, pool } = state
  counts.failed += 1
  const { webhookSubscriptionId, attemptCount } = delivery
  const facts = { webhookSubscriptionId, webhookDeliveryId: delivery.id, attemptCount }
  const nowMs = clock.nowMs()
  const delayMs = retryDelaysMs[attemptCount - 1]
  if (delayMs === undefined) {
    await inTransaction(pool, (tx) => giveUpDelivery(tx, { delivery, error, nowMs }))
    counts.gaveUp += 1
    log.error({ ...facts, failure: error }, 'webhook delivery given up')
    state.onEvent()
    return
  }
  const nextAttemptAtMs = nowMs + delayMs
  const isTold = await inTransaction(pool, (tx) =>
    postponeDelivery(tx, { delivery, error, nowMs, nextAttemptAtMs }),
  )
  if (isTold) state.onEvent()
  log.warn({ ...facts, failure: error, delayMs }, 'webhook delivery failed; it is tried again')
  state.onRetry(delivery.id, delayMs)
}
