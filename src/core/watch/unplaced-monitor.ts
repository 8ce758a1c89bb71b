import { wake } from '../model/deadlines.ts'
import { findFreshnessNowMs } from './judge-side.ts'
import { isSilenceShown } from './silence.ts'
import type { LastPlace, Situation } from './situation.ts'
import type { Watch, WatchedDevice, WatchedPerson } from './watch-state.ts'
import { findHeardMs, laterOf, overdueMs } from './watch-state.ts'

/**
 * A monitor of several that is heard, and gives no position that could be judged, while another
 * device says where its wearer is. Two monitors on one person are at one place; what the other one
 * says holds for this one only as long as it has not left the place where this one was last. It
 * matters once its wearer could have walked from there into a band, or when it never gave a place.
 */
export function findUnplacedMonitor(
  watch: Watch,
  person: WatchedPerson,
  situation: Situation,
  nowMs: number,
): UnplacedMonitor | null {
  // Hot path: nearly everybody has one device.
  if (person.deviceIds.length < 2) return null
  const lastPlaces = situation.listLastPlaces()
  for (const deviceId of person.deviceIds) {
    const device = watch.devices.get(deviceId)
    if (device === undefined || findHeardMs(device) === null) continue
    if (watch.index.devices.get(deviceId)?.kind !== 'ankle-monitor') continue
    if (isSilenceShown(watch, device, nowMs)) continue
    wake(watch.deadlines, person, nowMs + watch.limits.troublePollMs)
    const place = lastPlaces.find((one) => one.deviceId === deviceId) ?? null
    const dueMs = findDueMs(watch, device, place, situation)
    if (nowMs > dueMs && mayMatter(watch, place, nowMs)) {
      return { deviceId, sinceMs: dueMs, lastPlaceAtMs: place?.atMs ?? null }
    }
  }
  return null
}

export type UnplacedMonitor = {
  readonly deviceId: string
  readonly sinceMs: number
  readonly lastPlaceAtMs: number | null
}

/**
 * The monitor that was told gives positions again, and not yet for long enough: one that gives a
 * position every few minutes is told once, and not each time.
 */
export function isHardlyBack(
  watch: Watch,
  person: WatchedPerson,
  situation: Situation,
  nowMs: number,
): boolean {
  const unplaced = person.unreliable?.unplaced ?? null
  if (unplaced === null || !person.deviceIds.includes(unplaced.deviceId)) return false
  const device = watch.devices.get(unplaced.deviceId)
  const place = situation.listLastPlaces().find((one) => one.deviceId === unplaced.deviceId)
  if (device === undefined || place === undefined) return false
  if (isSilenceShown(watch, device, nowMs)) return false
  const freshMs = findFreshnessNowMs(watch, [device], situation)
  const { lastPlaceAtMs } = unplaced
  if (place.atMs > (lastPlaceAtMs ?? -Infinity)) {
    const isInRow = lastPlaceAtMs !== null && place.atMs - lastPlaceAtMs <= freshMs
    if (!isInRow) unplaced.backSinceMs = place.atMs
    unplaced.lastPlaceAtMs = place.atMs
  }
  // Its place has become too old to speak: what else was found of it holds.
  if (nowMs > place.atMs + freshMs || unplaced.backSinceMs === null) return false
  return place.atMs - unplaced.backSinceMs < watch.limits.placedAgainMsMin
}

/** Its last place speaks for so long; and whoever has just come back gets a moment. */
function findDueMs(
  watch: Watch,
  device: WatchedDevice,
  place: LastPlace | null,
  situation: Situation,
): number {
  const freshMs = findFreshnessNowMs(watch, [device], situation)
  const startMs = laterOf(Math.max(device.sinceMs, device.knownSinceMs), watch.receivingSinceMs)
  const resumedMs = (device.resumedAtMs ?? -Infinity) + overdueMs(watch, device)
  return Math.max((place?.atMs ?? startMs) + freshMs, startMs, resumedMs)
}

function mayMatter({ limits }: Watch, place: LastPlace | null, nowMs: number): boolean {
  if (place === null) return true
  const walkMeters = (limits.ageingSpeedMetersPerSecondMin * (nowMs - place.atMs)) / 1000
  return place.isLeft && place.bandMeters <= walkMeters
}
