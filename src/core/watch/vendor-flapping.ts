import type { Effect } from '../model/alert.ts'
import type { Limits } from '../model/limits.ts'
import { wake } from '../model/deadlines.ts'
import { endAlert } from './draft-alert.ts'
import type { FlappingAlert } from './open-alerts.ts'
import type { Watch, WatchedDevice, WatchedVendor } from './watch-state.ts'
import { ensureVendor, findHeardMs } from './watch-state.ts'

/**
 * A vendor that is silent again within half an hour of its return comes and goes. The second
 * incident is told, and its alert stays open until the vendor has been back for that long: those in
 * between are part of it. What they hide of a device is bounded as before, by the time in which the
 * vendor was heard; and in an approach or breach each device speaks for itself.
 */
export function findFlapping(
  { flapping, returnedAtMs, incidentSinceMs }: WatchedVendor,
  raisedId: string | null,
  nowMs: number,
  limits: Limits,
): FlappingAlert | null {
  if (raisedId === null) return flapping && { ...flapping, isTold: false }
  if (returnedAtMs === null || nowMs - returnedAtMs > limits.vendorBackMsMin) return null
  const longestMs = returnedAtMs - (incidentSinceMs ?? returnedAtMs)
  return { alertId: raisedId, longestMs, isTold: true }
}

/**
 * It is gone again: whoever was not heard since its return has missed that. Who missed most of its
 * last returns is unseen for most of the time, and everybody else for some of it: that is told
 * while the vendor comes and goes, and once more only after the device was in all of the last ones.
 * Everybody misses one by chance: it takes more than chance explains of the device in the middle of
 * all. Of many it is the vendor's own trouble.
 */
export function noteMissed(vendor: WatchedVendor, limits: Limits): void {
  const { flapping, returnedAtMs } = vendor
  if (flapping === null || returnedAtMs === null) return
  const missed: Record<string, number> = {}
  const missedNowIds: string[] = []
  for (const device of vendor.devices) {
    const before = flapping.missed?.[device.id] ?? 0
    const isMissed = (findHeardMs(device) ?? Infinity) < returnedAtMs
    const bits = (2 * before + (isMissed ? 1 : 0)) % 2 ** limits.vendorReturnsCounted
    if (bits > 0) missed[device.id] = bits
    if (isMissed) missedNowIds.push(device.id)
  }
  const countMin = findMissedCountMin(missed, vendor.devices.size, limits)
  const oftenIds = missedNowIds.filter((id) => countBits(missed[id] ?? 0) >= countMin)
  const isFew = oftenIds.length <= Math.max(1, limits.vendorMissedShareMax * vendor.devices.size)
  const toldIds = flapping.toldIds?.filter((id) => missed[id] !== undefined)
  const told = toldIds === undefined ? {} : { toldIds }
  vendor.flapping = { ...flapping, missed, oftenIds: isFew ? oftenIds : [], ...told }
}

/** Three standard deviations above what the device in the middle misses, by chance. */
function findMissedCountMin(
  missed: Readonly<Record<string, number>>,
  deviceCount: number,
  { vendorReturnsCounted, vendorMissedCountMin, vendorMissedSigmaFactor }: Limits,
): number {
  const counts = Object.values(missed)
    .map(countBits)
    .toSorted((one, other) => other - one)
  const middle = counts[Math.floor(deviceCount / 2)] ?? 0
  const spread = Math.sqrt(middle * (1 - middle / vendorReturnsCounted))
  return Math.max(vendorMissedCountMin, middle + vendorMissedSigmaFactor * spread)
}

function countBits(bits: number): number {
  let count = 0
  for (let left = bits; left > 0; left = Math.floor(left / 2)) count += left % 2
  return count
}

/** Of a device whose vendor comes and goes, also while that is back. */
function findFlappingOf({ vendors }: Watch, { vendorId }: WatchedDevice): FlappingAlert | null {
  return (vendorId === null ? undefined : vendors.get(vendorId))?.flapping ?? null
}

export function comesAndGoes(watch: Watch, device: WatchedDevice): boolean {
  return findFlappingOf(watch, device) !== null
}

/** By its vendor, and by itself in between; not told by itself yet, in this play. */
export function isOftenMissed(watch: Watch, device: WatchedDevice): boolean {
  const flapping = findFlappingOf(watch, device)
  if (flapping?.oftenIds?.includes(device.id) !== true) return false
  return flapping.toldIds?.includes(device.id) !== true
}

export function noteOftenMissed(watch: Watch, device: WatchedDevice): void {
  const flapping = findFlappingOf(watch, device)
  if (flapping === null || device.vendorId === null) return
  const toldIds = [...(flapping.toldIds ?? []), device.id]
  ensureVendor(watch, device.vendorId).flapping = { ...flapping, toldIds }
}

/** The vendor is heard again. */
export function endIncident(watch: Watch, vendor: WatchedVendor, nowMs: number): Effect[] {
  const { incident, flapping, incidentSinceMs } = vendor
  vendor.incident = null
  vendor.returnedAtMs = nowMs
  if (incident === null) return []
  if (flapping === null) return [endAlert(incident.alertId, nowMs, nowMs)]
  const longestMs = Math.max(flapping.longestMs, nowMs - (incidentSinceMs ?? nowMs))
  vendor.flapping = { ...flapping, longestMs }
  wake(watch.deadlines, vendor, nowMs + watch.limits.vendorBackMsMin + 1)
  return []
}

/** It has been back for long enough to say that it no longer comes and goes. */
export function endOnceBack(watch: Watch, vendor: WatchedVendor, nowMs: number): Effect[] {
  const { flapping, returnedAtMs } = vendor
  if (flapping === null || returnedAtMs === null) return []
  const endMs = returnedAtMs + watch.limits.vendorBackMsMin
  if (nowMs <= endMs) {
    wake(watch.deadlines, vendor, endMs + 1)
    return []
  }
  vendor.flapping = null
  return [endAlert(flapping.alertId, returnedAtMs, nowMs)]
}

/**
 * When the incident, of which nobody was told yet as it is now, is told again: of a vendor that
 * comes and goes once it is away for twice as long as ever before, or for a quarter of an hour,
 * whoever answered the alert meanwhile; of one that is silent more widely a quarter of an hour
 * after the last telling. Null: somebody was told.
 */
function findTellingMs(
  { flapping, incidentSinceMs, toldMs }: WatchedVendor,
  { longerMsMin, longerFactor }: Limits,
): number | null {
  if (incidentSinceMs === null) return null
  if (flapping !== null && !flapping.isTold) {
    return incidentSinceMs + Math.min(longerMsMin, longerFactor * flapping.longestMs)
  }
  return toldMs !== null && toldMs < incidentSinceMs ? toldMs + longerMsMin : null
}

export function tellLonger(watch: Watch, vendor: WatchedVendor, nowMs: number): Effect[] {
  const dueMs = findTellingMs(vendor, watch.limits)
  if (vendor.incident === null || dueMs === null) return []
  if (nowMs <= dueMs) {
    wake(watch.deadlines, vendor, dueMs + 1)
    return []
  }
  return [tellAgain(vendor, vendor.incident.alertId, nowMs)]
}

export function tellAgain(vendor: WatchedVendor, alertId: string, nowMs: number): Effect {
  vendor.toldMs = nowMs
  if (vendor.flapping !== null) vendor.flapping = { ...vendor.flapping, isTold: true }
  const revision = { kind: 'repeated', recordedAtMs: nowMs } as const
  return { type: 'alert-revised', alertId, revision, learnedAtMs: nowMs }
}
