import { findFreshnessNowMs } from './judge-side.ts'
import type { UnplacedAlert } from './open-alerts.ts'
import type { LastPlace, Situation } from './situation.ts'
import type { Watch, WatchedDevice, WatchedPerson } from './watch-state.ts'

/**
 * Monitors in two places at once: those that are heard and of now are put together by place, and
 * each place but the first is told, apart from the first. What is told is about two monitors. It
 * stands until one of them is seen where the other one was last: on a slow plan hours may lie
 * between two moments that show it, and that one is switched off brings them no nearer.
 */
export function listApart(
  watch: Watch,
  person: WatchedPerson,
  { places, situation }: Known,
  heard: readonly WatchedDevice[],
  nowMs: number,
): UnplacedMonitor[] {
  const ofNow = places.filter((place) => isOfNow(watch, place, situation, nowMs))
  const standing = person.unplaced.filter((alert) => isStillApart(person, alert, ofNow))
  const apart = { way: 'apart', isGrave: situation.isInOpenApproach, isLedIn: false } as const
  const groups = groupByPlace(watch, listCompared(person, ofNow, heard))
  const found = groups.flatMap((group, at): UnplacedMonitor[] => {
    const [first] = groups
    const isTold = groups.slice(0, at).some((other) => isToldOf(standing, group, other))
    if (at === 0 || first === undefined || isTold) return []
    const { deviceId, atMs } = group[0]
    const [{ deviceId: apartFromId, atMs: otherAtMs }] = first
    const sinceMs = Math.max(atMs, otherAtMs)
    return [{ ...apart, deviceId, apartFromId, sinceMs, lastPlaceAtMs: atMs }]
  })
  const told = standing.map(({ deviceId, apartFromId, lastPlaceAtMs, lastingSinceMs }) => {
    const sinceMs = lastingSinceMs ?? nowMs
    return { ...apart, deviceId, apartFromId, sinceMs, lastPlaceAtMs }
  })
  return [...told, ...found]
}

export type Known = { readonly places: readonly LastPlace[]; readonly situation: Situation }

export type UnplacedMonitor = {
  readonly deviceId: string
  readonly sinceMs: number
  readonly lastPlaceAtMs: number | null
  /** Left elsewhere; unseen for too long, though not left; in another place than another one. */
  readonly way: 'left' | 'unseen' | 'apart'
  /** Left about an area or near the other person, or on the way there; or an approach is open. */
  readonly isGrave: boolean
  /** Last seen on the way there. */
  readonly isLedIn: boolean
  /** The one than which it is elsewhere; null where it is not apart. */
  readonly apartFromId: string | null
}

type DevicePlace = Pick<LastPlace, 'deviceId' | 'atMs'>

export function isOfNow(
  watch: Watch,
  { deviceId, atMs }: DevicePlace,
  situation: Situation,
  nowMs: number,
): boolean {
  const device = watch.devices.get(deviceId)
  return device !== undefined && nowMs <= atMs + findFreshnessNowMs(watch, [device], situation)
}

/** Not together, both still worn. */
function isStillApart(
  { deviceIds }: WatchedPerson,
  { isApart, deviceId, apartFromId }: UnplacedAlert,
  ofNow: readonly LastPlace[],
): boolean {
  if (!isApart || !deviceIds.includes(deviceId)) return false
  if (apartFromId !== null && !deviceIds.includes(apartFromId)) return false
  const isOfTwo = (one: string, other: string): boolean =>
    one === deviceId ? other === (apartFromId ?? other) : one === apartFromId && other === deviceId
  return !ofNow.some((place) =>
    place.others.some((other) => isOfTwo(place.deviceId, other.deviceId) && isAtOnePlace(other)),
  )
}

function isAtOnePlace({ beyondMeters }: LastPlace['others'][number]): boolean {
  return beyondMeters <= 0
}

/** Not one of which somebody was called, because nobody knows where it is, and is still. */
function listCompared(
  { unplaced }: WatchedPerson,
  ofNow: readonly LastPlace[],
  heard: readonly WatchedDevice[],
): LastPlace[] {
  const isCalledFor = (deviceId: string): boolean =>
    unplaced.some(
      (alert) => !alert.isApart && alert.deviceId === deviceId && alert.priority === 'P2',
    )
  return ofNow
    .filter(({ deviceId }) => heard.some(({ id }) => id === deviceId) && !isCalledFor(deviceId))
    .toSorted((one, other) => (one.deviceId < other.deviceId ? -1 : 1))
}

type Group = [LastPlace, ...LastPlace[]]

/** Further apart than anybody gets in the time between their last places are two. */
function groupByPlace(
  { limits: { travelMetersPerSecondMax } }: Watch,
  places: readonly LastPlace[],
): readonly Group[] {
  const groups: Group[] = []
  for (const place of places) {
    const isNear = ([first]: Group): boolean =>
      place.others.some(({ deviceId, atMs, beyondMeters }) => {
        const travelMeters = (travelMetersPerSecondMax * Math.abs(atMs - place.atMs)) / 1000
        return deviceId === first.deviceId && beyondMeters <= travelMeters
      })
    const group = groups.find(isNear)
    if (group === undefined) groups.push([place])
    else group.push(place)
  }
  return groups
}

/**
 * That there are these two places is told, of whichever monitors; also of one that was last there.
 */
function isToldOf(standing: readonly UnplacedAlert[], one: Group, other: Group): boolean {
  return standing.some(({ deviceId, apartFromId }) => {
    const isBetween = (from: Group, to: Group): boolean =>
      isAt(deviceId, from) && (apartFromId === null || isAt(apartFromId, to))
    return isBetween(one, other) || isBetween(other, one)
  })
}

function isAt(deviceId: string, group: Group): boolean {
  const isLastThere = group[0].others.some(
    (other) => other.deviceId === deviceId && isAtOnePlace(other),
  )
  return isLastThere || group.some((place) => place.deviceId === deviceId)
}
