import { metersBetween } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { isSameFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { disbeliefBits, isBelieved } from './believe-fix.ts'
import { lacksSatellites } from './reception.ts'
import type { Track } from './track-state.ts'

/** The last fix of this device from which its next one may have come; null when there is none. */
export function findPathStart(
  { pathStart, pathStartsBefore }: Track,
  deviceSlot: number,
): CaseFix | null {
  if (pathStart === null || pathStart.deviceSlot === deviceSlot) return pathStart
  return pathStartsBefore.find(({ fix }) => fix.deviceSlot === deviceSlot)?.fix ?? null
}

/**
 * Where this device was before its present position, which is no sighting yet: how fast its wearer
 * moves is not told from where another device was a moment ago.
 */
export function findOwnSighting(
  { sighting, otherPlaces }: Track,
  deviceSlot: number,
): CaseFix | null {
  // Hot path: nearly everybody has one device.
  if (sighting === null || sighting.deviceSlot === deviceSlot) return sighting
  return otherPlaces.find(({ fix }) => fix.deviceSlot === deviceSlot)?.fix ?? null
}

/** The same of those that are believed: nobody was surely anywhere by a doubted one. */
export function findOwnBelieved(track: Track, deviceSlot: number): CaseFix | null {
  const { sighting, otherPlaces } = track
  // Hot path: nearly everybody has one device.
  if (sighting === null || sighting.deviceSlot === deviceSlot) return sighting
  const own = otherPlaces.find(({ fix }) => fix.deviceSlot === deviceSlot)
  return own !== undefined && isBelieved(own.disbelief) ? own.fix : null
}

/** Where the device of the last sighting was before it. */
export function findOwnPrevious(track: Track): CaseFix | null {
  const { sighting, previous, pathStart, pathStartPrevious, pathStartsBefore } = track
  if (sighting === null || previous === null) return null
  if (previous.deviceSlot === sighting.deviceSlot) return previous
  if (pathStart !== null && isSameFix(pathStart, sighting)) return pathStartPrevious
  return pathStartsBefore.find(({ fix }) => isSameFix(fix, sighting))?.previous ?? null
}

/**
 * Where a device was before is where its wearer was, and so is where another one was seen since, if
 * that lay beside it: of two carried along one may sleep on the way.
 */
export function findBesideStart(
  own: CaseFix | null,
  last: CaseFix | null,
  limits: Limits,
): CaseFix | null {
  // Hot path: nearly everybody has one device.
  if (own === null || last === null || own === last) return own
  const besideMeters = limits.restMetersMax + own.accuracyMeters + last.accuracyMeters
  return metersBetween(own, last) <= besideMeters ? last : own
}

/**
 * The same of those that are believed, and see the sky: what is doubted since counts as nothing.
 */
export function findProvenStart({ provenStarts }: Track, deviceSlot: number): CaseFix | null {
  return provenStarts.find((fix) => fix.deviceSlot === deviceSlot) ?? null
}

/** Believed, and not without satellites. */
export function isProven(track: Track, fix: CaseFix, disbelief: number): boolean {
  return isBelieved(disbelief) && !lacksSatellites(track, fix)
}

export function noteProvenStart({ provenStarts }: Track, fix: CaseFix): readonly CaseFix[] {
  // Hot path: nearly everybody has one device.
  if (provenStarts.length < 2 && provenStarts[0]?.deviceSlot === fix.deviceSlot) return [fix]
  const others = provenStarts.filter(({ deviceSlot }) => deviceSlot !== fix.deviceSlot)
  return [...others, fix].slice(-heardDevicesMax)
}

/** Why that one is doubted, as bits. */
export function findPathDoubt(track: Track, from: CaseFix): number {
  if (track.pathStart === from) return track.pathStartDisbelief
  return track.pathStartsBefore.find(({ fix }) => fix === from)?.disbelief ?? 0
}

/** No way leads on from where a person perhaps was long ago, or cannot be yet. */
const waylessBits = disbeliefBits['stale-repeat'] | disbeliefBits.unreachable

export function isWayless(disbelief: number): boolean {
  return (disbelief & waylessBits) !== 0
}

/** Hot path: nearly everybody has one device, and no list is written. */
export function notePathStart(track: Track, fix: CaseFix, disbelief: number): void {
  const { pathStart, pathStartDisbelief, pathStartPrevious } = track
  const isOther = pathStart !== null && pathStart.deviceSlot !== fix.deviceSlot
  if (isOther || track.pathStartsBefore.length > 0) {
    track.pathStartPrevious = findPathStart(track, fix.deviceSlot)
  }
  if (isOther) {
    track.pathStartsBefore = [
      ...track.pathStartsBefore.filter(
        ({ fix: { deviceSlot } }) =>
          deviceSlot !== fix.deviceSlot && deviceSlot !== pathStart.deviceSlot,
      ),
      { fix: pathStart, disbelief: pathStartDisbelief, previous: pathStartPrevious },
    ].slice(-heardDevicesMax)
  }
  track.pathStart = fix
  track.pathStartDisbelief = disbelief
}

/** Nobody wears more at once. */
export const heardDevicesMax = 8
