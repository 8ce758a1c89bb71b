import type { AlertPriority, Effect } from '../model/alert.ts'
import type { DeviceEvent } from '../model/fix.ts'
import { raisePriority } from './draft-alert.ts'
import type { Latch, WatchedDevice } from './watch-state.ts'

/**
 * Puts the event among those of its kind and divides them all anew into stretches of one alert each, by the device's
 * clock: so the order of upload is no matter. A stretch that has its alert keeps it; where an event joins two that were
 * told apart, the later alert is marked as part of the earlier.
 */
export function latchEvent(device: WatchedDevice, event: DeviceEvent, rule: LatchRule): Latched {
  const known = device.latches.get(event.kind) ?? []
  const atMs = event.recordedAtMs
  if (known.some(({ timesMs }) => timesMs.includes(atMs))) return nothingNew
  const timesMs = [...known.flatMap((latch) => latch.timesMs), atMs].toSorted(
    (one, other) => one - other,
  )
  const effects: Effect[] = []
  const latches: Latch[] = []
  const untold: number[][] = []
  for (const stretch of divide(timesMs, rule)) {
    const [latch, ...others] = known.filter(({ fromMs }) => stretch.includes(fromMs))
    if (latch === undefined) {
      untold.push(stretch)
      continue
    }
    const fromMs = stretch[0]!
    const isLater = stretch.includes(atMs) && atMs > latch.fromMs
    if (isLater && atMs - latch.lastMs > rule.quietMs) {
      const revision = { kind: 'repeated', recordedAtMs: atMs } as const
      effects.push(revise(latch.alertId, revision, event.receivedAtMs))
    }
    if (fromMs !== latch.fromMs) {
      const revision = { kind: 'moved', occurredAtMs: fromMs } as const
      effects.push(revise(latch.alertId, revision, event.receivedAtMs))
    }
    Object.assign(latch, { fromMs, lastMs: stretch.at(-1)!, timesMs: bound(stretch) })
    for (const other of others) effects.push(...absorb(device, latch, other, event.receivedAtMs))
    latches.push(latch)
  }
  device.latches.set(event.kind, latches)
  return { effects, untold, joined: latches.find((latch) => latch.timesMs.includes(atMs)) ?? null }
}

/** A stretch that has its alert now. */
export function addLatch(device: WatchedDevice, event: DeviceEvent, latch: Latch): void {
  const latches = [...(device.latches.get(event.kind) ?? []), latch].toSorted(
    (one, other) => one.fromMs - other.fromMs,
  )
  device.latches.set(event.kind, latches.slice(-latchesKeptMax))
}

export function raiseLatch(latch: Latch, reason: string, learnedAtMs: number): Effect[] {
  if (latch.priority === 'P1') return []
  latch.priority = 'P1'
  return [raisePriority(latch.alertId, 'P1', reason, learnedAtMs)]
}

export type LatchRule = {
  /** A new stretch begins after a pause this long, or this long after the present one began. */
  readonly gapMs: number
  readonly lengthMs: number
  /** Within a stretch, an event after longer than this is told; -Infinity is each. */
  readonly quietMs: number
}

export type Latched = {
  readonly effects: Effect[]
  /** Moments of stretches that have no alert yet. */
  readonly untold: readonly (readonly number[])[]
  /** The stretch with an alert that the event belongs to. */
  readonly joined: Latch | null
}

export function makeLatch(
  alertId: string,
  priority: AlertPriority,
  personId: string | null,
  stretch: readonly number[],
): Latch {
  const [fromMs, lastMs] = [stretch[0]!, stretch.at(-1)!]
  return { alertId, priority, personId, fromMs, lastMs, timesMs: bound(stretch) }
}

const nothingNew: Latched = { effects: [], untold: [], joined: null }

/** Stretches remembered per kind, to know a late or repeated upload again. */
const latchesKeptMax = 32

/** Moments remembered per stretch before those close to others are forgotten: they tell nothing new. */
const timesKeptMax = 240

/** Far below any gap that divides stretches. */
const timesApartMs = 60_000

function divide(timesMs: readonly number[], { gapMs, lengthMs }: LatchRule): number[][] {
  const stretches: number[][] = []
  for (const atMs of timesMs) {
    const stretch = stretches.at(-1)
    const isGoingOn =
      stretch !== undefined && atMs - stretch.at(-1)! < gapMs && atMs - stretch[0]! < lengthMs
    if (isGoingOn) stretch.push(atMs)
    else stretches.push([atMs])
  }
  return stretches
}

/** The ends stay, and so does every gap that divides. */
function bound(stretch: readonly number[]): readonly number[] {
  if (stretch.length <= timesKeptMax) return stretch
  let keptMs = -Infinity
  return stretch.filter((atMs, index) => {
    const isKept = (stretch[index + 1] ?? Infinity) - keptMs > timesApartMs
    if (isKept) keptMs = atMs
    return isKept
  })
}

function absorb(device: WatchedDevice, latch: Latch, other: Latch, learnedAtMs: number): Effect[] {
  const { alertId } = latch
  const reason = 'Events that came in later show it to be one with what was told before.'
  const revision = { kind: 'part-of', partOfAlertId: alertId, reason } as const
  const effects: Effect[] = [revise(other.alertId, revision, learnedAtMs)]
  if (other.priority === 'P1') {
    const graver = 'The wearer was near a ban or the other person in the course of it.'
    effects.push(...raiseLatch(latch, graver, learnedAtMs))
  }
  if (device.link?.alertId === other.alertId) {
    device.link = { alertId, priority: latch.priority }
    effects.push(revise(alertId, { kind: 'reopened' }, learnedAtMs))
  }
  return effects
}

function revise(
  alertId: string,
  revision: Extract<Effect, { type: 'alert-revised' }>['revision'],
  learnedAtMs: number,
): Effect {
  return { type: 'alert-revised', alertId, revision, learnedAtMs }
}
