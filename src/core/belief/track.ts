import { distanceMeters, metersBetween } from '../../../geo/distance.ts'
import { followFault } from './fault.ts'
import { followStandstillFix } from './frozen.ts'
import { noteJumpPlace } from './jump-places.ts'
import { isNewJump, noteJump, noteNewJump } from './jumping.ts'
import { noteRestPlace } from './rest-places.ts'
import { followGiven, isSameRepeat, remember } from './stale-repeat.ts'
import { canOpen, canStand, canSupport, disbeliefBits, isBelieved } from './believe-fix.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { countAway, followRest } from './held-sighting.ts'
import { isTooFar } from './plausible-move.ts'
import { noteProven } from './proven-rest.ts'
import {
  heardDevicesMax,
  isProven,
  isWayless,
  noteProvenStart,
  notePathStart,
} from './path-starts.ts'
import { provesNothing } from './reception.ts'
import { noteOwnStory, noteSightingElsewhere } from './other-places.ts'
import { noteSharpest, noteSharpStart } from './sharp-starts.ts'
import type { Contradicted, Track } from './track-state.ts'
import { pushAll } from '../model/lists.ts'
import { noteWay } from './waypoints.ts'
import { followAnchor, followSeen } from './whereabouts.ts'
import { findWitnessMs } from './witness.ts'
import type { Plans } from './witness.ts'

/** What is known of where one person was, after the fixes read so far. */
export function createTrack(): Track {
  return {
    sighting: null,
    previous: null,
    movedMeters: 0,
    standing: null,
    last: null,
    lastDisbelief: 0,
    heardBefore: nothing,
    suspect: null,
    jumps: nothing,
    newJumps: nothing,
    jumpPlaces: nothing,
    sightingOfOther: null,
    otherPlaces: nothing,
    doubtful: nothing,
    ahead: nothing,
    contradicted: null,
    faultCount: 0,
    faultBits: 0,
    chainBefore: null,
    chainLast: null,
    pathStart: null,
    pathStartDisbelief: 0,
    pathStartPrevious: null,
    pathStartsBefore: nothing,
    provenStarts: nothing,
    sharpStarts: nothing,
    sharpest: nothing,
    remembered: nothing,
    restPlaces: nothing,
    way: nothing,
    repeat: null,
    given: null,
    standstillFix: null,
    standstill: null,
    withSatellites: null,
    restSinceMs: Number.NaN,
    anchor: null,
    anchorBefore: null,
    anchorSeenMs: 0,
    awayCount: 0,
    provenAtMs: 0,
    restProvenMs: 0,
    coarse: null,
  }
}

/** Whatever a track refers to is replaced and never changed, so a copy may share it. */
export function cloneTrack(track: Track): Track {
  return { ...track }
}

/** `movedMeters` is the distance from the sighting before. */
export function extendTrack(
  track: Track,
  fix: CaseFix,
  disbelief: number,
  movedMeters: number,
  plans: Plans,
): void {
  const { limits } = plans
  track.heardBefore = noteChangeOfDevice(track.heardBefore, track.last, fix)
  track.last = fix
  track.lastDisbelief = disbelief
  if (isStanding(track.standing, fix, disbelief)) track.standing = fix
  else track.contradicted = noteContradiction(track, fix, disbelief, plans)
  if (!canSupport(disbelief)) return
  followFault(track, disbelief)
  track.standstillFix = followStandstillFix(track.standstillFix, fix, limits)
  if (canOpen(disbelief) && !isWayless(disbelief)) notePathStart(track, fix, disbelief)
  if (isProven(track, fix, disbelief)) {
    track.sharpStarts = noteSharpStart(track, fix, plans)
    track.sharpest = noteSharpest(track.sharpest, fix, plans)
    track.provenStarts = noteProvenStart(track, fix)
  }
  if (fix.satellites > 0) track.withSatellites = fix
  if ((disbelief & ~distanceBits) === 0) {
    track.chainBefore = track.chainLast
    track.chainLast = fix
  }
  if (isBelieved(disbelief)) {
    noteBelieved(track, fix, movedMeters, plans)
    return
  }
  if (disbelief === disbeliefBits['accuracy-too-poor']) {
    track.coarse = fix
    track.awayCount = countAway(track, fix, limits)
  }
  if ((disbelief & ~awayBits) === 0) {
    track.otherPlaces = noteOwnStory(track, fix, disbelief, limits)
  }
  if (isDoubtedForDistance(disbelief)) noteSuspect(track, fix, canOpen(disbelief), plans)
  noteElsewhere(track, fix, disbelief, plans)
  const isRepeat = (disbelief & disbeliefBits['stale-repeat']) !== 0
  if (isRepeat && !isSameRepeat(track.repeat, fix, limits)) track.repeat = fix
}

/** In this order: what is known of the way reads the sighting before. */
function noteBelieved(track: Track, fix: CaseFix, movedMeters: number, plans: Plans): void {
  const { limits } = plans
  track.otherPlaces = noteSightingElsewhere(track, fix)
  noteSighting(track, fix, plans)
  track.given = followGiven(track, fix, movedMeters, plans)
  track.remembered = remember(track.remembered, track.sighting, fix, limits)
  track.restPlaces = noteRestPlace(track.restPlaces, fix, limits)
  track.way = noteWay(track.way, fix, limits)
  track.restSinceMs = followRest(track, fix, movedMeters, limits)
  moveAnchor(track, fix, plans)
  track.awayCount = 0
  if (!provesNothing(track, fix, limits)) noteProven(track, fix, plans)
  track.coarse = null
  movePrevious(track, fix, movedMeters)
  track.sighting = fix
  if (track.repeat?.deviceSlot === fix.deviceSlot) track.repeat = null
}

function moveAnchor(track: Track, fix: CaseFix, plans: Plans): void {
  const anchor = followAnchor(track, fix, plans.limits)
  track.anchorSeenMs = followSeen(track, fix, anchor, plans)
  if (anchor === track.anchor) return
  track.anchorBefore = track.anchor
  track.anchor = anchor
  track.restProvenMs = 0
}

/**
 * Two sightings of one moment show no way that was gone: the one before both stays the previous.
 */
function movePrevious(track: Track, fix: CaseFix, movedMeters: number): void {
  const { previous, sighting } = track
  const isSameMoment = sighting !== null && sighting.recordedAtMs === fix.recordedAtMs
  if (isSameMoment && previous !== null) {
    const { longitude, latitude } = previous
    track.movedMeters = distanceMeters(longitude, latitude, fix.longitude, fix.latitude)
    return
  }
  if (!isSameMoment) track.previous = sighting
  track.movedMeters = movedMeters
}

/** Hot path: nearly everybody has one device, and nothing is written. */
function noteChangeOfDevice(
  heardBefore: readonly number[],
  last: CaseFix | null,
  fix: CaseFix,
): readonly number[] {
  if (last === null || last.deviceSlot === fix.deviceSlot) return heardBefore
  const kept: number[] = []
  for (let at = 0; at < heardBefore.length; at += 2) {
    if (heardBefore[at] === fix.deviceSlot) continue
    pushAll(kept, heardBefore.slice(at, at + 2))
  }
  kept.push(last.deviceSlot, last.recordedAtMs)
  return kept.slice(-2 * heardDevicesMax)
}

/** Before the fix becomes the sighting. */
function noteSighting(track: Track, fix: CaseFix, plans: Plans): void {
  const { sighting, suspect } = track
  if (sighting !== null && sighting.deviceSlot !== fix.deviceSlot) track.sightingOfOther = sighting
  if (track.doubtful.length > 0) {
    const witnessMs = findWitnessMs(fix, plans)
    track.doubtful = track.doubtful.filter(
      ({ recordedAtMs }) => fix.recordedAtMs - recordedAtMs <= witnessMs,
    )
  }
  // Hot path: nearly every clock is right.
  if (track.ahead.length > 0) {
    track.ahead = track.ahead.filter(({ deviceSlot }) => deviceSlot !== fix.deviceSlot)
  }
  // A second device of the same person may keep its own story: only its own fixes can settle that,
  // and one alone cannot: true and false positions may come in turn.
  if (suspect === null || suspect.deviceSlot !== fix.deviceSlot) return
  if (fix.recordedAtMs - suspect.recordedAtMs > findWitnessMs(fix, plans)) track.suspect = null
}

const distanceBits = disbeliefBits.teleport | disbeliefBits.unreachable
/** All that is said of a position only because the sighting before it lies elsewhere. */
const awayBits = distanceBits | disbeliefBits['stale-repeat']

function isDoubtedForDistance(disbelief: number): boolean {
  return (disbelief & distanceBits) !== 0 && (disbelief & ~awayBits) === 0
}

function noteSuspect(track: Track, fix: CaseFix, mayOpen: boolean, plans: Plans): void {
  track.jumpPlaces = noteJumpPlace(track.jumpPlaces, fix, mayOpen, plans.limits)
  if (isNewJump(track, fix, plans)) track.newJumps = noteNewJump(track.newJumps, fix)
  track.suspect = fix
  track.jumps = noteJump(track.jumps, fix)
}

function noteElsewhere(track: Track, fix: CaseFix, disbelief: number, plans: Plans): void {
  if (isDoubtfulSighting(disbelief)) track.doubtful = noteDoubtful(track.doubtful, fix, plans)
  else if (isAhead(disbelief)) track.ahead = noteDoubtful(track.ahead, fix, plans)
}

/** One that may open, and lies where the person cannot be if the others are right. */
function isDoubtfulSighting(disbelief: number): boolean {
  const bits = disbeliefBits.unreachable | disbeliefBits['contradicts-same-moment']
  return (disbelief & bits) !== 0 && canOpen(disbelief)
}

/** One that may open, by a clock that is ahead: the time is doubtful, not the place. */
function isAhead(disbelief: number): boolean {
  return (disbelief & disbeliefBits['future-clock']) !== 0 && canOpen(disbelief)
}

/** The first of its moment stands, also while its device is contradicted again and again. */
function isStanding(standing: CaseFix | null, fix: CaseFix, disbelief: number): boolean {
  const isFirst =
    standing === null ||
    standing.recordedAtMs !== fix.recordedAtMs ||
    standing.deviceSlot !== fix.deviceSlot
  return canStand(isFirst ? disbelief & ~disbeliefBits['contradicts-same-moment'] : disbelief)
}

/** Further from the fix that stands for the moment than both their radii explain. */
function noteContradiction(
  { standing, contradicted }: Track,
  fix: CaseFix,
  disbelief: number,
  plans: Plans,
): Contradicted | null {
  if ((disbelief & disbeliefBits['contradicts-same-moment']) === 0) return contradicted
  if (standing === null || standing.recordedAtMs !== fix.recordedAtMs) return contradicted
  if (!isTooFar(standing, fix, metersBetween(standing, fix), plans.limits)) return contradicted
  const { deviceSlot, recordedAtMs: atMs } = fix
  if (contradicted === null || contradicted.deviceSlot !== deviceSlot) {
    return { deviceSlot, atMs, count: 1 }
  }
  const gapMs = atMs - contradicted.atMs
  if (gapMs === 0) return contradicted
  return {
    deviceSlot,
    atMs,
    count: gapMs <= findWitnessMs(fix, plans) ? contradicted.count + 1 : 1,
  }
}

/** The newest of each place: the fix takes the place of those it may have come from. */
function noteDoubtful(
  doubtful: readonly CaseFix[],
  fix: CaseFix,
  plans: Plans,
): readonly CaseFix[] {
  const { limits } = plans
  const witnessMs = findWitnessMs(fix, plans)
  const others = doubtful.filter(
    (other) =>
      fix.recordedAtMs - other.recordedAtMs <= witnessMs &&
      isTooFar(other, fix, metersBetween(other, fix), limits),
  )
  return [...others, fix].slice(-limits.doubtfulCountMax)
}

/** Shared, for lists of a track are replaced and never changed. */
const nothing: readonly never[] = []
