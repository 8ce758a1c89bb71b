import { deviceEventKinds, fixSources } from '../core/model/fix.ts'
import type { DeviceEvent, Fix } from '../core/model/fix.ts'
import type { Limits } from '../core/model/limits.ts'
import type { Registry } from '../core/model/registry.ts'
import { formatTime } from './parse-time.ts'
import { describeValue, ScenarioFault } from './scenario-fault.ts'
import type { Place } from './scenario-fault.ts'
import {
  fault,
  openRecord,
  readCoordinate,
  readNumberOrNull,
  readOneOf,
  readOneOfOrNull,
  readText,
  readTimeMs,
  readTimeMsOrNull,
} from './record-reader.ts'
import type { RecordReader } from './record-reader.ts'

/** One line of positions.ndjson. */
export function readFixLine(
  text: string,
  place: Place,
  devices: DeviceFinder,
  limits: Limits,
): Fix {
  const reader = openRecord(place, '', parseLine(text, place), positionFields)
  const times = readTimes(reader, limits)
  return {
    deviceId: findDeviceId(reader, devices),
    ...times,
    longitude: readCoordinate(reader, 'longitude', 180),
    latitude: readCoordinate(reader, 'latitude', 90),
    accuracyMeters: readNumberOrNull(reader, 'accuracyMeters', 0, Infinity),
    speedMetersPerSecond: readNumberOrNull(reader, 'speedMetersPerSecond', 0, Infinity),
    headingDegrees: readNumberOrNull(reader, 'headingDegrees', 0, 360),
    source: readOneOfOrNull(reader, 'source', fixSources),
    hdop: readNumberOrNull(reader, 'hdop', 0, Infinity),
    satellites: readNumberOrNull(reader, 'satellites', 0, 1000),
    batteryFraction: readNumberOrNull(reader, 'batteryFraction', 0, 1),
    sequence: readSequence(reader),
  }
}

/** One line of device-events.ndjson. */
export function readDeviceEventLine(
  text: string,
  place: Place,
  devices: DeviceFinder,
  limits: Limits,
): DeviceEvent {
  const reader = openRecord(place, '', parseLine(text, place), deviceEventFields)
  const times = readTimes(reader, limits)
  return {
    deviceId: findDeviceId(reader, devices),
    kind: readOneOf(reader, 'kind', deviceEventKinds),
    ...times,
    batteryFraction: readNumberOrNull(reader, 'batteryFraction', 0, 1),
    sequence: readSequence(reader),
  }
}

/** Serial numbers are unique within a vendor only; a line may name its vendor to tell two of them apart. */
export type DeviceFinder = {
  readonly idBySerial: ReadonlyMap<string, string | null>
  readonly idByVendorAndSerial: ReadonlyMap<string, string>
}

export function createDeviceFinder(registry: Registry): DeviceFinder {
  const idBySerial = new Map<string, string | null>()
  const idByVendorAndSerial = new Map<string, string>()
  for (const device of registry.devices) {
    const { serialNumber } = device
    idBySerial.set(serialNumber, idBySerial.has(serialNumber) ? null : device.id)
    idByVendorAndSerial.set(`${device.vendorId} ${serialNumber}`, device.id)
  }
  return { idBySerial, idByVendorAndSerial }
}

const timeFields = ['serialNumber', 'vendorId', 'recordedAt', 'receivedAt'] as const
const positionFields = new Set([
  ...timeFields,
  'longitude',
  'latitude',
  'accuracyMeters',
  'speedMetersPerSecond',
  'headingDegrees',
  'source',
  'hdop',
  'satellites',
  'batteryFraction',
  'sequence',
])
const deviceEventFields = new Set([...timeFields, 'kind', 'batteryFraction', 'sequence'])

function parseLine(text: string, place: Place): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error
    }
    // The parser's own message quotes the line, and with it a position.
    throw new ScenarioFault(
      place,
      null,
      'one JSON object',
      `${text.length} characters that are none`,
    )
  }
}

function findDeviceId(reader: RecordReader, devices: DeviceFinder): string {
  const serialNumber = readText(reader, 'serialNumber')
  if (reader.value['vendorId'] !== undefined) {
    const vendorId = readText(reader, 'vendorId')
    const deviceId = devices.idByVendorAndSerial.get(`${vendorId} ${serialNumber}`)
    if (deviceId === undefined) {
      throw fault(
        reader,
        'serialNumber',
        'a device of that vendor in registry.json',
        describeValue(serialNumber),
      )
    }
    return deviceId
  }
  const deviceId = devices.idBySerial.get(serialNumber)
  if (deviceId === undefined) {
    throw fault(reader, 'serialNumber', 'a device of registry.json', describeValue(serialNumber))
  }
  if (deviceId === null) {
    throw fault(
      reader,
      'vendorId',
      'the vendor, because two of them have this serial number',
      'nothing',
    )
  }
  return deviceId
}

function readTimes(
  reader: RecordReader,
  limits: Limits,
): { recordedAtMs: number; receivedAtMs: number } {
  const recordedAtMs = readTimeMs(reader, 'recordedAt')
  const receivedAtMs = readTimeMsOrNull(reader, 'receivedAt') ?? recordedAtMs
  // The server's intake refuses both; a replay that took them would judge what the server never sees.
  if (recordedAtMs - receivedAtMs > limits.clockAheadMsMax) {
    const expected = `a time at most ${limits.clockAheadMsMax / 1000} s after receivedAt`
    throw fault(reader, 'recordedAt', expected, formatTime(recordedAtMs))
  }
  if (receivedAtMs - recordedAtMs > limits.fixAgeMsMax) {
    const expected = `a time at most ${limits.fixAgeMsMax / 86_400_000} days before receivedAt`
    throw fault(reader, 'recordedAt', expected, formatTime(recordedAtMs))
  }
  return { recordedAtMs, receivedAtMs }
}

function readSequence(reader: RecordReader): number | null {
  const sequence = readNumberOrNull(reader, 'sequence', 0, Number.MAX_SAFE_INTEGER)
  if (sequence !== null && !Number.isSafeInteger(sequence)) {
    throw fault(reader, 'sequence', 'a whole number', describeValue(sequence))
  }
  return sequence
}
