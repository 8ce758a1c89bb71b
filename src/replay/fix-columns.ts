import assert from 'node:assert/strict'
import { fixSources } from '../core/model/fix.ts'
import type { Fix } from '../core/model/fix.ts'

/**
 * Many fixes in little memory: about 110 bytes each, so that a million fit well
 * under 2 GB beside the engine.
 */
export type FixColumns = {
  count: number
  readonly deviceIds: string[]
  readonly deviceRowById: Map<string, number>
  deviceRows: Uint32Array
  sources: Uint8Array
  /** NaN stands for null. */
  readonly numbers: Record<NumericField, Float64Array>
}

export function createFixColumns(): FixColumns {
  return {
    count: 0,
    deviceIds: [],
    deviceRowById: new Map(),
    deviceRows: new Uint32Array(initialCapacity),
    sources: new Uint8Array(initialCapacity),
    numbers: eachField(() => new Float64Array(initialCapacity)),
  }
}

export function appendFix(columns: FixColumns, fix: Fix): void {
  const row = columns.count
  if (row === columns.deviceRows.length) {
    grow(columns)
  }
  columns.deviceRows[row] = deviceRow(columns, fix.deviceId)
  columns.sources[row] = fix.source === null ? 0 : fixSources.indexOf(fix.source) + 1
  for (const field of numericFields) {
    columns.numbers[field][row] = fix[field] ?? Number.NaN
  }
  columns.count = row + 1
}

export function fixAt(columns: FixColumns, row: number): Fix {
  const { numbers } = columns
  const deviceId = columns.deviceIds[columns.deviceRows[row] ?? -1]
  assert(deviceId !== undefined, 'expected a row that was appended')
  return {
    deviceId,
    recordedAtMs: numberAt(numbers.recordedAtMs, row),
    receivedAtMs: numberAt(numbers.receivedAtMs, row),
    longitude: numberAt(numbers.longitude, row),
    latitude: numberAt(numbers.latitude, row),
    accuracyMeters: numberOrNullAt(numbers.accuracyMeters, row),
    speedMetersPerSecond: numberOrNullAt(numbers.speedMetersPerSecond, row),
    headingDegrees: numberOrNullAt(numbers.headingDegrees, row),
    source: fixSources[(columns.sources[row] ?? 0) - 1] ?? null,
    hdop: numberOrNullAt(numbers.hdop, row),
    satellites: numberOrNullAt(numbers.satellites, row),
    batteryFraction: numberOrNullAt(numbers.batteryFraction, row),
    sequence: numberOrNullAt(numbers.sequence, row),
  }
}

export function recordedAtMsOf(columns: FixColumns, row: number): number {
  return numberAt(columns.numbers.recordedAtMs, row)
}

export function receivedAtMsOf(columns: FixColumns, row: number): number {
  return numberAt(columns.numbers.receivedAtMs, row)
}

/** Rows in order of receipt; rows received together keep the order of the file. */
export function rowsByReceipt(columns: FixColumns): Uint32Array {
  const received = columns.numbers.receivedAtMs
  const rows = Uint32Array.from({ length: columns.count }, (_, row) => row)
  let isSorted = true
  for (let row = 1; row < columns.count; row++) {
    isSorted &&= numberAt(received, row - 1) <= numberAt(received, row)
  }
  return isSorted
    ? rows
    : rows.sort((one, other) => numberAt(received, one) - numberAt(received, other) || one - other)
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
type NumericField = (typeof numericFields)[number]

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
  for (const field of numericFields) {
    const wider = new Float64Array(capacity)
    wider.set(columns.numbers[field])
    columns.numbers[field] = wider
  }
}

function eachField<T>(make: () => T): Record<NumericField, T> {
  return Object.fromEntries(numericFields.map((field) => [field, make()])) as Record<
    NumericField,
    T
  >
}

function numberAt(numbers: Float64Array, row: number): number {
  return numbers[row] ?? Number.NaN
}

function numberOrNullAt(numbers: Float64Array, row: number): number | null {
  const value = numberAt(numbers, row)
  return Number.isNaN(value) ? null : value
}
