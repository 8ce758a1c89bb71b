import { findPace } from '../belief/held-sighting.ts'
import type { Track } from '../belief/track-state.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import { readRecordedAt } from '../fixes/fix-window.ts'
import { isSeenDoubtfully } from '../judge/judge-doubtful-sighting.ts'
import type { FoldContext, FoldState, RuleState } from '../judge/fold.ts'
import type { GoingOn, KnownToStaff } from './going-on.ts'
import { findGoingOn } from './going-on.ts'
import { learnAreas } from './learn-areas.ts'
import { maxOf } from '../model/lists.ts'
import type { RuleVersion } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'
import { mayBanBegin, mayPairBegin } from './may-begin.ts'
import { takePlace, writeNumber } from '../model/number-slab.ts'
import { dossierRow, pairRow, personRow } from './quiet-rows.ts'
import type { Trail } from './trail.ts'
import { forgetRows, rowOf, waitingCountMax } from './trail.ts'

/**
 * After a fix was judged in full, or an order changed: what the next ones will be compared with.
 * All of it is read from the state and the rules as they stand, whatever led there. Of whoever
 * anything doubtful is known, or of whom something goes on without bounds, nothing is learned:
 * their fixes are judged in full.
 */
export function learnRows(trail: Trail, known: Known): void {
  const { state, window, at } = trail
  // A proof was wrong: what was found is told with a fix that is judged in full.
  if (trail.late.length > 0) return
  const { context, evictedMs, rowsMax } = known
  const isRoom = state.tracks.length <= trail.personCount
  if (!trail.areRulesLearned || !isRoom) learnRules(trail, context)
  const { numbers } = trail.quiet.slab
  const { count } = window
  numbers[at + dossierRow.lastMs] = count === 0 ? evictedMs : readRecordedAt(window, count - 1)
  learnRoom(trail, rowsMax)
  const { fixAgeMsMax, clockSpreadMsMax } = context.limits
  numbers[at + dossierRow.ageMsMax] = known.isPutOff ? clockSpreadMsMax : fixAgeMsMax
  // The next one of now ends what the batch puts off; any may end what was waited for.
  if ((known.isPutOff && known.isHeldUp) || state.unheard.length > 0) {
    forgetRows(trail)
    return
  }
  const goingOn = findGoingOn(state, context, known.staff)
  numbers[at + dossierRow.unchangedUntilMs] = goingOn.untilMs
  learnPairs(trail, context, goingOn)
  for (const [slot, track] of state.tracks.entries()) {
    learnPerson(trail, slot, track, context, goingOn)
  }
}

function learnPairs(trail: Trail, { pairRules }: FoldContext, { pairs }: GoingOn): void {
  const { numbers } = trail.quiet.slab
  const pairsAt = rowOf(trail, trail.personCount)
  for (const [index, { slot }] of pairRules.entries()) {
    const at = pairsAt + index * pairRow.length
    const open = pairs[slot]
    numbers[at + pairRow.isApproached] = open === undefined ? 0 : open === null ? Number.NaN : 1
    if (open === undefined || open === null) continue
    numbers[at + pairRow.markMeters] = open.markMeters
    numbers[at + pairRow.isHurryTold] = open.isHurryTold ? 1 : 0
    numbers[at + pairRow.sigmaMeters] = open.sigmaMeters
  }
}

/** While nothing waits. */
export function learnRoom({ quiet, window, at }: Trail, rowsMax: number): void {
  const max = Math.min(rowsMax - window.count, waitingCountMax)
  writeNumber(quiet.slab, at + dossierRow.waitingMax, max)
}

type Known = {
  readonly context: FoldContext
  readonly evictedMs: number
  /**
   * A ban may begin over its people (`findBeginDeadline`), or a late breach rank lower, whose
   * newest reports were held up.
   */
  readonly isPutOff: boolean
  readonly isHeldUp: boolean
  /** The window may grow to so many before anything but a row is written. */
  readonly rowsMax: number
  readonly staff: KnownToStaff
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
    fromMs = Math.max(fromMs, newestOf<RuleVersion>(versions).fromMs)
  }
  trail.areRulesLearned = true
  const { numbers } = quiet.slab
  // No box holds any more.
  for (let slot = 0; slot < personCount; slot++) {
    numbers[rowOf(trail, slot) + personRow.west] = Number.NaN
    numbers[rowOf(trail, slot) + personRow.anchorAtMs] = Number.NaN
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

function learnPerson(
  trail: Trail,
  slot: number,
  track: Track,
  context: FoldContext,
  goingOn: GoingOn,
): void {
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
  rows[at + personRow.paceMetersPerSecond] = findPace(track, context)
  rows[at + personRow.movedMeters] = track.movedMeters
  rows[at + personRow.previousAtMs] = track.previous?.recordedAtMs ?? -Infinity
  rows[at + personRow.previousAccuracyMeters] = track.previous?.accuracyMeters ?? Number.NaN
  if (!isPlain(track)) return
  if (mayPairBegin(sighting, context, slot) || mayBanBegin(track, context, slot)) return
  if (!learnAreas(trail, slot, track, context, goingOn)) return
  rows[at + personRow.clearAfterMs] = findClearAfterMs(track, sighting.deviceSlot, context)
  rows[at + personRow.device] = sighting.deviceSlot + 1
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

function newestOf<V extends RuleVersion>(versions: readonly V[]): V {
  return findVersion(versions, Infinity)
}
