import type { CaseFix } from './case-fix.ts'

export function packFix(fix: CaseFix): PackedFix {
  const speed = Number.isNaN(fix.speedMetersPerSecond) ? null : fix.speedMetersPerSecond
  return [
    fix.personSlot,
    fix.deviceSlot,
    fix.recordedAtMs,
    fix.receivedAtMs,
    fix.longitude,
    fix.latitude,
    fix.accuracyMeters,
    speed,
    fix.sequence,
    fix.satellites,
  ]
}

export function unpackFix(slots: Slots, packed: PackedFix): CaseFix {
  const [person, device, recorded, received, longitude, latitude, accuracy, speed] = packed
  const [sequence, satellites] = packed.slice(8)
  return {
    personSlot: slots.personSlots[person!]!,
    deviceSlot: slots.deviceSlots[device!]!,
    recordedAtMs: recorded!,
    receivedAtMs: received!,
    longitude: longitude!,
    latitude: latitude!,
    accuracyMeters: accuracy!,
    speedMetersPerSecond: speed ?? Number.NaN,
    sequence: sequence!,
    satellites: satellites!,
  }
}

/**
 * personSlot, deviceSlot, recorded, received, longitude, latitude, accuracy, speed or null, sequence, satellites; in
 * the window also disbelief.
 */
export type PackedFix = readonly (number | null)[]

/** From the slots of the snapshot to those of the dossier. */
export type Slots = {
  readonly personSlots: readonly number[]
  readonly deviceSlots: readonly number[]
}
