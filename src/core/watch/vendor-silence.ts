import type { Effect } from '../model/alert.ts'
import type { Situation } from './situation.ts'
import { wake } from '../model/deadlines.ts'
import { draftOfWatch, endAlert, findSubject, nobody } from './draft-alert.ts'
import type { Watch, WatchedVendor } from './watch-state.ts'
import { findHeardMs, findQuietSinceMs, overdueMs } from './watch-state.ts'

/**
 * A vendor silent as a whole is one incident. Judged before the silence of its devices in every
 * advance, so that the incident is open before the first of ten thousand devices would speak for
 * itself.
 */
export function judgeVendor(watch: Watch, vendor: WatchedVendor, nowMs: number): Effect[] {
  const { limits } = watch
  const isSilent = isShareReached(watch, vendor, limits.vendorSilentShare)
  if (vendor.incident !== null) {
    if (isSilent) return []
    const { alertId } = vendor.incident
    vendor.incident = null
    vendor.returnedAtMs = nowMs
    // Those still silent speak for themselves, after a moment in which to return.
    for (const device of vendor.overdue) {
      wake(watch.deadlines, device, nowMs + overdueMs(watch, device) + 1)
    }
    return [endAlert(alertId, nowMs, nowMs)]
  }
  if (!isSilent || vendor.overdue.size < limits.vendorSilentDeviceCountMin) return []
  return [raiseIncident(watch, vendor, nowMs)]
}

/**
 * The share is taken of the devices that had a chance to testify: the overdue ones, and those heard
 * after the last of them fell silent. With equal intervals that is every device; with unequal ones
 * a device that reports every five minutes is not counted as alive for not having been due yet.
 */
function isShareReached(watch: Watch, vendor: WatchedVendor, share: number): boolean {
  const overdueCount = vendor.overdue.size
  if (overdueCount === 0) return false
  const silentSinceMs = findSilentSinceMs(watch, vendor)
  const aliveCountMax = overdueCount / share - overdueCount
  let aliveCount = 0
  for (const device of vendor.devices) {
    if (device.isOverdue || (findHeardMs(device) ?? -Infinity) <= silentSinceMs) continue
    aliveCount++
    if (aliveCount > aliveCountMax) return false
  }
  return true
}

/**
 * From when the last of the overdue devices is counted as silent: when it was heard, or when we
 * could hear again.
 */
function findSilentSinceMs(watch: Watch, vendor: WatchedVendor): number {
  let sinceMs = -Infinity
  for (const device of vendor.overdue) {
    sinceMs = Math.max(sinceMs, findQuietSinceMs(watch, device) ?? sinceMs)
  }
  return sinceMs
}

function findLastHeardMs(vendor: WatchedVendor): number {
  let heardMs = -Infinity
  for (const device of vendor.overdue) heardMs = Math.max(heardMs, findHeardMs(device) ?? heardMs)
  return heardMs
}

function raiseIncident(watch: Watch, vendor: WatchedVendor, nowMs: number): Effect {
  const sinceMs = findSilentSinceMs(watch, vendor)
  const { ranked, inApproachCount } = rankOrders(watch, vendor, nowMs)
  const silentCount = [...vendor.overdue].filter((device) => device.silence !== null).length
  const count = vendor.overdue.size
  const alert = draftOfWatch(watch, {
    kind: 'vendor-silent',
    idParts: [vendor.id],
    startMs: sinceMs,
    subject: nobody,
    vendorId: vendor.id,
    occurredAtMs: sinceMs,
    learnedAtMs: nowMs,
    facts: {
      overdueDeviceCount: count,
      watchedDeviceCount: vendor.devices.size,
      shareThreshold: watch.limits.vendorSilentShare,
      deviceCountThreshold: watch.limits.vendorSilentDeviceCountMin,
      lastHeardFromOverdueAtMs: findLastHeardMs(vendor),
      lastHeardFromVendorAtMs: vendor.lastHeardMs,
      alreadyAlertedDeviceCount: silentCount,
      affectedOrderCount: ranked.length,
      ordersInApproachCount: inApproachCount,
      ordersByRisk: ranked.slice(0, watch.limits.vendorSilentOrderCountMax).join(' '),
    },
  })
  vendor.incident = { alertId: alert.id, priority: 'P1' }
  return { type: 'alert-raised', alert }
}

/**
 * Ids of the orders that go blind, of every device that missed a report: open approaches first,
 * then near or not known, then pairs, then the rest.
 */
function rankOrders(
  watch: Watch,
  vendor: WatchedVendor,
  nowMs: number,
): { ranked: string[]; inApproachCount: number } {
  const riskByOrder = new Map<string, number>()
  for (const device of vendor.devices) {
    const { personId } = device
    const heardMs = findHeardMs(device)
    if (personId === null || heardMs === null || nowMs - heardMs <= device.intervalMs) continue
    const { order, hasProximityBan } = findSubject(watch, personId, nowMs)
    if (order === null) continue
    const risk = rankRisk(watch.findSituation(personId), hasProximityBan)
    for (const orderId of watch.persons.get(personId)?.orderIds ?? [order.id]) {
      riskByOrder.set(orderId, Math.max(risk, riskByOrder.get(orderId) ?? 0))
    }
  }
  const ranked = [...riskByOrder].toSorted(
    ([oneId, oneRisk], [otherId, otherRisk]) => otherRisk - oneRisk || (oneId < otherId ? -1 : 1),
  )
  return {
    ranked: ranked.map(([orderId]) => orderId),
    inApproachCount: ranked.filter(([, risk]) => risk === 4).length,
  }
}

function rankRisk(situation: Situation, hasProximityBan: boolean): number {
  if (situation.isInOpenApproach) return 4
  if (situation.isNearDanger === true) return 3
  if (situation.isNearDanger === null && hasProximityBan) return 2
  return hasProximityBan ? 1 : 0
}
