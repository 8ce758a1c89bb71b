import type { Effect } from '../alert.ts'
import type { ProtectionOrder, ProximityBan } from '../registry.ts'
import type { Situation } from '../situation.ts'
import { wake } from './deadlines.ts'
import { draftAlert, endAlert, startAfter, subjectOfOrder } from './draft-alert.ts'
import { findUnwornSince } from './order-without-device.ts'
import { isSilenceShown } from './silence.ts'
import type { Watch, WatchedDevice, WatchedPair } from './watch-state.ts'
import {
  allowedSilenceMs,
  findHeardMs,
  loadPerson,
  overdueMs,
  troublePollMs,
} from './watch-state.ts'

/**
 * The separation of a pair cannot be judged: one of the two has no fresh believed fix. One alert per episode, ended
 * by fresh fixes of both. No second alert for what is shown already: a side whose device is silent (device-silent,
 * or the incident of its vendor) or an offender without a reporting device (order-without-device).
 */
export function judgePair(
  watch: Watch,
  pair: WatchedPair,
  nowMs: number,
  findSituation: (personId: string) => Situation,
): Effect[] {
  const order = watch.index.protectionOrders.get(pair.protectionOrderId)
  const ban = order?.proximityBans.find((candidate) => candidate.id === pair.proximityBanId)
  if (order === undefined || ban === undefined) return []
  if (watch.orders.get(order.id)?.pairIds.includes(pair.id) !== true) return []
  const offender = judgeSide(watch, order.offenderId, nowMs, findSituation)
  const victim = judgeSide(watch, ban.victimId, nowMs, findSituation)
  wake(watch.deadlines, pair, Math.min(offender.nextMs, victim.nextMs))
  if (offender.state === 'fresh' && victim.state === 'fresh') return endDegraded(pair, nowMs)
  loadPerson(watch, order.offenderId).isTroubled ||= offender.state !== 'fresh'
  loadPerson(watch, ban.victimId).isTroubled ||= victim.state !== 'fresh'
  if (pair.degraded !== null) return []
  const hasNoMonitor = watch.orders.get(order.id)?.withoutDevice !== null
  if ((offender.state !== 'stale' || hasNoMonitor) && !isAtFault(victim)) return []
  return [raiseDegraded(watch, pair, order, ban, offender, victim, nowMs)]
}

/** What can be said of one person's whereabouts now. */
export function judgeSide(
  watch: Watch,
  personId: string,
  nowMs: number,
  findSituation: (personId: string) => Situation,
): Side {
  const { lastBelievedAtMs } = findSituation(personId)
  const pollAtMs = nowMs + troublePollMs
  const devices = loadPerson(watch, personId)
    .deviceIds.map((deviceId) => watch.devices.get(deviceId))
    .filter((device) => device !== undefined)
  if (devices.length === 0) {
    return { state: 'no-device', sinceMs: nowMs, lastBelievedAtMs, nextMs: pollAtMs }
  }
  const freshMs = findFreshnessMs(watch, devices)
  if (lastBelievedAtMs !== null && nowMs - lastBelievedAtMs <= freshMs) {
    return {
      state: 'fresh',
      sinceMs: lastBelievedAtMs,
      lastBelievedAtMs,
      nextMs: lastBelievedAtMs + freshMs + 1,
    }
  }
  let startMs = Infinity
  let graceUntilMs = -Infinity
  let isHeard = false
  let isAudible = false
  for (const device of devices) {
    const heardMs = findHeardMs(device)
    const knownMs = Math.max(device.sinceMs, device.knownSinceMs)
    startMs = Math.min(startMs, knownMs)
    if (heardMs === null) {
      graceUntilMs = Math.max(graceUntilMs, knownMs + allowedSilenceMs(watch, device))
      continue
    }
    isHeard = true
    if (isSilenceShown(watch, device)) continue
    isAudible = true
    // A device that comes back sends its oldest fixes first; it gets a moment to reach the present.
    if (device.resumedAtMs !== null) {
      graceUntilMs = Math.max(graceUntilMs, device.resumedAtMs + overdueMs(device))
    }
  }
  if (!isHeard) {
    const state = nowMs <= graceUntilMs ? 'starting' : 'never-heard'
    const nextMs = state === 'starting' ? graceUntilMs + 1 : pollAtMs
    return { state, sinceMs: graceUntilMs, lastBelievedAtMs, nextMs }
  }
  if (!isAudible) return { state: 'silent', sinceMs: nowMs, lastBelievedAtMs, nextMs: pollAtMs }
  const sinceMs = (lastBelievedAtMs ?? startMs) + freshMs
  const staleMs = Math.max(graceUntilMs, sinceMs)
  if (nowMs <= staleMs) {
    return { state: 'starting', sinceMs, lastBelievedAtMs, nextMs: staleMs + 1 }
  }
  return { state: 'stale', sinceMs, lastBelievedAtMs, nextMs: pollAtMs }
}

/** How old the sighting of a wearer of these devices may be and still say where he is. */
export function findFreshnessMs(watch: Watch, devices: readonly WatchedDevice[]): number {
  const intervalMs = devices.reduce((ms, device) => Math.max(ms, device.intervalMs), 0)
  // One interval more than silence takes, so that silence speaks first where both would.
  return Math.max(watch.limits.sightingAgeMsMax, (watch.limits.silentIntervalsMax + 1) * intervalMs)
}

/**
 * `starting`: within the grace of a device just assigned or just heard again. `stale`: it reports, but nothing of
 * it was believed for too long.
 */
type SideState = 'fresh' | 'starting' | 'no-device' | 'never-heard' | 'silent' | 'stale'
export type Side = {
  readonly state: SideState
  readonly sinceMs: number
  readonly lastBelievedAtMs: number | null
  readonly nextMs: number
}

/** Nothing else shows what is wrong with this side. Of the offender that is true of `stale` alone. */
function isAtFault(victim: Side): boolean {
  return victim.state === 'stale' || victim.state === 'no-device' || victim.state === 'never-heard'
}

function endDegraded(pair: WatchedPair, nowMs: number): Effect[] {
  if (pair.degraded === null) return []
  const { alertId } = pair.degraded
  pair.degraded = null
  pair.degradedEndedMs = nowMs
  return [endAlert(alertId, nowMs, nowMs)]
}

function raiseDegraded(
  watch: Watch,
  pair: WatchedPair,
  order: ProtectionOrder,
  ban: ProximityBan,
  offender: Side,
  victim: Side,
  nowMs: number,
): Effect {
  const isVictimAtFault = isAtFault(victim)
  const victimSinceMs =
    victim.state === 'no-device'
      ? findUnwornSince(watch, order, ban.victimId, nowMs)
      : victim.sinceMs
  const occurredAtMs = Math.min(
    offender.state === 'stale' ? offender.sinceMs : Infinity,
    isVictimAtFault ? victimSinceMs : Infinity,
  )
  const startMs = startAfter(occurredAtMs, pair.degradedEndedMs)
  const alert = draftAlert(watch, {
    kind: 'protection-degraded',
    priority: 'P2',
    idParts: [order.id, ban.id],
    startMs,
    subject: subjectOfOrder(order, ban.victimId),
    proximityBanId: ban.id,
    occurredAtMs: startMs,
    learnedAtMs: nowMs,
    reason: `The separation cannot be judged: ${describe(offender, victim)}. ${describeFallback(order, ban)}`,
    facts: {
      offenderState: offender.state,
      victimState: victim.state,
      offenderLastBelievedAtMs: offender.lastBelievedAtMs,
      victimLastBelievedAtMs: victim.lastBelievedAtMs,
      sightingAgeSecondsMax: watch.limits.sightingAgeMsMax / 1_000,
      separationMeters: ban.separationMeters,
      fallbackLocationBanCount: order.locationBans.length,
      fallbackFixedAddressCount: ban.fixedAddresses?.length ?? 0,
    },
  })
  const personIds = [
    ...(offender.state === 'stale' ? [order.offenderId] : []),
    ...(isVictimAtFault ? [ban.victimId] : []),
  ]
  pair.degraded = { alertId: alert.id, priority: 'P2', personIds }
  return { type: 'alert-raised', alert }
}

const sentences: Readonly<Record<SideState, string>> = {
  fresh: 'is known',
  starting: 'has only just begun to report',
  'no-device': 'has no device',
  'never-heard': 'has a device that has never reported',
  silent: 'has a silent device',
  stale: 'has no believed position that is recent enough',
}

function describe(offender: Side, victim: Side): string {
  const parts: string[] = []
  if (offender.state !== 'fresh') parts.push(`the offender ${sentences[offender.state]}`)
  if (victim.state !== 'fresh') parts.push(`the victim ${sentences[victim.state]}`)
  return parts.join(', and ')
}

function describeFallback(order: ProtectionOrder, ban: ProximityBan): string {
  const count = order.locationBans.length
  if ((ban.fixedAddresses?.length ?? 0) > 0) {
    return 'While she is not seen, her fixed addresses are watched.'
  }
  if (count === 0) return 'The order has no location ban to fall back on.'
  return count === 1
    ? 'Its location ban is still watched.'
    : `Its ${count} location bans are still watched.`
}
