import type { Box } from '../../../geo/box-index.ts'
import type { FeatureKind, StreetMap } from './street-map.ts'
import { featureKinds } from './street-map.ts'
import { readLine, type Place } from './points-on-edges.ts'

/** What of these kinds touches a box, in the order of the map. */
export function featuresIn(map: StreetMap, box: Box, kinds: readonly FeatureKind[]): Feature[] {
  const wanted = new Set(kinds.map((kind) => featureKinds.indexOf(kind)))
  return map.featureIndex
    .search(box)
    .filter((feature) => wanted.has(map.features.kinds[feature] ?? -1))
    .toSorted((one, other) => one - other)
    .map((feature) => readFeature(map, feature))
}

export type Feature = {
  readonly kind: FeatureKind
  readonly name: string
  readonly line: readonly Place[]
}

/** Is the place within the outline? A line that does not close holds nothing. */
export function isWithinOutline({ line }: Feature, { longitude, latitude }: Place): boolean {
  const [first, last] = [line[0], line.at(-1)]
  if (first === undefined || last === undefined || line.length < 4) return false
  if (first.longitude !== last.longitude || first.latitude !== last.latitude) return false
  let isWithin = false
  let before = last
  for (const corner of line) {
    const isAbove = corner.latitude > latitude
    if (isAbove !== before.latitude > latitude) {
      const share = (latitude - corner.latitude) / (before.latitude - corner.latitude)
      const at = corner.longitude + share * (before.longitude - corner.longitude)
      if (longitude < at) isWithin = !isWithin
    }
    before = corner
  }
  return isWithin
}

/** The middle of its corners. */
export function middleOf({ line }: Feature): Place {
  let [longitude, latitude] = [0, 0]
  for (const corner of line) {
    longitude += corner.longitude / line.length
    latitude += corner.latitude / line.length
  }
  return { longitude, latitude }
}

function readFeature(map: StreetMap, feature: number): Feature {
  const { kinds, names, shapes } = map.features
  return {
    kind: featureKinds[kinds[feature] ?? 0] ?? 'building',
    name: map.names[names[feature] ?? 0] ?? '',
    line: readLine(shapes, feature),
  }
}
