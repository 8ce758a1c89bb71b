import { checkGeometry } from '../../geo/check-geometry.ts'
import type { GeometryRepair, Side, TwoAreas } from '../../geo/geometry-findings.ts'
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
    for (const { pointer: spot, code, detail, areas } of checked.faults) {
      const sentenceNl = areas === undefined ? {} : { detailNl: tellAreasNl(areas, code) }
      faults.push({ pointer: `${pointer}/geometry${spot}`, code, detail, ...sentenceNl })
    }
    return null
  }
  for (const repair of checked.repairs) {
    advisories.push({
      pointer: `${pointer}/geometry${repair.pointer}`,
      code: 'geometry-repaired',
      detail: repair.detail,
      detailNl: repairsNl[repair.code],
    })
  }
  return { type: 'geometry', geometry: checked.geometry }
}

/** Nobody here knows a ring by its number: which one it was stands in the English. */
const repairsNl: Readonly<Record<GeometryRepair['code'], string>> = {
  'winding-reversed': 'Een rand liep andersom dan is afgesproken en is omgedraaid.',
  'altitude-dropped': 'Bij hoekpunten stond een hoogte, die is weggelaten.',
  'duplicate-vertices-dropped': 'Hoekpunten die meteen werden herhaald, zijn weggelaten.',
  'ring-closed': 'Een rand eindigde niet waar die begon en is gesloten.',
}

/** A supervisor knows areas by their order, and no corner by its number. */
function tellAreasNl({ one, other, side }: TwoAreas, code: string): string {
  if (side === 'within') return `Gebied ${one} ligt binnen gebied ${other}: laat het weg.`
  const verb = code === 'parts-overlap' ? 'overlappen' : 'grenzen aan elkaar'
  return `Gebied ${one} en gebied ${other} ${verb}, in het ${sidesNl[side]} van gebied ${one}: teken ze los van elkaar, of als één gebied.`
}

const sidesNl: Readonly<Record<Side, string>> = {
  east: 'oosten',
  'north-east': 'noordoosten',
  north: 'noorden',
  'north-west': 'noordwesten',
  west: 'westen',
  'south-west': 'zuidwesten',
  south: 'zuiden',
  'south-east': 'zuidoosten',
}

export type AreaAdvisory = {
  readonly pointer: string
  readonly code: string
  readonly detail: string
  readonly detailNl?: string | undefined
}

type SentArea = {
  readonly geometry?: unknown
  readonly circle?:
    | { readonly longitude: number; readonly latitude: number; readonly radiusMeters: number }
    | null
    | undefined
}
