import type { RecentEntries } from './recent-entries.ts'

/**
 * The recent fixes of every device, in one flat ring per device.
 *
 * Two reports are the same fix when device, recorded time and position agree. The sequence
 * says nothing more: it is not asked for when those agree, and alone it is no proof. A
 * parked device whose counter stands still would look silent, and a second place for one
 * moment is a contradiction that detection must see. One that slips through costs a
 * journal entry and nothing else.
 */
export function createRecentFixes(options: RecentFixesOptions = {}): RecentEntries<FixKey> {
  const entryCountMax = options.entryCountMax ?? entryCountMaxDefault
  const rings = new Map<string, Ring>()
  const primed = new Set<string>()
  let entryCount = 0

  const perDeviceMax = () =>
    Math.max(
      ringEntriesMin,
      Math.min(ringEntriesMax, Math.floor(entryCountMax / Math.max(1, rings.size))),
    )

  return {
    isPrimed: (deviceId) => primed.has(deviceId),
    markPrimed: (deviceId) => void primed.add(deviceId),
    find(deviceId, key) {
      const ring = rings.get(deviceId)
      // Most are newer than all before them: nothing need be looked through.
      return ring === undefined || key.recordedAtMs > ring.newestMs ? null : findInRing(ring, key)
    },
    add(deviceId, key, groupId) {
      let ring = rings.get(deviceId)
      if (ring === undefined) {
        const data = new Float64Array(ringEntriesFirst * stride)
        ring = { data, next: 0, count: 0, newestMs: Number.NEGATIVE_INFINITY }
        rings.set(deviceId, ring)
      }
      entryCount -= ring.count
      fitRing(ring, perDeviceMax())
      writeToRing(ring, key, groupId)
      entryCount += ring.count
    },
    forget(deviceId, groupId) {
      const ring = rings.get(deviceId)
      if (ring === undefined) return
      // The slot stays, as one that equals nothing; the ring's order is kept and it
      // is overwritten in its turn.
      for (let at = 0; at < ring.count * stride; at += stride) {
        if (ring.data[at + groupAt] === groupId) ring.data.fill(Number.NaN, at, at + stride)
      }
    },
    deviceCount: () => rings.size,
    entryCount: () => entryCount,
  }
}

export type FixKey = {
  readonly recordedAtMs: number
  readonly longitude: number
  readonly latitude: number
}

export type RecentFixesOptions = {
  /** All devices together; 32 bytes each. With many devices each remembers fewer. */
  readonly entryCountMax?: number
}

type Ring = {
  data: Float64Array<ArrayBuffer>
  next: number
  count: number
  /** Of all that ever came, also of what was forgotten since. */
  newestMs: number
}

/** 1,000,000 × 32 bytes = 32 MB. */
const entryCountMaxDefault = 1_000_000
/** A whole request of 1,000 positions of one device, sent again, is recognised whole. */
const ringEntriesMax = 1_024
const ringEntriesMin = 32
const ringEntriesFirst = 16
/**
 * 1e-7 degree is about a centimetre: finer differences come from number formats, not from movement.
 */
const positionUnitsPerDegree = 1e7

// A slot: recordedAtMs, longitude and latitude in 1e-7 degrees, group.
const stride = 4
const groupAt = 3

function findInRing(ring: Ring, key: FixKey): number | null {
  const data = ring.data
  const recordedAtMs = key.recordedAtMs
  const longitude = Math.round(key.longitude * positionUnitsPerDegree)
  const latitude = Math.round(key.latitude * positionUnitsPerDegree)
  for (let at = 0, end = ring.count * stride; at < end; at += stride) {
    if (data[at] === recordedAtMs && data[at + 1] === longitude && data[at + 2] === latitude) {
      return data[at + groupAt] ?? null
    }
  }
  return null
}

function writeToRing(ring: Ring, key: FixKey, groupId: number): void {
  const at = ring.next * stride
  ring.newestMs = Math.max(ring.newestMs, key.recordedAtMs)
  ring.data[at] = key.recordedAtMs
  ring.data[at + 1] = Math.round(key.longitude * positionUnitsPerDegree)
  ring.data[at + 2] = Math.round(key.latitude * positionUnitsPerDegree)
  ring.data[at + groupAt] = groupId
  const capacity = ring.data.length / stride
  ring.next = (ring.next + 1) % capacity
  ring.count = Math.min(ring.count + 1, capacity)
}

/**
 * Doubles a full ring up to the share of one device, or cuts one above that share
 * down to its newest entries.
 */
function fitRing(ring: Ring, entriesMax: number): void {
  const capacity = ring.data.length / stride
  const isFull = ring.count === capacity
  const wanted =
    capacity > entriesMax ? entriesMax : isFull ? Math.min(capacity * 2, entriesMax) : capacity
  if (wanted === capacity) return
  const kept = Math.min(ring.count, wanted)
  const data = new Float64Array(wanted * stride)
  for (let offset = 0; offset < kept; offset += 1) {
    const from = (ring.next - kept + offset + capacity) % capacity
    data.set(ring.data.subarray(from * stride, (from + 1) * stride), offset * stride)
  }
  ring.data = data
  ring.count = kept
  ring.next = kept % wanted
}
