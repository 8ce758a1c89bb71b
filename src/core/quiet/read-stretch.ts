import assert from 'node:assert/strict'
import { distanceMeters, metersBetween } from '../../../geo/distance.ts'
import { followStandstill } from '../belief/frozen.ts'
import { followRest } from '../belief/held-sighting.ts'
import { noteRestPlace } from '../belief/rest-places.ts'
import { extendRemembered, isRemembering } from '../belief/stale-repeat.ts'
import { extendTrack } from '../belief/track.ts'
import type { Track } from '../belief/track-state.ts'
import { extendWay, isOnWay } from '../belief/waypoints.ts'
import { followAnchor, followSeen } from '../belief/whereabouts.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { FixWindow } from '../fixes/fix-window.ts'
import { createSpareFix, readFix, readFixInto, readPersonSlot } from '../fixes/fix-window.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'
import { getTrack } from '../judge/fold.ts'

/**
 * Lets the fold read the quiet fixes of the window from `first` on. The same as judging each when
 * it came: for a quiet one the step of the fold is `readOne`, and nothing else. What is known of
 * one person does not depend on fixes of another, so that each person's are read in a row.
 */
export function readStretch(
  window: FixWindow,
  first: number,
  state: FoldState,
  context: FoldContext,
): void {
  for (let slot = 0; slot < state.tracks.length; slot++) {
    const track = getTrack(state, slot)
    let next = findNext(window, first, slot)
    while (next < window.count) {
      const stretch = { window, first: next, slot }
      const readAt = isBare(track) ? walk(track, stretch, context) : sightingAt
      if (readAt === sightingAt) readOne(track, readFix(window, next), context)
      else next = readAt
      next = findNext(window, next + 1, slot)
    }
  }
}

type Stretch = { readonly window: FixWindow; readonly first: number; readonly slot: number }

/** What is left of a step of the fold when nothing is found. */
function readOne(track: Track, fix: CaseFix, context: FoldContext): void {
  const { sighting } = track
  assert(sighting !== null, 'whoever is quiet has been seen')
  const movedMeters = metersBetween(sighting, fix)
  track.standstill = followStandstill(track, fix, context.limits)
  extendTrack(track, fix, 0, movedMeters, context)
}

/**
 * The last fix was believed, and left nothing that a further one of its device, about there, would
 * end: `extendTrack` would put that one wherever the track has the last. No standstill begins, for
 * `isOrdinaryMove` lets none pass.
 */
function isBare(track: Track): boolean {
  const { sighting, anchor, given, suspect, repeat, standstill, doubtful, ahead } = track
  if (sighting === null || anchor === null) return false
  const isLast =
    track.last === sighting &&
    track.standing === sighting &&
    track.chainLast === sighting &&
    track.pathStart === sighting &&
    track.standstillFix === sighting
  const isBelieved = track.lastDisbelief === 0 && track.pathStartDisbelief === 0
  const isSure = track.faultCount === 0 && track.awayCount === 0 && track.coarse === null
  const isAsked = given !== null || suspect !== null || repeat !== null || standstill !== null
  return isLast && isBelieved && isSure && !isAsked && doubtful.length === 0 && ahead.length === 0
}

/**
 * Follows one device by the rules of `noteBelieved`, from the last sighting through the fix at
 * `first`; says which fix was the last one read, `sightingAt` when none was. Hot path: lists are
 * copied once, and a fix is made of numbers only where it stays known.
 */
function walk(track: Track, { window, first, slot }: Stretch, context: FoldContext): number {
  const { limits } = context
  const going = beginWalk(track)
  const { deviceSlot } = going.sighting
  let next = spareOne
  let spare = spareOther
  for (let at = first; at < window.count; at = findNext(window, at + 1, slot)) {
    readFixInto(window, at, next)
    if (next.deviceSlot !== deviceSlot) break
    const { longitude, latitude } = going.sighting
    const movedMeters = distanceMeters(longitude, latitude, next.longitude, next.latitude)
    // A place that was given before is one again only after a longer move (`followGiven`).
    if (!(movedMeters <= limits.staleJumpMetersMin)) break
    going.movedMeters = movedMeters
    if (isRemembering(going.remembered, going.sighting, next, limits)) {
      going.ownRemembered ??= going.remembered = [...going.remembered]
      extendRemembered(going.ownRemembered, next, limits)
    }
    if (!isOnWay(going.way, next, limits)) {
      going.ownWay ??= going.way = [...going.way]
      extendWay(going.ownWay, next, limits)
    }
    going.restPlaces = noteRestPlace(going.restPlaces, next, limits)
    going.restSinceMs = followRest(going, next, going.movedMeters, limits)
    movePlace(going, window, { at, next }, context)
    if (next.satellites > 0) going.satellitesAt = at
    going.beforeAt = going.lastAt
    going.lastAt = at
    going.sighting = next
    const used = next
    next = spare
    spare = used
  }
  if (going.lastAt !== sightingAt) endWalk(track, going, window)
  return going.lastAt
}

/** Places of fixes that the track has, and the window may have no more. */
const sightingAt = -1
const anchorAtFirst = -2

/** Where somebody has come to. Fixes are in spare objects, known by their place in the window. */
type Walk = Pick<Track, 'movedMeters' | 'restPlaces' | 'restSinceMs' | 'anchorSeenMs'> & {
  sighting: CaseFix
  anchor: CaseFix
  remembered: readonly number[]
  way: readonly number[]
  ownRemembered: number[] | null
  ownWay: number[] | null
  beforeAt: number
  lastAt: number
  anchorAt: number
  anchorBeforeAt: number
  satellitesAt: number
  isPlaceMoved: boolean
}

function beginWalk(track: Track): Walk {
  const { sighting, anchor, movedMeters, restSinceMs, anchorSeenMs } = track
  const { remembered, restPlaces, way } = track
  assert(sighting !== null && anchor !== null, 'a believed fix is a sighting at some place')
  return {
    sighting,
    anchor,
    remembered,
    restPlaces,
    way,
    movedMeters,
    restSinceMs,
    anchorSeenMs,
    ownRemembered: null,
    ownWay: null,
    beforeAt: sightingAt,
    lastAt: sightingAt,
    anchorAt: anchor === sighting ? sightingAt : anchorAtFirst,
    anchorBeforeAt: anchorAtFirst,
    satellitesAt: sightingAt,
    isPlaceMoved: false,
  }
}

/** As `moveAnchor` does. */
function movePlace(
  going: Walk,
  window: FixWindow,
  { at, next }: { readonly at: number; readonly next: CaseFix },
  context: FoldContext,
): void {
  const anchor = followAnchor(going, next, context.limits)
  going.anchorSeenMs = followSeen(going, next, anchor, context)
  const anchorAt = anchor === next ? at : anchor === going.sighting ? going.lastAt : going.anchorAt
  if (anchorAt === going.anchorAt) return
  going.anchorBeforeAt = going.anchorAt
  going.anchorAt = anchorAt
  going.isPlaceMoved = true
  if (anchorAt === sightingAt) {
    going.anchor = anchor
    return
  }
  readFixInto(window, anchorAt, spareAnchor)
  going.anchor = spareAnchor
}

/** The last fix is all that `extendTrack` would have left of those between. */
function endWalk(track: Track, going: Walk, window: FixWindow): void {
  const { beforeAt, lastAt, satellitesAt } = going
  const { sighting: first, anchor } = track
  const last = readFix(window, lastAt)
  const before = beforeAt === sightingAt ? first : readFix(window, beforeAt)
  const make = (at: number): CaseFix | null => {
    if (at === sightingAt) return first
    if (at === anchorAtFirst) return anchor
    if (at === lastAt) return last
    return at === beforeAt ? before : readFix(window, at)
  }
  if (going.isPlaceMoved) {
    track.anchorBefore = make(going.anchorBeforeAt)
    track.anchor = make(going.anchorAt)
  }
  if (satellitesAt !== sightingAt) track.withSatellites = make(satellitesAt)
  track.anchorSeenMs = going.anchorSeenMs
  track.restSinceMs = going.restSinceMs
  track.remembered = going.remembered
  track.restPlaces = going.restPlaces
  track.way = going.way
  track.movedMeters = going.movedMeters
  track.previous = before
  track.chainBefore = before
  track.sighting = last
  track.last = last
  track.standing = last
  track.chainLast = last
  track.pathStart = last
  track.standstillFix = last
  track.agreedAtMs = last.recordedAtMs
}

/** The first from there on that is of this person; the end of the window when there is none. */
function findNext(window: FixWindow, from: number, slot: number): number {
  let index = from
  while (index < window.count && readPersonSlot(window, index) !== slot) index++
  return index
}

/** Written over again and again: nobody keeps them. */
const spareOne = createSpareFix()
const spareOther = createSpareFix()
const spareAnchor = createSpareFix()
