import type { Track } from '../belief/track-state.ts'
import { readRecordedAt } from '../fixes/fix-window.ts'
import { isSeenDoubtfully } from '../judge/judge-doubtful-sighting.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'
import { offenderSlot } from '../judge/step-dossier.ts'
import { maxOf } from '../model/lists.ts'
import type { RuleVersion } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'
import { findQuietBox } from './quiet-box.ts'
import type { Trail } from './trail.ts'

/** Places in `Trail.rows`: what is of the dossier, and then a row of each person. */
export const dossierRow = {
  /** The newest fix was recorded then. */
  lastMs: 0,
  /** The window may grow to so many without a checkpoint, and without forgetting. */
  countMax: 1,
  length: 2,
} as const

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
  length: 14,
} as const

/** Places in `Trail.pairs`, for each rule. */
export const pairRow = {
  victimSlot: 0,
  approachMeters: 1,
  separationMeters: 2,
  length: 3,
} as const

export function rowOf(personSlot: number): number {
  return dossierRow.length + personSlot * personRow.length
}

/** From now on nothing is quiet, until it has been learned anew. */
export function forgetRows(trail: Trail): void {
  trail.rows.fill(0)
}

/** The rules have changed. */
export function readRules(trail: Trail, { banRules, pairRules }: FoldContext): void {
  forgetRows(trail)
  let fromMs = -Infinity
  for (const { versions } of [...banRules, ...pairRules]) {
    if (versions.length > 1) fromMs = Math.max(fromMs, newestOf<RuleVersion>(versions).fromMs)
  }
  trail.versionsFromMs = fromMs
  trail.pairs = Float64Array.from(
    pairRules.flatMap(({ victimSlot, versions }) => {
      const { approachMeters, separationMeters } = newestOf(versions).ban
      return [victimSlot, approachMeters, separationMeters]
    }),
  )
}

/**
 * After a fix was judged in full: what the next ones will be compared with. Of whoever anything is
 * going on, or doubtful, nothing is learned, and their fixes are judged in full.
 */
export function learnRows(trail: Trail, known: Known): void {
  const { state, window } = trail
  const { context, evictedMs, rowsMax } = known
  if (trail.pairs === null) readRules(trail, context)
  const length = rowOf(state.tracks.length)
  if (trail.rows.length !== length) trail.rows = new Float64Array(length)
  const { rows } = trail
  const { count } = window
  rows[dossierRow.lastMs] = count === 0 ? evictedMs : readRecordedAt(window, count - 1)
  rows[dossierRow.countMax] = rowsMax
  for (const [slot, track] of state.tracks.entries()) learnPerson(rows, slot, track, trail, context)
}

type Known = {
  readonly context: FoldContext
  readonly evictedMs: number
  /** The window may grow to so many before anything but a row is written. */
  readonly rowsMax: number
}

function learnPerson(
  rows: Float64Array,
  slot: number,
  track: Track,
  { state }: Trail,
  context: FoldContext,
): void {
  const at = rowOf(slot)
  const { sighting } = track
  rows[at + personRow.device] = 0
  rows[at + personRow.isSeen] = sighting !== null && !isSeenDoubtfully(track) ? 1 : 0
  if (sighting === null) return
  rows[at + personRow.recordedAtMs] = sighting.recordedAtMs
  rows[at + personRow.longitude] = sighting.longitude
  rows[at + personRow.latitude] = sighting.latitude
  rows[at + personRow.accuracyMeters] = sighting.accuracyMeters
  rows[at + personRow.speedMetersPerSecond] = sighting.speedMetersPerSecond
  rows[at + personRow.movedMeters] = track.movedMeters
  rows[at + personRow.previousAtMs] = track.previous?.recordedAtMs ?? -Infinity
  if (!isPlain(track) || isAnythingGoingOn(state, context, slot)) return
  const box = findQuietBox(sighting, context, slot === offenderSlot)
  if (box === null) return
  rows[at + personRow.west] = box.west
  rows[at + personRow.south] = box.south
  rows[at + personRow.east] = box.east
  rows[at + personRow.north] = box.north
  rows[at + personRow.clearAfterMs] = findClearAfterMs(track, sighting.deviceSlot, context)
  rows[at + personRow.device] = sighting.deviceSlot + 1
}

/** Nothing of what makes a later fix doubtful, or a path begin elsewhere than at the sighting. */
function isPlain(track: Track): boolean {
  const { sighting } = track
  return (
    sighting !== null &&
    track.pathStart === sighting &&
    track.standstillFix === sighting &&
    track.standstill === null &&
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
