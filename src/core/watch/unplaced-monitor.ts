import { wake } from '../model/deadlines.ts'
import { findFreshnessNowMs } from './judge-side.ts'
import type { Limits } from '../model/limits.ts'
import { isLedIn } from './led-in.ts'
import type { Known, UnplacedMonitor } from './monitors-apart.ts'
import { isOfNow, listApart } from './monitors-apart.ts'
import { isSilenceShown } from './silence.ts'
import type { UnplacedAlert } from './open-alerts.ts'
import type { LastPlace, Situation } from './situation.ts'
import { findShortestUnseenMs, findUnseenMs } from './unseen-offender.ts'
import type { Watch, WatchedDevice, WatchedPerson } from './watch-state.ts'
import { findHeardMs, laterOf, overdueMs } from './watch-state.ts'

/**
 * A monitor of several that is heard, and gives no position that could be judged, while another
 * device says where its wearer is; or two that are in two places at once. Two monitors on one
 * person are at one place, and nobody knows which of the two is worn. What the other one says holds
 * for one without a position while it has not left the place where this one was last, and no longer
 * than for a wearer of this one alone (decision 0088). Else it matters once its wearer could have
 * walked from there into a band, or was on the way there, or when it never gave a place.
 */
export function listUnplacedMonitors(
  watch: Watch,
  person: WatchedPerson,
  situation: Situation,
  nowMs: number,
): readonly UnplacedMonitor[] {
  if (person.deviceIds.length < 2) return []
  const places = situation.listLastPlaces()
  const heard = listHeardMonitors(watch, person, nowMs)
  if (heard.length > 0) wake(watch.deadlines, person, nowMs + watch.limits.troublePollMs)
  const unplaced = heard.flatMap(
    (device) => findUnplaced(watch, person, device, { places, situation }, nowMs) ?? [],
  )
  return [...unplaced, ...listApart(watch, person, { places, situation }, heard, nowMs)]
}

function findUnplaced(
  watch: Watch,
  person: WatchedPerson,
  device: WatchedDevice,
  { places, situation }: Known,
  nowMs: number,
): UnplacedMonitor | null {
  const place = places.find((one) => one.deviceId === device.id) ?? null
  const sinceMs = findDueMs(watch, device, place, situation)
  if (nowMs <= sinceMs) return null
  const known = {
    deviceId: device.id,
    lastPlaceAtMs: place?.atMs ?? null,
    sinceMs,
    apartFromId: null,
  }
  const isClosingIn = place !== null && isLedIn(watch, place, nowMs)
  if (isClosingIn || mayMatter(watch, place, nowMs)) {
    const isGrave = isClosingIn || situation.isInOpenApproach || (place?.bandMeters ?? 1) <= 0
    return { ...known, way: 'left', isGrave, isLedIn: isClosingIn }
  }
  const isOtherSeen = places.some(
    (one) => one.deviceId !== device.id && isOfNow(watch, one, situation, nowMs),
  )
  if (!isOtherSeen || !isUnseen(watch, person, place, situation, nowMs)) return null
  return { ...known, way: 'unseen', isGrave: situation.isInOpenApproach, isLedIn: false }
}

function listHeardMonitors(watch: Watch, person: WatchedPerson, nowMs: number): WatchedDevice[] {
  return person.deviceIds.flatMap((deviceId) => {
    const device = watch.devices.get(deviceId)
    if (device === undefined || findHeardMs(device) === null) return []
    if (watch.index.devices.get(deviceId)?.kind !== 'ankle-monitor') return []
    return isSilenceShown(watch, device, nowMs) ? [] : [device]
  })
}

export function isHeardMonitor(
  watch: Watch,
  person: WatchedPerson,
  deviceId: string,
  nowMs: number,
): boolean {
  if (person.deviceIds.length < 2) return false
  return listHeardMonitors(watch, person, nowMs).some(({ id }) => id === deviceId)
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
    unseenMs > findAloneMs(person, place, situation, limits) && place.bandMeters <= drivenMeters
  )
}

/**
 * The rest of the other one stands for this one only where this one rested there with it, and for
 * as long as it did: what lies at home rests for nobody who has driven off.
 */
function findAloneMs(
  person: WatchedPerson,
  { atMs, bandMeters, isLeft }: LastPlace,
  situation: Situation,
  limits: Limits,
): number {
  const { restSinceMs, lastBelievedAtMs, whereabouts, heldUntilMs } = situation
  if (isLeft || restSinceMs === null || restSinceMs > atMs) {
    return findShortestUnseenMs(bandMeters, limits)
  }
  const restProvenMs = Math.min(situation.restProvenMs, atMs - restSinceMs)
  const alone = { lastBelievedAtMs, whereabouts, heldUntilMs, restProvenMs }
  return findUnseenMs(person, alone, bandMeters, limits)
}

/**
 * The monitor that was told gives positions again, and not yet for long enough: one that gives a
 * position every few minutes is told once, and not each time.
 */
export function isHardlyBack(
  watch: Watch,
  person: WatchedPerson,
  unplaced: UnplacedAlert,
  situation: Situation,
  nowMs: number,
): boolean {
  if (unplaced.isApart) return false
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
