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

/** The same doorbell over Redis publish and subscribe. Redis may burn down: rows are polled meanwhile. */
export function createRedisDoorbell(options: RedisDoorbellOptions): Doorbell {
  const { log } = options
  const local = createLocalDoorbell(options)
  const self = randomUUID()
  let isClosed = false
  let isComplaining = false
  const settings = {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    lazyConnect: false,
  } as const
  const publisher = new Redis(options.redisUrl, settings)
  const subscriber = new Redis(options.redisUrl, { ...settings, maxRetriesPerRequest: null })

  for (const connection of [publisher, subscriber]) {
    connection.on('error', (error) => {
      // Said once per outage, not once per attempt.
      if (!isComplaining && !isClosed) {
        log.warn({ err: error }, 'doorbell has lost Redis; rows are polled until it is back')
      }
      isComplaining = true
    })
  }
  subscriber.on('ready', () => {
    isComplaining = false
    subscriber.subscribe(...doorbellChannels.map((channel) => prefix + channel)).then(
      () => {
        for (const channel of doorbellChannels) local.ring(channel)
      },
      (error: unknown) => log.warn({ err: error }, 'doorbell cannot subscribe; rows are polled'),
    )
  })
  subscriber.on('message', (channel: string, message: string) => {
    if (message === self) return
    const name = channel.slice(prefix.length)
    const known = doorbellChannels.find((candidate) => candidate === name)
    if (known !== undefined) local.ring(known)
  })

  const throttledRing = createRingThrottle(async (channel) => {
    try {
      await publisher.publish(prefix + channel, self)
    } catch (error) {
      log.debug({ err: error, channel }, 'doorbell could not be rung; rows are polled')
    }
  })

  return {
    ring(channel: DoorbellChannel) {
      local.ring(channel)
      if (!isClosed) throttledRing(channel)
    },
    on: local.on,
    async close() {
      isClosed = true
      await local.close()
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}

export type RedisDoorbellOptions = {
  readonly log: Log
  readonly redisUrl: string
  readonly pollMs?: number
}

const prefix = 'hoede-'
