import { signedDistanceMeters } from '../../../geo/containment.ts'
import { distanceMeters, metersBetween } from '../../../geo/distance.ts'
import type { Whereabouts } from '../belief/whereabouts.ts'
import type { Waypoint } from '../belief/waypoints.ts'
import { listWaypoints } from '../belief/waypoints.ts'
import { findRestSinceMs } from '../belief/whereabouts.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import { getTrack } from '../judge/fold.ts'
import type { Limits } from '../model/limits.ts'
import { findVersion } from '../rules/ban-versions.ts'
import type { Danger } from '../watch/situation.ts'

/**
 * How near a person's whereabouts are to what is forbidden, and whether the last sightings led
 * towards it. Whatever the schedule says now: it may say something else by the time anybody looks.
 */
export function findDanger(members: readonly Member[], where: Whereabouts): Danger {
  let danger: Danger = { bandMeters: Infinity, leftMeters: Infinity, closingMeters: Infinity }
  for (const member of members) danger = joinDangers(danger, findDangerIn(member, where))
  return danger
}

type Member = { readonly dossier: Dossier; readonly personSlot: number }

function findDangerIn({ dossier, personSlot }: Member, where: Whereabouts): Danger {
  const way = findWay(dossier, personSlot)
  const danger = measureDanger(dossier, personSlot, where, way)
  if (way === null) return danger
  const cameMetersPerSecond = findPaceOf(way)
  // Whoever carries a device to be protected waits at no light on the way in.
  if (personSlot !== offenderSlot) return { ...danger, cameMetersPerSecond }
  return { ...danger, cameMetersPerSecond, fastestMetersPerSecond: findFastest(dossier, way) }
}

/**
 * Of the long enough stretches of the last minutes: of whoever waits at a light it is the road
 * before it, and not the road and the wait.
 */
function findFastest({ state, context }: Dossier, way: Way): number {
  const track = getTrack(state, offenderSlot)
  const { limits } = context
  const places = listWaypoints(track, way.to.recordedAtMs - limits.passageGapMsMax)
  let fastest = 0
  for (const [index, to] of places.entries()) {
    for (const from of places.slice(0, index)) {
      const stretch = findWayBetween(from, to, limits)
      if (isLongEnough(stretch, limits)) fastest = Math.max(fastest, findPaceOf(stretch))
    }
  }
  return Math.min(fastest, limits.travelMetersPerSecondMax)
}

/** What two receivers, or one, err by within a second is no pace of a car. */
function isLongEnough(way: Way | null, { wayApartMs }: Limits): way is Way {
  return way !== null && way.to.recordedAtMs - way.from.recordedAtMs >= wayApartMs
}

function findPaceOf({ from, to, movedMeters }: Way): number {
  return (1000 * movedMeters) / Math.max(1000, to.recordedAtMs - from.recordedAtMs)
}

export function measureDanger(
  dossier: Dossier,
  personSlot: number,
  where: Place,
  way: Way | null,
): Danger {
  let bandMeters = Infinity
  let leftMeters = Infinity
  let closingMeters = Infinity
  const note = (left: number, measure: (place: Place) => number): void => {
    leftMeters = Math.min(leftMeters, left)
    if (way === null) return
    const nearedMeters = measure(way.from) - measure(way.to)
    if (nearedMeters >= way.towardsMeters) closingMeters = Math.min(closingMeters, left)
  }
  for (const rule of personSlot === offenderSlot ? dossier.context.banRules : []) {
    const version = findVersion(rule.versions, Infinity)
    if (version.isRemoved) continue
    const measure = ({ longitude, latitude }: Place): number =>
      signedDistanceMeters(version.shape, longitude, latitude)
    const borderMeters = measure(where)
    bandMeters = Math.min(bandMeters, borderMeters - version.ban.approachMeters)
    note(borderMeters, measure)
  }
  for (const rule of dossier.context.pairRules) {
    if (personSlot !== offenderSlot && rule.victimSlot !== personSlot) continue
    const otherSlot = personSlot === offenderSlot ? rule.victimSlot : offenderSlot
    const other = dossier.state.tracks[otherSlot]?.sighting ?? null
    const version = findVersion(rule.versions, Infinity)
    if (other === null || version.isRemoved) continue
    const measure = ({ longitude, latitude }: Place): number =>
      distanceMeters(longitude, latitude, other.longitude, other.latitude)
    note(measure(where) - version.ban.separationMeters, measure)
  }
  return { bandMeters, leftMeters, closingMeters }
}

function joinDangers(one: Danger, other: Danger): Danger {
  return {
    bandMeters: Math.min(one.bandMeters, other.bandMeters),
    leftMeters: Math.min(one.leftMeters, other.leftMeters),
    closingMeters: Math.min(one.closingMeters, other.closingMeters),
    cameMetersPerSecond: Math.max(one.cameMetersPerSecond ?? 0, other.cameMetersPerSecond ?? 0),
    fastestMetersPerSecond: Math.max(
      one.fastestMetersPerSecond ?? 0,
      other.fastestMetersPerSecond ?? 0,
    ),
  }
}

type Place = { readonly longitude: number; readonly latitude: number }

/** From one position to another one, where it leads further than both err. */
export function findWayBetween(from: Waypoint, to: Waypoint, limits: Limits): Way | null {
  const movedMeters = metersBetween(from, to)
  if (movedMeters <= from.accuracyMeters + to.accuracyMeters) return null
  return { from, to, towardsMeters: limits.closingCosineMin * movedMeters, movedMeters }
}

type Way = {
  readonly from: Waypoint
  readonly to: Waypoint
  /** Nearer by this much is towards. */
  readonly towardsMeters: number
  readonly movedMeters: number
}

/**
 * The way that led to the last sighting; null of whoever is at rest, or has not moved. Reports may
 * lie nearer to each other than each errs, or come in one second: the way is then from the last
 * place from which it is long enough.
 */
function findWay({ state, context }: Dossier, personSlot: number): Way | null {
  const track = state.tracks[personSlot]
  const { limits } = context
  if (track === undefined || findRestSinceMs(track, limits) !== null) return null
  const { sighting, anchor, anchorBefore, awayCount } = track
  const from = anchorBefore ?? anchor
  if (sighting === null || from === null || awayCount >= limits.heldAwayCountMax) return null
  const way = findWayBetween(from, sighting, limits)
  if (isLongEnough(way, limits)) return way
  const places = listWaypoints(track, sighting.recordedAtMs - limits.passageGapMsMax)
  const ways = places.toReversed().map((place) => findWayBetween(place, sighting, limits))
  const isLong = (one: Way | null): one is Way => isLongEnough(one, limits)
  return ways.find(isLong) ?? way ?? ways.find((one) => one !== null) ?? null
}
