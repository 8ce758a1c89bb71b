import type { DeviceEventReport, FixReport } from '../../core/model/fix.ts'
import { accuracyMetersMax } from '../../schemas/position.ts'
import type { RefusalReason } from '../../ingest/intake/refusals.ts'

/** What one element of a phone app's payload turns out to be. */
export type PhoneReading =
  | { readonly type: 'fix'; readonly report: FixReport; readonly body: unknown }
  | { readonly type: 'device-event'; readonly report: DeviceEventReport; readonly body: unknown }
  /**
   * Should have been a fix. Kept in quarantine, while the app is told all is well:
   * else it sends it for ever.
   */
  | {
      readonly type: 'refused'
      readonly reasons: readonly [RefusalReason, ...RefusalReason[]]
      readonly body: unknown
    }

/** What the app says of a fix, in our units, but not yet believed to be numbers in range. */
export type PhoneFix = {
  readonly recordedAtMs: number | null
  readonly longitude: unknown
  readonly latitude: unknown
  readonly accuracyMeters: number | null
  readonly speedMetersPerSecond: number | null
  readonly headingDegrees: number | null
  readonly hdop: number | null
  readonly batteryFraction: number | null
}

/**
 * A fix needs its time and place; what else a phone says wrongly is left out. `body` is what
 * came, for the quarantine.
 */
export function readPhoneFix(fix: PhoneFix, body: unknown): PhoneReading {
  const longitude = numberWithin(fix.longitude, -180, 180)
  const latitude = numberWithin(fix.latitude, -90, 90)
  const reasons: RefusalReason[] = []
  if (fix.accuracyMeters !== null && fix.accuracyMeters < 0) reasons.push(positionInvalid)
  if (longitude === null) reasons.push(refusalOfDegrees('longitude', fix.longitude, 180))
  if (latitude === null) reasons.push(refusalOfDegrees('latitude', fix.latitude, 90))
  if (fix.recordedAtMs === null) {
    reasons.push({
      field: 'recordedAt',
      code: 'invalid-time',
      detail: 'expected the time of the position, got none that can be read',
    })
  }
  const [first, ...rest] = reasons
  if (first !== undefined) return { type: 'refused', reasons: [first, ...rest], body }
  return {
    type: 'fix',
    report: {
      recordedAtMs: fix.recordedAtMs ?? Number.NaN,
      longitude: longitude ?? Number.NaN,
      latitude: latitude ?? Number.NaN,
      accuracyMeters: fix.accuracyMeters,
      speedMetersPerSecond: fix.speedMetersPerSecond,
      headingDegrees: fix.headingDegrees,
      // The phone mixes satellites, masts and networks, and does not say which.
      source: 'fused',
      hdop: fix.hdop,
      satellites: null,
      batteryFraction: fix.batteryFraction,
      sequence: null,
    },
    body,
  }
}

export function refusedReading(reason: RefusalReason, body: unknown): PhoneReading {
  return { type: 'refused', reasons: [reason], body }
}

/** A press, of the moment it came; `deviceClockAtMs` is the time that came with it, if any. */
export function panicOfArrival(
  receivedAtMs: number,
  deviceClockAtMs: number | null,
  body: unknown,
): PhoneReading {
  const nothingTold = { batteryFraction: null, sequence: null }
  const report = { kind: 'panic', recordedAtMs: receivedAtMs, ...nothingTold } as const
  return { type: 'device-event', report: { ...report, deviceClockAtMs }, body }
}

/**
 * The phone is there, and says no place: heard at its arrival, since its clock stands still with
 * the last position.
 */
export function heartbeatOfArrival(
  receivedAtMs: number,
  batteryFraction: number | null,
  body: unknown,
): Extract<PhoneReading, { readonly type: 'device-event' }> {
  const report = { kind: 'heartbeat', recordedAtMs: receivedAtMs, sequence: null } as const
  return { type: 'device-event', report: { ...report, batteryFraction }, body }
}

/**
 * What a body is worth that is no JSON: a refused report, and a panic where a cry for help can be
 * made out in it.
 */
export function readUnreadable(text: string, receivedAtMs: number): readonly PhoneReading[] {
  const body = { text: withoutNetworkNamesInText(text).slice(0, unreadableCharactersKept) }
  const refused = refusedReading(notJson, body)
  // Of two bytes a letter, every other one is 0; signs of a form are written as their numbers.
  const plain = text.replaceAll('\0', '').replaceAll(/%[2-7][0-9a-f]/gi, readSign)
  return cryInText.test(plain) ? [panicOfArrival(receivedAtMs, null, body), refused] : [refused]
}

/** Of one byte, so that it is never a part of a letter. */
function readSign(escaped: string): string {
  return String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
}

/** Whether an app says at any depth that help is asked for. */
export function asksForHelp(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(asksForHelp)
  if (!isJsonObject(value)) return false
  return Object.entries(value).some(
    ([name, inner]) => (name === 'alarm' && isCry(inner)) || asksForHelp(inner),
  )
}

export function isCry(alarm: unknown): boolean {
  if (Array.isArray(alarm)) return alarm.some(isCry)
  if (typeof alarm !== 'string') return false
  return alarm.split(',').some((one) => one.trim().toLowerCase() === 'sos')
}

const notJson = {
  field: null,
  code: 'unreadable',
  detail: 'expected JSON, got text that is none',
} as const

/**
 * In JSON, also with its quotes escaped, and in a form: `"alarm":"sos"`, `alarm=sos`; also as one
 * of several. No two parts beside each other take the same signs, or a body of spaces takes
 * minutes.
 */
const cryInText =
  /\balarm[\\"'\s]*[:=][\\"'\s]*(?:\[[\\"'\s]*(?:[a-z][\w-]*[\\"'\s]*,[\\"'\s]*)*|(?:[a-z][\w-]*\s*,\s*)*)sos\b/i

/** A few positions of the most talkative app: enough to see what it does wrong. */
const unreadableCharactersKept = 4_096

function withoutNetworkNamesInText(text: string): string {
  return text.replace(/(["'](?:b?ssid|wifi)["']\s*:\s*)("(?:[^"\\]|\\.)*"?|[^,}\]]*)/gi, '$1null')
}

/**
 * Phones write -1 for what they do not know; null then, and for anything that is
 * not a number in the range.
 */
export function numberWithin(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && value >= least && value <= most ? value : null
}

/** Negative says that the position is none; beyond the bound it is as poor as can be. */
export function readAccuracyMeters(value: unknown): number | null {
  return typeof value === 'number' && !Number.isNaN(value)
    ? Math.min(value, accuracyMetersMax)
    : null
}

export function readHeadingDegrees(value: unknown): number | null {
  return numberWithin(value, 0, 360)
}

/** `unitsPerMeterPerSecond`: 1 for m/s, 3.6 for km/h, `knotsPerMeterPerSecond` for knots. */
export function readSpeed(value: unknown, unitsPerMeterPerSecond: number): number | null {
  const speed = numberWithin(value, 0, speedMax)
  return speed === null ? null : speed / unitsPerMeterPerSecond
}

/** `full` is what the app says of a full battery: 1 or 100. */
export function readBatteryFraction(value: unknown, full: 1 | 100): number | null {
  const level = numberWithin(value, 0, full)
  return level === null ? null : level / full
}

/** A knot is a nautical mile of 1,852 m an hour. */
export const knotsPerMeterPerSecond = 3_600 / 1_852
export const kilometersPerHourPerMeterPerSecond = 3.6

export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What came, without names of wireless networks at any depth: they tell where somebody lives. */
export function withoutNetworkNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNetworkNames)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !networkNames.has(name))
      .map(([name, inner]) => [name, withoutNetworkNames(inner)]),
  )
}

const networkNames = new Set(['SSID', 'BSSID', 'ssid', 'bssid', 'wifi'])

const positionInvalid = {
  field: 'accuracyMeters',
  code: 'device-says-invalid',
  detail:
    'expected an accuracy of 0 or more, got a negative one: with it iOS marks a position that is not valid',
} as const

const speedMax = 100_000

function refusalOfDegrees(
  field: 'longitude' | 'latitude',
  value: unknown,
  most: number,
): RefusalReason {
  if (value === undefined || value === null) {
    return { field, code: 'missing-field', detail: 'expected a number, got nothing' }
  }
  if (typeof value !== 'number') {
    return { field, code: 'invalid-type', detail: `expected a number, got a ${typeof value}` }
  }
  return {
    field,
    code: 'out-of-range',
    detail: `expected a number from -${most} to ${most}, got one outside`,
  }
}
