import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import { dispatchAlertEvents } from '../src/store/alerts/alert-events.ts'
import { dispatchDeviceCommands } from '../src/store/alerts/device-commands.ts'
import {
  escalateDue,
  findNextEscalationMs,
  isEscalationDue,
} from '../src/store/alerts/escalations.ts'
import { inTransaction } from '../src/store/pg/pool.ts'
import { createAlarm, type Alarm } from './alarm.ts'
import { createOnceMore } from './once-more.ts'

/**
 * The two jobs on alert rows besides delivering; both may be called at any
 * time, by anybody, at once.
 */
export function createAlertTasks(deps: AlertTasksDeps): AlertTasks {
  const { clock } = deps
  const counts = { dispatched: 0, escalated: 0, escalationLateMsMax: 0 }
  const alarm = createAlarm({ clock, ring: () => ringing.escalate.ask() })
  const state: State = { ...deps, counts, alarm }
  const ringing = {
    dispatch: createOnceMore(() => attempt(state, 'dispatch', dispatch)),
    escalate: createOnceMore(() => attempt(state, 'escalate', escalateInTime)),
  }
  return {
    dispatch: () => dispatch(state),
    escalate: () => escalate(state),
    ring: ringing.dispatch.ask,
    async stop() {
      alarm.stop()
      await Promise.all([ringing.dispatch.settle(), ringing.escalate.settle()])
    },
    stats: () => ({ ...counts }),
  }
}

export type AlertTasks = {
  /** Expands events into deliveries until none waits. */
  readonly dispatch: () => Promise<void>
  /** Calls out every step whose deadline has passed. */
  readonly escalate: () => Promise<void>
  /** Events were added: dispatches soon, once for many rings. */
  readonly ring: () => void
  /** Finishes what was rung for; no step is called out any more but by whoever calls `escalate`. */
  readonly stop: () => Promise<void>
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
  /** An alert event was added. */
  readonly onEvent: () => void
}

const dispatchCountMax = 500
const escalateCountMax = 100

type State = AlertTasksDeps & {
  readonly counts: { dispatched: number; escalated: number; escalationLateMsMax: number }
  readonly alarm: Alarm
}

/** What is asked for between two sweeps; one that fails is made up for by the next sweep. */
async function attempt(
  state: State,
  task: string,
  work: (state: State) => Promise<void>,
): Promise<void> {
  try {
    await work(state)
  } catch (error) {
    state.log.warn({ err: error, task }, 'what was rung for failed; the sweep does it')
  }
}

async function dispatch(state: State): Promise<void> {
  const { clock, counts, onDeliveries, pool } = state
  const startedAtMs = clock.nowMs()
  const commandIds = await dispatchDeviceCommands(pool, {
    nowMs: startedAtMs,
    limit: dispatchCountMax,
  })
  if (commandIds.length > 0) onDeliveries(commandIds)
  for (;;) {
    const result = await dispatchAlertEvents(pool, {
      nowMs: clock.nowMs(),
      limit: dispatchCountMax,
    })
    counts.dispatched += result.eventCount
    if (result.deliveryIds.length > 0) onDeliveries(result.deliveryIds)
    if (result.eventCount > 0) await setAlarm(state, startedAtMs)
    if (result.eventCount < dispatchCountMax) return
  }
}

/**
 * Sets the timer for the first step due after `afterMs`, the moment up to which somebody looked: a
 * step that became due since rings at once, and is not left out between two looks. The deadline is
 * the row, and the sweep looks each second: this is only sooner.
 */
async function setAlarm({ alarm, pool }: State, afterMs: number): Promise<void> {
  const dueAtMs = await findNextEscalationMs(pool, afterMs)
  if (dueAtMs !== null) alarm.setFor(dueAtMs)
}

async function escalateInTime(state: State): Promise<void> {
  // A timer may ring a moment early by this clock.
  const lookedAtMs = state.clock.nowMs()
  await escalate(state)
  await setAlarm(state, lookedAtMs)
}

async function escalate({ clock, counts, log, onEvent, pool }: State): Promise<void> {
  for (;;) {
    const nowMs = clock.nowMs()
    if (!(await isEscalationDue(pool, nowMs))) return
    const escalated = await inTransaction(pool, (tx) =>
      escalateDue(tx, { nowMs, limit: escalateCountMax }),
    )
    for (const step of escalated) {
      const { alertId, target, lateMs } = step
      counts.escalationLateMsMax = Math.max(counts.escalationLateMsMax, lateMs)
      log.warn({ alertId, target, step: step.step, lateMs }, 'alert escalated')
    }
    counts.escalated += escalated.length
    if (escalated.length > 0) onEvent()
    if (escalated.length < escalateCountMax) return
  }
}
