import { signedDistanceMeters } from '../../../geo/containment.ts'
import { sigmaFromAccuracy } from '../../../geo/probability.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'
import { findVersion } from '../rules/ban-versions.ts'
import { findNextBeginning } from '../rules/next-beginning.ts'

/**
 * A disc about the sighting in which no open area says anything new, and the coarsest fix for which
 * that is so. Metres to a border change by no more than the metres gone, so what is free there is
 * shared out: so many sigmas of the coarsest fix to the border, the rest to go.
 *
 * Beside an area, free is what lies between the place and the approach band, and nine sigmas are
 * kept: so no ring is likely (`exp(-9² / 2)`), and none but a place could be surer. One that a fix
 * is taken into lies within 3 √2 sigmas of it, so that its middle is four more outside, and as
 * unlikely. No way between two points of the disc leads nearer to the border than that: no passage.
 * Believed and further out than its radius, the fix is `elsewhere`: nothing is unclear.
 *
 * Within an area, free is how deep, and four and a half sigmas are kept, so the fix is inside by
 * 98 %: it opens, ends and counts nothing, and its breach speaks for the approach.
 *
 * Room for fixes twice as coarse as this one, and for any usual one, but no more than three
 * quarters of what is free: a quarter is left to go.
 */
export function findAreaBounds(
  { bans }: FoldState,
  { banRules }: FoldContext,
  { longitude, latitude, recordedAtMs, accuracyMeters }: CaseFix,
  openSigmaMeters: number,
): AreaBounds {
  const fixSigmaMeters = sigmaFromAccuracy(Math.max(2 * accuracyMeters, usualAccuracyMeters))
  let reachMeters = Infinity
  let sigmaMetersMax = Math.max(openSigmaMeters, fixSigmaMeters)
  const free: { readonly meters: number; readonly sigmas: number }[] = []
  for (const rule of banRules) {
    const state = bans[rule.slot] ?? null
    if (state === null) continue
    // The clock, or a fix after it, would find who is inside.
    if (findNextBeginning(rule, recordedAtMs) !== Infinity) return outOfBounds
    const { shape, ban, isRemoved } = findVersion(rule.versions, Infinity)
    if (isRemoved) return outOfBounds
    const borderMeters = signedDistanceMeters(shape, longitude, latitude)
    const surely = Math.abs(borderMeters) * (1 - metersErrorShare)
    const isBeside = state.breach === null
    if (isBeside !== borderMeters > 0) return outOfBounds
    const freeMeters = surely - (isBeside ? ban.approachMeters : 0) - metersError
    if (!(freeMeters > freeMetersMin)) return outOfBounds
    const sigmas = isBeside ? 9 : 4.5
    sigmaMetersMax = Math.min(sigmaMetersMax, (0.75 * freeMeters) / sigmas)
    free.push({ meters: freeMeters, sigmas })
  }
  for (const { meters, sigmas } of free) {
    reachMeters = Math.min(reachMeters, meters - sigmas * sigmaMetersMax)
  }
  return { reachMeters, sigmaMetersMax }
}

type AreaBounds = { readonly reachMeters: number; readonly sigmaMetersMax: number }

/** No fix is within. */
const outOfBounds: AreaBounds = { reachMeters: -1, sigmaMetersMax: -1 }

/** Distances to a border are within this share of what they are, and a little. */
const metersErrorShare = 0.002
const metersError = 2

/** As coarse as receivers usually are. */
const usualAccuracyMeters = 50

/** With less there is no use in it. */
const freeMetersMin = 20
