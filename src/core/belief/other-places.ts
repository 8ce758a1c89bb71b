import { metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { heardDevicesMax } from './path-starts.ts'
import { isTooFar } from './plausible-move.ts'
import type { SeenPlace, Track } from './track-state.ts'

/** Before the fix, which is believed, becomes the sighting. */
export function noteSightingElsewhere(
  { otherPlaces, sighting }: Track,
  { deviceSlot }: CaseFix,
): readonly SeenPlace[] {
  // Hot path: nearly everybody has one device, and nothing is written.
  if (sighting === null || sighting.deviceSlot === deviceSlot) return otherPlaces
  const kept = listOthers(otherPlaces, deviceSlot)
  return [...kept, { fix: sighting, disbelief: 0 }].slice(-heardDevicesMax)
}

/**
 * A fix that only the distance from another device speaks against is where its own device is: of
 * two that were put apart neither jumped. One that its own device cannot have come to is a jump.
 */
export function noteOwnStory(
  { otherPlaces, sighting }: Track,
  fix: CaseFix,
  disbelief: number,
  limits: Limits,
): readonly SeenPlace[] {
  if (sighting === null || sighting.deviceSlot === fix.deviceSlot) return otherPlaces
  const own = otherPlaces.find((one) => one.fix.deviceSlot === fix.deviceSlot)?.fix ?? null
  if (own !== null && isTooFar(own, fix, metersBetween(own, fix), limits)) return otherPlaces
  const kept = listOthers(otherPlaces, fix.deviceSlot)
  return [...kept, { fix, disbelief }].slice(-heardDevicesMax)
}

function listOthers(places: readonly SeenPlace[], deviceSlot: number): readonly SeenPlace[] {
  return places.filter(({ fix }) => fix.deviceSlot !== deviceSlot)
}
