import type { Fix } from '../model/fix.ts'
import type { Limits } from '../model/limits.ts'

/**
 * A fix as a dossier holds it: whose it is, missing values filled in, nothing that judging does not
 * need.
 */
export function toCaseFix(
  fix: Fix,
  personSlot: number,
  deviceSlot: number,
  limits: Limits,
): CaseFix {
  return {
    personSlot,
    deviceSlot,
    recordedAtMs: fix.recordedAtMs,
    receivedAtMs: fix.receivedAtMs,
    longitude: fix.longitude,
    latitude: fix.latitude,
    accuracyMeters: resolveAccuracy(fix, limits),
    speedMetersPerSecond: fix.speedMetersPerSecond ?? Number.NaN,
    sequence: fix.sequence ?? -1,
    satellites: resolveSatellites(fix),
  }
}

/**
 * One report, though it may come again under another sequence number: what makes it one is the
 * device, the moment and the position. Also of a fix read twice from the packed window, which is
 * two objects.
 */
export function isSameFix(one: CaseFix, other: CaseFix): boolean {
  return (
    one.recordedAtMs === other.recordedAtMs &&
    one.personSlot === other.personSlot &&
    one.deviceSlot === other.deviceSlot &&
    one.longitude === other.longitude &&
    one.latitude === other.latitude
  )
}

/**
 * The one order in which a dossier reads its fixes, however they were uploaded. Total but for exact
 * duplicates, which compare equal. `receivedAtMs` takes no part: what happened does not depend on
 * when we heard of it.
 */
export function compareFixes(one: CaseFix, other: CaseFix, names: CaseNames): number {
  return (
    one.recordedAtMs - other.recordedAtMs ||
    compareNames(names.persons[one.personSlot], names.persons[other.personSlot]) ||
    compareNames(names.devices[one.deviceSlot], names.devices[other.deviceSlot]) ||
    // The first of one moment stands: the one that is surer of the place.
    one.accuracyMeters - other.accuracyMeters ||
    one.sequence - other.sequence ||
    one.longitude - other.longitude ||
    one.latitude - other.latitude ||
    compareSpeeds(one.speedMetersPerSecond, other.speedMetersPerSecond) ||
    one.satellites - other.satellites
  )
}

export type CaseFix = {
  /** Index in the dossier's lists of persons and devices: 0 is the offender, the others victims. */
  readonly personSlot: number
  readonly deviceSlot: number
  readonly recordedAtMs: number
  readonly receivedAtMs: number
  readonly longitude: number
  readonly latitude: number
  /** After defaults and floor. */
  readonly accuracyMeters: number
  /** NaN is not known. */
  readonly speedMetersPerSecond: number
  /** -1 is not known. */
  readonly sequence: number
  /** -1 is not known, 0 is none, 1 is some. */
  readonly satellites: number
}

export type CaseNames = { readonly persons: readonly string[]; readonly devices: readonly string[] }

/** Written so that NaN and a negative radius fall to the default for an unknown accuracy. */
function resolveAccuracy(fix: Fix, limits: Limits): number {
  if (fix.accuracyMeters !== null && fix.accuracyMeters >= 0) {
    return Math.max(fix.accuracyMeters, limits.accuracyMetersFloor)
  }
  if (fix.source === 'network') return limits.accuracyMetersNetworkUnknown
  // Only a satellite receiver knows an HDOP, so a source left out says the same as 'gnss'.
  const isGnss = fix.source === 'gnss' || fix.source === null
  // No geometry is that good: receivers send 0 for not known.
  const isGood = isGnss && fix.hdop !== null && fix.hdop > 0 && fix.hdop <= limits.hdopGoodMax
  return isGood ? limits.accuracyMetersGnssGood : limits.accuracyMetersUnknown
}

/** A network position has no satellites and is none the worse for it. */
function resolveSatellites(fix: Fix): number {
  const isGnss = fix.source === 'gnss' || fix.source === null
  return isGnss && fix.satellites !== null && fix.satellites >= 0 ? Math.min(fix.satellites, 1) : -1
}

/** A slot without a name, which no case hands out, comes last. */
function compareNames(one: string | undefined, other: string | undefined): number {
  if (one === other) return 0
  if (one === undefined || other === undefined) return one === undefined ? 1 : -1
  return one < other ? -1 : 1
}

function compareSpeeds(one: number, other: number): number {
  const known = (speed: number) => (Number.isNaN(speed) ? -1 : speed)
  return known(one) - known(other)
}
