import type { AlertPriority, Effect } from '../alert.ts'
import type { DeviceEvent } from '../fix.ts'
import type { Situation } from '../situation.ts'
import type { Subject } from './draft-alert.ts'
import { draftAlert, endAlert, findSubject } from './draft-alert.ts'
import type { Latch, Watch, WatchedDevice } from './watch-state.ts'

/**
 * Every press within one latch is one alert, and told there: somebody who presses again is still calling, whatever was
 * made of the first press. Nothing but a person ever ends it.
 */
export function judgePanic(
  watch: Watch,
  device: WatchedDevice,
  event: DeviceEvent,
  personId: string | null,
): Effect[] {
  const latched = latch(device, event, 'panic')
  if (latched.effect !== 'raise') return latched.effects
  const subject = findSubject(watch, personId, event.receivedAtMs)
  const reason =
    subject.role === null
      ? 'The panic button of a device without a registered wearer was pressed.'
      : `The ${subject.role} pressed the panic button.`
  const draft = draftEvent(watch, event, subject, 'P1', reason, {})
  device.latches.get(event.kind)!.push({ ...latched.stretch, alertId: draft.id })
  return [{ type: 'alert-raised', alert: draft }]
}

/**
 * Strap, case, jamming and a lost link between the parts. They latch: however quickly the device reports itself
 * whole again, the alert stays until somebody has looked. Only a restored link is recorded as the end of its loss.
 */
export function judgeTamper(
  watch: Watch,
  device: WatchedDevice,
  event: DeviceEvent,
  personId: string | null,
  situation: Situation | null,
): Effect[] {
  // Without a wearer there is nothing to tamper with: a device on a shelf is opened for repair.
  if (personId === null) return []
  const latched = latch(device, event, 'tamper')
  if (latched.effect !== 'raise') {
    if (event.kind !== 'link-lost' || latched.effect !== 'joined') return latched.effects
    const lostAgain = loseLinkAgain(device, event)
    return lostAgain.length > 0 ? lostAgain : latched.effects
  }
  const subject = findSubject(watch, personId, event.receivedAtMs)
  const { priority, sentence, facts } = judgeDanger(watch, event, subject, situation)
  const reason = `${sentences[event.kind] ?? event.kind} ${sentence}`
  const draft = draftEvent(watch, event, subject, priority, reason, facts)
  device.latches.get(event.kind)!.push({ ...latched.stretch, alertId: draft.id })
  const raised: Effect = { type: 'alert-raised', alert: draft }
  if (event.kind !== 'link-lost') return [raised]
  if (device.linkRestoredMs !== null && device.linkRestoredMs >= event.recordedAtMs) {
    // The restoring came in first: the loss is over, and is shown all the same.
    return [raised, endAlert(draft.id, device.linkRestoredMs, event.receivedAtMs)]
  }
  device.link = { alertId: draft.id, priority }
  return [raised]
}

/** Records the end of the loss on its alert; the alert stays open. */
export function noteLinkRestored(device: WatchedDevice, event: DeviceEvent): Effect[] {
  device.linkRestoredMs = Math.max(device.linkRestoredMs ?? event.recordedAtMs, event.recordedAtMs)
  if (device.link === null) return []
  const { alertId } = device.link
  const lost = device.latches.get('link-lost')?.find((candidate) => candidate.alertId === alertId)
  if (lost !== undefined && event.recordedAtMs < lost.lastMs) return []
  device.link = null
  return [endAlert(alertId, event.recordedAtMs, event.receivedAtMs)]
}

const panicLatchMs = 300_000

/** Devices repeat a tamper flag with every report: repeats this close belong together. */
const tamperGapMs = 300_000

/** But a flag that goes on is called out again, in case the first alert was closed as a mistake. */
const tamperLatchMsMax = 3_600_000

/** A flag comes with every report; after this many without it, it is a new one. One report may be lost on the way. */
const tamperFlagIntervalsMax = 2

/** Presses remembered per stretch, which is under ten minutes long. */
const pressesKeptMax = 64

/** Stretches remembered per kind, to know a late or repeated upload again. */
const latchesKeptMax = 32

type Latched =
  | {
      readonly effect: 'raise'
      readonly stretch: Omit<Latch, 'alertId'>
      readonly effects: Effect[]
    }
  | { readonly effect: 'joined' | 'repeated'; readonly effects: Effect[] }

/** Does the event belong to a stretch that has its alert? By the device's clock, so the order of upload is no matter. */
function latch(device: WatchedDevice, event: DeviceEvent, by: 'panic' | 'tamper'): Latched {
  const atMs = event.recordedAtMs
  const known = device.latches.get(event.kind) ?? []
  device.latches.set(event.kind, known)
  for (const stretch of known) {
    if (!belongs(stretch, atMs, by)) continue
    const isAnother =
      by === 'panic'
        ? isAnotherPress(stretch, atMs)
        : atMs - stretch.lastMs > tamperFlagIntervalsMax * device.intervalMs
    if (atMs >= stretch.fromMs) {
      const effects = isAnother ? [tellRepeated(stretch, event)] : []
      if (atMs <= stretch.lastMs) return { effect: 'repeated', effects }
      stretch.lastMs = atMs
      return { effect: 'joined', effects }
    }
    stretch.fromMs = atMs
    const revision = { kind: 'moved', occurredAtMs: atMs } as const
    const { alertId } = stretch
    const moved: Effect = {
      type: 'alert-revised',
      alertId,
      revision,
      learnedAtMs: event.receivedAtMs,
    }
    return { effect: 'repeated', effects: [moved] }
  }
  if (known.length >= latchesKeptMax) known.shift()
  const pressedMs = by === 'panic' ? [atMs] : []
  return { effect: 'raise', stretch: { fromMs: atMs, lastMs: atMs, pressedMs }, effects: [] }
}

/** Remembers it, too. */
function isAnotherPress(stretch: Latch, atMs: number): boolean {
  if (stretch.pressedMs.includes(atMs)) return false
  stretch.pressedMs.push(atMs)
  if (stretch.pressedMs.length > pressesKeptMax) stretch.pressedMs.shift()
  return atMs !== stretch.fromMs && atMs !== stretch.lastMs
}

function tellRepeated(stretch: Latch, event: DeviceEvent): Effect {
  const { recordedAtMs, receivedAtMs: learnedAtMs } = event
  const revision = { kind: 'repeated', recordedAtMs } as const
  return { type: 'alert-revised', alertId: stretch.alertId, revision, learnedAtMs }
}

function belongs(stretch: Latch, atMs: number, by: 'panic' | 'tamper'): boolean {
  if (by === 'panic') {
    return atMs > stretch.lastMs - panicLatchMs && atMs < stretch.fromMs + panicLatchMs
  }
  return (
    atMs > stretch.fromMs - tamperGapMs &&
    atMs < stretch.lastMs + tamperGapMs &&
    atMs < stretch.fromMs + tamperLatchMsMax
  )
}

/** The link is lost again shortly after: the same alert, and its condition holds again. */
function loseLinkAgain(device: WatchedDevice, event: DeviceEvent): Effect[] {
  const lost = device.latches
    .get('link-lost')
    ?.find((stretch) => stretch.lastMs === event.recordedAtMs)
  if (lost === undefined || device.link?.alertId === lost.alertId) return []
  if (device.linkRestoredMs !== null && device.linkRestoredMs >= event.recordedAtMs) return []
  device.link = { alertId: lost.alertId, priority: 'P2' }
  const revision = { kind: 'reopened' } as const
  const { alertId } = lost
  return [{ type: 'alert-revised', alertId, revision, learnedAtMs: event.receivedAtMs }]
}

const sentences: Readonly<Partial<Record<DeviceEvent['kind'], string>>> = {
  'strap-tamper': 'The strap was cut or opened.',
  'case-tamper': 'The case was opened.',
  'jamming-suspected': 'The device suspects that its reception is being jammed.',
  'link-lost': 'The parts of the device lost each other.',
}

/** Not knowing where somebody is must not read as far away. */
function judgeDanger(
  watch: Watch,
  event: DeviceEvent,
  subject: Subject,
  situation: Situation | null,
): { priority: AlertPriority; sentence: string; facts: Record<string, string | boolean> } {
  const isLate = event.receivedAtMs - event.recordedAtMs > watch.limits.lateMs
  const isInOpenApproach = situation?.isInOpenApproach ?? false
  const near = situation?.isNearDanger ?? null
  // Where somebody is now says nothing of where they were when a late event happened.
  const isNear = isLate && near === false ? null : near
  const facts = {
    nearDanger: isNear ?? 'unknown',
    inOpenApproach: isInOpenApproach,
    hasProximityBan: subject.hasProximityBan,
  }
  if (isInOpenApproach || isNear === true) {
    return { priority: 'P1', sentence: 'The wearer is near a ban or the other person.', facts }
  }
  if (isNear === false) {
    return { priority: 'P2', sentence: 'The wearer was last seen away from any ban.', facts }
  }
  return subject.hasProximityBan
    ? {
        priority: 'P1',
        sentence: 'How near the wearer is to the other person is not known.',
        facts,
      }
    : { priority: 'P2', sentence: 'Where the wearer is is not known.', facts }
}

function draftEvent(
  watch: Watch,
  event: DeviceEvent,
  subject: Subject,
  priority: AlertPriority,
  reason: string,
  facts: Readonly<Record<string, string | boolean>>,
) {
  const vendorId = watch.index.devices.get(event.deviceId)?.vendorId
  return draftAlert(watch, {
    kind: event.kind === 'panic' ? 'panic' : 'device-tamper',
    priority,
    idParts: [event.deviceId, event.kind],
    startMs: event.recordedAtMs,
    subject,
    deviceId: event.deviceId,
    ...(vendorId === undefined ? {} : { vendorId }),
    occurredAtMs: event.recordedAtMs,
    learnedAtMs: event.receivedAtMs,
    late: event.receivedAtMs - event.recordedAtMs > watch.limits.lateMs,
    reason,
    facts: {
      eventKind: event.kind,
      wearerRole: subject.role,
      protectionOrderCount: subject.orderCount,
      ...facts,
    },
  })
}
