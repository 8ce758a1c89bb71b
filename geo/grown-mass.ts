import type { BanShape } from './ban-shape.ts'
import { signedDistanceMeters } from './containment.ts'
import { metersPerLatitudeDegree, metersPerLongitudeDegree } from './ellipsoid.ts'
import { normalTail } from './normal.ts'

/**
 * Probability that a normal error around the position, `marginMeters` inside the border of the
 * shape grown by `growMeters`, ends in there; to 0.03 for any shape. At each of 64 places that
 * stand for an equal share of the error, the border is taken as straight for what is left of it.
 * Taken as straight for all of it, the answer was 0.39 off in a U of 400 m, and 0.43 beside a strip
 * of 10 m. 16 µs for 8 vertices, 62 µs for 2,000, 0.3 ms for 10,000.
 */
export function massInGrown(
  shape: BanShape,
  longitude: number,
  latitude: number,
  sigmaMeters: number,
  growMeters: number,
  marginMeters: number,
): number {
  const perLongitude = (spreadShare * sigmaMeters) / metersPerLongitudeDegree(latitude)
  const perLatitude = (spreadShare * sigmaMeters) / metersPerLatitudeDegree(latitude)
  const restMeters = restShare * sigmaMeters
  let sum = 0
  for (let at = 0; at < places.length; at += 2) {
    // Nowhere is the border nearer than the margin less the way there.
    const wayMeters = sigmaMeters * ways[at / 2]!
    if (wayMeters < Math.abs(marginMeters) - settledSigmas * restMeters) {
      if (marginMeters > 0) sum += 1
      continue
    }
    const x = longitude + places[at]! * perLongitude
    const y = latitude + places[at + 1]! * perLatitude
    const outside = (signedDistanceMeters(shape, x, y) - growMeters) / restMeters
    if (!(outside >= settledSigmas)) sum += outside <= -settledSigmas ? 1 : normalTail(outside)
  }
  return (2 * sum) / places.length
}

/**
 * Of the variance 97 % is in where the places lie, the rest is around each: less
 * shows the places, more bends.
 */
const spreadShare = Math.sqrt(0.97)
const restShare = Math.sqrt(0.03)

/** So many sigmas of the rest from the border, a place is in or out. */
const settledSigmas = 3

/** In opposite pairs, so that on a straight border the answer is a half exactly. */
const pairCount = 32
/** Half the golden angle: with their opposites the places lie as evenly as seeds in a sunflower. */
const turn = (Math.PI * (3 - Math.sqrt(5))) / 2
const places = Float64Array.from(
  Array.from({ length: pairCount }, (_, pair) => {
    const radius = Math.sqrt(-2 * Math.log(1 - (pair + 0.5) / pairCount))
    const x = radius * Math.cos(pair * turn)
    const y = radius * Math.sin(pair * turn)
    return [x, y, -x, -y]
  }).flat(),
)

/** How far each place is from the middle, in sigmas. */
const ways = Float64Array.from(
  { length: places.length / 2 },
  (_, place) => spreadShare * Math.hypot(places[2 * place]!, places[2 * place + 1]!),
)
