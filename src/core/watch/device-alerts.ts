import type { AlertDraft, AlertPriority, Effect, Evidence } from '../model/alert.ts'
import { tellAlert } from '../model/alert-kinds/alert-kinds.ts'
import type { DeviceEvent } from '../model/fix.ts'
import type { Limits } from '../model/limits.ts'
import { countFromArrival } from '../model/urgent-event.ts'
import type { Situation } from './situation.ts'
import { wake } from '../model/deadlines.ts'
import type { AlertOfWatch, Subject } from './draft-alert.ts'
import { draftOfWatch, endAlert, findSubject } from './draft-alert.ts'
import type { LatchRule } from './latches.ts'
import {
  addLatch,
  isOpenable,
  latchEvent,
  listOpened,
  makeLatch,
  raiseLatch,
  tamperRestoredCountMax,
} from './latches.ts'
import type { Latch } from './open-alerts.ts'
import type { Watch, WatchedDevice } from './watch-state.ts'
import { pushAll } from '../model/lists.ts'

/**
 * Every press within one latch is one alert, and told there: somebody who presses again is still
 * calling, whatever was made of the first press. Nothing but a person ever ends it.
 */
export function judgePanic(
  watch: Watch,
  device: WatchedDevice,
  sent: DeviceEvent,
  personId: string | null,
): Effect[] {
  const event = tellPressApart(device, sent)
  if (event === null) return []
  const { effects, unreported } = latchEvent(device, event, personId, panicRuleOf(watch.limits))
  if (unreported.length === 0) return effects
  const subject = findSubject(watch, personId, event.receivedAtMs)
  const facts = listFacts(event, subject, {})
  for (const stretch of unreported) {
    const alert = draftEvent(watch, device, event, {
      alert: { kind: 'panic', subject, facts },
      fromMs: stretch.fromMs,
    })
    addLatch(device, event, makeLatch(alert.id, alert.priority, personId, stretch))
    effects.push({ type: 'alert-raised', alert })
  }
  return effects
}

/**
 * Strap, case, jamming and a lost link between the parts. They latch: however quickly the device
 * reports itself whole again, the alert stays until somebody has looked. Only a restored link is
 * recorded as the end of its loss.
 */
export function judgeTamper(
  watch: Watch,
  device: WatchedDevice,
  event: DeviceEvent,
  personId: string | null,
): Effect[] {
  // Without a wearer there is nothing to tamper with: a device on a shelf is opened for repair.
  if (personId === null) return []
  const { effects, unreported, joined } = latchEvent(
    device,
    event,
    personId,
    tamperRuleOf(device, watch.limits, event),
  )
  if (joined === null && unreported.length === 0) return effects
  const subject = findSubject(watch, personId, event.receivedAtMs)
  const danger = judgeDanger(watch, event, subject, watch.findSituation(personId))
  const { priority } = danger
  const facts = listFacts(event, subject, danger.facts)
  if (joined !== null) {
    const reason = tellAlert('device-tamper', facts)
    if (priority === 'P1') pushAll(effects, raiseLatch(joined, reason, event.receivedAtMs))
    const lostAgain = event.kind === 'link-lost' ? loseLinkAgain(device, event, joined) : []
    // Open again says more than told again.
    if (lostAgain.length > 0) dropRepeated(effects)
    pushAll(effects, lostAgain)
  }
  for (const stretch of unreported) {
    const alert = draftEvent(watch, device, event, {
      alert: { kind: 'device-tamper', priority, subject, facts },
      fromMs: stretch.fromMs,
    })
    const latch = makeLatch(alert.id, alert.priority, personId, stretch)
    addLatch(device, event, latch)
    effects.push({ type: 'alert-raised', alert })
    if (event.kind === 'link-lost') pushAll(effects, loseLink(device, event, latch))
  }
  wakeForTamper(watch, device, event.receivedAtMs)
  return effects
}

/** Somebody whose device was tampered with far from any danger may come into it afterwards. */
export function judgeTamperedWearer(watch: Watch, device: WatchedDevice, nowMs: number): Effect[] {
  const watched = listWatchedTampers(watch, device, nowMs)
  if (watched.length === 0 || device.personId === null) return []
  if (!watch.findSituation(device.personId).isInOpenApproach) {
    wakeForTamper(watch, device, nowMs)
    return []
  }
  const reason = 'Since the device was tampered with, an approach of its wearer has opened.'
  return watched.flatMap((latch) => raiseLatch(latch, reason, nowMs))
}

/**
 * The alerts of a tamper stay until somebody has looked; what it says of the present is over. On a
 * shelf, without a wearer, it says nothing of how it will be worn.
 */
export function noteTamperRestored(
  device: WatchedDevice,
  { recordedAtMs, receivedAtMs }: DeviceEvent,
  personId: string | null,
): void {
  if (personId === null) return
  // Not later than it was heard, whatever its clock says.
  const atMs = Math.min(recordedAtMs, receivedAtMs)
  if (device.tamperRestoredAtMs.includes(atMs)) return
  device.tamperRestoredAtMs = [...device.tamperRestoredAtMs, atMs]
    .toSorted((one, other) => one - other)
    .slice(-tamperRestoredCountMax)
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

/**
 * The same time given in another report is somebody who presses again, on a device whose clock
 * stands still: it counts from its arrival. Null for a report that was judged before.
 */
function tellPressApart(device: WatchedDevice, event: DeviceEvent): DeviceEvent | null {
  const latches = device.latches.get('panic') ?? []
  const isKnown = latches.some(({ timesMs }) => timesMs.includes(event.recordedAtMs))
  if (isKnown && device.panicReceiptsMs.includes(event.receivedAtMs)) return null
  device.panicReceiptsMs = [...device.panicReceiptsMs, event.receivedAtMs].slice(-receiptsKeptMax)
  return isKnown ? countFromArrival(event, event.receivedAtMs) : event
}

/** As many as its latches can hold that are not from long ago. */
const receiptsKeptMax = 256

/** Presses are shown each; only the first of them decides when a press is another alert. */
function panicRuleOf({ panicTogetherMs }: Limits): LatchRule {
  return { gapMs: null, lengthMs: panicTogetherMs, quietMs: null }
}

function tamperRuleOf(
  { intervalMs, lastFixHeardMs, latches }: WatchedDevice,
  limits: Limits,
  event: DeviceEvent,
): LatchRule {
  const lastMs = latches.get(event.kind)?.at(-1)?.lastMs ?? Infinity
  const fixMs = lastFixHeardMs ?? -Infinity
  // A report without the flag lies between: it comes with every report no longer. That makes it
  // news sooner on a slow plan, and on no plan later.
  const isApart =
    fixMs > lastMs + limits.clockSlackMs && event.receivedAtMs > fixMs + limits.clockSlackMs
  const planMs = limits.tamperFlagIntervalsMax * intervalMs
  return {
    // A flag that comes with every report of a slow plan is one flag.
    gapMs: Math.max(
      isOpenable(event.kind) ? limits.openedGapMs : limits.tamperGapMs,
      limits.silentIntervalsMax * intervalMs,
    ),
    lengthMs: limits.tamperAgainMs,
    quietMs: isApart ? Math.min(limits.tamperGapMs, planMs) : planMs,
  }
}

function dropRepeated(effects: Effect[]): void {
  const kept = effects.filter(
    (effect) => effect.type !== 'alert-revised' || effect.revision.kind !== 'repeated',
  )
  effects.length = 0
  pushAll(effects, kept)
}

const receptionKinds = ['jamming-suspected', 'link-lost'] as const

/** Those that would be graver in an open approach. */
function listWatchedTampers(watch: Watch, device: WatchedDevice, nowMs: number): readonly Latch[] {
  // Hot path: nothing of nearly every device was ever reported.
  if (device.latches.size === 0) return nothing
  const received = receptionKinds.flatMap((kind) => device.latches.get(kind) ?? [])
  return [...listOpened(device, watch.limits), ...received].filter(
    ({ priority, personId, lastMs }) =>
      priority !== 'P1' &&
      personId === device.personId &&
      nowMs - lastMs <= watch.limits.tamperWatchMsMax,
  )
}

const nothing: readonly Latch[] = []

function wakeForTamper(watch: Watch, device: WatchedDevice, nowMs: number): void {
  if (listWatchedTampers(watch, device, nowMs).length === 0) return
  wake(watch.deadlines, device, nowMs + watch.limits.situationPollMs)
}

function loseLink(device: WatchedDevice, event: DeviceEvent, latch: Latch): Effect[] {
  const { alertId, priority } = latch
  if (device.linkRestoredMs !== null && device.linkRestoredMs >= latch.lastMs) {
    // The restoring came in first: the loss is over, and is shown all the same.
    return [endAlert(alertId, device.linkRestoredMs, event.receivedAtMs)]
  }
  device.link = { alertId, priority }
  return []
}

/** The link is lost again shortly after: the same alert, and its condition holds again. */
function loseLinkAgain(device: WatchedDevice, event: DeviceEvent, lost: Latch): Effect[] {
  if (lost.lastMs !== event.recordedAtMs || device.link?.alertId === lost.alertId) return []
  if (device.linkRestoredMs !== null && device.linkRestoredMs >= event.recordedAtMs) return []
  const { alertId, priority } = lost
  device.link = { alertId, priority }
  const revision = { kind: 'reopened' } as const
  return [{ type: 'alert-revised', alertId, revision, learnedAtMs: event.receivedAtMs }]
}

/** Not knowing where somebody is must not read as far away. */
function judgeDanger(
  watch: Watch,
  event: DeviceEvent,
  subject: Subject,
  situation: Situation,
): { priority: AlertPriority; facts: Record<string, string | boolean> } {
  const isLate = event.receivedAtMs - event.recordedAtMs > watch.limits.lateMs
  const isInOpenApproach = situation.isInOpenApproach
  const near = situation.isNearDanger
  // Where somebody is now says nothing of where they were when a late event happened.
  const isNear = isLate && near === false ? null : near
  const isGrave = isInOpenApproach || (isNear ?? subject.hasProximityBan)
  return {
    priority: isGrave ? 'P1' : 'P2',
    facts: {
      nearDanger: isNear ?? 'unknown',
      inOpenApproach: isInOpenApproach,
      hasProximityBan: subject.hasProximityBan,
    },
  }
}

function listFacts(
  event: DeviceEvent,
  { role, orderCount }: Subject,
  danger: Evidence['facts'],
): Evidence['facts'] {
  const { deviceClockAtMs } = event
  const doubt = deviceClockAtMs === undefined ? {} : { countedFromArrival: true, deviceClockAtMs }
  const facts = { eventKind: event.kind, wearerRole: role, protectionOrderCount: orderCount }
  return { ...facts, ...danger, ...doubt }
}

function draftEvent(
  watch: Watch,
  device: WatchedDevice,
  event: DeviceEvent,
  told: ToldEvent,
): AlertDraft {
  const { fromMs } = told
  const isUsed = (alert: AlertDraft): boolean =>
    (device.latches.get(event.kind) ?? []).some(({ alertId }) => alertId === alert.id)
  const draftFrom = (startMs: number): AlertDraft =>
    draftOfWatch(watch, {
      ...told.alert,
      idParts: [event.deviceId, event.kind],
      startMs,
      deviceId: event.deviceId,
      vendorId: watch.index.devices.get(event.deviceId)?.vendorId ?? null,
      occurredAtMs: fromMs,
      learnedAtMs: event.receivedAtMs,
      late: event.receivedAtMs - fromMs > watch.limits.lateMs,
    })
  // An alert that moved may hold the id of this moment: it would be taken for the same one and be
  // lost.
  let alert = draftFrom(fromMs)
  for (let startMs = fromMs + 1; isUsed(alert); startMs++) alert = draftFrom(startMs)
  return alert
}

type ToldEvent = {
  readonly alert: Pick<AlertOfWatch, 'kind' | 'priority' | 'subject' | 'facts'>
  /** The first of the stretch: the event itself, or one that was known before it. */
  readonly fromMs: number
}
