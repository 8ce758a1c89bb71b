import type { Fix } from '../../src/core/model/fix.ts'
import type { Limits } from '../../src/core/model/limits.ts'

/**
 * The device says that it has too few satellites for a place, by their number or by a dilution that
 * no position has, and some device of that wearer has said before that it had enough: it ends
 * nothing.
 */
export function lacksSky<T extends Report>(reports: readonly T[], now: T, limits: Limits): boolean {
  if (countSatellites(now.fix, limits) !== 'none') return false
  const before = reports.slice(0, reports.indexOf(now))
  return before.some(
    (one) =>
      one.person === now.person &&
      !one.doubts.includes('null-island') &&
      countSatellites(one.fix, limits) === 'some',
  )
}

type Report = { readonly fix: Fix; readonly person: string; readonly doubts: readonly string[] }

export function countSatellites(fix: Fix, limits: Limits): 'some' | 'none' | 'unknown' {
  const { source, satellites, hdop } = fix
  if (source === 'network' || source === 'manual') return 'unknown'
  if (hdop !== null && hdop >= limits.hdopNoPositionMin) return 'none'
  if (source === 'fused') return 'unknown'
  if (satellites !== null && satellites >= 0) return satellites < 3 ? 'none' : 'some'
  return hdop !== null && hdop > 0 ? 'some' : 'unknown'
}
