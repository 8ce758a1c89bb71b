import type { z } from 'zod'
import { dayMs } from '../core/model/units.ts'
import type { DeviceEvent, Fix } from '../core/model/fix.ts'
import type { Limits } from '../core/model/limits.ts'
import { isUrgent, settleTime } from '../core/model/urgent-event.ts'
import type { Registry } from '../core/model/registry.ts'
import { formatInstant, instantMs } from '../schemas/common.ts'
import { deviceEventReportOf } from '../schemas/device-event.ts'
import { faultsOf } from '../schemas/faults.ts'
import { fixReportOf } from '../schemas/position.ts'
import { describeValue, faultOfBody, ScenarioFault } from './scenario-fault.ts'
import type { Place } from './scenario-fault.ts'
import { deviceEventLineReader, positionLineReader } from './scenario-schemas.ts'

/** One line of positions.ndjson. */
export function readFixLine(
  text: string,
  place: Place,
  devices: DeviceFinder,
  limits: Limits,
): Fix {
  const line = readLine(text, place, positionLineReader)
  const receivedAtMs = readReceivedAtMs(line, place, limits)
  return { deviceId: findDeviceId(line, place, devices), receivedAtMs, ...fixReportOf(line) }
}

/** One line of device-events.ndjson. */
export function readDeviceEventLine(
  text: string,
  place: Place,
  devices: DeviceFinder,
  limits: Limits,
): DeviceEvent {
  const line = readLine(text, place, deviceEventLineReader)
  const deviceId = findDeviceId(line, place, devices)
  const receivedAtMs = line.receivedAt == null ? null : instantMs(line.receivedAt)
  // As on the server: an urgent event with a clock of no use counts from its arrival.
  if (receivedAtMs !== null && isUrgent(line.kind)) {
    const report = settleTime(deviceEventReportOf(line), receivedAtMs, limits)
    return { deviceId, receivedAtMs, ...report }
  }
  return {
    deviceId,
    receivedAtMs: readReceivedAtMs(line, place, limits),
    ...deviceEventReportOf(line),
  }
}

/**
 * Serial numbers are unique within a vendor only; a line may name its vendor
 * to tell two of them apart.
 */
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

/** What the lines of both files have. */
type Line = {
  readonly serialNumber: string
  readonly vendorId?: string | undefined
  readonly recordedAt: string
  readonly receivedAt?: string | null | undefined
}

function readLine<T>(text: string, place: Place, reader: Pick<z.ZodType<T>, 'safeParse'>): T {
  const value = parseLine(text, place)
  const result = reader.safeParse(value)
  if (!result.success) throw faultOfBody(place, faultsOf(result.error.issues, value), value)
  return result.data
}

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

function findDeviceId(line: Line, place: Place, devices: DeviceFinder): string {
  const { serialNumber, vendorId } = line
  const deviceId =
    vendorId === undefined
      ? devices.idBySerial.get(serialNumber)
      : devices.idByVendorAndSerial.get(`${vendorId} ${serialNumber}`)
  if (deviceId === undefined) {
    const whose = vendorId === undefined ? 'a device of' : 'a device of that vendor in'
    const got = describeValue(serialNumber)
    throw new ScenarioFault(place, 'serialNumber', `${whose} registry.json`, got)
  }
  if (deviceId === null) {
    const expected = 'the vendor, because two of them have this serial number'
    throw new ScenarioFault(place, 'vendorId', expected, 'nothing')
  }
  return deviceId
}

/**
 * The server's intake refuses both; a replay that took them would judge what the server never sees.
 */
function readReceivedAtMs(line: Line, place: Place, limits: Limits): number {
  const recordedAtMs = instantMs(line.recordedAt)
  const receivedAtMs = line.receivedAt == null ? recordedAtMs : instantMs(line.receivedAt)
  if (recordedAtMs - receivedAtMs > limits.clockAheadMsMax) {
    const expected = `a time at most ${limits.clockAheadMsMax / 1000} s after receivedAt`
    throw new ScenarioFault(place, 'recordedAt', expected, formatInstant(recordedAtMs))
  }
  if (receivedAtMs - recordedAtMs > limits.fixAgeMsMax) {
    const expected = `a time at most ${limits.fixAgeMsMax / dayMs} days before receivedAt`
    throw new ScenarioFault(place, 'recordedAt', expected, formatInstant(recordedAtMs))
  }
  return receivedAtMs
}
