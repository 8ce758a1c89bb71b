import type { Effect } from '../model/alert.ts'
import type { Fix } from '../model/fix.ts'
import { wake } from '../model/deadlines.ts'
import { clockBehindFault } from '../model/alert-kinds/clock-sentences.ts'
import type { ClockSpan, Receipt } from './clock-run.ts'
import { explainedAgeMs, extendRun, findBehindMs, toReceipt } from './clock-run.ts'
import { draftOfWatch, endAlert, findSubject, raisePriority } from './draft-alert.ts'
import type { Situation } from './situation.ts'
import type { Watch, WatchedDevice } from './watch-state.ts'
import { ensureDevice } from './watch-state.ts'

/**
 * Compares when a fix came with when its device says that it was recorded, in the order of receipt.
 * Once every report for a while is older than the plan explains, by about one amount, the clock is
 * behind; the first report that is younger ends that. Answers whether it became another one, so
 * that what was taken in before must be dated anew.
 */
export function noteClock(watch: Watch, fix: Fix): boolean {
  const { limits } = watch
  const device = ensureDevice(watch, fix.deviceId)
  // Uploads out of their order of receipt say nothing of how long reports are on their way.
  if (fix.receivedAtMs < (device.lastFixHeardMs ?? -Infinity)) return false
  const isEnded = endWhenRight(watch, device, fix)
  const explainedMs = explainedAgeMs(device.intervalMs, limits)
  const receipt = takeReceipt(device, fix, explainedMs)
  if (receipt === null) return isEnded
  const { clock } = device
  const isAnother = clock !== null && receipt.receivedAtMs !== clock.last.receivedAtMs
  const before = isAnother ? extendRun(clock.run, clock.last, explainedMs, limits) : clock?.run
  const run = extendRun(before ?? null, receipt, explainedMs, limits)
  device.lastFixRecordedMs = receipt.recordedAtMs
  device.clock = run === null ? null : { run: before ?? null, last: receipt }
  const behindMs = findBehindMs(run, limits)
  if (run === null || behindMs === null) return isEnded
  const open = findOpenSpan(device)
  const isKnown = open !== null && Math.abs(open.behindMs - behindMs) <= limits.clockSpreadMsMax
  if (isKnown) return isEnded
  const { fromMs, firstRecordedMs } = run
  const found = { fromMs, untilMs: null, behindMs, foundMs: fix.receivedAtMs, firstRecordedMs }
  const kept = device.clockSpans.map((span) => endSpan(span, fromMs))
  device.clockSpans = [...kept, found].slice(-limits.clockSpanCountMax)
  wake(watch.deadlines, device, fix.receivedAtMs)
  return true
}

/**
 * The report in the time that its clock should have shown. Each fix by the clock of when it came,
 * so that it is dated alike whenever it is judged. Never later than it came.
 */
export function dateReport<T extends Report>(watch: Watch, report: T): T & Dated {
  const { deviceId, recordedAtMs, receivedAtMs } = report
  const spans = watch.devices.get(deviceId)?.clockSpans ?? []
  // Hot path: nearly every clock is right.
  if (spans.length === 0) return report
  const span = spans.findLast(
    ({ fromMs, untilMs }) => receivedAtMs >= fromMs && receivedAtMs < (untilMs ?? Infinity),
  )
  if (span === undefined || isYounger(watch, span, report)) return report
  const clockBehindMs = Math.min(span.behindMs, receivedAtMs - recordedAtMs)
  return { ...report, recordedAtMs: recordedAtMs + clockBehindMs, clockBehindMs }
}

/** Since when, and how far, the clock is behind now; null while it is right. */
export function findOpenSpan({ clockSpans }: WatchedDevice): ClockSpan | null {
  return clockSpans.findLast(({ untilMs }) => untilMs === null) ?? null
}

/**
 * A clock that is behind is told for as long as it is, graver while an approach or breach of the
 * wearer is open, or the wearer is near one. Of one of two people it always is: reports that come
 * late by one amount look like it, and dated anew one who follows the other is far behind them.
 */
export function judgeClock(watch: Watch, device: WatchedDevice, nowMs: number): Effect[] {
  const span = findOpenSpan(device)
  if (span === null || device.personId === null) return endClockBehind(device, nowMs)
  wake(watch.deadlines, device, nowMs + watch.limits.troublePollMs)
  const situation = watch.findSituation(device.personId)
  const { hasProximityBan } = findSubject(watch, device.personId, nowMs)
  const isNear = situation.isInOpenApproach || situation.isNearDanger === true
  const isGrave = isNear || hasProximityBan
  if (device.clockBehind === null) {
    return [raiseClockBehind(watch, device, span, { situation, isGrave, nowMs })]
  }
  if (!isGrave || device.clockBehind.priority !== 'P3') return []
  device.clockBehind.priority = 'P2'
  const reason = isNear
    ? 'The clock of the device is still behind, and its wearer is in or near an approach or breach.'
    : 'The clock of the device is still behind, or its reports come late by as much, and its wearer is one of two people whose distance is judged.'
  return [raisePriority(device.clockBehind.alertId, 'P2', reason, nowMs)]
}

export function endClockBehind(device: WatchedDevice, nowMs: number): Effect[] {
  if (device.clockBehind === null) return []
  const { alertId } = device.clockBehind
  device.clockBehind = null
  return [endAlert(alertId, nowMs, nowMs)]
}

type Report = Pick<Fix, 'deviceId' | 'recordedAtMs' | 'receivedAtMs'>
type Dated = Pick<Fix, 'clockBehindMs'>

function endWhenRight(watch: Watch, device: WatchedDevice, fix: Fix): boolean {
  const open = findOpenSpan(device)
  if (open === null || !isYounger(watch, open, fix)) return false
  device.clockSpans = device.clockSpans.map((span) => endSpan(span, fix.receivedAtMs))
  wake(watch.deadlines, device, fix.receivedAtMs)
  return true
}

function endSpan(span: ClockSpan, untilMs: number): ClockSpan {
  return span.untilMs === null ? { ...span, untilMs } : span
}

/** Nothing arrives before it was recorded, so a clock so far behind cannot have dated it. */
function isYounger({ limits }: Watch, { behindMs }: ClockSpan, report: Report): boolean {
  return report.receivedAtMs - report.recordedAtMs < behindMs - limits.clockSpreadMsMax
}

/** Of what came together the newest counts; null when that is known already. */
function takeReceipt(device: WatchedDevice, fix: Fix, explainedMs: number): Receipt | null {
  const { lastFixHeardMs, lastFixRecordedMs, clock } = device
  const { receivedAtMs, recordedAtMs } = fix
  if (lastFixHeardMs === null || lastFixRecordedMs === null) {
    return toReceipt(null, receivedAtMs, recordedAtMs, explainedMs)
  }
  if (receivedAtMs === lastFixHeardMs) {
    if (recordedAtMs <= lastFixRecordedMs) return null
    return { receivedAtMs, recordedAtMs, storedUntilMs: clock?.last.storedUntilMs ?? -Infinity }
  }
  const before = { receivedAtMs: lastFixHeardMs, recordedAtMs: lastFixRecordedMs }
  return toReceipt(before, receivedAtMs, recordedAtMs, explainedMs)
}

function raiseClockBehind(
  watch: Watch,
  device: WatchedDevice,
  span: ClockSpan,
  found: { readonly situation: Situation; readonly isGrave: boolean; readonly nowMs: number },
): Effect {
  const { situation, isGrave, nowMs } = found
  const subject = findSubject(watch, device.personId, nowMs)
  const priority = isGrave ? 'P2' : 'P3'
  // Watched anew, as when its order is resumed, it is told anew; so is a silence.
  const startMs = Math.max(span.foundMs, device.sinceMs, device.knownSinceMs)
  const alert = draftOfWatch(watch, {
    kind: 'position-unreliable',
    priority,
    idParts: [device.id, device.personId ?? '', clockBehindFault],
    startMs,
    subject,
    deviceId: device.id,
    occurredAtMs: Math.max(span.fromMs, device.sinceMs),
    learnedAtMs: nowMs,
    facts: {
      wearerRole: subject.role,
      fault: clockBehindFault,
      clockBehindSeconds: Math.round(span.behindMs / 1_000),
      reportIntervalSeconds: device.intervalMs / 1_000,
      lastBelievedAtMs: situation.lastBelievedAtMs,
      protectionOrderCount: subject.orderCount,
      inOpenApproach: situation.isInOpenApproach,
      nearDanger: situation.isNearDanger ?? 'unknown',
    },
  })
  device.clockBehind = { alertId: alert.id, priority }
  return { type: 'alert-raised', alert }
}
