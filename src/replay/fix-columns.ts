import { fixSources } from '../core/model/fix.ts'
import type { Fix } from '../core/model/fix.ts'

/** Many fixes in little memory: about 110 bytes each, so that a million fit well under 2 GB beside the engine. */
export type FixColumns = {
  count: number
  readonly deviceIds: string[]
  readonly deviceRowById: Map<string, number>
  deviceRows: Uint32Array
  sources: Uint8Array
  /** One array per numeric field, in the order of `numericFields`; NaN stands for null. */
  readonly numbers: Float64Array[]
}

export function createFixColumns(): FixColumns {
  return {
    count: 0,
    deviceIds: [],
    deviceRowById: new Map(),
    deviceRows: new Uint32Array(initialCapacity),
    sources: new Uint8Array(initialCapacity),
    numbers: numericFields.map(() => new Float64Array(initialCapacity)),
  }
}

export function appendFix(columns: FixColumns, fix: Fix): void {
  const row = columns.count
  if (row === columns.deviceRows.length) {
    grow(columns)
  }
  columns.deviceRows[row] = deviceRow(columns, fix.deviceId)
  columns.sources[row] = fix.source === null ? 0 : fixSources.indexOf(fix.source) + 1
  for (let index = 0; index < numericFields.length; index++) {
    columns.numbers[index]![row] = fix[numericFields[index]!] ?? Number.NaN
  }
  columns.count = row + 1
}

export function fixAt(columns: FixColumns, row: number): Fix {
  const { numbers } = columns
  const source = columns.sources[row]!
  return {
    deviceId: columns.deviceIds[columns.deviceRows[row]!]!,
    recordedAtMs: numbers[0]![row]!,
    receivedAtMs: numbers[1]![row]!,
    longitude: numbers[2]![row]!,
    latitude: numbers[3]![row]!,
    accuracyMeters: orNull(numbers[4]![row]!),
    speedMetersPerSecond: orNull(numbers[5]![row]!),
    headingDegrees: orNull(numbers[6]![row]!),
    source: source === 0 ? null : fixSources[source - 1]!,
    hdop: orNull(numbers[7]![row]!),
    satellites: orNull(numbers[8]![row]!),
    batteryFraction: orNull(numbers[9]![row]!),
    sequence: orNull(numbers[10]![row]!),
  }
}

export function recordedAtMsOf(columns: FixColumns, row: number): number {
  return columns.numbers[0]![row]!
}

export function receivedAtMsOf(columns: FixColumns, row: number): number {
  return columns.numbers[1]![row]!
}

/** Rows in order of receipt; rows received together keep the order of the file. */
export function rowsByReceipt(columns: FixColumns): Uint32Array {
  const received = columns.numbers[1]!
  const rows = Uint32Array.from({ length: columns.count }, (_, row) => row)
  let isSorted = true
  for (let row = 1; row < columns.count; row++) {
    isSorted &&= received[row - 1]! <= received[row]!
  }
  return isSorted
    ? rows
    : rows.sort((one, other) => received[one]! - received[other]! || one - other)
}

const initialCapacity = 1024

const numericFields = [
  'recordedAtMs',
  'receivedAtMs',
  'longitude',
  'latitude',
  'accuracyMeters',
  'speedMetersPerSecond',
  'headingDegrees',
  'hdop',
  'satellites',
  'batteryFraction',
  'sequence',
] as const

function deviceRow(columns: FixColumns, deviceId: string): number {
  const known = columns.deviceRowById.get(deviceId)
  if (known !== undefined) {
    return known
  }
  const row = columns.deviceIds.push(deviceId) - 1
  columns.deviceRowById.set(deviceId, row)
  return row
}

function grow(columns: FixColumns): void {
  const capacity = columns.deviceRows.length * 2
  const deviceRows = new Uint32Array(capacity)
  deviceRows.set(columns.deviceRows)
  columns.deviceRows = deviceRows
  const sources = new Uint8Array(capacity)
  sources.set(columns.sources)
  columns.sources = sources
  for (let index = 0; index < columns.numbers.length; index++) {
    const wider = new Float64Array(capacity)
    wider.set(columns.numbers[index]!)
    columns.numbers[index] = wider
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
