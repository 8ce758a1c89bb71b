import { distanceMeters } from '../../../geo/distance.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import { packedFix } from '../fixes/case-fix.ts'
import { fixStride, whoPerSatellite } from '../fixes/fix-window.ts'
import type { Limits } from '../model/limits.ts'
import { readNumber } from '../model/number-slab.ts'
import { noteHeldUp } from './held-up.ts'
import { countApproached, sameMeters } from './quiet-pairs.ts'
import { dossierRow, memberRow, personRow } from './quiet-rows.ts'

/**
 * Takes the fix into one dossier of its wearer when its numbers prove that judging it would change
 * nothing but where the person was last seen, or nothing of what goes on that anybody would hear of
 * (then it is judged in full once the state is asked for). Refused when they do not, and judged in
 * full at once: a question may say no whenever it likes, and yes only with the proof beside it,
 * which names the judges that would have stayed silent. README.md has all of them in one table.
 * Hot path: most fixes end here. `fix` is a row of `packFix`, `memberAt` the place of a
 * `memberRow`.
 */
export function takeQuiet(
  numbers: Float64Array,
  memberAt: number,
  fix: Float64Array,
  limits: Limits,
): Taking {
  const dossierAt = readNumber(numbers, memberAt + memberRow.dossierAt)
  const personAt = readNumber(numbers, memberAt + memberRow.personAt)
  // The row is learned of this device, and nothing has touched the dossier since: nothing is
  // doubted, no place is given twice, and nothing goes on but what has bounds (`learn-rows.ts`).
  if (numbers[personAt + personRow.device] !== numbers[memberAt + memberRow.device]) {
    return 'refused'
  }
  if (!isNewest(numbers, dossierAt, fix)) return 'refused'
  if (!isPlainReport(numbers, dossierAt, personAt, fix, limits)) return 'refused'
  const longitude = readNumber(fix, packedFix.longitude)
  const latitude = readNumber(fix, packedFix.latitude)
  if (!isInQuietBox(numbers, personAt, longitude, latitude)) return 'refused'
  const fromLongitude = readNumber(numbers, personAt + personRow.longitude)
  const fromLatitude = readNumber(numbers, personAt + personRow.latitude)
  const movedMeters = distanceMeters(fromLongitude, fromLatitude, longitude, latitude)
  if (!isOrdinaryMove(numbers, personAt, fix, movedMeters, limits)) return 'refused'
  const isAboutArea = numbers[personAt + personRow.reachMeters] !== Infinity
  if (isAboutArea && !isWithinReach(numbers, personAt, fix)) return 'refused'
  const approachCount = countApproached(numbers, memberAt, fix, movedMeters, limits)
  if (!(approachCount >= 0)) return 'refused'
  const goesOn = isAboutArea || approachCount > 0
  if (goesOn && !isBeforeNews(numbers, dossierAt, fix)) return 'refused'
  // Nothing but a row is written: no checkpoint is due, and nothing is forgotten (`learnRoom`).
  const waitingCount = readNumber(numbers, dossierAt + dossierRow.waitingCount)
  if (!(waitingCount < readNumber(numbers, dossierAt + dossierRow.waitingMax))) return 'full'
  const who = readNumber(numbers, memberAt + memberRow.who)
  addWaiting(numbers, dossierAt, fix, who, goesOn)
  const recordedAtMs = readNumber(fix, packedFix.recordedAtMs)
  const receivedAtMs = readNumber(fix, packedFix.receivedAtMs)
  noteHeldUp(numbers, dossierAt, { recordedAtMs, receivedAtMs }, limits)
  moveSighting(numbers, personAt, fix, movedMeters)
  return 'taken'
}

/** `full`: it is quiet, and there is no room for it until the fold has read what waits. */
type Taking = 'taken' | 'full' | 'refused'

/**
 * The newest of the dossier by a whole moment, so it has its place at the end (`findPlace`), and is
 * neither told twice nor one of two places of a moment (`isSameFix`, `isContradiction`). And later
 * than every change of a rule, so the newest versions judge it, whatever schedule they have.
 */
function isNewest(numbers: Float64Array, dossierAt: number, fix: Float64Array): boolean {
  const recordedAtMs = readNumber(fix, packedFix.recordedAtMs)
  if (!(recordedAtMs > readNumber(numbers, dossierAt + dossierRow.lastMs))) return false
  return recordedAtMs >= readNumber(numbers, dossierAt + dossierRow.versionsFromMs)
}

/** What `judgeBelief` asks of a report beside its place. No clock that is behind has dated it. */
function isPlainReport(
  numbers: Float64Array,
  dossierAt: number,
  personAt: number,
  fix: Float64Array,
  limits: Limits,
): boolean {
  const recordedAtMs = readNumber(fix, packedFix.recordedAtMs)
  const receivedAtMs = readNumber(fix, packedFix.receivedAtMs)
  // Later than anything bears on it: `isJammed`, `isContradictedOfLate`.
  if (!(recordedAtMs > readNumber(numbers, personAt + personRow.clearAfterMs))) return false
  // `isFuture`.
  if (!(recordedAtMs <= receivedAtMs + limits.clockAheadMsTolerated)) return false
  // No week lost (`isWeekRollover`); and where a ban may begin or a late breach rank lower, it was
  // not held up, which would put that off (`held-up.ts`).
  const ageMsMax = readNumber(numbers, dossierAt + dossierRow.ageMsMax)
  if (!(receivedAtMs - recordedAtMs <= ageMsMax)) return false
  // `isTooPoor`.
  const accuracyMeters = readNumber(fix, packedFix.accuracyMeters)
  if (!(accuracyMeters < limits.accuracyMetersTooPoorMin)) return false
  // Some, or of a device that counts none: a position (`no-position`), by a receiver that sees the
  // sky (`hasLostSatellites`, `lacksSatellites`).
  const satellites = readNumber(fix, packedFix.satellites)
  return satellites === 1 || satellites === -1
}

/**
 * Far from every ban but those something goes on about, and so is the way from the sighting, which
 * is in the box as well: `isFarFromBan`, `mayCross`. Not mirrored (`findMirrorOfPlace`), and no
 * `isNullIsland`. `quiet-box.ts` has the proofs; NaN is in no box.
 */
export function isInQuietBox(
  numbers: Float64Array,
  personAt: number,
  longitude: number,
  latitude: number,
): boolean {
  return (
    longitude > readNumber(numbers, personAt + personRow.west) &&
    longitude < readNumber(numbers, personAt + personRow.east) &&
    latitude > readNumber(numbers, personAt + personRow.south) &&
    latitude < readNumber(numbers, personAt + personRow.north)
  )
}

/** What `judgeBelief` asks of the way from the sighting to a place. */
function isOrdinaryMove(
  numbers: Float64Array,
  personAt: number,
  fix: Float64Array,
  movedMeters: number,
  limits: Limits,
): boolean {
  const gapMs =
    readNumber(fix, packedFix.recordedAtMs) - readNumber(numbers, personAt + personRow.recordedAtMs)
  // After a gap any place that was given before is doubted (`isStaleRepeat`).
  if (!(gapMs <= limits.passageGapMsMax)) return false
  // No further than anybody gets, radii left out: `judgeJump`. That is 27 km at most, so it is no
  // mirror of the sighting either (`findMirrorOfSighting` asks from 300 km on).
  if (!(movedMeters <= (gapMs / 1000) * limits.plausibleSpeedMetersPerSecondMax)) return false
  const lastSpeed = readNumber(numbers, personAt + personRow.speedMetersPerSecond)
  const speed = readNumber(fix, packedFix.speedMetersPerSecond)
  // Not the same measurement by a device that says it moves: `followStandstill`, `isFrozen`.
  const { frozenSpeedMetersPerSecondMin } = limits
  const isMoving =
    speed >= frozenSpeedMetersPerSecondMin && lastSpeed >= frozenSpeedMetersPerSecondMin
  if (isMoving && movedMeters < sameMeters) return false
  // Not the last place with a wider radius: `provesNothing`.
  const lastAccuracy = readNumber(numbers, personAt + personRow.accuracyMeters)
  const accuracyMeters = readNumber(fix, packedFix.accuracyMeters)
  if (accuracyMeters > lastAccuracy && movedMeters < sameMeters) return false
  // Near, or within both radii, or no faster than the devices say: `isStaleRepeat` needs a jump.
  if (movedMeters <= limits.staleJumpMetersMin) return true
  const radii = lastAccuracy + accuracyMeters
  if (movedMeters <= limits.accuracySureFactor * radii) return true
  const told = Math.max(speed || 0, lastSpeed || 0, limits.ageingSpeedMetersPerSecondMin)
  return movedMeters <= (limits.staleJumpPaceFactor * told * gapMs) / 1000
}

/**
 * About the anchor, by a fix that is sure enough, no open area says anything new: `judgeRings` and
 * what it is asked with. `area-bounds.ts` has the proof.
 */
function isWithinReach(numbers: Float64Array, personAt: number, fix: Float64Array): boolean {
  const sigmaMeters = sigmaFromAccuracy(readNumber(fix, packedFix.accuracyMeters))
  if (!(sigmaMeters <= readNumber(numbers, personAt + personRow.sigmaMetersMax))) return false
  const fromAnchorMeters = distanceMeters(
    readNumber(numbers, personAt + personRow.anchorLongitude),
    readNumber(numbers, personAt + personRow.anchorLatitude),
    readNumber(fix, packedFix.longitude),
    readNumber(fix, packedFix.latitude),
  )
  return fromAnchorMeters <= readNumber(numbers, personAt + personRow.reachMeters)
}

/**
 * No alert is due to be shown as still seen, nothing ceases, and nobody was away for so long that
 * it is a return: `followEpisode`, `endCeased`. `going-on.ts` has the bound.
 */
function isBeforeNews(numbers: Float64Array, dossierAt: number, fix: Float64Array): boolean {
  const unchangedUntilMs = readNumber(numbers, dossierAt + dossierRow.unchangedUntilMs)
  return readNumber(fix, packedFix.recordedAtMs) < unchangedUntilMs
}

/** Behind those that wait, packed as in the window; the fold judges it in full where `goesOn`. */
function addWaiting(
  numbers: Float64Array,
  dossierAt: number,
  fix: Float64Array,
  who: number,
  goesOn: boolean,
): void {
  const waitingCount = readNumber(numbers, dossierAt + dossierRow.waitingCount)
  const rowAt = dossierAt + dossierRow.length + waitingCount * fixStride
  numbers[rowAt] = who + readNumber(fix, packedFix.satellites) * whoPerSatellite
  // Hot path: `set` costs more than all of them.
  for (let place = 1; place < fixStride; place++) numbers[rowAt + place] = readNumber(fix, place)
  numbers[dossierAt + dossierRow.waitingCount] = waitingCount + 1
  const judgedBits = readNumber(numbers, dossierAt + dossierRow.judgedBits)
  if (goesOn) numbers[dossierAt + dossierRow.judgedBits] = judgedBits + 2 ** waitingCount
  numbers[dossierAt + dossierRow.lastMs] = readNumber(fix, packedFix.recordedAtMs)
}

/** What of the row goes by the last sighting, which this fix is now. */
function moveSighting(
  numbers: Float64Array,
  personAt: number,
  fix: Float64Array,
  movedMeters: number,
): void {
  const speed = readNumber(fix, packedFix.speedMetersPerSecond)
  const recordedAtMs = readNumber(fix, packedFix.recordedAtMs)
  const lastMs = readNumber(numbers, personAt + personRow.recordedAtMs)
  const moveMs = recordedAtMs - lastMs
  numbers[personAt + personRow.paceMetersPerSecond] =
    speed >= 0 ? speed : moveMs > 0 ? (1000 * movedMeters) / moveMs : Number.NaN
  numbers[personAt + personRow.previousAtMs] = lastMs
  numbers[personAt + personRow.previousAccuracyMeters] = readNumber(
    numbers,
    personAt + personRow.accuracyMeters,
  )
  numbers[personAt + personRow.recordedAtMs] = recordedAtMs
  numbers[personAt + personRow.longitude] = readNumber(fix, packedFix.longitude)
  numbers[personAt + personRow.latitude] = readNumber(fix, packedFix.latitude)
  numbers[personAt + personRow.accuracyMeters] = readNumber(fix, packedFix.accuracyMeters)
  numbers[personAt + personRow.speedMetersPerSecond] = speed
  numbers[personAt + personRow.movedMeters] = movedMeters
}
