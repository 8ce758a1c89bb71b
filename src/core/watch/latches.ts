import type { AlertPriority, Effect } from '../model/alert.ts'
import type { DeviceEvent } from '../model/fix.ts'
import type { Limits } from '../model/limits.ts'
import { raisePriority } from './draft-alert.ts'
import type { Latch } from './open-alerts.ts'
import type { WatchedDevice } from './watch-state.ts'
import { pushAll } from '../model/lists.ts'

/**
 * Regroups all events of this kind under this wearer by recorded time; each group is one alert, so
 * upload order does not matter. A group keeps the alert it has; if the new event merges two groups,
 * the later alert becomes part of the earlier one. What was told of whoever wore it before says
 * nothing of this wearer.
 */
export function latchEvent(
  device: WatchedDevice,
  event: DeviceEvent,
  personId: string | null,
  rule: LatchRule,
): Latched {
  const ofAll = device.latches.get(event.kind) ?? []
  const known = ofAll.filter((latch) => latch.personId === personId)
  const atMs = event.recordedAtMs
  if (known.some(({ timesMs }) => timesMs.includes(atMs))) return nothingNew
  const timesMs = [...known.flatMap((latch) => latch.timesMs), atMs].toSorted(
    (one, other) => one - other,
  )
  const effects: Effect[] = []
  const latches: Latch[] = []
  const unreported: Stretch[] = []
  for (const stretch of divide(timesMs, rule)) {
    const [latch, ...others] = known.filter(({ fromMs }) => stretch.timesMs.includes(fromMs))
    if (latch === undefined) {
      unreported.push(stretch)
      continue
    }
    pushAll(effects, reviseLatch(latch, stretch, event, rule))
    Object.assign(latch, { ...stretch, timesMs: bound(stretch.timesMs) })
    for (const other of others) pushAll(effects, absorb(device, latch, other, event.receivedAtMs))
    latches.push(latch)
  }
  keepLatches(device, event, [...ofAll.filter((latch) => latch.personId !== personId), ...latches])
  const joined = latches.find((latch) => latch.timesMs.includes(atMs)) ?? null
  return { effects, unreported, joined }
}

/** What the event changes of an alert: another press or flag of it, or an earlier beginning. */
function reviseLatch(
  latch: Latch,
  { fromMs, timesMs }: Stretch,
  event: DeviceEvent,
  { quietMs }: LatchRule,
): Effect[] {
  const effects: Effect[] = []
  const atMs = event.recordedAtMs
  const isLater = timesMs.includes(atMs) && atMs > latch.fromMs
  if (isLater && (quietMs === null || atMs - latch.lastMs > quietMs)) {
    const revision = { kind: 'repeated', recordedAtMs: atMs } as const
    effects.push(revise(latch.alertId, revision, event.receivedAtMs))
  }
  if (fromMs !== latch.fromMs) {
    const revision = { kind: 'moved', occurredAtMs: fromMs } as const
    effects.push(revise(latch.alertId, revision, event.receivedAtMs))
  }
  return effects
}

/** A stretch that has its alert now. */
export function addLatch(device: WatchedDevice, event: DeviceEvent, latch: Latch): void {
  keepLatches(device, event, [...(device.latches.get(event.kind) ?? []), latch])
}

function keepLatches(
  device: WatchedDevice,
  { kind }: DeviceEvent,
  latches: readonly Latch[],
): void {
  const inOrder = latches.toSorted((one, other) => one.fromMs - other.fromMs)
  device.latches.set(kind, inOrder.slice(-latchesKeptMax))
}

/**
 * Strap or case opened by the present wearer, and not reported since as seen to. A report says that
 * one of them was, of what was reported before it: the one that was reported last, strap before
 * case. And not sooner than anybody can have come to see to it: a flag that clears while its wearer
 * is alone, or an instant later, says that a circuit is closed. In the order of recorded times, so
 * that late reports come to the same.
 */
export function listOpened(device: WatchedDevice, { tamperSeenToMsMin }: Limits): Latch[] {
  let opened = openableKinds
    .flatMap((kind) => device.latches.get(kind) ?? [])
    .filter(({ personId }) => personId === device.personId)
  for (const restoredMs of device.tamperRestoredAtMs) {
    const [last] = openableKinds
      .map((kind) => listBefore(device.latches.get(kind) ?? [], restoredMs, opened))
      .filter(([first]) => first !== undefined && restoredMs - first.fromMs >= tamperSeenToMsMin)
      .toSorted((one, other) => findLastMs(other) - findLastMs(one))
    if (last !== undefined) opened = opened.filter((latch) => !last.includes(latch))
  }
  return opened
}

const openableKinds: readonly DeviceEvent['kind'][] = ['strap-tamper', 'case-tamper']

export function isOpenable(kind: DeviceEvent['kind']): boolean {
  return openableKinds.includes(kind)
}

function listBefore(latches: readonly Latch[], atMs: number, opened: readonly Latch[]): Latch[] {
  return latches.filter((latch) => latch.lastMs <= atMs && opened.includes(latch))
}

function findLastMs(latches: readonly Latch[]): number {
  return latches.at(-1)?.lastMs ?? -Infinity
}

/** Reports of it that are remembered; the oldest go first, long after what they saw to. */
export const tamperRestoredCountMax = 32

export function raiseLatch(latch: Latch, reason: string, learnedAtMs: number): Effect[] {
  if (latch.priority === 'P1') return []
  latch.priority = 'P1'
  return [raisePriority(latch.alertId, 'P1', reason, learnedAtMs)]
}

export type LatchRule = {
  /**
   * A new stretch begins after a pause this long (null: no pause ends one), or this long after the
   * present one began.
   */
  readonly gapMs: number | null
  readonly lengthMs: number
  /** Within a stretch, an event after longer than this is shown; null is each. */
  readonly quietMs: number | null
}

export type Latched = {
  readonly effects: Effect[]
  /** Stretches that have no alert yet. */
  readonly unreported: readonly Stretch[]
  /** The stretch with an alert that the event belongs to. */
  readonly joined: Latch | null
}

/** Events of one alert, ascending; never empty. */
export type Stretch = {
  readonly fromMs: number
  readonly lastMs: number
  readonly timesMs: readonly number[]
}

export function makeLatch(
  alertId: string,
  priority: AlertPriority,
  personId: string | null,
  { fromMs, lastMs, timesMs }: Stretch,
): Latch {
  return { alertId, priority, personId, fromMs, lastMs, timesMs: bound(timesMs) }
}

const nothingNew: Latched = { effects: [], unreported: [], joined: null }

/** Stretches remembered per kind, to know a late or repeated upload again. */
const latchesKeptMax = 32

/**
 * Moments remembered per stretch before those close to others are forgotten: they tell nothing new.
 */
const timesKeptMax = 240

/** Far below any gap that divides stretches. */
const timesApartMs = 60_000

function divide(timesMs: readonly number[], { gapMs, lengthMs }: LatchRule): Stretch[] {
  const stretches: { fromMs: number; lastMs: number; timesMs: number[] }[] = []
  for (const atMs of timesMs) {
    const stretch = stretches.at(-1)
    const isGoingOn =
      stretch !== undefined &&
      (gapMs === null || atMs - stretch.lastMs < gapMs) &&
      atMs - stretch.fromMs < lengthMs
    if (isGoingOn) {
      stretch.timesMs.push(atMs)
      stretch.lastMs = atMs
    } else {
      stretches.push({ fromMs: atMs, lastMs: atMs, timesMs: [atMs] })
    }
  }
  return stretches
}

/** The ends stay, and so does every gap that divides. */
function bound(timesMs: readonly number[]): readonly number[] {
  if (timesMs.length <= timesKeptMax) return timesMs
  let keptMs = -Infinity
  return timesMs.filter((atMs, index) => {
    const isKept = (timesMs[index + 1] ?? Infinity) - keptMs > timesApartMs
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
    pushAll(effects, raiseLatch(latch, graver, learnedAtMs))
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
