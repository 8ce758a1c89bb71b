import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import { dispatchAlertEvents } from '../src/store/alerts/alert-events.ts'
import { dispatchDeviceCommands } from '../src/store/alerts/device-commands.ts'
import { escalateDue, listPendingEscalations } from '../src/store/alerts/escalations.ts'
import { inTransaction } from '../src/store/pg/pool.ts'

/**
 * The two jobs on alert rows besides delivering; both may be called at any
 * time, by anybody, at once.
 */
export function createAlertTasks(deps: AlertTasksDeps): AlertTasks {
  const { clock, log, pool } = deps
  const counts = { dispatched: 0, escalated: 0, escalationLateMsMax: 0 }

  async function dispatch(): Promise<void> {
    const commandIds = await dispatchDeviceCommands(pool, {
      nowMs: clock.nowMs(),
      limit: dispatchCountMax,
    })
    if (commandIds.length > 0) deps.onDeliveries(commandIds)
    for (;;) {
      const result = await dispatchAlertEvents(pool, {
        nowMs: clock.nowMs(),
        limit: dispatchCountMax,
      })
      counts.dispatched += result.eventCount
      if (result.deliveryIds.length > 0) deps.onDeliveries(result.deliveryIds)
      if (result.eventCount > 0) await setTimers()
      if (result.eventCount < dispatchCountMax) return
    }
  }

  /** Timers are a convenience of the queue; the deadline is the row. */
  async function setTimers(): Promise<void> {
    const nowMs = clock.nowMs()
    const pending = await listPendingEscalations(pool, {
      dueAfterMs: nowMs,
      limit: timerCountMax,
    })
    for (const step of pending) deps.onEscalation(step.id, step.dueAtMs - nowMs)
  }

  async function escalate(): Promise<void> {
    for (;;) {
      const nowMs = clock.nowMs()
      const escalated = await inTransaction(pool, (tx) =>
        escalateDue(tx, { nowMs, limit: escalateCountMax }),
      )
      for (const step of escalated) {
        const { alertId, target, lateMs } = step
        counts.escalationLateMsMax = Math.max(counts.escalationLateMsMax, lateMs)
        log.warn({ alertId, target, step: step.step, lateMs }, 'alert escalated')
      }
      counts.escalated += escalated.length
      if (escalated.length > 0) deps.onEvent()
      if (escalated.length < escalateCountMax) return
    }
  }

  return { dispatch, escalate, stats: () => ({ ...counts }) }
}

export type AlertTasks = {
  /** Expands events into deliveries until none waits. */
  readonly dispatch: () => Promise<void>
  /** Calls out every step whose deadline has passed. */
  readonly escalate: () => Promise<void>
  readonly stats: () => {
    readonly dispatched: number
    readonly escalated: number
    /** The worst distance between a deadline and its being called out. */
    readonly escalationLateMsMax: number
  }
}

export type AlertTasksDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly onDeliveries: (deliveryIds: readonly string[]) => void
  readonly onEscalation: (escalationId: string, delayMs: number) => void
  /** An alert event was added. */
  readonly onEvent: () => void
}

const dispatchCountMax = 500
const escalateCountMax = 100
const timerCountMax = 100
