import { wake } from '../model/deadlines.ts'
import { findFreshnessInPursuitMs, findFreshnessMs } from './judge-side.ts'
import type { Watch, WatchedDevice, WatchedPerson } from './watch-state.ts'

/**
 * When to look again at somebody of whom only that is to be said that they were seen lately; NaN:
 * it takes the whole situation. Hot path: nearly everybody, every five minutes. What it says is
 * what `judgeSide` says of a side that is fresh: of a sighting this young it makes no difference
 * whether an approach is open, and the next look is when it would.
 */
function findNextLookMs(
  watch: Watch,
  personId: string,
  devices: readonly WatchedDevice[],
  nowMs: number,
): number {
  const seenMs = watch.findSeenMs(personId)
  if (Number.isNaN(seenMs) || devices.length === 0) return Number.NaN
  const pursuitMs = findFreshnessInPursuitMs(watch, devices)
  const isFresh = nowMs - seenMs <= Math.min(pursuitMs, findFreshnessMs(watch, devices))
  return isFresh ? seenMs + pursuitMs + 1 : Number.NaN
}

/** The same of one of two people: of a plan too slow for that, nobody knows how far apart. */
export function findNextLookOfPairMs(watch: Watch, personId: string, nowMs: number): number {
  const { sightingGapMsMax } = watch.limits
  const devices = listDevices(watch, personId)
  const isSeldom = devices.every((one) => one.intervalMs > sightingGapMsMax)
  return isSeldom ? Number.NaN : findNextLookMs(watch, personId, devices, nowMs)
}

/** Hot path: seen lately by the one device, and nothing to say of where. */
export function isSeenAndNoMore(watch: Watch, person: WatchedPerson, nowMs: number): boolean {
  if (person.unreliable !== null || person.unplaced.length > 0) return false
  if (person.deviceIds.length !== 1) return false
  const nextMs = findNextLookMs(watch, person.id, listDevices(watch, person.id), nowMs)
  if (Number.isNaN(nextMs)) return false
  wake(watch.deadlines, person, nextMs)
  person.isTroubled = false
  return true
}

function listDevices(watch: Watch, personId: string): WatchedDevice[] {
  const devices: WatchedDevice[] = []
  for (const deviceId of watch.persons.get(personId)?.deviceIds ?? []) {
    const device = watch.devices.get(deviceId)
    if (device !== undefined) devices.push(device)
  }
  return devices
}
