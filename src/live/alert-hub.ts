import type { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import type { AlertEventSource, MayHear, StreamEvent } from './alert-event-source.ts'
import type { Doorbell } from './doorbell.ts'

/**
 * Carries alert events from rows to every open stream: read once per wake, written to all. A stream
 * that joins first reads what it missed, then goes live; a sequence it has seen is never written to
 * it again. A reader too slow for the bound reads on from rows at its own pace, and one that does
 * not read at all is cut off, so that nobody's slowness costs memory or holds up the others.
 */
export function createAlertHub(options: AlertHubOptions): AlertHub {
  const state: State = {
    options,
    live: new Set(),
    catchingUp: new Set(),
    counts: { sent: 0, fellBehind: 0, cutOff: 0, failedReads: 0 },
    lastSequence: 0,
    pumping: null,
    isAgain: false,
    isClosed: false,
  }
  const stopListening = options.doorbell.on('alert-events', () => wake(state))
  const heart = setInterval(() => beat(state), options.heartbeatMs ?? heartbeatMsDefault)
  heart.unref()
  return {
    announce: () => options.doorbell.ring('alert-events'),
    subscribe: (stream, afterSequence, mayHear) => subscribe(state, stream, afterSequence, mayHear),
    isFull: () => countSubscribers(state) >= subscriberCountMax,
    stats: () => ({
      ...state.counts,
      subscribers: countSubscribers(state),
      lastSequence: state.lastSequence,
    }),
    async close() {
      state.isClosed = true
      stopListening()
      clearInterval(heart)
      for (const { stream } of [...state.live, ...state.catchingUp]) stream.end()
      await state.pumping
    },
  }
}

export type AlertHub = {
  /** Says that something has happened to an alert, after its commit. */
  readonly announce: () => void
  /**
   * Writes events after a sequence to the stream until it closes; null is from now on.
   * Resolves when the stream is live; rejects when what it missed could not be read,
   * and the caller closes it.
   */
  readonly subscribe: (
    stream: Writable,
    afterSequence: number | null,
    mayHear: MayHear,
  ) => Promise<void>
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
  /** What to say beside each sign of life, when rows can no longer say it. */
  readonly trouble?: () => string | null
  readonly bufferedBytesMax?: number
  readonly drainMsMax?: number
}

type Subscriber = { readonly stream: Writable; readonly mayHear: MayHear; sequence: number }

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

type State = {
  readonly options: AlertHubOptions
  readonly live: Set<Subscriber>
  readonly catchingUp: Set<Subscriber>
  readonly counts: { sent: number; fellBehind: number; cutOff: number; failedReads: number }
  /** Everything up to here was written to every live stream. */
  lastSequence: number
  pumping: Promise<void> | null
  isAgain: boolean
  isClosed: boolean
}

function countSubscribers({ live, catchingUp }: State): number {
  return live.size + catchingUp.size
}

function bufferedBytesMaxOf({ options }: State): number {
  return options.bufferedBytesMax ?? bufferedBytesMaxDefault
}

function wake(state: State): void {
  if (state.live.size === 0 || state.isClosed) return
  if (state.pumping !== null) {
    state.isAgain = true
    return
  }
  state.pumping = pump(state).finally(() => {
    state.pumping = null
    if (state.isAgain) wake(state)
  })
}

async function pump(state: State): Promise<void> {
  const { live, options } = state
  state.isAgain = false
  try {
    for (;;) {
      const from = state.lastSequence
      const events = await options.source.read(from, pageCount)
      // Meanwhile the last stream went, and one joined that has not been told so much: it would
      // never hear what lies between its place and this page.
      if (state.lastSequence < from) continue
      for (const event of events) {
        const frame = frameOf(event)
        for (const subscriber of live) deliverLive(state, subscriber, event, frame)
        state.lastSequence = Math.max(state.lastSequence, event.sequence)
      }
      if (events.length < pageCount || live.size === 0) return
    }
  } catch (error) {
    state.counts.failedReads += 1
    const sentence = 'alert events could not be read; the next wake tries again'
    options.log.warn({ err: error }, sentence)
  }
}

function deliverLive(
  state: State,
  subscriber: Subscriber,
  event: StreamEvent,
  frame: string,
): void {
  if (deliver(state, subscriber, event, frame)) return
  state.live.delete(subscriber)
  if (isOver(subscriber.stream)) return
  state.counts.fellBehind += 1
  catchUpOrClose(state, subscriber)
}

/** False when the stream is closed or has as much unread as it may. */
function deliver(
  state: State,
  subscriber: Subscriber,
  { sequence, concerns }: StreamEvent,
  frame: string,
): boolean {
  if (sequence <= subscriber.sequence) return true
  if (!subscriber.mayHear(concerns)) {
    subscriber.sequence = sequence
    return true
  }
  const { stream } = subscriber
  if (isOver(stream) || stream.writableLength > bufferedBytesMaxOf(state)) return false
  stream.write(frame)
  subscriber.sequence = sequence
  state.counts.sent += 1
  return true
}

function catchUpOrClose(state: State, subscriber: Subscriber): void {
  catchUp(state, subscriber).catch((error: unknown) => {
    // The desk connects again and names the last event it has.
    const sentence = 'alert stream closed; what it missed could not be read'
    state.options.log.warn({ err: error }, sentence)
    subscriber.stream.destroy()
  })
}

/** Reads what was missed no faster than the reader takes it; then joins, without a gap between. */
async function catchUp(state: State, subscriber: Subscriber): Promise<void> {
  const { stream } = subscriber
  state.catchingUp.add(subscriber)
  while (!isOver(stream) && !state.isClosed) {
    const events = await state.options.source.read(subscriber.sequence, pageCount)
    for (const event of events) {
      if (!(await deliverSlowly(state, subscriber, event))) return
    }
    if (events.length < pageCount && !isOver(stream) && mayJoin(state, subscriber)) {
      join(state, subscriber)
      return
    }
  }
}

/** Waits for the reader as often as it takes; false when the stream is closed. */
async function deliverSlowly(
  state: State,
  subscriber: Subscriber,
  event: StreamEvent,
): Promise<boolean> {
  const { stream } = subscriber
  const drainMsMax = state.options.drainMsMax ?? drainMsMaxDefault
  while (!deliver(state, subscriber, event, frameOf(event))) {
    if (isOver(stream)) return false
    const isRead = await drained(stream, bufferedBytesMaxOf(state) / 2, drainMsMax)
    if (!isRead && stream.destroyed) state.counts.cutOff += 1
  }
  return true
}

function mayJoin({ live, lastSequence }: State, { sequence }: Subscriber): boolean {
  return live.size === 0 || sequence >= lastSequence
}

function join(state: State, subscriber: Subscriber): void {
  if (state.live.size === 0) state.lastSequence = subscriber.sequence
  state.catchingUp.delete(subscriber)
  state.live.add(subscriber)
  wake(state)
}

async function subscribe(
  state: State,
  stream: Writable,
  afterSequence: number | null,
  mayHear: MayHear,
): Promise<void> {
  const newest = await state.options.source.last()
  // A place beyond the newest is from another database; waiting for it would
  // miss everything until then.
  const sequence = afterSequence === null ? newest : Math.min(afterSequence, newest)
  const subscriber: Subscriber = { stream, mayHear, sequence }
  if (isOver(stream)) return
  stream.once('close', () => {
    state.live.delete(subscriber)
    state.catchingUp.delete(subscriber)
  })
  stream.write(`retry: ${reconnectMs}\n\n`)
  await catchUp(state, subscriber)
  if (state.isClosed) stream.end()
}

function beat(state: State): void {
  const trouble = state.options.trouble?.() ?? null
  const comment = trouble === null ? ': still here\n\n' : `: still here; ${trouble}\n\n`
  for (const { stream } of state.live) {
    if (isOver(stream) || stream.writableLength > bufferedBytesMaxOf(state)) continue
    stream.write(comment)
  }
}

function frameOf(event: StreamEvent): string {
  return `id: ${event.sequence}\ndata: ${event.data}\n\n`
}

function isOver(stream: Writable): boolean {
  return stream.destroyed || stream.writableEnded
}

/**
 * Waits until the reader has taken what was written; destroys the stream and says
 * false when it does not. Looks at the length itself: a response says 'drain' for
 * reasons of its own, and not always.
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
