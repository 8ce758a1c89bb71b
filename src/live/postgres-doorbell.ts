import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Log } from '../log.ts'
import {
  createLocalDoorbell,
  doorbellChannels,
  type Doorbell,
  type DoorbellChannel,
} from './doorbell.ts'
import { createRingThrottle } from './ring-throttle.ts'

/**
 * A doorbell heard by every process on the database, over LISTEN and NOTIFY on a connection of its own.
 * That connection can die without a word (a proxy that drops bytes), so it notifies itself each few
 * seconds and is replaced when it stops hearing itself. Until then the poll of the local doorbell holds.
 */
// oxlint-disable-next-line max-lines-per-function -- a holder of state: each function in it is short, and they share it
export function createPostgresDoorbell(options: PostgresDoorbellOptions): PostgresDoorbell {
  const { log } = options
  const local = createLocalDoorbell(options)
  const heartbeatMs = options.heartbeatMs ?? heartbeatMsDefault
  const self = randomUUID()
  const stats = { reconnectCount: 0, failedRingCount: 0 }
  let listener: pg.Client | null = null
  let heardAtMs = 0
  let isClosed = false
  let isConnecting = false

  async function connectListener(): Promise<void> {
    if (isConnecting || isClosed) return
    isConnecting = true
    const client = new pg.Client({
      connectionString: options.databaseUrl,
      application_name: 'hoede-doorbell',
      connectionTimeoutMillis: heartbeatMs,
      keepAlive: true,
    })
    client.on('error', (error) => drop(client, error))
    client.on('end', () => drop(client, null))
    client.on('notification', (message) => hear(message.channel, message.payload ?? ''))
    try {
      await client.connect()
      for (const channel of [...doorbellChannels, heartbeat]) {
        await client.query(`listen "${prefix}${channel}"`)
      }
      if (isClosed) return destroy(client)
      listener = client
      heardAtMs = performance.now()
      // Whatever was rung while nobody listened.
      for (const channel of doorbellChannels) local.ring(channel)
    } catch (error) {
      destroy(client)
      log.warn({ err: error }, 'doorbell cannot listen; rows are polled')
    } finally {
      isConnecting = false
    }
  }

  function hear(channel: string, payload: string): void {
    heardAtMs = performance.now()
    // Our own rings were heard locally the moment they were made.
    if (payload === self) return
    const name = channel.slice(prefix.length)
    const known = doorbellChannels.find((candidate) => candidate === name)
    if (known !== undefined) local.ring(known)
  }

  function drop(client: pg.Client, error: Error | null): void {
    if (listener !== client) return
    listener = null
    if (isClosed) return
    stats.reconnectCount += 1
    log.warn({ err: error }, 'doorbell connection lost; rows are polled until it is back')
    destroy(client)
    void connectListener()
  }

  function beat(): void {
    if (listener === null) {
      void connectListener()
      return
    }
    if (performance.now() - heardAtMs > 2 * heartbeatMs) {
      drop(listener, new Error('The listening connection no longer hears itself.'))
      return
    }
    const client = listener
    client.query('select pg_notify($1, $2)', [prefix + heartbeat, self]).catch((error: unknown) => {
      drop(client, error instanceof Error ? error : null)
    })
  }

  const throttledRing = createRingThrottle(async (channel) => {
    try {
      await options.pool.query('select pg_notify($1, $2)', [prefix + channel, self])
    } catch (error) {
      stats.failedRingCount += 1
      if (!isClosed)
        log.warn({ err: error, channel }, 'doorbell could not be rung; rows are polled')
    }
  })

  const heart = setInterval(beat, heartbeatMs)
  heart.unref()
  void connectListener()

  return {
    ring(channel: DoorbellChannel) {
      local.ring(channel)
      if (!isClosed) throttledRing(channel)
    },
    on: local.on,
    stats: () => ({ ...stats, isListening: listener !== null }),
    async close() {
      isClosed = true
      clearInterval(heart)
      await local.close()
      if (listener !== null) destroy(listener)
    },
  }
}

export type PostgresDoorbell = Doorbell & {
  readonly stats: () => {
    readonly reconnectCount: number
    readonly failedRingCount: number
    readonly isListening: boolean
  }
}

export type PostgresDoorbellOptions = {
  readonly log: Log
  /** Rings go through the pool, in a statement of their own. */
  readonly pool: Pick<pg.Pool, 'query'>
  readonly databaseUrl: string
  readonly pollMs?: number
  readonly heartbeatMs?: number
}

const prefix = 'hoede-'
const heartbeat = 'heartbeat'
/** Twice this without hearing itself, and the connection is taken for dead. */
const heartbeatMsDefault = 5_000

/** `end()` waits for an answer that a dead connection never gives; the socket is cut instead. */
function destroy(client: pg.Client): void {
  const { connection } = client as pg.Client & {
    readonly connection?: { readonly stream?: { readonly destroy?: () => void } }
  }
  connection?.stream?.destroy?.()
}
