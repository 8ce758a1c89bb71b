import { checkGeometry } from '../../geo/check-geometry.ts'
import { geometryOf, partsOf, uniteParts } from '../../geo/clip-areas.ts'
import { defaultLimits } from '../core/model/limits.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../core/model/registry.ts'

/**
 * Areas of one question that overlap, taken together: a home and a school of one quarter. Null for
 * what is no list of areas, each of them in order by itself.
 */
export function uniteAreas(sent: unknown): PolygonGeometry | MultiPolygonGeometry | null {
  const { type, coordinates } = Object(sent) as { readonly [name: string]: unknown }
  if (type !== 'MultiPolygon' || !Array.isArray(coordinates) || coordinates.length < 2) return null
  const areas = coordinates.map((part: unknown) =>
    checkGeometry({ type: 'Polygon', coordinates: part }, defaultLimits),
  )
  const sound = areas.flatMap((area) => (area.ok ? partsOf(area.geometry) : []))
  if (sound.length < areas.length) return null
  const united = uniteParts(sound)
  return united === null ? null : geometryOf(united)
}
