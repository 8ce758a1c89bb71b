import { EventEmitter } from 'node:events'
import type { Log } from '../log.ts'

/**
 * A doorbell says "look at your rows now" and nothing else. It may ring too often, late or not at
 * all: every listener reads rows from its own place, and is woken anyway each `pollMs`.
 */
export function createLocalDoorbell(options: DoorbellOptions): Doorbell {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  const poll = setInterval(() => {
    for (const channel of doorbellChannels) emit(channel, 'poll')
  }, options.pollMs ?? pollMsDefault)
  poll.unref()

  function emit(channel: DoorbellChannel, cause: DoorbellCause): void {
    for (const listener of emitter.listeners(channel)) {
      try {
        listener(cause)
      } catch (error) {
        // One listener's fault may not keep the others from hearing.
        options.log.error({ err: error, channel }, 'doorbell listener failed')
      }
    }
  }

  return {
    ring: (channel) => emit(channel, 'ring'),
    on(channel, listener) {
      emitter.on(channel, listener)
      return () => emitter.off(channel, listener)
    },
    close: () => {
      clearInterval(poll)
      emitter.removeAllListeners()
      return Promise.resolve()
    },
  }
}

/**
 * `journal`: something was acknowledged. `alert-events`: something happened to an alert.
 * `api-clients`: a token was revoked. `desk`: somebody sat down, or did something with an alert.
 */
export const doorbellChannels = ['journal', 'alert-events', 'api-clients', 'desk'] as const
export type DoorbellChannel = (typeof doorbellChannels)[number]

/** A poll says nothing has been heard, but look all the same. */
export type DoorbellCause = 'ring' | 'poll'

export type Doorbell = {
  /** After the commit, never inside the transaction. Never throws and never waits. */
  readonly ring: (channel: DoorbellChannel) => void
  /** Returns how to stop listening. */
  readonly on: (channel: DoorbellChannel, listener: (cause: DoorbellCause) => void) => () => void
  readonly close: () => Promise<void>
}

export type DoorbellOptions = {
  readonly log: Log
  readonly pollMs?: number
}

/**
 * How late a lost ring can make anything; short enough that an alert still shows within the second.
 */
export const pollMsDefault = 400
