import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { AppConfig } from '../src/config.ts'
import type { Limits } from '../src/core/model/limits.ts'
import type { Doorbell } from '../src/live/doorbell.ts'
import type { Log } from '../src/log.ts'
import { noteCalling } from '../src/store/alerts/call-signs.ts'
import { findWorkDue } from '../src/store/alerts/work-due.ts'
import { createAlertQueues, type AlertQueues, type JobHandlers } from '../src/queue/alert-queues.ts'
import { createAlertTasks, type AlertTasks } from './alert-tasks.ts'
import { createCourier, type Courier } from './deliver-webhooks.ts'
import { copyHistory } from './copy-history.ts'
import { every } from './every.ts'
import { boundQuarantine, keepPartitions } from './keep-partitions.ts'
import { orderSweeps } from './order-sweeps.ts'
import { createSweeper, type Sweeper, type SweeperStats, type SweepTask } from './sweep.ts'
import { createRecall, type RecallDeps } from './recall-alerts.ts'
import { createHistoryWatch, type HistoryWatch } from './watch-history.ts'
import { createJournalWatch, type JournalWatch } from './watch-journal.ts'
import { createStorageWatch, type StorageStats, type StorageWatch } from './watch-storage.ts'
import { createFloodWatch } from './watch-flood.ts'
import { createDetectionWatch } from './watch-detection.ts'
import { createKeyWatch } from './watch-keys.ts'
import { createOrderWatch } from './watch-orders.ts'
import { createStretchWatch } from './watch-stretches.ts'
import { createRecordSealer, type RecordSealing } from './seal-record.ts'

/**
 * Everything the worker role does: queue workers as the quick way, the sweep as the sure way, and
 * the upkeep of storage. Both ways do the same work from the same rows and may overlap freely.
 */
export function createWorkerRuntime(deps: WorkerRuntimeDeps): WorkerRuntime {
  const { doorbell } = deps
  const parts = createParts(deps)
  const { courier, queues, sweeper, tasks } = parts
  const stopListening = doorbell.on('alert-events', (cause) => {
    // The sweep looks without a ring.
    if (cause === 'ring') tasks.ring()
  })
  return {
    start: async () => {
      sweeper.start()
      await queues.ready()
    },
    async stop() {
      stopListening()
      await tasks.stop()
      await queues.close()
      await sweeper.stop()
      await courier.settle()
    },
    stats: () => ({
      queue: queues.stats(),
      sweep: sweeper.stats(),
      tasks: tasks.stats(),
      webhooks: courier.stats(),
      quarantineDropped: { ...parts.quarantineDropped },
      unreconciledRowCount:
        parts.historyWatch.unreconciledRowCount() + parts.journalWatch.alteredRowCount(),
      storage: parts.storageWatch.stats(),
    }),
  }
}

export type WorkerRuntime = {
  /** The sweep runs at once; resolves when the queue has been tried. */
  readonly start: () => Promise<void>
  /** Finishes what is under way. */
  readonly stop: () => Promise<void>
  readonly stats: () => WorkerRuntimeStats
}

export type WorkerRuntimeStats = {
  readonly queue: {
    readonly errors: number
    readonly failedJobs: number
    readonly rebuilds: number
    readonly isOpen: boolean
  }
  readonly sweep: SweeperStats
  readonly tasks: {
    readonly dispatched: number
    readonly escalated: number
    readonly escalationLateMsMax: number
  }
  readonly webhooks: {
    readonly delivered: number
    readonly failed: number
    readonly gaveUp: number
    readonly underWay: number
  }
  /** Refused reports that are no longer kept, by why. */
  readonly quarantineDropped: { readonly age: number; readonly count: number }
  /** Rows of the journal with entries that the history lacks, or that somebody has changed. */
  readonly unreconciledRowCount: number
  readonly storage: StorageStats
}

export type WorkerRuntimeDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  readonly doorbell: Doorbell
  readonly shard: number
  readonly databaseUrl: string
  /** The data folder of the embedded database; null or absent: it is not on this machine. */
  readonly dataDir?: string | null
  readonly config: Pick<AppConfig, 'redisUrl' | 'oin' | 'webhookHosts' | 'retentionDays'>
  /** Signs the heads of the record; null or absent: nobody does here. */
  readonly record?: RecordSealing | null
  readonly webhookTimeoutMs?: number
  readonly sweepMs?: number
}

const minuteMs = 60_000
/** A disk that is filled on purpose takes minutes. */
const storageMs = 10_000
const hourMs = 3_600_000
/** Of ten minutes a few seconds more or less are none. */
const floodLookMs = 3_000
/** Of ten minutes some seconds are none. */
const stretchesLookMs = 5_000
/** Of a minute some seconds are none. */
const callSignMs = 5_000

type Parts = {
  readonly courier: Courier
  readonly tasks: AlertTasks
  readonly queues: AlertQueues
  readonly sweeper: Sweeper
  readonly quarantineDropped: { age: number; count: number }
  readonly historyWatch: HistoryWatch
  readonly journalWatch: JournalWatch
  readonly storageWatch: StorageWatch
}

/** The queue and its handlers know each other: handlers add jobs, and jobs call handlers. */
function createParts(deps: WorkerRuntimeDeps): Parts {
  const { clock, config, log, pool } = deps
  const onEvent = (): void => deps.doorbell.ring('alert-events')
  const onRegistryChanged = (): void => deps.doorbell.ring('journal')
  const sending = sendingOf(deps, onEvent)
  const courier = createCourier({
    ...sending,
    onRetry: (id, delayMs) => queues.addDeliver(id, delayMs),
  })
  const tasks = createAlertTasks({
    pool,
    clock,
    log,
    onEvent,
    onDeliveries: (ids) => ids.forEach((id) => queues.addDeliver(id, 0)),
  })
  const { databaseUrl } = deps
  const { redisUrl } = config
  const handlers: JobHandlers = {
    deliver: async (id) => {
      await courier.deliverDue([id])
    },
  }
  const queues = createAlertQueues({ log, databaseUrl, redisUrl, handlers })
  const quarantineDropped = { age: 0, count: 0 }
  const { retentionDays } = config
  const watches = {
    historyWatch: createHistoryWatch({ ...deps, retentionDays }),
    journalWatch: createJournalWatch({ ...deps, onEvent }),
    storageWatch: createStorageWatch({ ...deps, dataDir: deps.dataDir ?? null, onEvent }),
  }
  const sweeper = createSweeper({
    log,
    ...(deps.sweepMs === undefined ? {} : { sweepMs: deps.sweepMs }),
    findDue: () => findWorkDue(pool, { nowMs: clock.nowMs(), shard: deps.shard }),
    tasks: [
      ...alertSweeps({ ...deps, onEvent }, tasks, courier),
      ...orderSweeps({ ...deps, ...sending, onRegistryChanged }),
      ...lookSweeps({ ...deps, onEvent }),
      ...storageSweeps(deps, quarantineDropped),
      ...watchSweeps(watches),
      ...recordSweeps(deps),
    ],
  })
  return { courier, tasks, queues, sweeper, quarantineDropped, ...watches }
}

/** Of what is due it was asked with all else (`work-due.ts`). */
const doNothing = (): Promise<void> => Promise.resolve()

function sendingOf(
  { clock, config, log, pool, webhookTimeoutMs }: WorkerRuntimeDeps,
  onEvent: () => void,
) {
  const { oin, webhookHosts } = config
  const timeout = webhookTimeoutMs === undefined ? {} : { timeoutMs: webhookTimeoutMs }
  return { pool, clock, log, oin, webhookHosts, onEvent, ...timeout }
}

type Watches = Pick<Parts, 'historyWatch' | 'journalWatch' | 'storageWatch'>

function watchSweeps(watches: Watches): readonly SweepTask[] {
  return [
    { title: 'storage', run: every(storageMs, watches.storageWatch.run) },
    { title: 'history-watch', run: every(minuteMs, watches.historyWatch.run) },
    { title: 'journal-watch', run: every(minuteMs, watches.journalWatch.run) },
  ]
}

/** Whether all is as it should be. */
function lookSweeps(deps: RecallDeps & Pick<WorkerRuntimeDeps, 'shard'>): readonly SweepTask[] {
  return [
    { title: 'detection', run: createDetectionWatch(deps) },
    { title: 'stretches', run: every(stretchesLookMs, createStretchWatch(deps)) },
    { title: 'orders-unreadable', run: createOrderWatch(deps) },
    { title: 'keys-unreadable', run: createKeyWatch(deps) },
  ]
}

function alertSweeps(
  deps: RecallDeps & Pick<WorkerRuntimeDeps, 'shard'>,
  tasks: AlertTasks,
  courier: Courier,
): readonly SweepTask[] {
  const sign = every(callSignMs, async () => await noteCalling(deps.pool, deps.shard))
  return [
    { title: 'dispatch', run: tasks.dispatch, rest: doNothing },
    {
      title: 'escalate',
      run: async () => {
        await tasks.escalate()
        // A sign of one that could not look would be no sign.
        await sign()
      },
      rest: sign,
    },
    {
      title: 'deliver',
      run: async () => {
        await courier.deliverDue(null)
      },
      rest: doNothing,
    },
    { title: 'recall', run: createRecall(deps), rest: doNothing },
    { title: 'flood', run: every(floodLookMs, createFloodWatch(deps)) },
  ]
}

function recordSweeps({ record, pool, log }: WorkerRuntimeDeps): readonly SweepTask[] {
  if (record == null) return []
  return [{ title: 'record', run: every(minuteMs, createRecordSealer({ pool, log, ...record })) }]
}

function storageSweeps(
  deps: WorkerRuntimeDeps,
  quarantineDropped: { age: number; count: number },
): readonly SweepTask[] {
  const { log, pool, shard } = deps
  const { retentionDays } = deps.config
  return [
    {
      title: 'history',
      run: async () => {
        await copyHistory({ pool, log, shard })
      },
      rest: doNothing,
    },
    {
      title: 'partitions',
      run: every(hourMs, async () => {
        const { quarantineRowCount } = await keepPartitions({ ...deps, retentionDays })
        quarantineDropped.age += quarantineRowCount
      }),
    },
    {
      title: 'quarantine',
      run: every(minuteMs, async () => {
        quarantineDropped.count += await boundQuarantine(deps)
      }),
    },
  ]
}
