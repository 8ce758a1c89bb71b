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
    satellites: resolveSatellites(fix, limits),
    clockBehindMs: fix.clockBehindMs ?? 0,
  }
}

/**
 * The same into a row of numbers, as `fix-window.ts` packs them but for the first, which here is
 * `satellites`; of a fix that no clock which is behind has dated.
 */
export function packFix(fix: Fix, limits: Limits, out: Float64Array): void {
  out[packedFix.satellites] = resolveSatellites(fix, limits)
  out[packedFix.recordedAtMs] = fix.recordedAtMs
  out[packedFix.receivedAtMs] = fix.receivedAtMs
  out[packedFix.longitude] = fix.longitude
  out[packedFix.latitude] = fix.latitude
  out[packedFix.accuracyMeters] = resolveAccuracy(fix, limits)
  out[packedFix.speedMetersPerSecond] = fix.speedMetersPerSecond ?? Number.NaN
  out[packedFix.sequence] = fix.sequence ?? -1
  out[packedFix.clockBehindMs] = 0
}

/** Places in such a row. */
export const packedFix = {
  satellites: 0,
  recordedAtMs: 1,
  receivedAtMs: 2,
  longitude: 3,
  latitude: 4,
  accuracyMeters: 5,
  speedMetersPerSecond: 6,
  sequence: 7,
  clockBehindMs: 8,
  length: 9,
} as const

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

/** `satellites` of a fix whose receiver says that it has no position. */
export const satellitesOfNoPosition = -2

/** When the fix was recorded by the clock of its device, under which it is stored. */
export function readDeviceClock({ recordedAtMs, clockBehindMs }: CaseFix): number {
  return recordedAtMs - clockBehindMs
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
  /** -2 is no position, -1 is not known, 0 is none, 1 is some. */
  readonly satellites: number
  /** How much later `recordedAtMs` is than the device said, whose clock is behind. */
  readonly clockBehindMs: number
}

export type CaseNames = { readonly persons: readonly string[]; readonly devices: readonly string[] }

/**
 * Written so that NaN falls to the default for an unknown accuracy. So does 0: no receiver is that
 * sure, and many write it for not known.
 */
export function resolveAccuracy(
  fix: Pick<Fix, 'accuracyMeters' | 'source' | 'hdop'>,
  limits: Limits,
): number {
  if (fix.accuracyMeters !== null && fix.accuracyMeters > 0) {
    return Math.max(fix.accuracyMeters, limits.accuracyMetersFloor)
  }
  if (fix.source === 'network') return limits.accuracyMetersNetworkUnknown
  // No geometry is that good: receivers send 0 for not known.
  if (!isFromSatellites(fix) || fix.hdop === null || !(fix.hdop > 0)) {
    return limits.accuracyMetersUnknown
  }
  return fix.hdop <= limits.hdopGoodMax
    ? limits.accuracyMetersGnssGood
    : Math.max(limits.accuracyMetersUnknown, limits.hdopMeters * fix.hdop)
}

/** A network position has no satellites and is none the worse for it. */
function resolveSatellites(fix: Fix, limits: Limits): number {
  if (hasNoPosition(fix, limits)) return satellitesOfNoPosition
  if (isDilutedAway(fix, limits)) return 0
  const isCounted = isFromSatellites(fix) && fix.satellites !== null && fix.satellites >= 0
  if (isCounted) return fix.satellites >= limits.satelliteCountMin ? 1 : 0
  // Whoever knows how they stand has some.
  return isFromSatellites(fix) && fix.hdop !== null && fix.hdop > 0 ? 1 : -1
}

/**
 * A negative radius is how phones mark a position that is none. A receiver that gives no radius
 * says it by having no satellite, or by a dilution that no position has.
 */
function hasNoPosition(fix: Fix, limits: Limits): boolean {
  const { accuracyMeters, satellites } = fix
  if (accuracyMeters !== null && accuracyMeters !== 0) return accuracyMeters < 0
  return (isFromSatellites(fix) && satellites === 0) || isDilutedAway(fix, limits)
}

/** A dilution that no position has, whatever radius stands beside it. */
function isDilutedAway({ source, hdop }: Fix, { hdopNoPositionMin }: Limits): boolean {
  return source !== 'network' && source !== 'manual' && hdop !== null && hdop >= hdopNoPositionMin
}

/** Only a satellite receiver knows an HDOP, so a source left out says the same as 'gnss'. */
function isFromSatellites({ source }: Pick<Fix, 'source'>): boolean {
  return source === 'gnss' || source === null
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

/** Of the people of a dossier the offender is the first. */
export const offenderSlot = 0
