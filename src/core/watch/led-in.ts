import { findReliable, isClosingIn } from './held-place.ts'
import type { LastPlace, Situation } from './situation.ts'
import type { Watch } from './watch-state.ts'

/**
 * Last seen by this one on the way to an area or the other person, near enough to be there by now,
 * and another one is elsewhere: whoever would be called for at once wearing it alone is.
 */
export function isLedIn({ limits }: Watch, place: LastPlace, nowMs: number): boolean {
  const { atMs, isLeft, radiusMeters, paceMetersPerSecond, closingMeters } = place
  if (!isLeft) return false
  const awayMs = Math.min(Math.max(nowMs - atMs, limits.reachMsMin), limits.closingMsMax)
  return closingMeters <= radiusMeters + (paceMetersPerSecond * awayMs) / 1000
}

/**
 * Last seen on the way towards a ban or the other person, near enough to be there by now: whoever
 * switches off in a car a minute before the border is inside before anything could pass by itself.
 * Of a wearer of several it is asked of this device too: the wearer is not where the spare lies.
 */
export function isOffenderClosingIn(
  watch: Watch,
  personId: string,
  deviceId: string,
  situation: Situation,
  nowMs: number,
): boolean {
  const { danger } = situation
  const person = watch.persons.get(personId)
  if (person === undefined) return false
  const isLed = danger !== null && danger.closingMeters !== Infinity
  const { orderIds, deviceIds } = person
  // Hot path: asked every few seconds of every silent device, and hardly anybody is on such a way.
  if (!isLed && deviceIds.length < 2) return false
  if (!orderIds.some((orderId) => watch.orders.get(orderId)?.offenderId === personId)) return false
  if (deviceIds.length > 1 && isDeviceLedIn(watch, deviceId, situation, nowMs)) return true
  if (!isLed) return false
  const reliable = findReliable(situation, 'offender', watch.limits, nowMs)
  return isClosingIn(person, situation, reliable, watch.limits, nowMs)
}

/**
 * Whatever another one of its wearer says; for as long as where an offender was last may be relied
 * on.
 */
function isDeviceLedIn(
  watch: Watch,
  deviceId: string,
  situation: Situation,
  nowMs: number,
): boolean {
  const place = situation.listLastPlaces().find((one) => one.deviceId === deviceId)
  if (place === undefined || nowMs > place.atMs + watch.limits.heldOffenderMsMax) return false
  return isLedIn(watch, place, nowMs)
}
