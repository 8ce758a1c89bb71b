import { createPostgresBackend, Queue, runMigrations, Worker, type Job, type PgPool } from 'bullmq'
import pg from 'pg'
import type { Log } from '../log.ts'

/**
 * The doorbell of the workers: jobs that carry ids and nothing else. Every job may be lost, doubled
 * or late, because the sweeper finds the same work in rows each second. So nothing here throws:
 * what fails is counted and said, and a queue that is gone is made anew.
 */
export function createAlertQueues(options: AlertQueuesOptions): AlertQueues {
  const state: State = {
    options,
    counts: { errors: 0, failedJobs: 0, rebuilds: 0 },
    current: null,
    isClosed: false,
    isDispatching: false,
    isDispatchAgain: false,
    complainedAtMs: 0,
  }
  const opening = open(state)
  return {
    ready: () => opening,
    addDispatch: () => void addDispatches(state),
    addDeliver: (deliveryId, delayMs) =>
      void add(state, 'deliver', { id: deliveryId }, { delay: Math.max(0, delayMs) }),
    addEscalate: (escalationId, delayMs) => {
      // The id makes adding the same timer twice add it once.
      const timing = { delay: Math.max(0, delayMs), jobId: `escalate-${escalationId}` }
      void add(state, 'escalate', { id: escalationId }, timing)
    },
    stats: () => ({ ...state.counts, isOpen: state.current !== null }),
    async close() {
      state.isClosed = true
      await opening
      const last = state.current
      state.current = null
      if (last !== null) await shut(last)
    },
  }
}

export const jobKinds = ['dispatch', 'deliver', 'escalate'] as const
export type JobKind = (typeof jobKinds)[number]

export type AlertQueues = {
  /** Resolves after the first attempt to open, whether it succeeded or not. */
  readonly ready: () => Promise<void>
  /** Events wait to be expanded into deliveries. */
  readonly addDispatch: () => void
  readonly addDeliver: (deliveryId: string, delayMs: number) => void
  readonly addEscalate: (escalationId: string, delayMs: number) => void
  readonly stats: () => {
    readonly errors: number
    readonly failedJobs: number
    readonly rebuilds: number
    readonly isOpen: boolean
  }
  readonly close: () => Promise<void>
}

export type AlertQueuesOptions = {
  readonly log: Log
  readonly databaseUrl: string
  /** Null: the queue lives in the schema `bullmq` of the database. */
  readonly redisUrl: string | null
  /** Null: this process only adds. */
  readonly handlers: JobHandlers | null
  readonly rebuildMs?: number
}

/** What to do when the bell rings; each does the work of rows and may be called at any time. */
export type JobHandlers = {
  readonly dispatch: () => Promise<void>
  readonly deliver: (deliveryId: string) => Promise<void>
  readonly escalate: () => Promise<void>
}

type JobData = { readonly id?: string }
type JobOptions = { readonly delay?: number; readonly jobId?: string }

type OpenQueues = {
  readonly queues: Readonly<Record<JobKind, Pick<Queue, 'add' | 'close'>>>
  readonly workers: readonly Pick<Worker, 'close'>[]
  readonly pool: pg.Pool | null
}

const rebuildMsDefault = 2_000
const complainMs = 10_000
const shutMsMax = 3_000
/** The record is in rows; a finished job is of no use. A few failed ones help to see why. */
const keepLittle = {
  removeOnComplete: true,
  removeOnFail: { count: 100 },
  attempts: 3,
  backoff: { type: 'exponential', delay: 500 },
} as const
/**
 * Measured: with these a job of a killed worker is redone after 3 s, not 58 s; and
 * never given up for stalling.
 */
const workerSettings = {
  lockDuration: 3_000,
  stalledInterval: 1_000,
  maxStalledCount: 1_000_000,
  runRetryDelay: 1_000,
} as const
const concurrency = { dispatch: 1, deliver: 16, escalate: 2 } as const
/** Three workers listen on a connection each; the rest is for their queries. */
const connectionCountMax = 8

type State = {
  readonly options: AlertQueuesOptions
  readonly counts: { errors: number; failedJobs: number; rebuilds: number }
  current: OpenQueues | null
  isClosed: boolean
  isDispatching: boolean
  isDispatchAgain: boolean
  complainedAtMs: number
}

async function open(state: State): Promise<void> {
  try {
    const opened = await openQueues(state.options, {
      onError: (error) => noteError(state, error),
      onFailed: () => (state.counts.failedJobs += 1),
    })
    if (state.isClosed) await shut(opened)
    else state.current = opened
  } catch (error) {
    noteError(state, toError(error))
    reopenSoon(state)
  }
}

function noteError(state: State, error: Error): void {
  const { counts, current, options } = state
  counts.errors += 1
  const nowMs = performance.now()
  const isSaid = state.complainedAtMs !== 0 && nowMs - state.complainedAtMs <= complainMs
  if (!state.isClosed && !isSaid) {
    state.complainedAtMs = nowMs
    const facts = { err: error, errorCount: counts.errors }
    options.log.error(facts, 'queue failed; rows are swept meanwhile')
  }
  // On PostgreSQL a worker whose tables are gone asks again without a pause: it is
  // taken down and made anew.
  const isStorageFault = options.redisUrl === null && 'code' in error
  if (!isStorageFault || current === null) return
  state.current = null
  void shut(current)
  reopenSoon(state)
}

function reopenSoon(state: State): void {
  if (state.isClosed) return
  const timer = setTimeout(() => {
    if (state.isClosed) return
    state.counts.rebuilds += 1
    void open(state)
  }, state.options.rebuildMs ?? rebuildMsDefault)
  timer.unref()
}

async function add(state: State, kind: JobKind, data: JobData, timing: JobOptions): Promise<void> {
  const queue = state.current?.queues[kind]
  if (queue === undefined) return
  try {
    await queue.add(kind, data, { ...keepLittle, ...timing })
  } catch (error) {
    noteError(state, toError(error))
  }
}

/** One job at a time is enough: whoever takes it takes every event that waits. */
async function addDispatches(state: State): Promise<void> {
  if (state.isDispatching) {
    state.isDispatchAgain = true
    return
  }
  state.isDispatching = true
  do {
    state.isDispatchAgain = false
    await add(state, 'dispatch', {}, {})
  } while (state.isDispatchAgain)
  state.isDispatching = false
}

type QueueListeners = {
  readonly onError: (error: Error) => void
  readonly onFailed: () => void
}

async function openQueues(
  options: AlertQueuesOptions,
  { onError, onFailed }: QueueListeners,
): Promise<OpenQueues> {
  const pool = options.redisUrl === null ? await openPool(options.databaseUrl, onError) : null
  // BullMQ describes the driver by overloads that the driver's own types, one
  // generic function, do not match.
  const storage = pool as unknown as PgPool | null
  const connection = { url: options.redisUrl ?? '', maxRetriesPerRequest: null }
  const name = (kind: JobKind): string => `hoede-${kind}`
  const makeQueue = (kind: JobKind): Pick<Queue, 'add' | 'close'> => {
    // Adding must not wait for a Redis that is away: the sweeper does not.
    const queue =
      storage === null
        ? new Queue(name(kind), { connection: { ...connection, ...failFast } })
        : new Queue(name(kind), { connection: storage }, createPostgresBackend)
    queue.on('error', onError)
    return queue
  }
  const makeWorker = (kind: JobKind, handlers: JobHandlers): Pick<Worker, 'close'> => {
    const work = (job: Job<JobData>): Promise<void> => handle(handlers, kind, job.data)
    const settings = { ...workerSettings, concurrency: concurrency[kind] }
    const worker =
      storage === null
        ? new Worker(name(kind), work, { ...settings, connection })
        : new Worker(name(kind), work, { ...settings, connection: storage }, createPostgresBackend)
    worker.on('error', onError)
    worker.on('failed', onFailed)
    return worker
  }
  const { handlers } = options
  return {
    queues: {
      dispatch: makeQueue('dispatch'),
      deliver: makeQueue('deliver'),
      escalate: makeQueue('escalate'),
    },
    workers: handlers === null ? [] : jobKinds.map((kind) => makeWorker(kind, handlers)),
    pool,
  }
}

const failFast = { maxRetriesPerRequest: 1, enableOfflineQueue: false } as const

async function handle(handlers: JobHandlers, kind: JobKind, data: JobData): Promise<void> {
  if (kind === 'dispatch') return await handlers.dispatch()
  if (kind === 'escalate') return await handlers.escalate()
  if (data.id !== undefined) await handlers.deliver(data.id)
}

/**
 * BullMQ names its tables without their schema, so every connection of this pool looks there first.
 */
async function openPool(databaseUrl: string, onError: (error: Error) => void): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connectionCountMax,
    application_name: 'hoede-queue',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    options: '-c search_path=bullmq',
  })
  pool.on('error', onError)
  try {
    const client = await pool.connect()
    try {
      await runMigrations(client)
    } finally {
      client.release()
    }
  } catch (error) {
    await pool.end()
    throw error
  }
  return pool
}

/**
 * Workers first, so that none of them finds its queue closed. A broken one may never
 * answer: it is left behind.
 */
async function shut(opened: OpenQueues): Promise<void> {
  const closing = (async () => {
    await Promise.allSettled(opened.workers.map((worker) => worker.close()))
    await Promise.allSettled(Object.values(opened.queues).map((queue) => queue.close()))
    await opened.pool?.end()
  })()
  const giveUp = new Promise<void>((resolve) => {
    setTimeout(resolve, shutMsMax).unref()
  })
  await Promise.race([closing.catch(() => undefined), giveUp])
}

function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error('queue failed', { cause: value })
}
