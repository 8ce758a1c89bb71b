import assert from 'node:assert/strict'
import type { DeviceEvent, DeviceEventKind, Fix, FixSource, Outage } from '../../core/model/fix.ts'
import type { RegistryChange } from '../../core/model/registry.ts'
import { CorruptJournal } from '../../errors.ts'
import { invert, openPayload, packUuids, sealPayload, UuidReader } from './journal-frame.ts'
import { journalKinds } from './journal-kinds.ts'

/** Fixes as one packed row: every number as the vendor sent it, absent ones taking no room. */
export function encodeFixes(fixes: readonly Fix[]): Buffer {
  const { table, indices } = packUuids(fixes)
  const records = Buffer.allocUnsafe(fixes.length * fixBytesMax)
  // A view writes a number far faster than a buffer's own methods: with ids by
  // hand, 1.7 µs a fix became 0.4.
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength)
  let at = 0
  for (const [place, fix] of fixes.entries()) {
    view.setUint32(at, indices[place] ?? 0, true)
    view.setFloat64(at + 4, fix.recordedAtMs, true)
    view.setFloat64(at + 12, fix.receivedAtMs, true)
    view.setFloat64(at + 20, fix.longitude, true)
    view.setFloat64(at + 28, fix.latitude, true)
    view.setUint8(at + 36, fix.source === null ? 0 : sourceNumbers[fix.source])
    const maskAt = at + 37
    at += fixBytesMin
    let mask = 0
    for (let bit = 0; bit < optionalFixKeys.length; bit += 1) {
      const key = optionalFixKeys[bit]
      const value = key === undefined ? null : fix[key]
      if (value === null) continue
      mask |= 1 << bit
      view.setFloat64(at, value, true)
      at += 8
    }
    view.setUint8(maskAt, mask)
  }
  return sealPayload(journalKinds.fixes, fixes.length, [table, records.subarray(0, at)])
}

/** What `encodeFixes` packed. Throws `CorruptJournal` for anything else. */
export function decodeFixes(payload: Buffer): Fix[] {
  const { count, body } = openPayload(payload, journalKinds.fixes)
  const uuids = new UuidReader(body)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  let at = uuids.endsAt
  let mask = 0
  const next = (bit: number): number | null => {
    if ((mask & (1 << bit)) === 0) return null
    at += 8
    return view.getFloat64(at - 8, true)
  }
  const read = (): Fix => {
    const start = at
    const sourceNumber = view.getUint8(start + 36)
    mask = view.getUint8(start + 37)
    at += fixBytesMin
    return {
      deviceId: uuids.get(view.getUint32(start, true)),
      recordedAtMs: view.getFloat64(start + 4, true),
      receivedAtMs: view.getFloat64(start + 12, true),
      longitude: view.getFloat64(start + 20, true),
      latitude: view.getFloat64(start + 28, true),
      // In the order of `optionalFixKeys`, which is the order on disk.
      accuracyMeters: next(0),
      speedMetersPerSecond: next(1),
      headingDegrees: next(2),
      source: sourceNumber === 0 ? null : known(sources, sourceNumber, 'source of a fix'),
      hdop: next(3),
      satellites: next(4),
      batteryFraction: next(5),
      sequence: next(6),
    }
  }
  return readRecords(body, count, read, () => at)
}

/** Device events as one packed row. */
export function encodeDeviceEvents(events: readonly DeviceEvent[]): Buffer {
  const { table, indices } = packUuids(events)
  const records = Buffer.allocUnsafe(events.length * eventBytesMax)
  let at = 0
  for (const [place, event] of events.entries()) {
    at = records.writeUInt32LE(indices[place] ?? 0, at)
    at = records.writeDoubleLE(event.recordedAtMs, at)
    at = records.writeDoubleLE(event.receivedAtMs, at)
    at = records.writeUInt8(eventKindNumbers[event.kind], at)
    const { batteryFraction, sequence, deviceClockAtMs = null } = event
    const mask =
      (batteryFraction === null ? 0 : 1) |
      (sequence === null ? 0 : 2) |
      (deviceClockAtMs === null ? 0 : 4) |
      (event.deviceClockAtMs === null ? withoutClock : 0)
    at = records.writeUInt8(mask, at)
    for (const value of [batteryFraction, sequence, deviceClockAtMs]) {
      if (value !== null) at = records.writeDoubleLE(value, at)
    }
  }
  return sealPayload(journalKinds.deviceEvents, events.length, [table, records.subarray(0, at)])
}

/** What `encodeDeviceEvents` packed. Throws `CorruptJournal` for anything else. */
export function decodeDeviceEvents(payload: Buffer): DeviceEvent[] {
  const { count, body } = openPayload(payload, journalKinds.deviceEvents)
  const uuids = new UuidReader(body)
  let at = uuids.endsAt
  return readRecords(
    body,
    count,
    () => {
      const deviceId = uuids.get(body.readUInt32LE(at))
      const recordedAtMs = body.readDoubleLE(at + 4)
      const receivedAtMs = body.readDoubleLE(at + 12)
      const kind = known(eventKinds, body.readUInt8(at + 20), 'kind of device event')
      const mask = body.readUInt8(at + 21)
      at += eventBytesMin
      const next = (bit: number): number | null => {
        if ((mask & (1 << bit)) === 0) return null
        at += 8
        return body.readDoubleLE(at - 8)
      }
      const event = { deviceId, kind, recordedAtMs, receivedAtMs }
      const batteryFraction = next(0)
      const sequence = next(1)
      const deviceClockAtMs = next(2)
      const isOfArrival = deviceClockAtMs !== null || (mask & withoutClock) !== 0
      const values = { ...event, batteryFraction, sequence }
      return isOfArrival ? { ...values, deviceClockAtMs } : values
    },
    () => at,
  )
}

/** One change of the registry. JSON: it is rare, and its shape grows with the orders. */
export function encodeRegistryChange(change: RegistryChange): Buffer {
  return sealPayload(journalKinds.registryChange, 1, [Buffer.from(JSON.stringify(change), 'utf8')])
}

/** What `encodeRegistryChange` packed. Throws `CorruptJournal` for anything else. */
export function decodeRegistryChange(payload: Buffer): RegistryChange {
  const { body } = openPayload(payload, journalKinds.registryChange)
  const change = parseJson(body.toString('utf8'))
  if (typeof change !== 'object' || change === null || !('type' in change)) {
    throw new CorruptJournal('expected a change of the registry with a type, got something else')
  }
  const { type } = change
  if (!isRegistryChangeType(type)) {
    throw new CorruptJournal('expected a known type of registry change, got another')
  }
  const subject = new Map<string, unknown>(Object.entries(change)).get(registryChangeKeys[type])
  if (typeof subject !== 'object' || subject === null || !('id' in subject)) {
    throw new CorruptJournal('expected what is registered, with its id, got something else')
  }
  // The checksum has held and the type is known: it is what encodeRegistryChange was given.
  return change as RegistryChange
}

/**
 * An outage as the database itself writes it, in `intake_resume`. Throws
 * `CorruptJournal` for anything else.
 */
export function decodeOutage(payload: Buffer): Outage {
  const outage = parseJson(payload.toString('utf8'))
  if (typeof outage === 'object' && outage !== null && 'fromMs' in outage && 'untilMs' in outage) {
    const { fromMs, untilMs } = outage
    if (Number.isSafeInteger(fromMs) && Number.isSafeInteger(untilMs)) {
      return { fromMs: Number(fromMs), untilMs: Number(untilMs) }
    }
  }
  throw new CorruptJournal('expected an outage with its two moments, got something else')
}

/**
 * The order on disk. Appending needs a wider mask after the eighth; changing the
 * order needs a new version.
 */
const optionalFixKeys = [
  'accuracyMeters',
  'speedMetersPerSecond',
  'headingDegrees',
  'hdop',
  'satellites',
  'batteryFraction',
  'sequence',
] as const satisfies readonly (keyof Fix)[]

const fixBytesMin = 4 + 4 * 8 + 2
const fixBytesMax = fixBytesMin + optionalFixKeys.length * 8
const eventBytesMin = 4 + 2 * 8 + 2
const eventBytesMax = eventBytesMin + 3 * 8
/** In the mask of an event: it counts from its arrival, and no time came with it. */
const withoutClock = 8

/**
 * Numbers on disk, never reused; independent of the order of the lists in the core. 0 is absent.
 */
const sourceNumbers = { gnss: 1, network: 2, fused: 3, manual: 4 } as const satisfies Record<
  FixSource,
  number
>
const sources = invert<FixSource>(sourceNumbers)

const eventKindNumbers = {
  'strap-tamper': 1,
  'case-tamper': 2,
  panic: 3,
  'battery-low': 4,
  'battery-critical': 5,
  'charging-started': 6,
  'charging-stopped': 7,
  'link-lost': 8,
  'link-restored': 9,
  'jamming-suspected': 10,
  heartbeat: 11,
  'tamper-restored': 12,
} as const satisfies Record<DeviceEventKind, number>
const eventKinds = invert<DeviceEventKind>(eventKindNumbers)

/** Where each kind of change keeps what is registered. */
const registryChangeKeys: Readonly<Record<RegistryChange['type'], string>> = {
  vendor: 'vendor',
  person: 'person',
  device: 'device',
  'device-assignment': 'deviceAssignment',
  'protection-order': 'protectionOrder',
}

function isRegistryChangeType(type: unknown): type is RegistryChange['type'] {
  return typeof type === 'string' && Object.hasOwn(registryChangeKeys, type)
}

function readRecords<T>(body: Buffer, count: number, read: () => T, endsAt: () => number): T[] {
  const records: T[] = []
  try {
    for (let index = 0; index < count; index += 1) records.push(read())
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new CorruptJournal(`expected ${count} records, got an end after ${records.length}`, error)
  }
  if (endsAt() !== body.length) {
    throw new CorruptJournal(
      `expected ${count} records in ${endsAt()} bytes, got ${body.length} bytes`,
    )
  }
  return records
}

function known<T>(values: ReadonlyMap<number, T>, number: number, what: string): T {
  const value = values.get(number)
  if (value === undefined)
    throw new CorruptJournal(`expected a known ${what}, got number ${number}`)
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CorruptJournal('expected JSON, got something else', error)
  }
}

assert(optionalFixKeys.length <= 8, 'the mask of a fix is one byte')
