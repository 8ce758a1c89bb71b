import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import {
  createLocalDoorbell,
  doorbellChannels,
  type Doorbell,
  type DoorbellChannel,
} from './doorbell.ts'
import { createRingThrottle } from './ring-throttle.ts'

/**
 * The same doorbell over Redis publish and subscribe. Redis may burn down:
 * rows are polled meanwhile.
 */
export function createRedisDoorbell(options: RedisDoorbellOptions): Doorbell {
  const settings = { maxRetriesPerRequest: 1, enableOfflineQueue: false, lazyConnect: false }
  const state: State = {
    log: options.log,
    local: createLocalDoorbell(options),
    self: randomUUID(),
    publisher: new Redis(options.redisUrl, settings),
    subscriber: new Redis(options.redisUrl, { ...settings, maxRetriesPerRequest: null }),
    isComplaining: false,
    isClosed: false,
  }
  state.publisher.on('error', (error) => complain(state, error))
  state.subscriber.on('error', (error) => complain(state, error))
  state.subscriber.on('ready', () => listen(state))
  state.subscriber.on('message', (channel, message) => hear(state, channel, message))
  const throttledRing = createRingThrottle((channel) => publish(state, channel))
  return {
    ring(channel: DoorbellChannel) {
      state.local.ring(channel)
      if (!state.isClosed) throttledRing(channel)
    },
    on: state.local.on,
    async close() {
      state.isClosed = true
      await state.local.close()
      state.publisher.disconnect()
      state.subscriber.disconnect()
    },
  }
}

export type RedisDoorbellOptions = {
  readonly log: Log
  readonly redisUrl: string
  readonly pollMs?: number
}

const prefix = 'hoede-'

type State = {
  readonly log: Log
  readonly local: Doorbell
  /** Tells our own rings from those of others. */
  readonly self: string
  readonly publisher: Redis
  readonly subscriber: Redis
  isComplaining: boolean
  isClosed: boolean
}

/** Once per outage, not once per attempt. */
function complain(state: State, error: Error): void {
  if (!state.isComplaining && !state.isClosed) {
    state.log.warn({ err: error }, 'doorbell has lost Redis; rows are polled until it is back')
  }
  state.isComplaining = true
}

function listen(state: State): void {
  state.isComplaining = false
  state.subscriber.subscribe(...doorbellChannels.map((channel) => prefix + channel)).then(
    () => {
      for (const channel of doorbellChannels) state.local.ring(channel)
    },
    (error: unknown) =>
      state.log.warn({ err: error }, 'doorbell cannot subscribe; rows are polled'),
  )
}

function hear(state: State, channel: string, message: string): void {
  if (message === state.self) return
  const name = channel.slice(prefix.length)
  const known = doorbellChannels.find((candidate) => candidate === name)
  if (known !== undefined) state.local.ring(known)
}

async function publish(state: State, channel: DoorbellChannel): Promise<void> {
  try {
    await state.publisher.publish(prefix + channel, state.self)
  } catch (error) {
    state.log.debug({ err: error, channel }, 'doorbell could not be rung; rows are polled')
  }
}
