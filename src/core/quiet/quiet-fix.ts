import { distanceMeters } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { insertFix } from '../fixes/fix-window.ts'
import { offenderSlot } from '../judge/step-dossier.ts'
import type { Limits } from '../model/limits.ts'
import { dossierRow, pairRow, personRow, rowOf } from './quiet-rows.ts'
import type { Trail } from './trail.ts'

/**
 * Takes the fix in when its numbers prove that judging it would change nothing but where the person
 * was last seen; false when they do not, and then it is judged in full. Hot path: nine of ten fixes
 * are of people far from anything, and end here. Beside each condition stands what it proves; the
 * judges in `belief` and `judge` are the rules, and nothing is decided here that they do not say.
 */
export function takeQuiet(trail: Trail, fix: CaseFix, limits: Limits): boolean {
  const { rows, window } = trail
  const { personSlot, recordedAtMs, receivedAtMs, longitude, latitude, accuracyMeters } = fix
  const at = rowOf(personSlot)
  // Learned of this device, by a step of the fold: nothing doubted, no place given twice, no ban
  // and no pair of which anything goes on. A row that is not there is undefined.
  if (rows[at + personRow.device] !== fix.deviceSlot + 1) return false
  // The newest of the dossier by a whole moment: it has its place at the end, nothing is told twice
  // or contradicted, and the newest version of every rule judges it, whatever schedule that has.
  if (!(recordedAtMs > read(rows, dossierRow.lastMs))) return false
  if (!(recordedAtMs >= trail.versionsFromMs)) return false
  // Later than any jamming bears on, or any contradiction by another position of its moment.
  if (!(recordedAtMs > read(rows, at + personRow.clearAfterMs))) return false
  // Nothing but a row is written: no checkpoint is due, and nothing is forgotten.
  if (!(window.count < read(rows, dossierRow.countMax))) return false
  // Clocks: not ahead, and no week lost. What a clock behind has dated is judged in full.
  if (!(recordedAtMs <= receivedAtMs + limits.clockAheadMsTolerated)) return false
  if (!(receivedAtMs - recordedAtMs <= limits.fixAgeMsMax) || fix.clockBehindMs !== 0) return false
  // A position, sure enough to be believed, whose receiver has not lost its satellites.
  if (!(accuracyMeters < limits.accuracyMetersTooPoorMin)) return false
  if (fix.satellites !== 1 && fix.satellites !== -1) return false
  // Far from every ban, and so is the way from the sighting; not mirrored, and no null island
  // (`quiet-box.ts`). NaN is in no box.
  if (
    !(longitude > read(rows, at + personRow.west) && longitude < read(rows, at + personRow.east))
  ) {
    return false
  }
  if (
    !(latitude > read(rows, at + personRow.south) && latitude < read(rows, at + personRow.north))
  ) {
    return false
  }
  const movedMeters = distanceMeters(
    read(rows, at + personRow.longitude),
    read(rows, at + personRow.latitude),
    longitude,
    latitude,
  )
  if (!isOrdinaryMove(rows, at, fix, movedMeters, limits)) return false
  if (!areAllFarApart(trail, fix, movedMeters, limits)) return false
  insertFix(window, window.count, fix)
  trail.waitingCount++
  rows[dossierRow.lastMs] = recordedAtMs
  rows[at + personRow.previousAtMs] = read(rows, at + personRow.recordedAtMs)
  rows[at + personRow.recordedAtMs] = recordedAtMs
  rows[at + personRow.longitude] = longitude
  rows[at + personRow.latitude] = latitude
  rows[at + personRow.accuracyMeters] = accuracyMeters
  rows[at + personRow.speedMetersPerSecond] = fix.speedMetersPerSecond
  rows[at + personRow.movedMeters] = movedMeters
  return true
}

/** No jump, no place given again after one, and no standstill that claims to move. */
function isOrdinaryMove(
  rows: Float64Array,
  at: number,
  fix: CaseFix,
  movedMeters: number,
  limits: Limits,
): boolean {
  const gapMs = fix.recordedAtMs - read(rows, at + personRow.recordedAtMs)
  // Soon enough that a path of minutes explains it.
  if (!(gapMs <= limits.passageGapMsMax)) return false
  // No further than anybody gets, radii left out: no jump, and 27 km are no other part of the
  // country in which a position could be a mirrored one.
  if (!(movedMeters <= (gapMs / 1000) * limits.plausibleSpeedMetersPerSecondMax)) return false
  const lastSpeed = read(rows, at + personRow.speedMetersPerSecond)
  const pace = fix.speedMetersPerSecond
  // Not the same measurement by a device that says it moves: nobody stands still within a metre.
  const { frozenSpeedMetersPerSecondMin } = limits
  const isFast = pace >= frozenSpeedMetersPerSecondMin && lastSpeed >= frozenSpeedMetersPerSecondMin
  if (isFast && movedMeters < 1) return false
  // Near, or within both radii, or as slow as the device says: no place given again after a jump.
  if (movedMeters <= limits.staleJumpMetersMin) return true
  const radii = read(rows, at + personRow.accuracyMeters) + fix.accuracyMeters
  if (movedMeters <= limits.accuracySureFactor * radii) return true
  const told = Math.max(pace || 0, lastSpeed || 0, limits.ageingSpeedMetersPerSecondMin)
  return movedMeters <= (limits.staleJumpPaceFactor * told * gapMs) / 1000
}

/**
 * Of each pair both are seen, beyond its ring, and were so all the way since the sightings before:
 * what `isFarApart` asks, in its own words. Rules do not have to be in force for that.
 */
function areAllFarApart(
  { rows, pairs }: Trail,
  fix: CaseFix,
  movedMeters: number,
  limits: Limits,
): boolean {
  if (pairs === null) return false
  const { personSlot, longitude, latitude, accuracyMeters } = fix
  const isOffender = personSlot === offenderSlot
  const sinceMs = read(rows, rowOf(personSlot) + personRow.recordedAtMs)
  for (let pair = 0; pair < pairs.length; pair += pairRow.length) {
    const victimSlot = read(pairs, pair + pairRow.victimSlot)
    if (!isOffender && victimSlot !== personSlot) continue
    const other = rowOf(isOffender ? victimSlot : offenderSlot)
    if (rows[other + personRow.isSeen] !== 1) return false
    const gapMs = fix.recordedAtMs - read(rows, other + personRow.recordedAtMs)
    if (!(gapMs <= limits.sightingGapMsMax)) return false
    // Their last step reaches back to the sighting before this fix: no other counts.
    if (!(read(rows, other + personRow.previousAtMs) <= sinceMs)) return false
    const apartMeters = distanceMeters(
      longitude,
      latitude,
      read(rows, other + personRow.longitude),
      read(rows, other + personRow.latitude),
    )
    const closestMeters = apartMeters - movedMeters - read(rows, other + personRow.movedMeters)
    const circlesMeters =
      apartMeters - accuracyMeters - read(rows, other + personRow.accuracyMeters)
    const nearestMeters = Math.min(closestMeters, circlesMeters)
    if (!(apartMeters > read(pairs, pair + pairRow.approachMeters))) return false
    if (!(nearestMeters > read(pairs, pair + pairRow.separationMeters))) return false
  }
  return true
}

/** NaN beyond the end, which no comparison holds for. */
function read(numbers: Float64Array, at: number): number {
  return numbers[at] ?? Number.NaN
}
