import assert from 'node:assert/strict'
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
    fix.clockBehindMs,
  ]
}

export function unpackFix(slots: Slots, packed: PackedFix): CaseFix {
  const [person, device, recorded, received, longitude, latitude, accuracy, speed] = packed
  const [sequence, satellites, clockBehindMs] = packed.slice(8)
  return moveSlots(slots, {
    personSlot: readNumber(person),
    deviceSlot: readNumber(device),
    recordedAtMs: readNumber(recorded),
    receivedAtMs: readNumber(received),
    longitude: readNumber(longitude),
    latitude: readNumber(latitude),
    accuracyMeters: readNumber(accuracy),
    speedMetersPerSecond: speed ?? Number.NaN,
    sequence: readNumber(sequence),
    satellites: readNumber(satellites),
    clockBehindMs: readNumber(clockBehindMs),
  })
}

export function moveSlots(slots: Slots, fix: CaseFix): CaseFix {
  const personSlot = slots.personSlots[fix.personSlot]
  const deviceSlot = slots.deviceSlots[fix.deviceSlot]
  assert(personSlot !== undefined && deviceSlot !== undefined, 'a packed fix has slots of its case')
  return { ...fix, personSlot, deviceSlot }
}

function readNumber(value: number | null | undefined): number {
  assert(typeof value === 'number', 'a packed fix has a number in every place but speed')
  return value
}

/**
 * personSlot, deviceSlot, recorded, received, longitude, latitude, accuracy, speed or null,
 * sequence, satellites, how far the clock is behind.
 */
export type PackedFix = readonly (number | null)[]

/** From the slots of the snapshot to those of the dossier. */
export type Slots = {
  readonly personSlots: readonly number[]
  readonly deviceSlots: readonly number[]
}
