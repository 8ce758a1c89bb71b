import { createPostgresBackend, Queue, runMigrations, Worker, type Job, type PgPool } from 'bullmq'
import pg from 'pg'
import { outliveConnections } from '../outlive-connections.ts'

/**
 * The queues and workers of BullMQ, opened once, over PostgreSQL or Redis. On PostgreSQL this
 * resolves when every part has reached the database, and rejects when one could not: BullMQ keeps
 * the first failure of a part for ever, and a worker that runs upon it asks again without a pause.
 */
export async function openQueues(
  options: QueueOptions,
  listeners: QueueListeners,
): Promise<OpenQueues> {
  if (options.redisUrl !== null) return makeParts(options, listeners, null)
  const pool = await openPool(options.databaseUrl, listeners.onError)
  const opened = makeParts(options, listeners, pool)
  try {
    const parts = [...Object.values(opened.queues), ...opened.workers]
    await Promise.all(parts.map((part) => part.waitUntilReady()))
  } catch (error) {
    void shutQueues(opened)
    throw error
  }
  return opened
}

/**
 * Workers first, so that none of them finds its queue closed; they are told before this returns.
 * A broken one may never answer: it is left behind.
 */
export async function shutQueues(opened: OpenQueues): Promise<void> {
  const closing = (async () => {
    await Promise.allSettled(opened.workers.map((worker) => worker.close()))
    await Promise.allSettled(Object.values(opened.queues).map((queue) => queue.close()))
    await opened.pool?.end()
  })()
  await settleSoon(closing)
}

/** Waits for `work`, however it ends, and not for ever. */
export async function settleSoon(work: Promise<unknown>): Promise<void> {
  const giveUp = new Promise<void>((resolve) => {
    setTimeout(resolve, shutMsMax).unref()
  })
  await Promise.race([work.catch(() => undefined), giveUp])
}

export const jobKinds = ['dispatch', 'deliver', 'escalate'] as const
export type JobKind = (typeof jobKinds)[number]

/** What to do when the bell rings; each does the work of rows and may be called at any time. */
export type JobHandlers = {
  readonly dispatch: () => Promise<void>
  readonly deliver: (deliveryId: string) => Promise<void>
  readonly escalate: () => Promise<void>
}

export type QueueOptions = {
  readonly databaseUrl: string
  /** Null: the queue lives in the schema `bullmq` of the database. */
  readonly redisUrl: string | null
  /** Null: this process only adds. */
  readonly handlers: JobHandlers | null
}

export type QueueListeners = {
  readonly onError: (error: Error) => void
  readonly onFailed: () => void
}

export type OpenQueues = {
  readonly queues: Readonly<Record<JobKind, Pick<Queue, 'add' | 'close' | 'waitUntilReady'>>>
  readonly workers: readonly Pick<Worker, 'close' | 'waitUntilReady'>[]
  readonly pool: pg.Pool | null
  /** Lets the workers begin. */
  readonly start: () => void
}

type JobData = { readonly id?: string }

const shutMsMax = 3_000
/**
 * Measured: with these a job of a killed worker is redone after 3 s, not 58 s; and
 * never given up for stalling.
 */
const workerSettings = {
  lockDuration: 3_000,
  stalledInterval: 1_000,
  maxStalledCount: 1_000_000,
  runRetryDelay: 1_000,
  // Not before every part has reached its database, and whoever hears of faults is in place.
  autorun: false,
} as const
const concurrency = { dispatch: 1, deliver: 16, escalate: 2 } as const
/** Three workers listen on a connection each; the rest is for their queries. */
const connectionCountMax = 8
/** Statements of a queue take milliseconds; one that is not answered is a line that died. */
const queryMsMax = 30_000
const failFast = { maxRetriesPerRequest: 1, enableOfflineQueue: false } as const

function makeParts(
  { redisUrl, handlers }: QueueOptions,
  { onError, onFailed }: QueueListeners,
  pool: pg.Pool | null,
): OpenQueues {
  // BullMQ describes the driver by overloads that the driver's own types, one
  // generic function, do not match.
  const storage = pool as unknown as PgPool | null
  const connection = { url: redisUrl ?? '', maxRetriesPerRequest: null }
  const makeQueue = (kind: JobKind): Queue => {
    // Adding must not wait for a Redis that is away: the sweeper does not.
    const queue =
      storage === null
        ? new Queue(nameOf(kind), { connection: { ...connection, ...failFast } })
        : new Queue(nameOf(kind), { connection: storage }, createPostgresBackend)
    queue.on('error', onError)
    return queue as Queue
  }
  const makeWorker = (kind: JobKind, known: JobHandlers): Worker => {
    const work = (job: Job<JobData>): Promise<void> => handle(known, kind, job.data)
    const settings = { ...workerSettings, concurrency: concurrency[kind] }
    const worker =
      storage === null
        ? new Worker(nameOf(kind), work, { ...settings, connection })
        : new Worker(
            nameOf(kind),
            work,
            { ...settings, connection: storage },
            createPostgresBackend,
          )
    worker.on('error', onError)
    worker.on('failed', onFailed)
    return worker as Worker
  }
  const workers = handlers === null ? [] : jobKinds.map((kind) => makeWorker(kind, handlers))
  return {
    queues: {
      dispatch: makeQueue('dispatch'),
      deliver: makeQueue('deliver'),
      escalate: makeQueue('escalate'),
    },
    workers,
    pool,
    start() {
      for (const worker of workers) worker.run().catch(onError)
    },
  }
}

function nameOf(kind: JobKind): string {
  return `hoede-${kind}`
}

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
    query_timeout: queryMsMax,
    keepAlive: true,
    options: '-c search_path=bullmq',
  })
  outliveConnections(pool, onError)
  try {
    const client = await pool.connect()
    try {
      await runMigrations(client)
    } finally {
      client.release()
    }
  } catch (error) {
    void pool.end().catch(() => undefined)
    throw error
  }
  return pool
}
