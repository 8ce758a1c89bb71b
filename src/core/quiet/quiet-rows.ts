import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import { packWho, readRecordedAt } from '../fixes/fix-window.ts'
import { isSeenDoubtfully } from '../judge/judge-doubtful-sighting.ts'
import type { FoldContext, FoldState, RuleState } from '../judge/fold.ts'
import { maxOf } from '../model/lists.ts'
import type { RuleVersion } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'
import { mayBanBegin, mayPairBegin } from './may-begin.ts'
import { findQuietBox } from './quiet-box.ts'
import { readNumber, takePlace } from '../model/number-slab.ts'
import type { Trail } from './trail.ts'
import { dossierRow, waitingCountMax } from './trail.ts'

/** Places in the row of each person. */
export const personRow = {
  /** The device slot of the last sighting and one; 0: nothing of this person is quiet now. */
  device: 0,
  /** 1: the numbers of the sighting are those of now, and nothing doubtful stands beside it. */
  isSeen: 1,
  recordedAtMs: 2,
  longitude: 3,
  latitude: 4,
  accuracyMeters: 5,
  speedMetersPerSecond: 6,
  movedMeters: 7,
  /** Between these, borders left out, no ban is near. */
  west: 8,
  south: 9,
  east: 10,
  north: 11,
  /** No jamming and no contradiction bears on what is recorded after this. */
  clearAfterMs: 12,
  /** Of the sighting before, from which `movedMeters` is; -Infinity: there is none. */
  previousAtMs: 13,
  /** 1: nothing is wrong with the positions, and none too coarse to judge lie about a ban. */
  isClear: 14,
  length: 15,
} as const

/** Places in the numbers of each rule of a pair. */
export const pairRow = {
  /** Where the row of the victim is. */
  victimAt: 0,
  approachMeters: 1,
  separationMeters: 2,
  length: 3,
} as const

/** Places in the numbers of one dossier of a wearer. */
export const memberRow = {
  dossierAt: 0,
  personAt: 1,
  /** The device slot in that dossier and one. */
  device: 2,
  /** The first number of a packed fix, without its satellites (`packWho`). */
  who: 3,
  /** By which the dossier itself is found. */
  number: 4,
  length: 5,
} as const

export function writeMember(trail: Trail, member: MemberSlots, memberAt: number): void {
  const { numbers } = trail.quiet.slab
  const { personSlot, deviceSlot, number } = member
  numbers[memberAt + memberRow.number] = number
  numbers[memberAt + memberRow.dossierAt] = trail.at
  numbers[memberAt + memberRow.personAt] = rowOf(trail, personSlot)
  numbers[memberAt + memberRow.device] = deviceSlot + 1
  numbers[memberAt + memberRow.who] = packWho(personSlot, deviceSlot, 0)
}

type MemberSlots = {
  readonly personSlot: number
  readonly deviceSlot: number
  readonly number: number
}

function rowOf({ personsAt }: Trail, personSlot: number): number {
  return personsAt + personSlot * personRow.length
}

/** From now on nothing is quiet, until it has been learned anew. */
export function forgetRows({ quiet, personsAt, personCount }: Trail): void {
  const { numbers } = quiet.slab
  for (let slot = 0; slot < personCount; slot++) {
    numbers[personsAt + slot * personRow.length + personRow.device] = 0
    numbers[personsAt + slot * personRow.length + personRow.isSeen] = 0
  }
}

/** The rules have changed: what is known of them in numbers is no longer so. */
export function forgetRules(trail: Trail): void {
  forgetRows(trail)
  trail.versionsFromMs = null
}

/**
 * After a fix was judged in full: what the next ones will be compared with. Of whoever anything is
 * going on, or doubtful, nothing is learned, and their fixes are judged in full.
 */
export function learnRows(trail: Trail, known: Known): void {
  const { state, window, at } = trail
  const { context, evictedMs, rowsMax } = known
  const isRoom = state.tracks.length <= trail.personCount
  if (trail.versionsFromMs === null || !isRoom) learnRules(trail, context)
  const { numbers } = trail.quiet.slab
  const { count } = window
  numbers[at + dossierRow.lastMs] = count === 0 ? evictedMs : readRecordedAt(window, count - 1)
  learnRoom(trail, rowsMax)
  const { fixAgeMsMax, clockSpreadMsMax } = context.limits
  numbers[at + dossierRow.ageMsMax] = known.mayBegin ? clockSpreadMsMax : fixAgeMsMax
  if (known.mayBegin && known.isHeldUp) {
    // The next one of now ends what the batch puts off.
    forgetRows(trail)
    return
  }
  for (const [slot, track] of state.tracks.entries()) learnPerson(trail, slot, track, context)
}

/** While nothing waits. */
export function learnRoom({ quiet, window, at }: Trail, rowsMax: number): void {
  const max = Math.min(rowsMax - window.count, waitingCountMax)
  quiet.slab.numbers[at + dossierRow.waitingMax] = max
}

type Known = {
  readonly context: FoldContext
  readonly evictedMs: number
  /** A ban may begin over its people (`findBeginDeadline`), whose newest reports were held up. */
  readonly mayBegin: boolean
  readonly isHeldUp: boolean
  /** The window may grow to so many before anything but a row is written. */
  readonly rowsMax: number
}

/** In a place of its own once there are more people or rules than before. */
function learnRules(trail: Trail, { banRules, pairRules }: FoldContext): void {
  const { quiet, state, at } = trail
  const personCount = state.tracks.length
  if (personCount > trail.personCount || pairRules.length > trail.pairCount) {
    const length = personCount * personRow.length + pairRules.length * pairRow.length
    trail.personsAt = takePlace(quiet.slab, length)
    trail.personCount = personCount
    trail.pairCount = pairRules.length
  }
  let fromMs = -Infinity
  for (const { versions } of [...banRules, ...pairRules]) {
    if (versions.length > 1) fromMs = Math.max(fromMs, newestOf<RuleVersion>(versions).fromMs)
  }
  trail.versionsFromMs = fromMs
  const { numbers } = quiet.slab
  // No box holds any more.
  for (let slot = 0; slot < personCount; slot++) {
    numbers[rowOf(trail, slot) + personRow.west] = Number.NaN
  }
  const pairsAt = rowOf(trail, trail.personCount)
  numbers[at + dossierRow.versionsFromMs] = fromMs
  numbers[at + dossierRow.offenderAt] = rowOf(trail, offenderSlot)
  numbers[at + dossierRow.pairsAt] = pairsAt
  numbers[at + dossierRow.pairCount] = pairRules.length
  for (const [index, { victimSlot, versions }] of pairRules.entries()) {
    const { approachMeters, separationMeters } = newestOf(versions).ban
    const pairAt = pairsAt + index * pairRow.length
    numbers[pairAt + pairRow.victimAt] = rowOf(trail, victimSlot)
    numbers[pairAt + pairRow.approachMeters] = approachMeters
    numbers[pairAt + pairRow.separationMeters] = separationMeters
  }
}

function learnPerson(trail: Trail, slot: number, track: Track, context: FoldContext): void {
  const { numbers: rows } = trail.quiet.slab
  const { state } = trail
  const at = rowOf(trail, slot)
  const { sighting } = track
  rows[at + personRow.device] = 0
  rows[at + personRow.isSeen] = sighting !== null && !isSeenDoubtfully(track) ? 1 : 0
  if (sighting === null) return
  rows[at + personRow.isClear] = isClear(track) && isNothingUnclear(state, slot) ? 1 : 0
  rows[at + personRow.recordedAtMs] = sighting.recordedAtMs
  rows[at + personRow.longitude] = sighting.longitude
  rows[at + personRow.latitude] = sighting.latitude
  rows[at + personRow.accuracyMeters] = sighting.accuracyMeters
  rows[at + personRow.speedMetersPerSecond] = sighting.speedMetersPerSecond
  rows[at + personRow.movedMeters] = track.movedMeters
  rows[at + personRow.previousAtMs] = track.previous?.recordedAtMs ?? -Infinity
  if (!isPlain(track) || isAnythingGoingOn(state, context, slot)) return
  if (mayPairBegin(sighting, context, slot) || mayBanBegin(track, context, slot)) return
  // Hot path: what is true of a box stays so as long as the rules do.
  if (!isInBox(rows, at, sighting) && !learnBox(trail, slot, sighting, context)) return
  if (!isWayInBox(rows, at, track)) return
  rows[at + personRow.clearAfterMs] = findClearAfterMs(track, sighting.deviceSlot, context)
  rows[at + personRow.device] = sighting.deviceSlot + 1
}

/** A path past coarse positions begins there as well. */
function isWayInBox(rows: Float64Array, at: number, { sharpStarts }: Track): boolean {
  return sharpStarts.every(({ from }) => isInBox(rows, at, from))
}

function isInBox(rows: Float64Array, at: number, { longitude, latitude }: CaseFix): boolean {
  const isBetween = (one: number, value: number, other: number): boolean =>
    value > readNumber(rows, at + one) && value < readNumber(rows, at + other)
  return (
    isBetween(personRow.west, longitude, personRow.east) &&
    isBetween(personRow.south, latitude, personRow.north)
  )
}

function learnBox(trail: Trail, slot: number, at: CaseFix, context: FoldContext): boolean {
  const box = findQuietBox(at, context, slot === offenderSlot)
  if (box === null) return false
  const { numbers } = trail.quiet.slab
  const row = rowOf(trail, slot)
  numbers[row + personRow.west] = box.west
  numbers[row + personRow.south] = box.south
  numbers[row + personRow.east] = box.east
  numbers[row + personRow.north] = box.north
  return true
}

/**
 * When this person was last seen, while nothing but that, and what goes on, is to be said of where;
 * NaN where it takes the state to know. No quiet fix changes any of it but the moment.
 */
export function readSeenMs(trail: Trail, personSlot: number): number {
  if (personSlot >= trail.personCount) return Number.NaN
  const { numbers } = trail.quiet.slab
  const at = rowOf(trail, personSlot)
  const isKnown = numbers[at + personRow.isSeen] === 1 && numbers[at + personRow.isClear] === 1
  return isKnown ? readNumber(numbers, at + personRow.recordedAtMs) : Number.NaN
}

/**
 * No fault, and no jumps of the day: what `findFault` and `findJumps` ask; and the last sighting
 * proves where the person is.
 */
function isClear({ faultCount, newJumps, sighting, provenAtMs }: Track): boolean {
  return faultCount === 0 && newJumps.length === 0 && provenAtMs === sighting?.recordedAtMs
}

/** Only of an offender is it said that positions are too coarse to judge, or disputed. */
function isNothingUnclear({ bans, pairs }: FoldState, slot: number): boolean {
  const isSure = (rule: RuleState | null): boolean =>
    rule === null || (rule.unclear.length === 0 && rule.disputes.length === 0)
  return slot !== offenderSlot || (bans.every(isSure) && pairs.every(isSure))
}

/** Nothing of what makes a later fix doubtful, or a path begin elsewhere than at the sighting. */
function isPlain(track: Track): boolean {
  const { sighting } = track
  return (
    sighting !== null &&
    track.pathStart === sighting &&
    track.standstillFix === sighting &&
    track.standstill === null &&
    track.provenAtMs === sighting.recordedAtMs &&
    !isSeenDoubtfully(track)
  )
}

/** By whatever plan: the longest counts. */
function findClearAfterMs(track: Track, deviceSlot: number, context: FoldContext): number {
  const { limits, confirmWindows, jammedAtMs } = context
  const jammedMs = jammedAtMs[deviceSlot]?.at(-1) ?? -Infinity
  if (track.contradicted === null) return jammedMs + limits.jammedAfterMs
  const windowMs = maxOf((confirmWindows[deviceSlot] ?? []).map((version) => version.windowMs))
  const witnessMs = Math.max(limits.witnessMsMax, limits.witnessWindowsFactor * windowMs)
  return Math.max(jammedMs + limits.jammedAfterMs, track.contradicted.atMs + witnessMs)
}

/** Under a rule that a fix of this person is judged by. */
function isAnythingGoingOn(state: FoldState, { pairRules }: FoldContext, slot: number): boolean {
  const isOffender = slot === offenderSlot
  if (isOffender && state.bans.some((rule) => rule !== null)) return true
  return pairRules.some(
    (rule) => (isOffender || rule.victimSlot === slot) && state.pairs[rule.slot] !== null,
  )
}

function newestOf<V extends RuleVersion>(versions: readonly V[]): V {
  return findVersion(versions, Infinity)
}
