import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { isSamePosition } from './same-position.ts'

/**
 * Where a device that jumps has shown its wearer, each time it may have opened something: the
 * moment of that, and when the place was last given. As numbers in one list, the newest last,
 * replaced and never changed, so that checkpoints may share it.
 */
export function noteJumpPlace(
  places: readonly number[],
  fix: CaseFix,
  mayOpen: boolean,
  limits: Limits,
): readonly number[] {
  const at = findPlace(places, fix, limits)
  const openedMs = at === null ? -Infinity : (places[at] ?? -Infinity)
  const isKnown = fix.recordedAtMs - openedMs <= limits.jumpingDayMsMax
  if (!isKnown && !mayOpen) return places
  const kept =
    at === null
      ? places.slice(Math.max(0, places.length - (limits.doubtfulCountMax - 1) * jumpPlaceStride))
      : places.filter((_, index) => index < at || index >= at + jumpPlaceStride)
  return [
    ...kept,
    isKnown ? openedMs : fix.recordedAtMs,
    fix.recordedAtMs,
    fix.deviceSlot,
    fix.longitude,
    fix.latitude,
  ]
}

/**
 * To the last digit where it jumped to within the day, and not within the hour: a receiver that
 * gives a former home once in two hours says nothing new by it. Whoever is there is shown there
 * more often, or by a position that differs.
 */
export function isJumpAgain(places: readonly number[], fix: CaseFix, limits: Limits): boolean {
  // Hot path: hardly anybody ever jumps.
  if (places.length === 0) return false
  const at = findPlace(places, fix, limits)
  if (at === null) return false
  const openedMs = places[at] ?? -Infinity
  const lastMs = places[at + 1] ?? Infinity
  return (
    fix.recordedAtMs - openedMs <= limits.jumpingDayMsMax &&
    fix.recordedAtMs - lastMs > limits.beliefMemoryMsMax
  )
}

/** First opened and last given at, device slot, longitude, latitude. */
export const jumpPlaceStride = 5

function findPlace(places: readonly number[], fix: CaseFix, limits: Limits): number | null {
  for (let at = 0; at < places.length; at += jumpPlaceStride) {
    const longitude = places[at + 3] ?? Number.NaN
    const latitude = places[at + 4] ?? Number.NaN
    if (
      places[at + 2] === fix.deviceSlot &&
      isSamePosition(longitude, latitude, fix.longitude, fix.latitude, limits)
    ) {
      return at
    }
  }
  return null
}
