import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import { offenderSlot } from '../judge/step-dossier.ts'
import { findVersion, isInBoxes, isInForce } from '../rules/ban-versions.ts'

/**
 * The offender was last seen within an area that is banned now, though it may not have been then:
 * no fix has shown a breach, and none that anybody left. Seen in the area two minutes before its
 * window opens, and not since, is taken to be in it.
 */
export function isTakenToBeInside({ state, context }: Dossier, nowMs: number): boolean {
  const sighting = state.tracks[offenderSlot]?.sighting ?? null
  if (sighting === null) return false
  const { longitude, latitude } = sighting
  return context.banRules.some((rule) => {
    const version = findVersion(rule.versions, nowMs)
    // Hot path: asked every few seconds of every silent device, and most are nowhere near.
    if (!isInBoxes(version.nearBoxes, longitude, latitude)) return false
    if (!isInForce(version, nowMs)) return false
    return signedDistanceMeters(version.shape, longitude, latitude) <= 0
  })
}
