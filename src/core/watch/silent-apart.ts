import { metersBetween } from '../../../geo/distance.ts'
import { findReliable } from './held-place.ts'
import type { Reach } from './held-place.ts'
import type { Watch } from './watch-state.ts'
import { ensurePerson } from './watch-state.ts'

/**
 * Whether the wearer of a silent device is a protected person of whom it is known, all the same,
 * that nobody who is kept away is near: each of them is seen now, and beyond the approach band of
 * where the wearer was last seen, with all the way that may lie behind the wearer since. A phone
 * that sleeps at night says nothing, and that is no call then.
 */
export function isKnownApart(watch: Watch, personId: string, nowMs: number): boolean {
  const pairs = listPairs(watch, personId)
  if (pairs === null || pairs.length === 0) return false
  const { limits } = watch
  const theirs = findReliable(watch.findSituation(personId), 'victim', limits, nowMs)
  if (theirs === null) return false
  return pairs.every(({ offenderId, meters }) => {
    const situation = watch.findSituation(offenderId)
    const seenMs = situation.lastBelievedAtMs ?? -Infinity
    const reach = findReliable(situation, 'offender', limits, nowMs)
    if (nowMs - seenMs > limits.sightingAgeMsMax || situation.fault !== null) return false
    return reach !== null && isBeyond(theirs, reach, meters)
  })
}

type Kept = { readonly offenderId: string; readonly meters: number }

/** Who is kept from this person, and how far; null of an offender, whose area is another matter. */
function listPairs(watch: Watch, personId: string): readonly Kept[] | null {
  const kept: Kept[] = []
  for (const orderId of ensurePerson(watch, personId).orderIds) {
    const order = watch.index.protectionOrders.get(orderId)
    if (order === undefined || order.offenderId === personId) return null
    for (const { victimId, separationMeters, approachMeters } of order.proximityBans) {
      if (victimId !== personId) continue
      const meters = Math.max(separationMeters, approachMeters)
      kept.push({ offenderId: order.offenderId, meters })
    }
  }
  return kept
}

function isBeyond(one: Reach, other: Reach, meters: number): boolean {
  return metersBetween(one, other) > meters + one.reachMeters + other.reachMeters
}
