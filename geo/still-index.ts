import Flatbush from 'flatbush'
import type { Box } from './box-index.ts'

/**
 * An R-tree of very many boxes that do not change, by number: 36 bytes each, millions in a second.
 * `buildBoxTree` is for the hot path and for hundreds. Boxes lie within [-180, 180].
 */
export function buildStillIndex(count: number, boxOf: (item: number) => Box): StillIndex {
  if (count === 0) return { search: () => [] }
  const tree = new Flatbush(count)
  for (let item = 0; item < count; item++) {
    const { west, south, east, north } = boxOf(item)
    tree.add(west, south, east, north)
  }
  tree.finish()
  return { search: ({ west, south, east, north }) => tree.search(west, south, east, north) }
}

export type StillIndex = {
  /** Every item with a box that touches the area, in no order. */
  readonly search: (area: Box) => number[]
}
