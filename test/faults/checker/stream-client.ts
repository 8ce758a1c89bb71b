import { setTimeout as delay } from 'node:timers/promises'
import { openEventStream, type EventStream } from '../../support/event-stream.ts'
import { keyOfBreach, type HeardEvent } from './ledger.ts'

/**
 * A desk: follows the stream, and goes on from the last sequence at the next address whenever the
 * line ends or says nothing for longer than its heartbeat.
 */
export function followStream(options: {
  readonly urls: () => readonly string[]
  readonly token: string
  readonly afterSequence: number
  readonly onEvent: (event: HeardEvent) => void
}): StreamClient {
  const state = { last: options.afterSequence, heardAtMs: 0, isClosed: false, attempt: 0 }
  let stream: EventStream | null = null
  const connect = async (): Promise<EventStream | null> => {
    const urls = options.urls()
    const address = urls[state.attempt % urls.length] ?? ''
    state.attempt += 1
    state.heardAtMs = performance.now()
    const opening = openEventStream({
      address,
      token: options.token,
      lastEventId: String(state.last),
      onHeard(heard) {
        state.heardAtMs = performance.now()
        if (heard === null) return
        const { kind, protectionOrderId, alertId } = heard.event.data
        options.onEvent({
          sequence: heard.id,
          heardMs: Date.now(),
          type: String(heard.event['type']),
          kind: String(kind),
          key: keyOfBreach(protectionOrderId, alertId),
        })
        state.last = Math.max(state.last, heard.id)
      },
    }).catch(() => null)
    const opened = await Promise.race([opening, delay(connectMsMax, null)])
    // One that opens after all would be a second desk.
    if (opened === null) void opening.then((late) => late?.close())
    return opened
  }
  const run = async (): Promise<void> => {
    while (!state.isClosed) {
      stream = await connect()
      if (stream?.status !== 200) stream?.close()
      else {
        while (!stream.isClosed() && performance.now() - state.heardAtMs < quietMsMax) {
          await delay(50)
        }
        stream.close()
      }
      await delay(reconnectMs)
    }
  }
  void run()
  return {
    lastSequence: () => state.last,
    reconnect: () => {
      state.attempt = 0
      stream?.close()
    },
    close: () => {
      state.isClosed = true
      stream?.close()
    },
  }
}

export type StreamClient = {
  readonly lastSequence: () => number
  readonly reconnect: () => void
  readonly close: () => void
}

/** The server says something every fifteen seconds. */
const quietMsMax = 20_000
const connectMsMax = 3_000
const reconnectMs = 100
