import { distanceMeters } from '../../../geo/distance.ts'
import type { Reported } from '../dossier/reported-episode.ts'
import type { Engine } from '../engine/engine-state.ts'
import { isLastSeenInside } from '../engine/taken-inside.ts'
import type { PersonView, ProtectionReason } from './judge-person-seen.ts'
import { judgePersonSeen } from './judge-person-seen.ts'
import type { ProtectionOrder, ProximityBan } from '../model/registry.ts'
import type { LastSeen } from '../quiet/read-seen.ts'
import { isOrderInForce } from '../rules/schedule.ts'
import { pushAll } from '../model/lists.ts'
import { findUnclearPair } from '../watch/unclear-pair.ts'

/**
 * What can be said of the protection an order gives now. `protected`: every ban of it is judged,
 * nothing is wrong with what judging rests on, and no approach or breach goes on. `degraded`: every
 * ban is judged or has something to fall back on, and something is wrong. `unknown`: a ban of it
 * cannot be judged, whatever the others say; the worst ban speaks for the order.
 */
export function judgeProtection(engine: Engine, orderId: string, nowMs: number): Protection {
  const order = engine.index.protectionOrders.get(orderId)
  if (order === undefined || !isOrderInForce(order, nowMs)) return notInForce(order, nowMs)
  const offender = judgePersonSeen(engine, order, order.offenderId, 'offender', nowMs)
  const reasons: ProtectionReason[] = [...offender.reasons]
  let isUnknown = !offender.isSeen
  const judged = new Set<string>()
  for (const ban of order.proximityBans) {
    if (judged.has(ban.victimId)) continue
    judged.add(ban.victimId)
    const victim = judgePersonSeen(engine, order, ban.victimId, 'victim', nowMs)
    pushAll(reasons, victim.reasons)
    const unclearSinceMs = findUnclearSinceMs(engine, order, ban.victimId, nowMs)
    if (unclearSinceMs !== null) {
      isUnknown = true
      reasons.push(describeUnclear(ban.victimId, unclearSinceMs))
    }
    if (victim.isSeen || !offender.isSeen) continue
    if (!hasFallback(ban) && isMeetingPossible(engine, offender, victim, ban, nowMs)) {
      isUnknown = true
    }
  }
  const openSinceMs = findOpenSinceMs(engine, order)
  const dossier = engine.dossiers.get(order.offenderId)
  const isInside = dossier !== undefined && isLastSeenInside(dossier, order.id, nowMs)
  if (openSinceMs !== null || isInside) {
    const code = openSinceMs === null ? 'last-seen-inside' : 'episode-open'
    const subject = { subject: 'order', personId: null, deviceId: null } as const
    reasons.push({ code, sinceMs: openSinceMs, ...subject })
  }
  if (isEndUnknown(engine, order)) isUnknown = true
  if (order.isUnreadable === true) {
    isUnknown = true
    reasons.push(describeUnreadable())
  }
  if (isUnknown) return { state: 'unknown', reasons }
  return { state: reasons.length === 0 ? 'protected' : 'degraded', reasons }
}

export const protectionStates = ['protected', 'degraded', 'unknown'] as const
export type ProtectionState = (typeof protectionStates)[number]

export type Protection = {
  readonly state: ProtectionState
  /** Empty if and only if the state is `protected`. */
  readonly reasons: readonly ProtectionReason[]
}

/**
 * An order that is suspended, over or not yet begun protects nobody, and that is no reassurance.
 */
function notInForce(order: ProtectionOrder | undefined, nowMs: number): Protection {
  const sinceMs = order !== undefined && nowMs >= order.validUntilMs ? order.validUntilMs : null
  return {
    state: 'unknown',
    reasons: [
      { code: 'order-not-in-force', sinceMs, subject: 'order', personId: null, deviceId: null },
    ],
  }
}

/** Both are seen, and for too long only so coarsely that their distance cannot be judged. */
function findUnclearSinceMs(
  engine: Engine,
  order: ProtectionOrder,
  victimId: string,
  nowMs: number,
): number | null {
  // Hot path: by numbers that say no more than when he was seen, nothing is unclear.
  if (!Number.isNaN(engine.watch.findSeenMs(order.offenderId))) return null
  for (const ban of order.proximityBans) {
    if (ban.victimId !== victimId) continue
    const unclear = findUnclearPair(engine.watch, { degraded: null }, order, ban, nowMs)
    if (unclear !== null) return unclear.sinceMs
  }
  return null
}

function describeUnclear(personId: string, sinceMs: number): ProtectionReason {
  return { code: 'position-unreliable', sinceMs, subject: 'victim', personId, deviceId: null }
}

/** Some ban of it may be missing here: that the others hold vouches for nothing. */
function describeUnreadable(): ProtectionReason {
  const subject = { subject: 'order', personId: null, deviceId: null } as const
  return { code: 'order-unreadable', sinceMs: null, ...subject }
}

/** Without the victim's position the addresses of the order are watched instead. */
function hasFallback(ban: ProximityBan): boolean {
  return ban.fixedAddresses !== undefined && ban.fixedAddresses.length > 0
}

/**
 * Since when an approach or a breach of the order goes on, whatever was answered to its alert; null
 * when none does.
 */
function findOpenSinceMs(engine: Engine, order: ProtectionOrder): number | null {
  let sinceMs = Infinity
  for (const { episode } of listGoingOn(engine, order)) {
    if (episode.rule.orderId !== order.id) continue
    sinceMs = Math.min(sinceMs, episode.startMs)
  }
  return sinceMs === Infinity ? null : sinceMs
}

/** A breach is over by one device, and another that saw it has said nothing since. */
function isEndUnknown(engine: Engine, order: ProtectionOrder): boolean {
  return listGoingOn(engine, order).some(
    ({ episode, isHeld }) => isHeld && episode.rule.orderId === order.id,
  )
}

function listGoingOn(engine: Engine, { offenderId }: ProtectionOrder): readonly Reported[] {
  return engine.dossiers.get(offenderId)?.reported.goingOn ?? []
}

/**
 * True unless the two are certainly apart: further than the separation plus what each could have
 * travelled since last seen, at the fastest that is plausible on land.
 */
function isMeetingPossible(
  engine: Engine,
  offender: PersonView,
  victim: PersonView,
  ban: ProximityBan,
  nowMs: number,
): boolean {
  const offenderSighting = offender.sighting
  const victimSighting = victim.sighting
  if (offenderSighting === null || victimSighting === null) return true
  const { longitude, latitude } = offenderSighting
  const apartMeters = distanceMeters(
    longitude,
    latitude,
    victimSighting.longitude,
    victimSighting.latitude,
  )
  const reachMeters =
    findReachMeters(engine, offenderSighting, nowMs) +
    findReachMeters(engine, victimSighting, nowMs)
  return !(apartMeters > ban.separationMeters + reachMeters)
}

function findReachMeters(engine: Engine, sighting: LastSeen, nowMs: number): number {
  const ageSeconds = Math.max(0, nowMs - sighting.recordedAtMs) / 1_000
  const { plausibleSpeedMetersPerSecondMax, clearMarginAccuracyFactor } = engine.limits
  const accuracyMeters = clearMarginAccuracyFactor * sighting.accuracyMeters
  return accuracyMeters + ageSeconds * plausibleSpeedMetersPerSecondMax
}
