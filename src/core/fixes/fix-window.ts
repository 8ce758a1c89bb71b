import assert from 'node:assert/strict'
import type { CaseFix, CaseNames } from './case-fix.ts'
import { compareFixes } from './case-fix.ts'

/**
 * The most recent fixes of a dossier, in their one order, packed: 72 bytes each instead of some 230
 * as objects, which at 10,000 full windows is the difference between 92 MB beside the heap and 290
 * MB inside it.
 */
export function createFixWindow(): FixWindow {
  return { count: 0, packed: new Float64Array(initialCapacity * stride) }
}

/**
 * Where the fix belongs: the index to insert at, or null when the very same fix is there already.
 */
export function findPlace(window: FixWindow, fix: CaseFix, names: CaseNames): number | null {
  let index = window.count
  // From the end: nearly every fix is the newest or close to it.
  while (index > 0 && readRecordedAt(window, index - 1) > fix.recordedAtMs) index--
  while (index > 0 && readRecordedAt(window, index - 1) === fix.recordedAtMs) {
    const compared = compareFixes(readFix(window, index - 1), fix, names)
    if (compared === 0) return null
    if (compared < 0) break
    index--
  }
  return index
}

export function insertFix(window: FixWindow, index: number, fix: CaseFix): void {
  assert(index >= 0 && index <= window.count)
  if ((window.count + 1) * stride > window.packed.length) grow(window)
  const at = index * stride
  if (index < window.count) window.packed.copyWithin(at + stride, at, window.count * stride)
  window.count++
  const { packed } = window
  packed[at] = packWho(fix.personSlot, fix.deviceSlot, fix.satellites)
  packed[at + 1] = fix.recordedAtMs
  packed[at + 2] = fix.receivedAtMs
  packed[at + 3] = fix.longitude
  packed[at + 4] = fix.latitude
  packed[at + 5] = fix.accuracyMeters
  packed[at + 6] = fix.speedMetersPerSecond
  packed[at + 7] = fix.sequence
  packed[at + 8] = fix.clockBehindMs
}

/** Adds fixes that are packed already, each newer than all before: so many, of equal length. */
export function appendPacked(window: FixWindow, packed: Float64Array): void {
  const count = packed.length / stride
  while ((window.count + count) * stride > window.packed.length) grow(window)
  window.packed.set(packed, window.count * stride)
  window.count += count
}

/** The first number of a packed fix that is believed; the others stand as `packFix` has them. */
export function packWho(personSlot: number, deviceSlot: number, satellites: number): number {
  const slots = deviceSlot * personSlotsMax + personSlot
  return (slots * satellitesRange + satellites + 2) * disbeliefRange
}

/** What `satellites` adds to the packed number of one that has none it knows of. */
export const whoPerSatellite = 65_536

export function readFix(window: FixWindow, index: number): CaseFix {
  assert(index >= 0 && index < window.count)
  const at = index * stride
  const first = Math.floor(readNumber(window, at) / disbeliefRange)
  const slots = Math.floor(first / satellitesRange)
  return {
    personSlot: slots % personSlotsMax,
    deviceSlot: Math.floor(slots / personSlotsMax),
    recordedAtMs: readNumber(window, at + 1),
    receivedAtMs: readNumber(window, at + 2),
    longitude: readNumber(window, at + 3),
    latitude: readNumber(window, at + 4),
    accuracyMeters: readNumber(window, at + 5),
    speedMetersPerSecond: readNumber(window, at + 6),
    sequence: readNumber(window, at + 7),
    satellites: (first % satellitesRange) - 2,
    clockBehindMs: readNumber(window, at + 8),
  }
}

/** Into an object of one's own, of a fix whose person and device are there already. */
export function readFixInto(window: FixWindow, index: number, spare: SpareFix): void {
  const at = index * stride
  const first = Math.floor(readNumber(window, at) / disbeliefRange)
  spare.recordedAtMs = readNumber(window, at + 1)
  spare.receivedAtMs = readNumber(window, at + 2)
  spare.longitude = readNumber(window, at + 3)
  spare.latitude = readNumber(window, at + 4)
  spare.accuracyMeters = readNumber(window, at + 5)
  spare.speedMetersPerSecond = readNumber(window, at + 6)
  spare.sequence = readNumber(window, at + 7)
  spare.satellites = (first % satellitesRange) - 2
  spare.clockBehindMs = readNumber(window, at + 8)
}

/** A fix that others are read into in turn: nobody may keep it. */
export type SpareFix = { -readonly [K in keyof CaseFix]: CaseFix[K] }

export function readPersonSlot(window: FixWindow, index: number): number {
  const slots = Math.floor(readNumber(window, index * stride) / disbeliefRange / satellitesRange)
  return slots % personSlotsMax
}

export function readRecordedAt(window: FixWindow, index: number): number {
  return readNumber(window, index * stride + 1)
}

/** Bits of why the fix was not believed (`disbeliefBits`), 0 when it was. */
export function readDisbelief(window: FixWindow, index: number): number {
  return readNumber(window, index * stride) % disbeliefRange
}

export function writeDisbelief(window: FixWindow, index: number, disbelief: number): void {
  assert(disbelief < disbeliefRange)
  const at = index * stride
  const packed = readNumber(window, at)
  window.packed[at] = packed - (packed % disbeliefRange) + disbelief
}

/** Forgets the oldest `count` fixes. */
export function dropOldest(window: FixWindow, count: number): void {
  assert(count <= window.count)
  window.packed.copyWithin(0, count * stride, window.count * stride)
  window.count -= count
}

/** Its bytes as text, with the numbers as they stand: digits would take ten times the work. */
export function packWindow({ count, packed }: FixWindow): string {
  return new Uint8Array(
    packed.buffer,
    packed.byteOffset,
    count * stride * Float64Array.BYTES_PER_ELEMENT,
  ).toBase64()
}

/** Throws for what `packWindow` has not made. */
export function unpackWindow(text: string): FixWindow {
  const bytes = Uint8Array.fromBase64(text)
  assert(
    bytes.length % (stride * Float64Array.BYTES_PER_ELEMENT) === 0,
    'a window is of whole fixes',
  )
  const packed = new Float64Array(bytes.buffer)
  return { count: packed.length / stride, packed }
}

export type FixWindow = { count: number; packed: Float64Array }

/**
 * Victims per offender are bounded well below this where orders come in
 * (`limits.victimsPerOffenderMax`); it leaves room for 500,000 devices before the packed number is
 * no longer exact.
 */
export const personSlotsMax = 65_536

const initialCapacity = 8
/** Numbers of one packed fix. */
export const fixStride = 9
const stride = fixStride
/** One bit for each reason (`disbeliefBits`), with room for two more. */
const disbeliefRange = whoPerSatellite
/** No position, not known, none, some. */
const satellitesRange = 4

/** In steps, not by doubling: thousands of full windows would stand half empty. */
const capacityStep = 32

/**
 * NaN beyond the window, which no caller asks for: the index was asserted, or comes from `count`.
 */
function readNumber({ packed }: FixWindow, at: number): number {
  return packed[at] ?? Number.NaN
}

function grow(window: FixWindow): void {
  const larger = new Float64Array(window.packed.length + capacityStep * stride)
  larger.set(window.packed)
  window.packed = larger
}
