import assert from 'node:assert/strict'
import { metersBetween } from '../../../geo/distance.ts'
import { followRest } from '../belief/held-sighting.ts'
import { noteProven } from '../belief/proven-rest.ts'
import { isRestPlace, noteRestPlace } from '../belief/rest-places.ts'
import { followSharpest, isCoarser } from '../belief/sharp-starts.ts'
import { isRemembered, remember } from '../belief/stale-repeat.ts'
import type { SharpStart, Track } from '../belief/track-state.ts'
import { WayAhead } from '../belief/waypoints.ts'
import { followAnchor, followSeen } from '../belief/whereabouts.ts'
import type { Plans } from '../belief/witness.ts'
import { findPathMsMax } from '../belief/witness.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { FixWindow, SpareFix } from '../fixes/fix-window.ts'
import { readFix, readFixInto } from '../fixes/fix-window.ts'

/**
 * Reads quiet fixes of one person in one pass: what `extendTrack` makes of each in turn, by the
 * same rules, while only the numbers of the present fix, the sighting and the anchor are at hand.
 * The lists of places are copied once, and of all these fixes only those become objects that
 * the track refers to at the end.
 *
 * What a quiet fix is (`quiet-fix.ts`), and what `isFoldable` asks of the track, leaves out the
 * rest: believed and newest, so it stands, and clears faults, coarse positions and how often
 * somebody was away; of the device of the sighting, so nothing of others changes; with satellites
 * or of a device that counts none, so it proves where the person is; and neither frozen nor the
 * same place with a wider radius, so no standstill is followed.
 */
export class QuietFold {
  // Named as in a track, because the rules read them from here.
  sighting: SpareFix = createSpareFix()
  readonly anchor: SpareFix = createSpareFix()
  readonly sharpest: number[] = []
  restSinceMs = Number.NaN
  anchorSeenMs = 0
  provenAtMs = 0
  restProvenMs = 0
  private now: SpareFix = createSpareFix()
  private movedMeters = 0
  private readonly way = new WayAhead()
  private remembered: readonly number[] = []
  private restPlaces: readonly number[] = []
  /** Where these are among the fixes (`Fixes`), or one of the track's own. */
  private sightingAt: number = own.sighting
  private anchorAt: number = own.anchor
  private anchorBeforeAt: number = own.anchorBefore
  private withSatellitesAt: number = own.withSatellites
  /** The sharp fix before coarser ones, and those since: of the track's own start these alone. */
  private isPastSharp = false
  private ownStart: SharpStart | null = null
  private readonly sharpFrom: SpareFix = createSpareFix()
  private sharpFromAt: number = own.sighting
  private readonly coarseAts: number[] = []

  /** Reads on from this one, and answers which is the first that has to be read by itself. */
  read(track: Track, fixes: Fixes, first: number, plans: Plans): number {
    if (!isFoldable(track)) return first
    const { window, indexes, count } = fixes
    this.begin(track, count)
    let at = first
    for (; at < count; at++) {
      readFixInto(window, indexes[at] ?? -1, this.now)
      const movedMeters = metersBetween(this.sighting, this.now)
      if (this.isPerhapsGiven(movedMeters, plans)) break
      this.step(at, movedMeters, plans)
    }
    if (at > first) this.end(track, fixes, first, at - 1)
    return at
  }

  private begin(track: Track, waitingCount: number): void {
    const { sighting, anchor, sharpStarts, sharpest, way } = track
    if (sighting === null || anchor === null) return
    copyFix(sighting, this.sighting)
    copyFix(sighting, this.now)
    copyFix(anchor, this.anchor)
    copyNumbers(sharpest, this.sharpest)
    this.way.begin(way, waitingCount)
    this.remembered = track.remembered
    this.restPlaces = track.restPlaces
    this.restSinceMs = track.restSinceMs
    this.anchorSeenMs = track.anchorSeenMs
    this.provenAtMs = track.provenAtMs
    this.restProvenMs = track.restProvenMs
    this.sightingAt = own.sighting
    this.anchorAt = own.anchor
    this.anchorBeforeAt = own.anchorBefore
    this.withSatellitesAt = own.withSatellites
    this.ownStart = sharpStarts[0] ?? null
    this.isPastSharp = this.ownStart !== null
    if (this.ownStart !== null) copyFix(this.ownStart.from, this.sharpFrom)
    this.coarseAts.length = 0
  }

  /** What may be a place given before, after a jump, takes the whole track (`followGiven`). */
  private isPerhapsGiven(movedMeters: number, { limits }: Plans): boolean {
    const { sighting, now, remembered, restPlaces } = this
    if (movedMeters <= limits.staleJumpMetersMin) return false
    const radii = sighting.accuracyMeters + now.accuracyMeters
    if (movedMeters <= limits.accuracySureFactor * radii) return false
    return isRemembered(remembered, now, limits) || isRestPlace(restPlaces, now, limits)
  }

  /** In the order of `extendTrack`: what is known of the way reads the sighting before. */
  private step(at: number, movedMeters: number, plans: Plans): void {
    const { sighting, now, way, sharpest } = this
    const { limits } = plans
    this.followSharpStart(at, plans)
    followSharpest(sharpest, now, plans)
    if (now.satellites > 0) this.withSatellitesAt = at
    this.remembered = remember(this.remembered, sighting, now, limits)
    this.restPlaces = noteRestPlace(this.restPlaces, now, limits)
    way.note(now, limits)
    this.restSinceMs = followRest(this, now, movedMeters, limits)
    this.moveAnchor(at, plans)
    noteProven(this, now, plans)
    this.movedMeters = movedMeters
    this.now = sighting
    this.sighting = now
    this.sightingAt = at
  }

  private followSharpStart(at: number, plans: Plans): void {
    const { sighting, sharpFrom, now, coarseAts } = this
    const { passageCoarseCountMax } = plans.limits
    const isCoarse = isCoarser(this, this.isPastSharp ? sharpFrom : sighting, now, plans)
    if (!isCoarse) {
      this.isPastSharp = false
      return
    }
    if (!this.isPastSharp) {
      copyFix(sighting, sharpFrom)
      this.sharpFromAt = this.sightingAt
      this.ownStart = null
      coarseAts.length = 0
    }
    coarseAts.push(at)
    const count = (this.ownStart?.coarse.length ?? 0) + coarseAts.length
    const isLong = now.recordedAtMs - sharpFrom.recordedAtMs > findPathMsMax(now, plans)
    this.isPastSharp = !isLong && count <= passageCoarseCountMax
  }

  private moveAnchor(at: number, plans: Plans): void {
    const { now, anchor, anchorAt, sightingAt } = this
    const found = followAnchor(this, now, plans.limits)
    this.anchorSeenMs = followSeen(this, now, found, plans)
    if (found === anchor) return
    this.anchorBeforeAt = anchorAt
    this.anchorAt = found === now ? at : sightingAt
    this.restProvenMs = 0
    copyFix(found, anchor)
  }

  private end(track: Track, fixes: Fixes, first: number, last: number): void {
    const { sharpest, way } = this
    const known: (CaseFix | undefined)[] = []
    const fixAt = (at: number): CaseFix | null => findFix(track, fixes, known, at)
    const sharpStarts = this.listSharpStarts(track, fixAt)
    const withSatellites = fixAt(this.withSatellitesAt)
    const anchorBefore = fixAt(this.anchorBeforeAt)
    const anchor = fixAt(this.anchorAt)
    const previous = fixAt(first === last ? own.sighting : last - 1)
    const newest = fixAt(last)
    assert(newest !== null)
    track.sharpStarts = sharpStarts
    track.sharpest = sharpest.slice()
    track.way = way.end()
    track.remembered = this.remembered
    track.restPlaces = this.restPlaces
    track.restSinceMs = this.restSinceMs
    track.anchor = anchor
    track.anchorBefore = anchorBefore
    track.anchorSeenMs = this.anchorSeenMs
    track.provenAtMs = this.provenAtMs
    track.restProvenMs = this.restProvenMs
    track.withSatellites = withSatellites
    track.chainBefore = first === last ? track.chainLast : previous
    track.previous = previous
    track.movedMeters = this.movedMeters
    settleAt(track, newest)
  }

  private listSharpStarts(track: Track, fixAt: FixAt): readonly SharpStart[] {
    const { isPastSharp, ownStart, sharpFromAt, coarseAts } = this
    if (!isPastSharp) return track.sharpStarts.length === 0 ? track.sharpStarts : []
    const from = ownStart?.from ?? fixAt(sharpFromAt)
    assert(from !== null)
    const coarse = coarseAts.map(fixAt).filter((fix) => fix !== null)
    return [{ from, coarse: ownStart === null ? coarse : [...ownStart.coarse, ...coarse] }]
  }
}

/** So many fixes of one person, by their places in the window. */
export type Fixes = {
  readonly window: FixWindow
  readonly indexes: Int32Array
  readonly count: number
}

type FixAt = (at: number) => CaseFix | null

/** Instead of a place among the fixes: as the track had it before them. */
const own = { sighting: -1, anchor: -2, anchorBefore: -3, withSatellites: -4 } as const

/** One place is one object, wherever a track refers to it. */
function findFix(
  track: Track,
  { window, indexes }: Fixes,
  known: (CaseFix | undefined)[],
  at: number,
): CaseFix | null {
  if (at === own.sighting) return track.sighting
  if (at === own.anchor) return track.anchor
  if (at === own.anchorBefore) return track.anchorBefore
  if (at === own.withSatellites) return track.withSatellites
  const fix = known[at] ?? readFix(window, indexes[at] ?? -1)
  known[at] = fix
  return fix
}

/** What every believed fix of the device of the sighting leaves, whichever came before. */
function settleAt(track: Track, newest: CaseFix): void {
  track.sighting = newest
  track.standing = newest
  track.last = newest
  track.lastDisbelief = 0
  track.faultCount = 0
  track.faultBits = 0
  track.chainLast = newest
  track.pathStart = newest
  track.pathStartDisbelief = 0
  track.provenStarts = [newest]
  track.standstillFix = newest
  track.awayCount = 0
  track.coarse = null
  if (track.repeat?.deviceSlot === newest.deviceSlot) track.repeat = null
}

/** Nothing of other devices, of doubts, or of rows of places given again has to be followed. */
function isFoldable(track: Track): boolean {
  const { sighting, anchor, last, provenStarts, sharpStarts, suspect } = track
  if (sighting === null || anchor === null) return false
  const { deviceSlot } = sighting
  const isOfDevice = (fix: CaseFix | null): boolean => fix?.deviceSlot === deviceSlot
  return (
    isOfDevice(last) &&
    track.pathStart === sighting &&
    track.pathStartsBefore.length === 0 &&
    track.standstillFix === sighting &&
    track.standstill === null &&
    track.provenAtMs === sighting.recordedAtMs &&
    provenStarts.length === 1 &&
    provenStarts[0] === sighting &&
    sharpStarts.length <= 1 &&
    sharpStarts.every(({ from }) => isOfDevice(from)) &&
    !isOfDevice(suspect) &&
    track.doubtful.length === 0 &&
    track.ahead.length === 0 &&
    track.given === null
  )
}

/** Every number one that is stored as such, so that they are written in place. */
function createSpareFix(): SpareFix {
  return {
    personSlot: 0,
    deviceSlot: 0,
    recordedAtMs: 0.5,
    receivedAtMs: 0.5,
    longitude: 0.5,
    latitude: 0.5,
    accuracyMeters: 0.5,
    speedMetersPerSecond: Number.NaN,
    sequence: -1,
    satellites: -1,
    clockBehindMs: 0,
  }
}

function copyFix(from: CaseFix, to: SpareFix): void {
  to.personSlot = from.personSlot
  to.deviceSlot = from.deviceSlot
  to.recordedAtMs = from.recordedAtMs
  to.receivedAtMs = from.receivedAtMs
  to.longitude = from.longitude
  to.latitude = from.latitude
  to.accuracyMeters = from.accuracyMeters
  to.speedMetersPerSecond = from.speedMetersPerSecond
  to.sequence = from.sequence
  to.satellites = from.satellites
  to.clockBehindMs = from.clockBehindMs
}

function copyNumbers(from: readonly number[], to: number[]): void {
  to.length = from.length
  for (let at = 0; at < from.length; at++) to[at] = from[at] ?? Number.NaN
}
