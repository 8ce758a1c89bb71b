import type { Limits } from '../../core/model/limits.ts'
import type { DeviceEventReport } from '../../core/model/fix.ts'
import { parseInstant } from '../../schemas/common.ts'
import {
  isJsonObject,
  knotsPerMeterPerSecond,
  numberWithin,
  readAccuracyMeters,
  readBatteryFraction,
  readHeadingDegrees,
  readPhoneFix,
  readSpeed,
  refusedReading,
  type JsonObject,
  type PhoneFix,
  type PhoneReading,
} from './phone-reading.ts'

/**
 * Traccar Client 9 and newer: one location (or a list), speed in m/s, battery as a
 * fraction, -1 for unknown.
 */
export function readTraccarJson(body: unknown, arrival: Arrival): readonly PhoneReading[] {
  if (body === undefined || body === null) return []
  const location = isJsonObject(body) ? body['location'] : undefined
  const locations: readonly unknown[] = Array.isArray(location) ? location : [location]
  return locations.flatMap((each) =>
    isJsonObject(each) ? readLocation(each, arrival) : [refusedReading(unreadable, body)],
  )
}

/**
 * The older form of the same protocol: speed in knots, battery in percent, time as seconds,
 * milliseconds or text, accuracy 0 for not told.
 */
export function readTraccarForm(form: string, arrival: Arrival): readonly PhoneReading[] {
  if (form.trim() === '') return []
  const fields = new URLSearchParams(form)
  const numberOf = (...names: string[]): number | null => {
    const text = names.map((name) => fields.get(name)).find((value) => value !== null)
    return text === undefined || text === null || text.trim() === '' ? null : Number(text)
  }
  const [latitudeText, longitudeText] = (fields.get('location') ?? '').split(',')
  const inPair = (text: string | undefined) =>
    text === undefined || text === '' ? null : Number(text)
  const accuracyMeters = readAccuracyMeters(numberOf('accuracy'))
  const timestamp = fields.get('timestamp')
  return readingsOf({
    fix: {
      // The protocol allows leaving the time out; then it is the time of sending.
      recordedAtMs: timestamp === null ? arrival.receivedAtMs : readFormTime(timestamp),
      longitude: numberOf('lon') ?? inPair(longitudeText),
      latitude: numberOf('lat') ?? inPair(latitudeText),
      accuracyMeters: accuracyMeters === 0 ? null : accuracyMeters,
      speedMetersPerSecond: readSpeed(numberOf('speed'), knotsPerMeterPerSecond),
      headingDegrees: readHeadingDegrees(numberOf('bearing', 'heading')),
      hdop: numberWithin(numberOf('hdop'), 0, 10_000),
      batteryFraction: readBatteryFraction(numberOf('batt'), 100),
    },
    isSimulated: fields.get('mock') === 'true',
    isInvalid: fields.has('valid') && !['true', '1'].includes(fields.get('valid') ?? ''),
    isPanic: fields.get('alarm') === 'sos',
    arrival,
    body: Object.fromEntries(fields),
  })
}

/** When a request came, and how far a phone's clock may be from that. */
export type Arrival = { readonly receivedAtMs: number; readonly limits: Limits }

const unreadable = {
  field: null,
  code: 'unreadable',
  detail: 'expected a location as Traccar Client sends it, got something else',
} as const

const simulated = {
  field: null,
  code: 'simulated-position',
  detail: 'expected a position of the phone, got one that another app simulates',
} as const

const saidInvalid = {
  field: null,
  code: 'device-says-invalid',
  detail: 'expected a valid position, got one the app marks as not valid',
} as const

function readLocation(location: JsonObject, arrival: Arrival): PhoneReading[] {
  const coords = isJsonObject(location['coords']) ? location['coords'] : {}
  const battery = isJsonObject(location['battery']) ? location['battery'] : {}
  const extras = isJsonObject(location['extras']) ? location['extras'] : {}
  const timestamp = location['timestamp']
  return readingsOf({
    fix: {
      recordedAtMs: typeof timestamp === 'string' ? parseInstant(timestamp) : null,
      longitude: coords['longitude'],
      latitude: coords['latitude'],
      accuracyMeters: readAccuracyMeters(coords['accuracy']),
      speedMetersPerSecond: readSpeed(coords['speed'], 1),
      headingDegrees: readHeadingDegrees(coords['heading']),
      hdop: null,
      batteryFraction: readBatteryFraction(battery['level'], 1),
    },
    isSimulated: location['mock'] === true,
    isInvalid: false,
    isPanic: location['alarm'] === 'sos' || extras['alarm'] === 'sos',
    arrival,
    body: location,
  })
}

/**
 * The button for help in the app is a panic button, also when the position beside it is of no use.
 */
function readingsOf(parts: {
  readonly fix: PhoneFix
  readonly isSimulated: boolean
  readonly isInvalid: boolean
  readonly isPanic: boolean
  readonly arrival: Arrival
  readonly body: unknown
}): PhoneReading[] {
  const { fix, body } = parts
  const reading = parts.isSimulated
    ? refusedReading(simulated, body)
    : parts.isInvalid
      ? refusedReading(saidInvalid, body)
      : readPhoneFix(fix, body)
  if (!parts.isPanic) return [reading]
  const panic: PhoneReading = {
    type: 'device-event',
    report: {
      kind: 'panic',
      ...panicTime(fix.recordedAtMs, parts.arrival),
      batteryFraction: fix.batteryFraction,
      sequence: null,
    },
    body,
  }
  return [panic, reading]
}

/**
 * The app sends a press with whatever position the phone remembers, hours old perhaps: the time
 * beside it is that of the place. Unless it is about now, the press counts from its arrival.
 */
function panicTime(
  positionAtMs: number | null,
  { receivedAtMs, limits }: Arrival,
): Pick<DeviceEventReport, 'recordedAtMs' | 'deviceClockAtMs'> {
  const ageMs = receivedAtMs - (positionAtMs ?? Number.NaN)
  return positionAtMs !== null && Math.abs(ageMs) <= limits.panicPositionAgeMsMax
    ? { recordedAtMs: positionAtMs }
    : { recordedAtMs: receivedAtMs, deviceClockAtMs: positionAtMs }
}

function readFormTime(text: string): number | null {
  if (/^\d{1,16}$/.test(text)) {
    const value = Number(text)
    return value < secondsMax ? value * 1_000 : value
  }
  if (/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text))
    return parseInstant(`${text.replace(' ', 'T')}Z`)
  return parseInstant(text)
}

/** Whole seconds until 2038 are below, milliseconds since February 1970 above. */
const secondsMax = 2_147_483_647
