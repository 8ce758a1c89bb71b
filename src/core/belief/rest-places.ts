import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'

/**
 * The places a device gave again and again, for a day: where its wearer lives, works or sleeps. A
 * receiver without a view of the sky remembers them longer than any way, so of these a later fix
 * may be a memory however long the way was. Two such places may come in turn, as two networks give
 * them; and a network moves one by some centimetres each time. As numbers in one list, the newest
 * last, replaced and never changed, so that checkpoints may share it.
 */
export function noteRestPlace(
  places: readonly number[],
  fix: CaseFix,
  limits: Limits,
): readonly number[] {
  const minuteOf = (atMs: number): number => Math.floor(atMs / limits.staleRememberedApartMs)
  const minute = minuteOf(fix.recordedAtMs)
  let candidateCount = 0
  let newestMs = -Infinity
  let oldestCandidate = -1
  for (let at = places.length - restPlaceStride; at >= 0; at -= restPlaceStride) {
    if (places[at + 2] !== fix.deviceSlot) continue
    const lastMs = places[at + 1] ?? -Infinity
    if (isThere(places, at, fix, limits)) {
      if (minuteOf(lastMs) >= minute) return places
      const moved = append(without(places, at), places[at] ?? fix.recordedAtMs, fix)
      return dropWandered(moved, fix, limits)
    }
    newestMs = Math.max(newestMs, lastMs)
    if (isRest(places, at, limits)) continue
    candidateCount++
    oldestCandidate = at
  }
  // Whoever is under way gives a new place with each fix.
  if (minuteOf(newestMs) >= minute) return places
  const isFull = candidateCount >= limits.restPlaceCandidateCountMax
  const kept = isFull ? without(places, oldestCandidate) : places
  const from = kept.length - (limits.restPlaceCountMax - 1) * restPlaceStride
  return append(kept.slice(Math.max(0, from)), fix.recordedAtMs, fix)
}

/**
 * Whether the fix gives such a place once more: to the last digit, or about, unless the device gave
 * several there. A receiver that measures wanders about a home from one to the next; what comes
 * from memory is one, or two in turn.
 */
export function isRestPlace(places: readonly number[], fix: CaseFix, limits: Limits): boolean {
  for (let at = 0; at < places.length; at += restPlaceStride) {
    const lastMs = places[at + 1] ?? -Infinity
    if (
      places[at + 2] === fix.deviceSlot &&
      fix.recordedAtMs - lastMs <= limits.restPlaceMsMax &&
      isRest(places, at, limits) &&
      isThere(places, at, fix, limits) &&
      (isWithin(places, at, fix, limits.samePositionDegreesMax) ||
        countNearby(places, fix, limits) < limits.restPlaceNearbyCountMax)
    ) {
      return true
    }
  }
  return false
}

/** Of one home as many as say that the device measures, and not what it gave all night. */
function dropWandered(places: readonly number[], fix: CaseFix, limits: Limits): readonly number[] {
  if (countNearby(places, fix, limits) <= limits.restPlaceNearbyCountMax) return places
  for (let at = 0; at < places.length; at += restPlaceStride) {
    if (isRestNearby(places, at, fix, limits)) return without(places, at)
  }
  return places
}

function countNearby(places: readonly number[], fix: CaseFix, limits: Limits): number {
  let count = 0
  for (let at = 0; at < places.length; at += restPlaceStride) {
    if (isRestNearby(places, at, fix, limits)) count++
  }
  return count
}

function isRestNearby(
  places: readonly number[],
  at: number,
  fix: CaseFix,
  limits: Limits,
): boolean {
  return (
    places[at + 2] === fix.deviceSlot &&
    isRest(places, at, limits) &&
    isWithin(places, at, fix, limits.restPlaceNearbyDegreesMax)
  )
}

/** First and last recorded at, device slot, longitude, latitude. */
export const restPlaceStride = 5

function isRest(places: readonly number[], at: number, limits: Limits): boolean {
  return (places[at + 1] ?? Number.NaN) - (places[at] ?? Number.NaN) >= limits.restMsMin
}

function isThere(places: readonly number[], at: number, fix: CaseFix, limits: Limits): boolean {
  return isWithin(places, at, fix, limits.restPlaceDegreesMax)
}

function isWithin(
  places: readonly number[],
  at: number,
  { longitude, latitude }: CaseFix,
  degreesMax: number,
): boolean {
  return (
    Math.abs(longitude - (places[at + 3] ?? Number.NaN)) <= degreesMax &&
    Math.abs(latitude - (places[at + 4] ?? Number.NaN)) <= degreesMax
  )
}

function without(places: readonly number[], at: number): readonly number[] {
  return places.toSpliced(at, restPlaceStride)
}

/** Hot path: joined, a list is as long as it has to be; to one that is pushed to room is added. */
function append(places: readonly number[], fromMs: number, fix: CaseFix): readonly number[] {
  return places.concat([fromMs, fix.recordedAtMs, fix.deviceSlot, fix.longitude, fix.latitude])
}
