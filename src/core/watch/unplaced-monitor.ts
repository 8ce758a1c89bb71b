import { wake } from '../model/deadlines.ts'
import { findFreshnessNowMs } from './judge-side.ts'
import { isSilenceShown } from './silence.ts'
import type { UnplacedAlert } from './open-alerts.ts'
import type { LastPlace, Situation } from './situation.ts'
import { findUnseenMs } from './unseen-offender.ts'
import type { Watch, WatchedDevice, WatchedPerson } from './watch-state.ts'
import { findHeardMs, laterOf, overdueMs } from './watch-state.ts'

/**
 * A monitor of several that is heard, and gives no position that could be judged, while another
 * device says where its wearer is; or two that are in two places at once. Two monitors on one
 * person are at one place, and nobody knows which of the two is worn. What the other one says holds
 * for one without a position while it has not left the place where this one was last, and no longer
 * than for a wearer of this one alone (decision 0088). Else it matters once its wearer could have
 * walked from there into a band, or when it never gave a place.
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
  const heard = listHeardMonitors(watch, person, nowMs)
  if (heard.length > 0) wake(watch.deadlines, person, nowMs + watch.limits.troublePollMs)
  for (const device of heard) {
    const place = lastPlaces.find((one) => one.deviceId === device.id) ?? null
    const dueMs = findDueMs(watch, device, place, situation)
    if (nowMs <= dueMs) continue
    const known = { deviceId: device.id, lastPlaceAtMs: place?.atMs ?? null }
    if (mayMatter(watch, place, nowMs)) {
      const isInBand = place !== null && place.bandMeters <= 0
      return { ...known, sinceMs: dueMs, way: 'left', isInBand }
    }
    const isOtherSeen = lastPlaces.some(
      (one) => one.deviceId !== device.id && isOfNow(watch, one, situation, nowMs),
    )
    if (isOtherSeen && isUnseen(watch, person, place, situation, nowMs)) {
      return { ...known, sinceMs: dueMs, way: 'unseen', isInBand: false }
    }
  }
  return findApart(watch, person, situation, heard, nowMs)
}

export type UnplacedMonitor = {
  readonly deviceId: string
  readonly sinceMs: number
  readonly lastPlaceAtMs: number | null
  /** Left elsewhere; unseen for too long, though not left; in another place than another one. */
  readonly way: 'left' | 'unseen' | 'apart'
  /** Left about an area, or near the other person. */
  readonly isInBand: boolean
}

/** What is kept of it once it is told. */
export function keepUnplaced(monitor: UnplacedMonitor | null): UnplacedAlert | null {
  if (monitor === null) return null
  const { deviceId, lastPlaceAtMs, way } = monitor
  return { deviceId, lastPlaceAtMs, backSinceMs: null, isApart: way === 'apart' }
}

function listHeardMonitors(watch: Watch, person: WatchedPerson, nowMs: number): WatchedDevice[] {
  return person.deviceIds.flatMap((deviceId) => {
    const device = watch.devices.get(deviceId)
    if (device === undefined || findHeardMs(device) === null) return []
    if (watch.index.devices.get(deviceId)?.kind !== 'ankle-monitor') return []
    return isSilenceShown(watch, device, nowMs) ? [] : [device]
  })
}

/**
 * Further from each other than anybody gets in the time between their last places, and both are of
 * now. Told once, it is over when they are at one place: on a slow plan hours may lie between two
 * moments that show it.
 */
function findApart(
  watch: Watch,
  person: WatchedPerson,
  situation: Situation,
  heard: readonly WatchedDevice[],
  nowMs: number,
): UnplacedMonitor | null {
  const { travelMetersPerSecondMax } = watch.limits
  const isTold = person.unreliable?.unplaced?.isApart === true
  const isSeen = (place: DevicePlace): boolean =>
    heard.some(({ id }) => id === place.deviceId) && isOfNow(watch, place, situation, nowMs)
  for (const place of situation.listLastPlaces()) {
    if (!isSeen(place)) continue
    const apart = place.others.find((other) => {
      const gapMs = Math.abs(other.atMs - place.atMs)
      const travelMeters = isTold ? 0 : (travelMetersPerSecondMax * gapMs) / 1000
      return isSeen(other) && other.beyondMeters > travelMeters
    })
    if (apart === undefined) continue
    const sinceMs = Math.max(apart.atMs, place.atMs)
    const known = { deviceId: place.deviceId, sinceMs, lastPlaceAtMs: place.atMs }
    return { ...known, way: 'apart', isInBand: false }
  }
  return null
}

type DevicePlace = Pick<LastPlace, 'deviceId' | 'atMs'>

function isOfNow(
  watch: Watch,
  { deviceId, atMs }: DevicePlace,
  situation: Situation,
  nowMs: number,
): boolean {
  const device = watch.devices.get(deviceId)
  return device !== undefined && nowMs <= atMs + findFreshnessNowMs(watch, [device], situation)
}

/** As long as nobody knows more of the wearer of a single monitor. */
function isUnseen(
  { limits }: Watch,
  person: WatchedPerson,
  place: LastPlace | null,
  situation: Situation,
  nowMs: number,
): boolean {
  if (place === null || place.bandMeters === Infinity) return false
  const unseenMs = nowMs - place.atMs
  const drivenMeters = (limits.travelMetersPerSecondMax * unseenMs) / 1000
  return (
    unseenMs > findUnseenMs(person, situation, place.bandMeters, limits) &&
    place.bandMeters <= drivenMeters
  )
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
  if (unplaced === null || unplaced.isApart === true) return false
  if (!person.deviceIds.includes(unplaced.deviceId)) return false
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
