import { doorbellChannels, type DoorbellChannel } from './doorbell.ts'

/**
 * Sends the first ring of a channel at once and the ones that follow as one, when that has arrived:
 * a burst of commits costs two messages, not hundreds (each NOTIFY takes a lock all commits share).
 */
export function createRingThrottle(
  send: (channel: DoorbellChannel) => Promise<void>,
): RingThrottle {
  const states = new Map(
    doorbellChannels.map((channel) => [channel, { isSending: false, isAgain: false }]),
  )

  async function sendAll(channel: DoorbellChannel, state: SendState): Promise<void> {
    state.isSending = true
    try {
      do {
        state.isAgain = false
        await send(channel)
      } while (state.isAgain)
    } finally {
      state.isSending = false
    }
  }

  return (channel) => {
    const state = states.get(channel)
    if (state === undefined) return
    if (state.isSending) state.isAgain = true
    else void sendAll(channel, state)
  }
}

/** `send` must not reject; whoever sends counts its own failures. */
export type RingThrottle = (channel: DoorbellChannel) => void

type SendState = { isSending: boolean; isAgain: boolean }
