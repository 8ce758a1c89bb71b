import { distanceMeters } from '../../../geo/distance.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import { packedFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { readNumber } from '../model/number-slab.ts'
import { dossierRow, memberRow, pairRow, personRow } from './quiet-rows.ts'

/**
 * How many approaches of two go on about this person and stay as they are; NaN where anything else
 * of a pair is to be judged (`judgeSeparation`). Of each pair both are seen of late, and were no
 * nearer than their separation all the way since the sightings before, so that they cannot have met
 * (`findEncounter`). And either nothing goes on and they are beyond the ring: what `isFarApart`
 * asks, whether or not the rule is in force; or an approach does (`isApproachUnchanged`).
 */
export function countApproached(
  numbers: Float64Array,
  memberAt: number,
  fix: Float64Array,
  movedMeters: number,
  limits: Limits,
): number {
  const dossierAt = readNumber(numbers, memberAt + memberRow.dossierAt)
  const at = readNumber(numbers, memberAt + memberRow.personAt)
  const offenderAt = readNumber(numbers, dossierAt + dossierRow.offenderAt)
  const recordedAtMs = readNumber(fix, packedFix.recordedAtMs)
  const longitude = readNumber(fix, packedFix.longitude)
  const latitude = readNumber(fix, packedFix.latitude)
  const sinceMs = readNumber(numbers, at + personRow.recordedAtMs)
  let pairAt = readNumber(numbers, dossierAt + dossierRow.pairsAt)
  const endAt = pairAt + readNumber(numbers, dossierAt + dossierRow.pairCount) * pairRow.length
  let count = 0
  for (; pairAt < endAt; pairAt += pairRow.length) {
    const victimAt = readNumber(numbers, pairAt + pairRow.victimAt)
    if (at !== offenderAt && at !== victimAt) continue
    const other = at === offenderAt ? victimAt : offenderAt
    // `isSeenDoubtfully`, `findFreshSighting`.
    if (numbers[other + personRow.isSeen] !== 1) return Number.NaN
    const gapMs = recordedAtMs - readNumber(numbers, other + personRow.recordedAtMs)
    if (!(gapMs <= limits.sightingGapMsMax)) return Number.NaN
    // Their last step reaches back to the sighting before this fix: no other counts.
    if (!(readNumber(numbers, other + personRow.previousAtMs) <= sinceMs)) return Number.NaN
    const theirLongitude = readNumber(numbers, other + personRow.longitude)
    const theirLatitude = readNumber(numbers, other + personRow.latitude)
    const isApproached = numbers[pairAt + pairRow.isApproached] === 1
    const apartMeters =
      !isApproached && isFarApartInLatitude(latitude, theirLatitude)
        ? farMeters
        : distanceMeters(longitude, latitude, theirLongitude, theirLatitude)
    const separationMeters = readNumber(numbers, pairAt + pairRow.separationMeters)
    const ways = movedMeters + readNumber(numbers, other + personRow.movedMeters)
    if (!(apartMeters - ways - roundingMeters > separationMeters)) return Number.NaN
    if (isApproached) {
      const where = { numbers, at, other, pairAt, apartMeters, gapMs }
      if (!isApproachUnchanged(where, fix, movedMeters, limits)) return Number.NaN
      count++
    } else if (!isBeyondRing(numbers, pairAt, other, fix, apartMeters)) return Number.NaN
  }
  return count
}

function isBeyondRing(
  numbers: Float64Array,
  pairAt: number,
  other: number,
  fix: Float64Array,
  apartMeters: number,
): boolean {
  // NaN: something goes on without bounds.
  if (numbers[pairAt + pairRow.isApproached] !== 0) return false
  const radii =
    readNumber(fix, packedFix.accuracyMeters) +
    readNumber(numbers, other + personRow.accuracyMeters)
  const separationMeters = readNumber(numbers, pairAt + pairRow.separationMeters)
  if (!(apartMeters - radii - roundingMeters > separationMeters)) return false
  return apartMeters > readNumber(numbers, pairAt + pairRow.approachMeters)
}

/** Hot path: the exact distance of people in two parts of the country takes a geodesic. */
function isFarApartInLatitude(latitude: number, other: number): boolean {
  return Math.abs(latitude - other) > 2
}

/** Less than two degrees of latitude are, anywhere. */
const farMeters = 221_000

type Where = {
  readonly numbers: Float64Array
  readonly at: number
  readonly other: number
  readonly pairAt: number
  readonly apartMeters: number
  readonly gapMs: number
}

/**
 * Still in the band, no breach in sight, and nothing of it to be told again: `judgeRings` opens and
 * ends nothing, `readPairPlaces` finds no breach, and `followEpisode` has nothing to tell.
 */
function isApproachUnchanged(
  { numbers, at, other, pairAt, apartMeters, gapMs }: Where,
  fix: Float64Array,
  movedMeters: number,
  limits: Limits,
): boolean {
  const separationMeters = readNumber(numbers, pairAt + pairRow.separationMeters)
  const leftMeters = apartMeters - separationMeters
  const accuracyMeters = readNumber(fix, packedFix.accuracyMeters)
  const theirAccuracyMeters = readNumber(numbers, other + personRow.accuracyMeters)
  // No breach, and no question: the middle of a round error lies outside the separation, and so do
  // those of their places. A fix that is taken into a place lies within three sigmas of both
  // (`placeStraySigmaFactor`) from its middle, and no middle is less sure than its coarsest fix.
  const sigmaMeters = Math.max(
    readNumber(numbers, pairAt + pairRow.sigmaMeters),
    sigmaFromAccuracy(Math.max(accuracyMeters, theirAccuracyMeters)),
  )
  const strayMeters = limits.placeStraySigmaFactor * Math.SQRT2 * sigmaMeters
  if (!(leftMeters > 2 * strayMeters + sameMeters)) return false
  // In the band by more than one and a half sigmas, so by two thirds (1 - exp(-1.5² / 2)), which is
  // more than `approachProbability` and `breachProbabilityRepeated` ask: it neither ends nor counts
  // towards its end. How far the other may be by now is what `findSpreadMeters` says.
  const agedMeters = Math.hypot(
    theirAccuracyMeters,
    (gapMs / 1000) * findPace(numbers, other, limits),
  )
  const spreadSigmaMeters = sigmaFromAccuracy(Math.hypot(accuracyMeters, agedMeters))
  const ringMeters = Math.max(
    separationMeters,
    readNumber(numbers, pairAt + pairRow.approachMeters),
  )
  if (!(ringMeters - apartMeters > 1.5 * spreadSigmaMeters + roundingMeters)) return false
  // Not markedly nearer than when last told.
  if (!(leftMeters - roundingMeters > readNumber(numbers, pairAt + pairRow.markMeters)))
    return false
  if (numbers[pairAt + pairRow.isHurryTold] !== 1) {
    // Even straight at each other they would take longer than police need.
    const moveMs =
      readNumber(fix, packedFix.recordedAtMs) - readNumber(numbers, at + personRow.recordedAtMs)
    const pace =
      findSurePace(
        movedMeters,
        moveMs,
        readNumber(numbers, at + personRow.accuracyMeters) + accuracyMeters,
      ) +
      findSurePace(
        readNumber(numbers, other + personRow.movedMeters),
        readNumber(numbers, other + personRow.recordedAtMs) -
          readNumber(numbers, other + personRow.previousAtMs),
        readNumber(numbers, other + personRow.previousAccuracyMeters) + theirAccuracyMeters,
      )
    if (!(pace * (limits.responseMs / 1000) < planeShare * leftMeters)) return false
  }
  // Also where the fix is refused after all: the larger it is, the less is proven.
  numbers[pairAt + pairRow.sigmaMeters] = sigmaMeters
  return true
}

/** At least what `findSpreadMeters` takes. */
function findPace(numbers: Float64Array, at: number, limits: Limits): number {
  const pace = readNumber(numbers, at + personRow.paceMetersPerSecond)
  if (!(pace >= 0)) return limits.ageingSpeedMetersPerSecond
  return Math.max(pace, limits.ageingSpeedMetersPerSecondMin)
}

/** 0 of a move that both radii explain, which is the receivers' (`findSeenVelocity`). */
function findSurePace(movedMeters: number, moveMs: number, radiiMeters: number): number {
  return movedMeters <= planeShare * radiiMeters ? 0 : (1000 * movedMeters) / moveMs
}

/** Metres in the plane at the middle of two places differ by less than this from those between. */
const planeShare = 0.98

/** The same measurement given again lies nearer than this (`isSameMeasurement`). */
export const sameMeters = 1

/** Sums in another order than that of `isFarApart` may differ by far less. */
const roundingMeters = 1e-6
