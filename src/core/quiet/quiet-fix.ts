import { distanceMeters } from '../../../geo/distance.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import { packedFix } from '../fixes/case-fix.ts'
import { fixStride, whoPerSatellite } from '../fixes/fix-window.ts'
import type { Limits } from '../model/limits.ts'
import { readNumber } from '../model/number-slab.ts'
import { noteHeldUp } from './held-up.ts'
import { countApproached } from './quiet-pairs.ts'
import { memberRow, personRow } from './quiet-rows.ts'
import { dossierRow } from './trail.ts'

/**
 * Takes the fix into one dossier of its wearer when its numbers prove that judging it would change
 * nothing but where the person was last seen, or nothing of what goes on that anybody would hear of
 * (then it is judged in full once the state is asked for); refused when they do not, and it is
 * judged in full at once.
 * Hot path: most fixes are of people far from anything, and end here. Beside each condition stands
 * what it proves; the judges in `belief` and `judge` are the rules, and nothing is decided here
 * that they do not say. `fix` is a row of `packFix`, `memberAt` the place of a `memberRow`.
 */
export function takeQuiet(
  numbers: Float64Array,
  memberAt: number,
  fix: Float64Array,
  limits: Limits,
): Taking {
  const head = readNumber(numbers, memberAt + memberRow.dossierAt)
  const at = readNumber(numbers, memberAt + memberRow.personAt)
  // Learned of this device, by a step of the fold: nothing doubted, no place given twice, and
  // nothing goes on but what has bounds (`going-on.ts`).
  if (numbers[at + personRow.device] !== numbers[memberAt + memberRow.device]) return 'refused'
  const recordedAtMs = readNumber(fix, packedFix.recordedAtMs)
  const receivedAtMs = readNumber(fix, packedFix.receivedAtMs)
  // The newest of the dossier by a whole moment: it has its place at the end, nothing is told twice
  // or contradicted, and the newest version of every rule judges it, whatever schedule that has.
  if (!(recordedAtMs > readNumber(numbers, head + dossierRow.lastMs))) return 'refused'
  if (!(recordedAtMs >= readNumber(numbers, head + dossierRow.versionsFromMs))) return 'refused'
  // Later than any jamming bears on, or any contradiction by another position of its moment.
  if (!(recordedAtMs > readNumber(numbers, at + personRow.clearAfterMs))) return 'refused'
  // Clocks: not ahead, and no week lost. What a clock behind has dated is judged in full.
  if (!(recordedAtMs <= receivedAtMs + limits.clockAheadMsTolerated)) return 'refused'
  // Where a ban may begin, a report that was held up puts off what the clock says of it.
  if (!(receivedAtMs - recordedAtMs <= readNumber(numbers, head + dossierRow.ageMsMax))) {
    return 'refused'
  }
  if (fix[packedFix.clockBehindMs] !== 0) return 'refused'
  // A position, sure enough to be believed, whose receiver has not lost its satellites.
  const satellites = readNumber(fix, packedFix.satellites)
  if (!(readNumber(fix, packedFix.accuracyMeters) < limits.accuracyMetersTooPoorMin))
    return 'refused'
  if (satellites !== 1 && satellites !== -1) return 'refused'
  // Far from every ban but those something goes on about, and so is the way from the sighting; not
  // mirrored, and no null island.
  const longitude = readNumber(fix, packedFix.longitude)
  const latitude = readNumber(fix, packedFix.latitude)
  if (!isInQuietBox(numbers, at, longitude, latitude)) return 'refused'
  const fromLongitude = readNumber(numbers, at + personRow.longitude)
  const fromLatitude = readNumber(numbers, at + personRow.latitude)
  const movedMeters = distanceMeters(fromLongitude, fromLatitude, longitude, latitude)
  if (!isOrdinaryMove(numbers, at, fix, movedMeters, limits)) return 'refused'
  const isAboutArea = numbers[at + personRow.reachMeters] !== Infinity
  if (isAboutArea && !isWithinReach(numbers, at, fix)) return 'refused'
  const approachCount = countApproached(numbers, memberAt, fix, movedMeters, limits)
  if (!(approachCount >= 0)) return 'refused'
  const isOpen = isAboutArea || approachCount > 0
  // No alert is due to be shown as still seen, nothing ceases, and nobody was away for long.
  const unchangedUntilMs = readNumber(numbers, head + dossierRow.unchangedUntilMs)
  if (isOpen && !(recordedAtMs < unchangedUntilMs)) return 'refused'
  // Nothing but a row is written: no checkpoint is due, and nothing is forgotten.
  const waitingCount = readNumber(numbers, head + dossierRow.waitingCount)
  if (!(waitingCount < readNumber(numbers, head + dossierRow.waitingMax))) return 'full'
  const who = readNumber(numbers, memberAt + memberRow.who)
  const rowAt = head + dossierRow.length + waitingCount * fixStride
  writeFix(numbers, rowAt, fix, who + satellites * whoPerSatellite)
  numbers[head + dossierRow.waitingCount] = waitingCount + 1
  const judgedBits = readNumber(numbers, head + dossierRow.judgedBits)
  if (isOpen) numbers[head + dossierRow.judgedBits] = judgedBits + 2 ** waitingCount
  numbers[head + dossierRow.lastMs] = recordedAtMs
  noteHeldUp(numbers, head, { recordedAtMs, receivedAtMs }, limits)
  moveSighting(numbers, at, fix, movedMeters)
  return 'taken'
}

/** Hot path: `set` costs more than all of them. */
function writeFix(numbers: Float64Array, at: number, fix: Float64Array, who: number): void {
  numbers[at] = who
  for (let place = 1; place < fixStride; place++) numbers[at + place] = readNumber(fix, place)
}

/** `full`: it is quiet, and there is no room for it until the fold has read what waits. */
type Taking = 'taken' | 'full' | 'refused'

/** `quiet-box.ts`; NaN is in no box. */
function isInQuietBox(
  numbers: Float64Array,
  at: number,
  longitude: number,
  latitude: number,
): boolean {
  return (
    longitude > readNumber(numbers, at + personRow.west) &&
    longitude < readNumber(numbers, at + personRow.east) &&
    latitude > readNumber(numbers, at + personRow.south) &&
    latitude < readNumber(numbers, at + personRow.north)
  )
}

function moveSighting(
  numbers: Float64Array,
  at: number,
  fix: Float64Array,
  movedMeters: number,
): void {
  const told = readNumber(fix, packedFix.speedMetersPerSecond)
  const moveMs =
    readNumber(fix, packedFix.recordedAtMs) - readNumber(numbers, at + personRow.recordedAtMs)
  numbers[at + personRow.paceMetersPerSecond] =
    told >= 0 ? told : moveMs > 0 ? (1000 * movedMeters) / moveMs : Number.NaN
  numbers[at + personRow.previousAtMs] = readNumber(numbers, at + personRow.recordedAtMs)
  numbers[at + personRow.previousAccuracyMeters] = readNumber(
    numbers,
    at + personRow.accuracyMeters,
  )
  numbers[at + personRow.recordedAtMs] = readNumber(fix, packedFix.recordedAtMs)
  numbers[at + personRow.longitude] = readNumber(fix, packedFix.longitude)
  numbers[at + personRow.latitude] = readNumber(fix, packedFix.latitude)
  numbers[at + personRow.accuracyMeters] = readNumber(fix, packedFix.accuracyMeters)
  numbers[at + personRow.speedMetersPerSecond] = told
  numbers[at + personRow.movedMeters] = movedMeters
}

/** No jump, no place given again after one, and no standstill that claims to move. */
function isOrdinaryMove(
  numbers: Float64Array,
  at: number,
  fix: Float64Array,
  movedMeters: number,
  limits: Limits,
): boolean {
  const gapMs =
    readNumber(fix, packedFix.recordedAtMs) - readNumber(numbers, at + personRow.recordedAtMs)
  // Soon enough that a path of minutes explains it.
  if (!(gapMs <= limits.passageGapMsMax)) return false
  // No further than anybody gets, radii left out: no jump, and 27 km are no other part of the
  // country in which a position could be a mirrored one.
  if (!(movedMeters <= (gapMs / 1000) * limits.plausibleSpeedMetersPerSecondMax)) return false
  const lastSpeed = readNumber(numbers, at + personRow.speedMetersPerSecond)
  const pace = readNumber(fix, packedFix.speedMetersPerSecond)
  // Not the same measurement by a device that says it moves: nobody stands still within a metre.
  const { frozenSpeedMetersPerSecondMin } = limits
  const isFast = pace >= frozenSpeedMetersPerSecondMin && lastSpeed >= frozenSpeedMetersPerSecondMin
  if (isFast && movedMeters < 1) return false
  // Not the place given last with a wider radius, which proves nothing.
  const lastAccuracy = readNumber(numbers, at + personRow.accuracyMeters)
  const accuracyMeters = readNumber(fix, packedFix.accuracyMeters)
  if (accuracyMeters > lastAccuracy && movedMeters < 1) return false
  // Near, or within both radii, or as slow as the device says: no place given again after a jump.
  if (movedMeters <= limits.staleJumpMetersMin) return true
  const radii = lastAccuracy + accuracyMeters
  if (movedMeters <= limits.accuracySureFactor * radii) return true
  const told = Math.max(pace || 0, lastSpeed || 0, limits.ageingSpeedMetersPerSecondMin)
  return movedMeters <= (limits.staleJumpPaceFactor * told * gapMs) / 1000
}

/** `going-on.ts`: about the anchor, by a fix that is sure enough, no area says anything new. */
function isWithinReach(numbers: Float64Array, at: number, fix: Float64Array): boolean {
  const sigmaMeters = sigmaFromAccuracy(readNumber(fix, packedFix.accuracyMeters))
  if (!(sigmaMeters <= readNumber(numbers, at + personRow.sigmaMetersMax))) return false
  const fromAnchorMeters = distanceMeters(
    readNumber(numbers, at + personRow.anchorLongitude),
    readNumber(numbers, at + personRow.anchorLatitude),
    readNumber(fix, packedFix.longitude),
    readNumber(fix, packedFix.latitude),
  )
  return fromAnchorMeters <= readNumber(numbers, at + personRow.reachMeters)
}
