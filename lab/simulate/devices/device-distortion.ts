import type { Fix } from '../../../src/core/model/fix.ts'
import type { DistortionKind } from '../cases/case-stream.ts'
import { findStretch } from './device-plan.ts'
import type { DevicePlan } from './device-plan.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Region } from '../region/region.ts'

/**
 * What a faulty receiver makes of a good fix; the fix itself when nothing is wrong.
 * Says which in `distortion`.
 */
export function distort(stream: FaultyDevice, fix: Fix, atMs: number): Fix {
  const { plan, random, region } = stream
  stream.distortion = null
  if (findStretch(plan.frozen, atMs) !== null) {
    stream.distortion = 'frozen'
    stream.frozen ??= stream.last ?? fix
    const { longitude, latitude, accuracyMeters } = stream.frozen
    return { ...fix, longitude, latitude, accuracyMeters, speedMetersPerSecond: 0 }
  }
  stream.frozen = null
  const chance = random.next()
  const perDay = plan.model.movingSeconds / 86_400
  if (chance < teleportsPerDay * perDay) {
    stream.distortion = 'teleport'
    const meters = between(random, 3_000, 60_000)
    const angle = between(random, 0, 2 * Math.PI)
    return {
      ...fix,
      longitude: fix.longitude + (meters * Math.cos(angle)) / region.metersPerDegreeLongitude,
      latitude: fix.latitude + (meters * Math.sin(angle)) / region.metersPerDegreeLatitude,
      accuracyMeters: Math.round(between(random, 4, 30)),
    }
  }
  if (chance < (teleportsPerDay + zeroesPerDay) * perDay) {
    stream.distortion = 'null-island'
    return { ...fix, longitude: 0, latitude: 0, accuracyMeters: 1 }
  }
  if (chance < (teleportsPerDay + zeroesPerDay + swapsPerDay) * perDay) {
    stream.distortion = 'swapped-coordinates'
    return { ...fix, longitude: fix.latitude, latitude: fix.longitude }
  }
  return fix
}

export type FaultyDevice = {
  readonly plan: DevicePlan
  readonly random: Random
  readonly region: Region
  readonly last: Fix | null
  /** What a receiver that hangs repeats. */
  frozen: Fix | null
  distortion: DistortionKind | null
}

const teleportsPerDay = 0.08
const zeroesPerDay = 0.02
const swapsPerDay = 0.01
