import { createPostgresBackend, Queue, runMigrations, Worker, type Job, type PgPool } from 'bullmq'
import pg from 'pg'
import { outliveConnections } from '../outlive-connections.ts'

/**
 * The queue and worker of BullMQ, opened once, over PostgreSQL or Redis. On PostgreSQL this
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
    await Promise.all([opened.queue.waitUntilReady(), opened.worker?.waitUntilReady()])
  } catch (error) {
    void shutQueues(opened)
    throw error
  }
  return opened
}

/**
 * The worker first, so that it does not find its queue closed; it is told before this returns.
 * A broken one may never answer: it is left behind.
 */
export async function shutQueues(opened: OpenQueues): Promise<void> {
  const closing = (async () => {
    await Promise.allSettled([opened.worker?.close()])
    await Promise.allSettled([opened.queue.close()])
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

/** What to do when the bell rings: the work of a row, at any time. */
export type JobHandlers = {
  readonly deliver: (deliveryId: string) => Promise<void>
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
  readonly queue: Pick<Queue, 'add' | 'close' | 'waitUntilReady'>
  readonly worker: Pick<Worker, 'close' | 'waitUntilReady'> | null
  readonly pool: pg.Pool | null
  /** Lets the worker begin. */
  readonly start: () => void
}

type JobData = { readonly id?: string }

const shutMsMax = 3_000
/**
 * A job of a killed worker is redone within half a minute, and never given up for stalling. To look
 * for one is a commit each time; the sweep has done its work by then.
 */
const workerSettings = {
  lockDuration: 3_000,
  stalledInterval: 15_000,
  maxStalledCount: 1_000_000,
  runRetryDelay: 1_000,
  // Not before every part has reached its database, and whoever hears of faults is in place.
  autorun: false,
} as const
const concurrency = 16
/** The worker listens on one connection; the rest is for its queries. */
const connectionCountMax = 6
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
  // Adding must not wait for a Redis that is away: the sweeper does not.
  const queue =
    storage === null
      ? new Queue(queueName, { connection: { ...connection, ...failFast } })
      : new Queue(queueName, { connection: storage }, createPostgresBackend)
  queue.on('error', onError)
  const makeWorker = (known: JobHandlers): Worker => {
    const work = ({ data }: Job<JobData>): Promise<void> =>
      data.id === undefined ? Promise.resolve() : known.deliver(data.id)
    const settings = { ...workerSettings, concurrency }
    const worker =
      storage === null
        ? new Worker(queueName, work, { ...settings, connection })
        : new Worker(queueName, work, { ...settings, connection: storage }, createPostgresBackend)
    worker.on('error', onError)
    worker.on('failed', onFailed)
    return worker as Worker
  }
  const worker = handlers === null ? null : makeWorker(handlers)
  return {
    queue: queue as Queue,
    worker,
    pool,
    start: () => void worker?.run().catch(onError),
  }
}

const queueName = 'hoede-deliver'

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
