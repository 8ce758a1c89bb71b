import assert from 'node:assert/strict'
import type { Effect } from '../model/alert.ts'
import type { Situation } from './situation.ts'
import { wake } from '../model/deadlines.ts'
import { maxOf, minOf } from '../model/lists.ts'
import { draftOfWatch, findSubject, nobody } from './draft-alert.ts'
import type { HeardBetween } from './open-alerts.ts'
import type { Watch, WatchedDevice, WatchedVendor } from './watch-state.ts'
import { findHeardMs, findQuietSinceMs, overdueMs } from './watch-state.ts'
import {
  endIncident,
  endOnceBack,
  findFlapping,
  noteMissed,
  tellAgain,
  tellLonger,
} from './vendor-flapping.ts'

/**
 * A vendor silent as a whole is one incident. Judged before the silence of its devices in every
 * advance, so that the incident is open before the first of ten thousand devices would speak for
 * itself.
 */
export function judgeVendor(watch: Watch, vendor: WatchedVendor, nowMs: number): Effect[] {
  if (vendor.incident !== null) {
    if (isShareReached(watch, vendor, -Infinity) || goesOnInPart(watch, vendor, nowMs)) {
      // Devices on slower plans, which were not due yet, may testify by now: their reports are
      // heard by numbers alone and wake nobody.
      wake(watch.deadlines, vendor, nowMs + watch.limits.troublePollMs)
      const told = tellWider(watch, vendor, nowMs)
      return told.length > 0 ? told : tellLonger(watch, vendor, nowMs)
    }
    const ended = endIncident(watch, vendor, nowMs)
    wakeStillSilent(watch, vendor, nowMs)
    return ended
  }
  // First: one that goes in the moment in which it has been back for long is told at once.
  const ended = endOnceBack(watch, vendor, nowMs)
  const isWhole = isSilentAsAWhole(watch, vendor, -Infinity)
  const partSinceMs = isWhole ? null : findSilentAgainMs(watch, vendor, nowMs)
  if (!isWhole && partSinceMs === null) return ended
  return [...ended, ...openIncident(watch, vendor, partSinceMs, nowMs)]
}

/**
 * Who was away within the last half hour is away again by less: a third of those that had come
 * back since. Where halves that are no halves are gone in turns, the smaller one would be told
 * device by device each time. Null: it is not; else since when they had come back.
 */
function findSilentAgainMs(watch: Watch, vendor: WatchedVendor, nowMs: number): number | null {
  const { returnedAtMs, incidentSinceMs } = vendor
  if (returnedAtMs === null || nowMs - returnedAtMs > watch.limits.vendorBackMsMin) return null
  return isSilentInPart(watch, vendor, incidentSinceMs) ? incidentSinceMs : null
}

/** For a quarter of an hour: who is dead speaks then, and no vendor for so few of its devices. */
function goesOnInPart(watch: Watch, vendor: WatchedVendor, nowMs: number): boolean {
  const { partSinceMs, incidentSinceMs } = vendor
  if (nowMs > (incidentSinceMs ?? nowMs) + watch.limits.longerMsMin) return false
  return isSilentInPart(watch, vendor, partSinceMs)
}

function isSilentInPart(watch: Watch, vendor: WatchedVendor, afterMs: number | null): boolean {
  const { vendorSilentDeviceCountMin, vendorSilentAgainShare } = watch.limits
  if (afterMs === null || vendor.overdue.size < vendorSilentDeviceCountMin) return false
  return isShareReached(watch, vendor, afterMs, {
    countMin: vendorSilentDeviceCountMin,
    share: vendorSilentAgainShare,
  })
}

/**
 * The incident of the vendor is over: those still silent speak for themselves, after a moment in
 * which to return.
 */
export function wakeStillSilent(watch: Watch, vendor: WatchedVendor, nowMs: number): void {
  for (const device of vendor.overdue) {
    const leftMs = Math.max(0, findGraceLeftMs(watch, vendor, device))
    wake(watch.deadlines, device, nowMs + leftMs + 1)
  }
}

/**
 * The devices heard since the incident opened are outside it. Should they fall silent as a whole,
 * it is their incident too: told once more, instead of once for each of them, and of those that
 * come and go in turns each quarter of an hour at most. They had come back:
 * of a device that did not, one return more is missed, or a dead one beside others that come back
 * in turns would be told of never.
 */
function tellWider(watch: Watch, vendor: WatchedVendor, nowMs: number): Effect[] {
  const { incident, incidentSinceMs } = vendor
  const sinceMs = incidentSinceMs ?? -Infinity
  if (incident === null || !isSilentAsAWhole(watch, vendor, sinceMs)) return []
  const heardMs = [...vendor.overdue].flatMap((device) => {
    const ms = findHeardMs(device) ?? sinceMs
    return ms > sinceMs ? [ms] : []
  })
  noteHeardBetween(watch, vendor, { fromMs: minOf(heardMs), untilMs: maxOf(heardMs) })
  const isToldLately = nowMs - (vendor.toldMs ?? -Infinity) <= watch.limits.longerMsMin
  vendor.incidentSinceMs = nowMs
  if (isToldLately && vendor.flapping?.isTold !== false) return []
  return [tellAgain(vendor, incident.alertId, nowMs)]
}

/** Of the devices heard after a moment. */
function isSilentAsAWhole(watch: Watch, vendor: WatchedVendor, afterMs: number): boolean {
  if (vendor.overdue.size < watch.limits.vendorSilentDeviceCountMin) return false
  const { vendorSilentDeviceCountMin: countMin, vendorSilentShare: share } = watch.limits
  return isShareReached(watch, vendor, afterMs, { countMin, share })
}

/**
 * The share is taken of the devices that had a chance to testify: the overdue ones, and those heard
 * after the last of them fell silent. With equal intervals that is every device; with unequal ones
 * a device that reports every five minutes is not counted as alive for not having been due yet.
 */
function isShareReached(
  watch: Watch,
  vendor: WatchedVendor,
  afterMs: number,
  { countMin, share } = { countMin: 1, share: watch.limits.vendorSilentShare },
): boolean {
  const { overdueCount, silentSinceMs } = countOverdue(watch, vendor, afterMs)
  if (overdueCount < countMin) return false
  const aliveCountMax = overdueCount / share - overdueCount
  let aliveCount = 0
  for (const device of vendor.devices) {
    const heardMs = findHeardMs(device) ?? -Infinity
    if (device.isOverdue || heardMs <= silentSinceMs || heardMs <= afterMs) continue
    aliveCount++
    if (aliveCount > aliveCountMax) return false
  }
  return true
}

/**
 * The overdue devices heard after a moment, and from when the last of them is counted as silent:
 * when it was heard, or when we could hear again.
 */
function countOverdue(
  watch: Watch,
  vendor: WatchedVendor,
  afterMs: number,
): { readonly overdueCount: number; readonly silentSinceMs: number } {
  let overdueCount = 0
  let silentSinceMs = -Infinity
  for (const device of vendor.overdue) {
    if ((findHeardMs(device) ?? -Infinity) <= afterMs) continue
    overdueCount++
    silentSinceMs = Math.max(silentSinceMs, findQuietSinceMs(watch, device) ?? silentSinceMs)
  }
  return { overdueCount, silentSinceMs }
}

function findLastHeardMs(vendor: WatchedVendor): number {
  let heardMs = -Infinity
  for (const device of vendor.overdue) heardMs = Math.max(heardMs, findHeardMs(device) ?? heardMs)
  return heardMs
}

/** Of one that comes and goes it is the alert that is open already, and nobody is told anew. */
function openIncident(
  watch: Watch,
  vendor: WatchedVendor,
  partSinceMs: number | null,
  nowMs: number,
): Effect[] {
  const raised = vendor.flapping === null ? raiseIncident(watch, vendor, nowMs) : null
  vendor.flapping = findFlapping(vendor, raised?.alert.id ?? null, nowMs, watch.limits)
  const alertId = raised?.alert.id ?? vendor.flapping?.alertId
  assert(alertId !== undefined, 'an incident has the alert of its own, or of those before it')
  noteMissed(vendor, watch.limits)
  const { returnedAtMs, lastHeardMs } = vendor
  if (returnedAtMs !== null && lastHeardMs !== null) {
    const untilMs = Math.max(returnedAtMs, lastHeardMs)
    noteHeardBetween(watch, vendor, { fromMs: returnedAtMs, untilMs })
  }
  vendor.incident = { alertId, priority: 'P1' }
  vendor.incidentSinceMs = nowMs
  vendor.partSinceMs = partSinceMs
  if (raised !== null) vendor.toldMs = nowMs
  wake(watch.deadlines, vendor, nowMs + watch.limits.troublePollMs)
  return raised === null ? tellLonger(watch, vendor, nowMs) : [raised]
}

function raiseIncident(watch: Watch, vendor: WatchedVendor, nowMs: number): Raised {
  const sinceMs = countOverdue(watch, vendor, -Infinity).silentSinceMs
  const { ranked, inApproachCount } = rankOrders(watch, vendor, nowMs)
  const silentCount = [...vendor.overdue].filter((device) => device.silence !== null).length
  const count = vendor.overdue.size
  const alert = draftOfWatch(watch, {
    kind: 'vendor-silent',
    idParts: [vendor.id],
    // One that opens again over the same silence is another incident, and is told.
    startMs: Math.max(sinceMs, vendor.returnedAtMs ?? sinceMs),
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
  return { type: 'alert-raised', alert }
}
type Raised = Extract<Effect, { type: 'alert-raised' }>

/**
 * For how long the vendor was heard since the last incident, or some of its devices were in one. As
 * many are kept as the slowest of them may be silent for.
 */
function noteHeardBetween(watch: Watch, vendor: WatchedVendor, newest: HeardBetween): void {
  let leftMs = 0
  for (const device of vendor.devices) leftMs = Math.max(leftMs, overdueMs(watch, device))
  const { vendorReturnCountMax } = watch.limits
  const kept: HeardBetween[] = []
  for (const one of [newest, ...vendor.heardBetween]) {
    if (leftMs < 0 || kept.length === vendorReturnCountMax) break
    leftMs -= one.untilMs - one.fromMs
    kept.push(one)
  }
  vendor.heardBetween = kept
}

/**
 * What is left of the moment in which a device may come back with its vendor: less the time since
 * its last report in which the vendor was heard between incidents. Of one that missed many returns
 * nothing is, however short they were: else a dead device among others whose reports come in bursts
 * would be told of never. Where the vendor comes and goes, one that came back with it the time
 * before is told when it misses the second return, and not a short first one.
 */
export function findGraceLeftMs(
  watch: Watch,
  { heardBetween, flapping }: WatchedVendor,
  device: WatchedDevice,
): number {
  const { vendorReturnCountMax, vendorFirstReturnFactor } = watch.limits
  const heardMs = findHeardMs(device) ?? Infinity
  const missed = heardBetween.filter(({ fromMs }) => fromMs >= heardMs)
  if (missed.length >= vendorReturnCountMax) return -Infinity
  const isFirstReturn = flapping !== null && missed.length === 0
  return heardBetween.reduce(
    (ms, { fromMs, untilMs }) => ms - Math.max(0, untilMs - Math.max(fromMs, heardMs)),
    overdueMs(watch, device) * (isFirstReturn ? vendorFirstReturnFactor : 1),
  )
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
    const findSituation = watch.share.findSituation ?? watch.findSituation
    const risk = rankRisk(findSituation(personId), hasProximityBan)
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
