import type { Fix } from '../../src/core/model/fix.ts'
import type { Limits } from '../../src/core/model/limits.ts'

/**
 * The device says that it has no satellite, by their number or by a dilution that no position has,
 * and the last one of that wearer that said it had some was the same device: it ends nothing.
 */
export function lacksSky<T extends Report>(reports: readonly T[], now: T, limits: Limits): boolean {
  if (countSatellites(now.fix, limits) !== 'none') return false
  const before = reports.slice(0, reports.indexOf(now))
  const last = before.findLast(
    (one) =>
      one.person === now.person &&
      !one.doubts.includes('null-island') &&
      countSatellites(one.fix, limits) === 'some',
  )
  return last?.fix.deviceId === now.fix.deviceId
}

type Report = { readonly fix: Fix; readonly person: string; readonly doubts: readonly string[] }

export function countSatellites(fix: Fix, limits: Limits): 'some' | 'none' | 'unknown' {
  const { source, satellites, hdop } = fix
  if (source === 'network' || source === 'manual') return 'unknown'
  if (hdop !== null && hdop >= limits.hdopNoPositionMin) return 'none'
  if (source === 'fused') return 'unknown'
  if (satellites !== null && satellites >= 0) return satellites === 0 ? 'none' : 'some'
  return hdop !== null && hdop > 0 ? 'some' : 'unknown'
}
