import assert from 'node:assert/strict'
import { destination, distanceMeters } from '../../../geo/distance.ts'
import type { BanArea, LocationBan } from '../../core/model/registry.ts'
import type { RecordedFix } from './recording.ts'

/**
 * Bans laid on the way of a recording, so that some of its fixes fall inside: a circle,
 * a polygon, and an area of two parts, one with a hole. Where the same way was
 * recorded, the same bans come out.
 */
export function layBans(fixes: readonly RecordedFix[], idPrefix: string): readonly LocationBan[] {
  const way = credibleFixes(fixes)
  if (way.length === 0) {
    return []
  }
  const radiusMeters = banRadiusMeters(way)
  const approachMeters = Math.round(Math.min(500, 1.5 * radiusMeters))
  const areas: readonly (readonly [string, BanArea])[] = [
    ['cirkel', circleBan(fixAlong(way, 0.3), radiusMeters)],
    ['zeshoek', hexagonBan(fixAlong(way, 0.55), radiusMeters)],
    ['twee delen', twoPartBan(fixAlong(way, 0.8), fixAlong(way, 0.12), radiusMeters)],
  ]
  return areas.map(([label, area], index) => ({
    id: `${idPrefix}-ban-${index + 1}`,
    label: `${label} op de route`,
    area,
    approachMeters,
    schedule: null,
  }))
}

/** The fix at this share of the length of the way. */
export function fixAlong(way: readonly RecordedFix[], share: number): RecordedFix {
  const goalMeters = share * lengthMeters(way)
  let walkedMeters = 0
  const steps = way.slice(1).map((fix, index) => ({ fix, meters: stepMeters(way[index], fix) }))
  for (const { fix, meters } of steps) {
    walkedMeters += meters
    if (walkedMeters >= goalMeters) {
      return fix
    }
  }
  const last = way.at(-1)
  assert(last !== undefined, 'expected a way of at least one fix')
  return last
}

/** Without the fixes that a phone took from masts: a ban on such a spot lies where nobody went. */
export function credibleFixes(fixes: readonly RecordedFix[]): readonly RecordedFix[] {
  return fixes
    .filter(({ accuracyMeters }) => accuracyMeters === null || accuracyMeters <= 100)
    .toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
}

/** Steps longer than this are a gap in the recording, not a way that was walked. */
const stepMetersMax = 2_000

function stepMeters(from: RecordedFix | undefined, to: RecordedFix): number {
  if (from === undefined) {
    return 0
  }
  const meters = distanceMeters(from.longitude, from.latitude, to.longitude, to.latitude)
  return meters > stepMetersMax ? 0 : meters
}

function lengthMeters(way: readonly RecordedFix[]): number {
  return way.reduce((sum, fix, index) => sum + stepMeters(way[index - 1], fix), 0)
}

/** A fifteenth of the reach of the recording: large enough to be met, small enough to be left. */
function banRadiusMeters(way: readonly RecordedFix[]): number {
  const [first] = way
  assert(first !== undefined, 'expected a way of at least one fix')
  let reachMeters = 0
  for (const fix of way) {
    const meters = distanceMeters(first.longitude, first.latitude, fix.longitude, fix.latitude)
    reachMeters = Math.max(reachMeters, meters)
  }
  return Math.round(Math.max(60, Math.min(800, reachMeters / 15)))
}

function circleBan(center: RecordedFix, radiusMeters: number): BanArea {
  const { longitude, latitude } = center
  return { type: 'circle', longitude, latitude, radiusMeters }
}

function hexagonBan(center: RecordedFix, radiusMeters: number): BanArea {
  const coordinates = [ringAround(center, radiusMeters, 6)]
  return { type: 'geometry', geometry: { type: 'Polygon', coordinates } }
}

function twoPartBan(center: RecordedFix, other: RecordedFix, radiusMeters: number): BanArea {
  // The hole lies beside the way, or everybody inside the ban would be in its hole.
  const away = destination(center.longitude, center.latitude, 30, 0.55 * radiusMeters)
  const hole = ringAround(away, 0.2 * radiusMeters, 4).toReversed()
  const part = [ringAround(center, radiusMeters, 8), hole]
  const gapMeters = distanceMeters(
    center.longitude,
    center.latitude,
    other.longitude,
    other.latitude,
  )
  // Parts of one area may not overlap; a recording that stays in one place gets one part.
  const coordinates =
    gapMeters > 2.5 * radiusMeters ? [part, [ringAround(other, radiusMeters / 2, 5)]] : [part]
  return { type: 'geometry', geometry: { type: 'MultiPolygon', coordinates } }
}

/** A closed ring, counter-clockwise, rounded to 1e-7 degree. */
function ringAround(
  center: { readonly longitude: number; readonly latitude: number },
  radiusMeters: number,
  corners: number,
): readonly (readonly [number, number])[] {
  // The last corner is the first again.
  return Array.from({ length: corners + 1 }, (_, corner) => {
    const bearing = 360 - ((corner % corners) * 360) / corners
    const spot = destination(center.longitude, center.latitude, bearing, radiusMeters)
    return [Math.round(spot.longitude * 1e7) / 1e7, Math.round(spot.latitude * 1e7) / 1e7] as const
  })
}
