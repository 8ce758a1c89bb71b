import type { Limits } from '../../core/model/limits.ts'
import type { DeviceEventReport } from '../../core/model/fix.ts'
import { measure } from '../door/body.ts'
import { depthMax } from '../door/forbidden.ts'
import { parseInstant } from '../../schemas/common.ts'
import {
  asksForHelp,
  heartbeatOfArrival,
  isCry,
  isJsonObject,
  knotsPerMeterPerSecond,
  numberWithin,
  panicOfArrival,
  readAccuracyMeters,
  readBatteryFraction,
  readHeadingDegrees,
  readPhoneFix,
  readSpeed,
  readUnreadable,
  refusedReading,
  type JsonObject,
  type PhoneFix,
  type PhoneReading,
} from './phone-reading.ts'

/**
 * Traccar Client 9: one location (or a list), speed in m/s, battery as a fraction, -1 for unknown.
 * Apps built on the library of version 10 may send a list of flat objects with the fields of the
 * form, their whole queue at once.
 */
export function readTraccarJson(body: unknown, arrival: Arrival): readonly PhoneReading[] {
  if (body === undefined || body === null) return []
  const readings = listElements(body).flatMap((each) => readElement(each, arrival))
  const isToldBeside = asksForHelp(body) && !readings.some(isPanic)
  return isToldBeside ? [panicOfArrival(arrival.receivedAtMs, null, body), ...readings] : readings
}

/** The form of Traccar Client 10, and of those before 9. */
export function readTraccarForm(form: string, arrival: Arrival): readonly PhoneReading[] {
  if (form.trim() === '') return []
  // The same app with JSON set, behind a library that names every body a form.
  if (/^\s*[[{]/.test(form)) return readJsonIn(form, arrival)
  const fields = new URLSearchParams(form)
  return readFields(fields, Object.fromEntries(fields), arrival)
}

function readJsonIn(text: string, arrival: Arrival): readonly PhoneReading[] {
  let body: unknown
  // As where it comes as JSON: deeper than any app writes, and than it can be walked through.
  if (measure(Buffer.from(text)).depth > depthMax) return readUnreadable(text, arrival.receivedAtMs)
  try {
    body = JSON.parse(text)
  } catch {
    return readUnreadable(text, arrival.receivedAtMs)
  }
  return readTraccarJson(body, arrival)
}

/** Every element as a location of version 9 or a flat object; a body that holds none is one. */
function listElements(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body.length === 0 ? [body] : body
  const location = isJsonObject(body) ? body['location'] : undefined
  if (Array.isArray(location)) return location.map((each: unknown) => ({ location: each }))
  return [body]
}

function readElement(element: unknown, arrival: Arrival): readonly PhoneReading[] {
  if (isJsonObject(element)) {
    const { location } = element
    if (isJsonObject(location)) return readLocation(location, arrival)
    if (flatNames.some((name) => element[name] !== undefined)) {
      const texts = Object.entries(element).flatMap(([name, value]) =>
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
          ? [[name, String(value)]]
          : [],
      )
      return readFields(new URLSearchParams(texts), element, arrival)
    }
  }
  return [refusedReading(unreadable, element)]
}

/** What tells a flat object from something else; a time and a battery alone are a heartbeat. */
const flatNames = ['lat', 'lon', 'timestamp', 'batt', 'alarm'] as const

function isPanic(reading: PhoneReading): boolean {
  return reading.type === 'device-event' && reading.report.kind === 'panic'
}

/**
 * Speed in knots, battery in percent, time as seconds, milliseconds or text, accuracy 0 for not
 * told.
 */
function readFields(
  fields: URLSearchParams,
  body: unknown,
  arrival: Arrival,
): readonly PhoneReading[] {
  const numberOf = (...names: string[]): number | null => {
    const text = names.map((name) => fields.get(name)).find((value) => value !== null)
    return text === undefined || text === null || text.trim() === '' ? null : readFormNumber(text)
  }
  const [latitudeText, longitudeText] = (fields.get('location') ?? '').split(',')
  const inPair = (text: string | undefined) =>
    text === undefined || text === '' ? null : readFormNumber(text)
  const timestamp = fields.get('timestamp')
  return readingsOf({
    fix: {
      // The protocol allows leaving the time out; then it is the time of sending.
      recordedAtMs: timestamp === null ? arrival.receivedAtMs : readFormTime(timestamp),
      longitude: numberOf('lon') ?? inPair(longitudeText),
      latitude: numberOf('lat') ?? inPair(latitudeText),
      accuracyMeters: readAccuracyMeters(numberOf('accuracy')) || null,
      speedMetersPerSecond: readSpeed(numberOf('speed'), knotsPerMeterPerSecond),
      headingDegrees: readHeadingDegrees(numberOf('bearing', 'heading')),
      hdop: numberWithin(numberOf('hdop'), 0, 10_000),
      batteryFraction: readBatteryFraction(numberOf('batt'), 100),
    },
    isSimulated: fields.get('mock') === 'true',
    isInvalid: fields.has('valid') && !['true', '1'].includes(fields.get('valid') ?? ''),
    isPanic: fields.getAll('alarm').some(isCry) || asksForHelp(body),
    arrival,
    body,
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
    isPanic: asksForHelp(location),
    arrival,
    body: location,
  })
}

type Parts = {
  readonly fix: PhoneFix
  readonly isSimulated: boolean
  readonly isInvalid: boolean
  readonly isPanic: boolean
  readonly arrival: Arrival
  readonly body: unknown
}

/**
 * The button for help in the app is a panic button, also when the position beside it is of no use.
 */
function readingsOf(parts: Parts): PhoneReading[] {
  const { fix, body, arrival } = parts
  const reading = readPlace(parts)
  if (!parts.isPanic) return [reading]
  const panic: PhoneReading = {
    type: 'device-event',
    report: {
      kind: 'panic',
      ...panicTime(fix.recordedAtMs, arrival),
      batteryFraction: fix.batteryFraction,
      sequence: null,
    },
    body,
  }
  return [panic, reading]
}

function readPlace({ fix, isSimulated, isInvalid, arrival, body }: Parts): PhoneReading {
  if (isSimulated) return refusedReading(simulated, body)
  if (isInvalid) return refusedReading(saidInvalid, body)
  const isPlaceTold = [fix.longitude, fix.latitude].some((degrees) => (degrees ?? null) !== null)
  // The app reports at its interval also where it finds no position.
  return !isPlaceTold && fix.recordedAtMs !== null
    ? heartbeatOfArrival(arrival.receivedAtMs, fix.batteryFraction, body)
    : readPhoneFix(fix, body)
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

/** A phone writes a small one as `1.0E-4`; what is no decimal number is none: `0x10` is not 16. */
function readFormNumber(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN
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
