import { checkGeometry } from '../../geo/check-geometry.ts'
import { defaultLimits } from '../core/model/limits.ts'
import type { BanArea } from '../core/model/registry.ts'
import type { BodyFault } from './faults.ts'

/**
 * The area of a ban as it was sent, or null with the faults that say what is wrong with it. What
 * could be repaired is answered as advisories.
 */
export function readBanArea(
  sent: SentArea,
  pointer: string,
  faults: BodyFault[],
  advisories: AreaAdvisory[],
): BanArea | null {
  const hasGeometry = sent.geometry !== undefined && sent.geometry !== null
  if (hasGeometry === (sent.circle != null)) {
    const got = hasGeometry ? 'both' : 'neither'
    faults.push({ pointer, code: 'area', detail: `expected either geometry or circle, got ${got}` })
    return null
  }
  if (sent.circle != null) return { type: 'circle', ...sent.circle }
  const checked = checkGeometry(sent.geometry, defaultLimits)
  if (!checked.ok) {
    for (const { pointer: spot, code, detail } of checked.faults) {
      faults.push({ pointer: `${pointer}/geometry${spot}`, code, detail })
    }
    return null
  }
  for (const repair of checked.repairs) {
    advisories.push({
      pointer: `${pointer}/geometry${repair.pointer}`,
      code: 'geometry-repaired',
      detail: repair.detail,
    })
  }
  return { type: 'geometry', geometry: checked.geometry }
}

export type AreaAdvisory = {
  readonly pointer: string
  readonly code: string
  readonly detail: string
}

type SentArea = {
  readonly geometry?: unknown
  readonly circle?:
    | { readonly longitude: number; readonly latitude: number; readonly radiusMeters: number }
    | null
    | undefined
}
