import { distanceMeters } from '../../geo/distance.ts'
import type { RecordedFix } from '../../src/replay/importers/recording.ts'
import type { TruthTrack } from './truth-track.ts'

/**
 * Where devices that travelled together truly were, as well as they know together: the
 * median of all fixes that claim `accuracyMetersMax` or better, in steps of five seconds,
 * without leaps there and back.
 */
export function referenceTrack(
  devices: readonly (readonly RecordedFix[])[],
  accuracyMetersMax: number,
  gapMsMax: number,
): TruthTrack {
  const buckets = new Map<number, RecordedFix[]>()
  for (const fix of devices.flat()) {
    if (!isReference(fix, accuracyMetersMax)) continue
    const key = Math.floor(fix.recordedAtMs / bucketMs)
    const bucket = buckets.get(key)
    if (bucket === undefined) buckets.set(key, [fix])
    else bucket.push(fix)
  }
  const knots = [...buckets.values()]
    .map((fixes) => ({
      atMs: medianOf(fixes.map(({ recordedAtMs }) => recordedAtMs)),
      longitude: medianOf(fixes.map(({ longitude }) => longitude)),
      latitude: medianOf(fixes.map(({ latitude }) => latitude)),
    }))
    .toSorted((one, other) => one.atMs - other.atMs)
  const kept = withoutLeaps(knots)
  return {
    atMs: Float64Array.from(kept, ({ atMs }) => atMs),
    longitudes: Float64Array.from(kept, ({ longitude }) => longitude),
    latitudes: Float64Array.from(kept, ({ latitude }) => latitude),
    gapMsMax,
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

type Knot = { readonly atMs: number; readonly longitude: number; readonly latitude: number }

const bucketMs = 5_000
/** Nothing recorded here moved faster; a knot that would need it, from both sides, is none. */
const leapMetersPerSecond = 70
/** What a phone stored so much later than it was recorded may be a position kept from before. */
const heldMsMax = 600_000

function isReference(fix: RecordedFix, accuracyMetersMax: number): boolean {
  return (
    (fix.accuracyMeters === null || fix.accuracyMeters <= accuracyMetersMax) &&
    fix.receivedAtMs - fix.recordedAtMs <= heldMsMax
  )
}

function withoutLeaps(knots: readonly Knot[]): Knot[] {
  return knots.filter((knot, index) => {
    const before = knots[index - 1]
    const after = knots[index + 1]
    if (before === undefined || after === undefined) return true
    return !(isLeap(before, knot) && isLeap(knot, after) && !isLeap(before, after))
  })
}

function isLeap(from: Knot, to: Knot): boolean {
  const meters = distanceMeters(from.longitude, from.latitude, to.longitude, to.latitude)
  const seconds = Math.max(1, (to.atMs - from.atMs) / 1000)
  return meters > 30 && meters / seconds > leapMetersPerSecond
}
