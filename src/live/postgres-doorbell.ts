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
 * A doorbell heard by every process on the database, over LISTEN and NOTIFY on a connection of
 * its own. That connection can die without a word (a proxy that drops bytes), so it notifies
 * itself each few seconds and is replaced when it stops hearing itself. Until then the poll of
 * the local doorbell holds.
 */
export function createPostgresDoorbell(options: PostgresDoorbellOptions): PostgresDoorbell {
  const state: State = {
    options,
    heartbeatMs: options.heartbeatMs ?? heartbeatMsDefault,
    local: createLocalDoorbell(options),
    self: randomUUID(),
    counts: { reconnectCount: 0, failedRingCount: 0 },
    listener: null,
    heardAtMs: 0,
    isConnecting: false,
    isClosed: false,
  }
  const throttledRing = createRingThrottle((channel) => notify(state, channel))
  const heart = setInterval(() => beat(state), state.heartbeatMs)
  heart.unref()
  void connectListener(state)
  return {
    ring(channel: DoorbellChannel) {
      state.local.ring(channel)
      if (!state.isClosed) throttledRing(channel)
    },
    on: state.local.on,
    stats: () => ({ ...state.counts, isListening: state.listener !== null }),
    async close() {
      state.isClosed = true
      clearInterval(heart)
      await state.local.close()
      if (state.listener !== null) destroy(state.listener)
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

type State = {
  readonly options: PostgresDoorbellOptions
  readonly heartbeatMs: number
  readonly local: Doorbell
  /** Tells our own rings from those of others. */
  readonly self: string
  readonly counts: { reconnectCount: number; failedRingCount: number }
  listener: pg.Client | null
  heardAtMs: number
  isConnecting: boolean
  isClosed: boolean
}

async function connectListener(state: State): Promise<void> {
  if (state.isConnecting || state.isClosed) return
  state.isConnecting = true
  const client = new pg.Client({
    connectionString: state.options.databaseUrl,
    application_name: 'hoede-doorbell',
    connectionTimeoutMillis: state.heartbeatMs,
    keepAlive: true,
  })
  client.on('error', (error) => drop(state, client, error))
  client.on('end', () => drop(state, client, null))
  client.on('notification', (message) => hear(state, message.channel, message.payload ?? ''))
  try {
    await listen(state, client)
  } catch (error) {
    destroy(client)
    state.options.log.warn({ err: error }, 'doorbell cannot listen; rows are polled')
  } finally {
    state.isConnecting = false
  }
}

async function listen(state: State, client: pg.Client): Promise<void> {
  await client.connect()
  for (const channel of [...doorbellChannels, heartbeat]) {
    await client.query(`listen "${prefix}${channel}"`)
  }
  if (state.isClosed) return destroy(client)
  state.listener = client
  state.heardAtMs = performance.now()
  // Whatever was rung while nobody listened.
  for (const channel of doorbellChannels) state.local.ring(channel)
}

function hear(state: State, channel: string, payload: string): void {
  state.heardAtMs = performance.now()
  // Our own rings were heard locally the moment they were made.
  if (payload === state.self) return
  const name = channel.slice(prefix.length)
  const known = doorbellChannels.find((candidate) => candidate === name)
  if (known !== undefined) state.local.ring(known)
}

function drop(state: State, client: pg.Client, error: Error | null): void {
  if (state.listener !== client) return
  state.listener = null
  if (state.isClosed) return
  state.counts.reconnectCount += 1
  const sentence = 'doorbell connection lost; rows are polled until it is back'
  state.options.log.warn({ err: error }, sentence)
  destroy(client)
  void connectListener(state)
}

function beat(state: State): void {
  const { listener } = state
  if (listener === null) {
    void connectListener(state)
    return
  }
  if (performance.now() - state.heardAtMs > 2 * state.heartbeatMs) {
    drop(state, listener, new Error('The listening connection no longer hears itself.'))
    return
  }
  listener
    .query('select pg_notify($1, $2)', [prefix + heartbeat, state.self])
    .catch((error: unknown) => drop(state, listener, error instanceof Error ? error : null))
}

async function notify(state: State, channel: DoorbellChannel): Promise<void> {
  const { log, pool } = state.options
  try {
    await pool.query('select pg_notify($1, $2)', [prefix + channel, state.self])
  } catch (error) {
    state.counts.failedRingCount += 1
    if (state.isClosed) return
    log.warn({ err: error, channel }, 'doorbell could not be rung; rows are polled')
  }
}

/** `end()` waits for an answer that a dead connection never gives; the socket is cut instead. */
function destroy(client: pg.Client): void {
  const { connection } = client as pg.Client & {
    readonly connection?: { readonly stream?: { readonly destroy?: () => void } }
  }
  connection?.stream?.destroy?.()
}
