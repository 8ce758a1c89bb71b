import type { BanShape } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import { metersBetween } from '../../../geo/distance.ts'
import { probabilityInside } from '../../../geo/probability.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { Place, Settled } from './place-estimate.ts'
import { settle } from './place-estimate.ts'

/**
 * How likely the place that this fix belongs to is in the area; null when it says nothing, or lies
 * surely outside: no place is nearer to the area than by the way from the fix, which lies
 * `borderMeters` outside it.
 */
export function weighPlace(
  places: readonly Place[],
  { fix }: { readonly fix: CaseFix },
  shape: BanShape,
  borderMeters: number,
  limits: Limits,
): PlaceReading | null {
  const place = places.find(({ last }) => last === fix)
  const settled = place === undefined ? null : settle(place, limits)
  if (settled === null) return null
  const { sigmaMeters } = settled.mean
  // Hot path: nobody asks how far the place itself is.
  if (borderMeters - metersBetween(settled, fix) > farSigmas * sigmaMeters) return null
  return weigh(settled, shape)
}

/**
 * Whether what a device has shown of one place lies surely outside the area, though the newest fix
 * may disagree with it; two in a row that do begin the place anew, and it says nothing for a while.
 */
export function isPlaceOutside(
  places: readonly Place[],
  { fix }: { readonly fix: CaseFix },
  shape: BanShape,
  borderMeters: number,
  limits: Limits,
): boolean {
  const place = places.find(({ first }) => first.deviceSlot === fix.deviceSlot)
  const settled = place === undefined ? null : settle(place, limits)
  if (settled === null) return false
  // Hot path: nearer to the fix than that is to the border, it is inside as well.
  if (borderMeters + metersBetween(settled, fix) < -nearMeters) return false
  const { longitude, latitude } = settled
  const { sigmaMeters } = settled.mean
  const isHardlyIn = weigh(settled, shape).probability <= limits.leaveProbabilityMax
  if (!isHardlyIn) return false
  const placeMeters = signedDistanceMeters(shape, longitude, latitude)
  return placeMeters >= limits.leaveSigmaFactor * sigmaMeters
}

/** Beyond so many sigmas from the border nothing is inside (1e-9), and metres are sure to that. */
const farSigmas = 6
const nearMeters = 5

function weigh({ mean, longitude, latitude }: Settled, shape: BanShape): PlaceReading {
  return {
    probability: probabilityInside(shape, longitude, latitude, mean.sigmaMeters, 0),
    facts: {
      placeFixCount: mean.count,
      placeSpanMs: mean.spanMs,
      placeEffectiveCount: mean.effectiveCount,
      placeSigmaMeters: mean.sigmaMeters,
    },
  }
}

export type PlaceReading = {
  readonly probability: number
  readonly facts: {
    readonly placeFixCount: number
    readonly placeSpanMs: number
    readonly placeEffectiveCount: number
    readonly placeSigmaMeters: number
  }
}
