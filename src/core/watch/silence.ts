import type { Effect } from '../model/alert.ts'
import type { Limits } from '../model/limits.ts'
import type { Situation } from './situation.ts'
import { wake } from '../model/deadlines.ts'
import { draftOfWatch, findSubject, raisePriority } from './draft-alert.ts'
import { isLedTowards } from './held-place.ts'
import {
  endHeld,
  endOnceHeard,
  endSilence,
  joinHeld,
  noteTold,
  tellOnceMore,
} from './held-silence.ts'
import { isOffenderClosingIn } from './led-in.ts'
import { isKnownApart } from './silent-apart.ts'
import { noteSilence } from './past-silences.ts'
import { findSilenceBounds } from './silence-bounds.ts'
import { isOftenMissed, noteOftenMissed } from './vendor-flapping.ts'
import { findGraceLeftMs } from './vendor-silence.ts'
import { wakePerson } from './wake-person.ts'
import type { Watch, WatchedDevice } from './watch-state.ts'
import {
  allowedSilenceInPursuitMs,
  findHeardMs,
  findQuietSinceMs,
  ensureVendor,
  laterOf,
  overdueMs,
} from './watch-state.ts'

/**
 * The device spoke: a fix, new or old, or an event. Judged by our clock, since a late upload of old
 * fixes proves that the device is alive; where its wearer is stays as old as the fixes are.
 */
export function noteHeard(watch: Watch, device: WatchedDevice, receivedAtMs: number): Effect[] {
  const previousMs = device.lastHeardMs
  if (previousMs !== null && receivedAtMs <= previousMs) return []
  device.lastHeardMs = receivedAtMs
  // What a receiver first tells is often where it was last switched on.
  if (previousMs === null) device.resumedAtMs = receivedAtMs
  if (device.personId === null || receivedAtMs < device.sinceMs) return []
  const firstDueMs =
    receivedAtMs + Math.min(overdueMs(watch, device), allowedSilenceInPursuitMs(watch, device)) + 1
  if (firstDueMs < device.dueMs) wake(watch.deadlines, device, firstDueMs)
  noteVendorHeard(watch, device, receivedAtMs)
  if (device.isOverdue || isHeardAfterOutage(watch, device, previousMs, receivedAtMs)) {
    noteResumed(watch, device, device.personId, receivedAtMs)
  }
  return endSilence(watch, device, previousMs, receivedAtMs)
}

/** Keeps the vendor's list of overdue devices true, before its share is judged. */
export function markOverdue(watch: Watch, device: WatchedDevice, nowMs: number): void {
  const quietSinceMs = findQuietSinceMs(watch, device)
  if (device.isOverdue || device.personId === null || quietSinceMs === null) return
  if (nowMs - quietSinceMs <= overdueMs(watch, device)) return
  device.isOverdue = true
  if (device.vendorId === null) return
  const vendor = ensureVendor(watch, device.vendorId)
  vendor.overdue.add(device)
  // One more silent device changes nothing of an open incident that speaks for it already.
  const isSpokenFor = vendor.incident !== null && isCoveredByVendor(watch, device, nowMs)
  if (!isSpokenFor) wake(watch.deadlines, vendor, nowMs)
}

/** Of a device that is judged elsewhere no more is asked. */
export function lookForOverdue(watch: Watch, device: WatchedDevice): void {
  const quietSinceMs = findQuietSinceMs(watch, device)
  if (device.isOverdue || device.personId === null || quietSinceMs === null) return
  wake(watch.deadlines, device, quietSinceMs + overdueMs(watch, device) + 1)
}

/**
 * Raises device-silent, unless the vendor as a whole is silent: then one incident speaks for all
 * its devices, but for those whose wearer is in an open approach or breach.
 */
export function judgeSilence(watch: Watch, device: WatchedDevice, nowMs: number): Effect[] {
  const heardMs = findHeardMs(device)
  const quietSinceMs = findQuietSinceMs(watch, device)
  if (device.personId === null || heardMs === null || quietSinceMs === null) return []
  const ended = endOnceHeard(watch, device, nowMs)
  if (ended.length > 0) return [...ended, ...judgeSilence(watch, device, nowMs)]
  const silentForMs = nowMs - quietSinceMs
  const bounds = findSilenceBounds(watch, device)
  const { pursuitMs, habitMs, normalMs, usualMs, calledOutMs } = bounds
  const nextMs = findNextThreshold(Object.values(bounds), silentForMs)
  if (nextMs !== null) wake(watch.deadlines, device, quietSinceMs + nextMs + 1)
  if (silentForMs <= pursuitMs) return []
  // One that was called out loudest has nothing more to say.
  if (device.silence?.priority === 'P1') return []
  // From here on an approach that opens makes the silence grave at once, so the situation is asked
  // again and again; of all silent devices in one round, since there may be ten thousand.
  const { situationPollMs } = watch.limits
  wake(watch.deadlines, device, nowMs - (nowMs % situationPollMs) + situationPollMs)
  const situation = watch.findSituation(device.personId)
  const isInTurns = isOftenMissed(watch, device)
  const coveredUntilMs = findCoveredUntilMs(watch, device)
  if (nowMs <= coveredUntilMs) {
    wake(watch.deadlines, device, coveredUntilMs + 1)
    const isToldAlone =
      situation.isInOpenApproach ||
      isInTurns ||
      // The alert of a vendor says nothing of whoever was last seen on the way in.
      isOffenderClosingIn(watch, device.personId, device.id, situation, nowMs)
    if (!isToldAlone) return []
  }
  // In an outage of ours nothing lasts: the device may have called.
  const lastedMs = nowMs - laterOf(heardMs, watch.receivingSinceMs)
  const isGrave = isGraveIn(situation, lastedMs > usualMs, watch.limits)
  const allowedMs = isGrave ? pursuitMs : situation.isInOpenApproach ? habitMs : normalMs
  const isLasting = lastedMs > calledOutMs && !isKnownApart(watch, device.personId, nowMs)
  if (device.silence !== null) {
    const isNear =
      situation.isInOpenApproach ||
      isOffenderClosingIn(watch, device.personId, device.id, situation, nowMs)
    const causes = { isGrave, isLasting, isInTurns }
    const isCalledOut = isNear || isLasting || isInTurns
    const called = isCalledOut ? callOut(watch, device, situation, causes, nowMs) : []
    return called.length > 0 ? called : tellOnceMore(watch, device, { heardMs, isNear }, nowMs)
  }
  if (silentForMs <= allowedMs) return []
  const silence = { heardMs, quietSinceMs, allowedMs, isGrave, isLasting, isInTurns }
  return raiseSilence(watch, device, silence, situation, nowMs)
}

/**
 * As loud as it goes, and by the shorter bound: in an approach or breach, but for somebody who is
 * there day after day, whose devices have dead corners at home as anybody's. That one it is once
 * it has lasted, or when the wearer was last seen on the way in.
 */
function isGraveIn(situation: Situation, hasLasted: boolean, limits: Limits): boolean {
  if (situation.isInUnusualApproach) return true
  return situation.isInOpenApproach && (hasLasted || isLedTowards(situation, limits))
}

/** Its silence is shown already: by an alert of its own, or by the incident of its vendor. */
export function isSilenceShown(watch: Watch, device: WatchedDevice, nowMs: number): boolean {
  return device.silence !== null || (device.isOverdue && isCoveredByVendor(watch, device, nowMs))
}

/**
 * By the incident of its vendor; and for a moment after it, in which its devices come back one by
 * one. Not a device heard since it opened, for an incident of dead devices never ends; nor one
 * silent for as long as that moment between incidents, or one that comes and goes would hide it.
 */
function isCoveredByVendor(watch: Watch, device: WatchedDevice, nowMs: number): boolean {
  return nowMs <= findCoveredUntilMs(watch, device)
}

function findCoveredUntilMs(watch: Watch, device: WatchedDevice): number {
  const vendor = device.vendorId === null ? undefined : watch.vendors.get(device.vendorId)
  if (vendor === undefined || vendor.incidentSinceMs === null) return -Infinity
  if ((findHeardMs(device) ?? Infinity) > vendor.incidentSinceMs) return -Infinity
  const leftMs = findGraceLeftMs(watch, vendor, device)
  if (vendor.incident !== null) return leftMs < 0 ? -Infinity : Infinity
  const { returnedAtMs } = vendor
  return returnedAtMs === null ? -Infinity : returnedAtMs + Math.max(0, leftMs)
}

function noteVendorHeard(watch: Watch, device: WatchedDevice, receivedAtMs: number): void {
  if (device.vendorId === null) return
  const vendor = ensureVendor(watch, device.vendorId)
  vendor.lastHeardMs = Math.max(vendor.lastHeardMs ?? receivedAtMs, receivedAtMs)
  vendor.devices.add(device)
}

function noteResumed(
  watch: Watch,
  device: WatchedDevice,
  personId: string,
  receivedAtMs: number,
): void {
  device.isOverdue = false
  device.resumedAtMs = receivedAtMs
  wakePerson(watch, personId, receivedAtMs)
  if (device.vendorId === null) return
  const vendor = ensureVendor(watch, device.vendorId)
  vendor.overdue.delete(device)
  if (vendor.incident !== null) wake(watch.deadlines, vendor, receivedAtMs)
}

/**
 * Its silence was longer than one missed report explains, and not judged, because we could not
 * hear.
 */
function isHeardAfterOutage(
  watch: Watch,
  device: WatchedDevice,
  previousMs: number | null,
  receivedAtMs: number,
): boolean {
  const { receivingSinceMs } = watch
  if (previousMs === null || receivingSinceMs === null || previousMs >= receivingSinceMs)
    return false
  return receivedAtMs - previousMs > overdueMs(watch, device)
}

function findNextThreshold(thresholdsMs: readonly number[], silentForMs: number): number | null {
  let nextMs: number | null = null
  for (const thresholdMs of thresholdsMs) {
    if (thresholdMs < silentForMs) continue
    if (nextMs === null || thresholdMs < nextMs) nextMs = thresholdMs
  }
  return nextMs
}

/** In an approach at once; elsewhere what does not pass by itself, or began on the way there. */
function callOut(
  watch: Watch,
  device: WatchedDevice,
  { isInOpenApproach }: Situation,
  { isGrave, isLasting, isInTurns }: Causes,
  nowMs: number,
): Effect[] {
  const { silence } = device
  const priority = isGrave ? 'P1' : 'P2'
  if (silence === null || silence.priority <= priority) return []
  silence.priority = priority
  noteTold(device)
  if (isInTurns) noteOftenMissed(watch, device)
  const reason =
    isGrave || isInOpenApproach
      ? 'The device is still silent, and its wearer is in an approach, or was last seen in a ban.'
      : isInTurns
        ? 'The device is still silent: its vendor comes and goes, and it is missing in most of what is heard of that.'
        : isLasting
          ? 'The device is still silent: it was listed first, and has not come back by itself.'
          : 'The device is still silent, and its wearer was last seen on the way towards a ban or the other person.'
  return [raisePriority(silence.alertId, priority, reason, nowMs)]
}

type Causes = {
  readonly isGrave: boolean
  readonly isLasting: boolean
  readonly isInTurns: boolean
}

type Silence = {
  readonly heardMs: number
  readonly quietSinceMs: number
  readonly allowedMs: number
  readonly isGrave: boolean
  readonly isLasting: boolean
  readonly isInTurns: boolean
}

function raiseSilence(
  watch: Watch,
  device: WatchedDevice,
  { heardMs, quietSinceMs, allowedMs, isGrave, isLasting, isInTurns }: Silence,
  situation: Situation,
  nowMs: number,
): Effect[] {
  const subject = findSubject(watch, device.personId, nowMs)
  const { personId } = device
  const isApart = personId !== null && isKnownApart(watch, personId, nowMs)
  const closingIn =
    personId !== null && isOffenderClosingIn(watch, personId, device.id, situation, nowMs)
  const isRepeated = !isApart && noteSilence(watch, device, situation, quietSinceMs)
  const isNear = situation.isInOpenApproach || closingIn
  // One that its vendor spoke for may have lasted already.
  const isCalledOut = isNear || isRepeated || isInTurns || isLasting
  const priority = isGrave ? 'P1' : isCalledOut ? 'P2' : 'P3'
  if (!isNear && joinHeld(device, priority)) return []
  const ended = endHeld(device, nowMs)
  if (isInTurns) noteOftenMissed(watch, device)
  const alert = draftOfWatch(watch, {
    kind: 'device-silent',
    priority,
    idParts: [device.id],
    startMs: Math.max(heardMs, device.knownSinceMs),
    subject,
    deviceId: device.id,
    vendorId: device.vendorId,
    occurredAtMs: quietSinceMs + allowedMs,
    learnedAtMs: nowMs,
    facts: {
      wearerRole: subject.role,
      lastHeardAtMs: heardMs,
      // Only where an outage of ours lies between the two.
      ...(quietSinceMs === heardMs ? {} : { countedFromAtMs: quietSinceMs }),
      allowedSilenceSeconds: Math.round(allowedMs / 1_000),
      reportIntervalSeconds: device.intervalMs / 1_000,
      inOpenApproach: situation.isInOpenApproach,
      nearDanger: situation.isNearDanger ?? 'unknown',
      ...(isRepeated ? { isRepeated } : {}),
      ...(isApart ? { isKnownApart: true } : {}),
      ...(closingIn ? { closingIn } : {}),
      ...(isInTurns ? { isInTurns } : {}),
      lastBelievedAtMs: situation.lastBelievedAtMs,
      protectionOrderCount: subject.orderCount,
      // Protection of the pairs is degraded by this silence; it gets no second alert.
      protectionDegraded: subject.hasProximityBan,
    },
  })
  device.silence = { alertId: alert.id, priority }
  device.knownDischarge = null
  return [...ended, { type: 'alert-raised', alert }]
}
