import type { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import type { Doorbell } from './doorbell.ts'

/**
 * Carries alert events from rows to every open stream: read once per wake, written to all. A stream that
 * joins first reads what it missed, then goes live; a sequence it has seen is never written to it again.
 * A reader too slow for the bound reads on from rows at its own pace, and one that does not read at all is
 * cut off, so that nobody's slowness costs memory or holds up the others.
 */
// oxlint-disable-next-line max-lines-per-function -- a holder of state: each function in it is short, and they share it
export function createAlertHub(options: AlertHubOptions): AlertHub {
  const { log, source } = options
  const bufferedBytesMax = options.bufferedBytesMax ?? bufferedBytesMaxDefault
  const live = new Set<Subscriber>()
  const catchingUp = new Set<Subscriber>()
  const drainMsMax = options.drainMsMax ?? drainMsMaxDefault
  const counts = { sent: 0, fellBehind: 0, cutOff: 0, failedReads: 0 }
  let lastSequence = 0
  let pumping: Promise<void> | null = null
  let isAgain = false
  let isClosed = false

  function wake(): void {
    if (live.size === 0 || isClosed) return
    if (pumping !== null) {
      isAgain = true
      return
    }
    pumping = pump().finally(() => {
      pumping = null
      if (isAgain) wake()
    })
  }

  async function pump(): Promise<void> {
    isAgain = false
    try {
      for (;;) {
        const events = await source.read(lastSequence, pageCount)
        for (const event of events) {
          const frame = frameOf(event)
          for (const subscriber of live) deliverLive(subscriber, event.sequence, frame)
          lastSequence = Math.max(lastSequence, event.sequence)
        }
        if (events.length < pageCount || live.size === 0) return
      }
    } catch (error) {
      counts.failedReads += 1
      log.warn({ err: error }, 'alert events could not be read; the next wake tries again')
    }
  }

  /** False when the stream is closed or has as much unread as it may. */
  function deliver(subscriber: Subscriber, sequence: number, frame: string): boolean {
    if (sequence <= subscriber.sequence) return true
    const { stream } = subscriber
    if (isOver(stream) || stream.writableLength > bufferedBytesMax) return false
    stream.write(frame)
    subscriber.sequence = sequence
    counts.sent += 1
    return true
  }

  function deliverLive(subscriber: Subscriber, sequence: number, frame: string): void {
    if (deliver(subscriber, sequence, frame)) return
    live.delete(subscriber)
    if (isOver(subscriber.stream)) return
    counts.fellBehind += 1
    catchUpOrClose(subscriber)
  }

  /** Reads what was missed no faster than the reader takes it; then joins, without a gap between. */
  async function catchUp(subscriber: Subscriber): Promise<void> {
    const { stream } = subscriber
    catchingUp.add(subscriber)
    while (!isOver(stream) && !isClosed) {
      const events = await source.read(subscriber.sequence, pageCount)
      for (const event of events) {
        while (!deliver(subscriber, event.sequence, frameOf(event))) {
          if (isOver(stream)) return
          const isRead = await drained(stream, bufferedBytesMax / 2, drainMsMax)
          if (!isRead && stream.destroyed) counts.cutOff += 1
        }
      }
      const isWhole = events.length < pageCount
      if (isWhole && !isOver(stream) && (live.size === 0 || subscriber.sequence >= lastSequence)) {
        if (live.size === 0) lastSequence = subscriber.sequence
        catchingUp.delete(subscriber)
        live.add(subscriber)
        wake()
        return
      }
    }
  }

  function catchUpOrClose(subscriber: Subscriber): void {
    catchUp(subscriber).catch((error: unknown) => {
      // The desk connects again and names the last event it has.
      log.warn({ err: error }, 'alert stream closed; what it missed could not be read')
      subscriber.stream.destroy()
    })
  }

  async function subscribe(stream: Writable, afterSequence: number | null): Promise<void> {
    const newest = await source.last()
    // A place beyond the newest is from another database; waiting for it would miss everything until then.
    const sequence = afterSequence === null ? newest : Math.min(afterSequence, newest)
    const subscriber: Subscriber = { stream, sequence }
    if (isOver(stream)) return
    stream.once('close', () => {
      live.delete(subscriber)
      catchingUp.delete(subscriber)
    })
    stream.write(`retry: ${reconnectMs}\n\n`)
    await catchUp(subscriber)
    if (isClosed) stream.end()
  }

  const stopListening = options.doorbell.on('alert-events', wake)
  const heart = setInterval(() => {
    for (const { stream } of live) {
      if (!isOver(stream) && stream.writableLength <= bufferedBytesMax)
        stream.write(': still here\n\n')
    }
  }, options.heartbeatMs ?? heartbeatMsDefault)
  heart.unref()

  return {
    announce: () => options.doorbell.ring('alert-events'),
    subscribe,
    isFull: () => live.size + catchingUp.size >= subscriberCountMax,
    stats: () => ({ ...counts, subscribers: live.size + catchingUp.size, lastSequence }),
    async close() {
      isClosed = true
      stopListening()
      clearInterval(heart)
      for (const { stream } of [...live, ...catchingUp]) stream.end()
      await pumping
    },
  }
}

export type AlertHub = {
  /** Says that something has happened to an alert, after its commit. */
  readonly announce: () => void
  /**
   * Writes events after a sequence to the stream until it closes; null is from now on. Resolves when the
   * stream is live; rejects when what it missed could not be read, and the caller closes it.
   */
  readonly subscribe: (stream: Writable, afterSequence: number | null) => Promise<void>
  readonly isFull: () => boolean
  readonly stats: () => AlertHubStats
  readonly close: () => Promise<void>
}

export type AlertHubStats = {
  readonly sent: number
  /** Times a live reader was so slow that it had to read on from rows. */
  readonly fellBehind: number
  /** Streams closed because nobody read them. */
  readonly cutOff: number
  readonly failedReads: number
  readonly subscribers: number
  readonly lastSequence: number
}

export type AlertHubOptions = {
  readonly log: Log
  readonly doorbell: Doorbell
  readonly source: AlertEventSource
  readonly heartbeatMs?: number
  readonly bufferedBytesMax?: number
  readonly drainMsMax?: number
}

/** Committed events in order of sequence, already in the words of the stream. */
export type AlertEventSource = {
  readonly read: (afterSequence: number, limit: number) => Promise<readonly StreamEvent[]>
  readonly last: () => Promise<number>
}

export type StreamEvent = { readonly sequence: number; readonly data: string }

type Subscriber = { readonly stream: Writable; sequence: number }

const pageCount = 500
/** Proxies close what is silent for a minute; a desk should notice a dead line well before. */
const heartbeatMsDefault = 15_000
/** About three hundred events: a desk that far behind is better served by reading from rows. */
const bufferedBytesMaxDefault = 256 * 1024
const reconnectMs = 1_000
/** Desks are tens; a thousand streams is a fault somewhere, and would cost 256 MB at the worst. */
const subscriberCountMax = 1_000
const drainPollMs = 20
/** A desk that has not taken 128 kB in this time is not being read. */
const drainMsMaxDefault = 30_000

function frameOf(event: StreamEvent): string {
  return `id: ${event.sequence}\ndata: ${event.data}\n\n`
}

function isOver(stream: Writable): boolean {
  return stream.destroyed || stream.writableEnded
}

/**
 * Waits until the reader has taken what was written; destroys the stream and says false when it does not.
 * Looks at the length itself: a response says 'drain' for reasons of its own, and not always.
 */
async function drained(stream: Writable, bytesMax: number, msMax: number): Promise<boolean> {
  const deadlineMs = performance.now() + msMax
  while (!isOver(stream) && stream.writableLength > bytesMax) {
    if (performance.now() > deadlineMs) {
      stream.destroy()
      return false
    }
    await delay(drainPollMs, null, { ref: false })
  }
  return !isOver(stream)
}
