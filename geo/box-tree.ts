import type { Box } from './box-index.ts'

/**
 * An R-tree of boxes that do not change, laid out in the order in which a search walks it: each
 * node is followed by what it holds, and says where that ends. A search is one loop forward that
 * leaps over what the area cannot touch, and it allocates nothing. For boxes that come and go
 * there is `createBoxIndex`.
 */
export function buildBoxTree(boxes: readonly ItemBox[]): BoxTree {
  const nodes: Node[] = []
  placeBoxes(boxes, nodes)
  return {
    sides: Float64Array.from(
      nodes.flatMap(({ box }) => [box.west, box.south, box.east, box.north]),
    ),
    items: Int32Array.from(nodes, ({ item }) => item),
    ends: Int32Array.from(nodes, ({ end }) => end),
  }
}

/** Sets `marks` to 1 at every item with a box that touches the area, sides and corners included. */
export function markTouching(tree: BoxTree, area: Box, marks: Uint8Array): void {
  const { west, south, east, north } = area
  const { sides, items, ends } = tree
  let node = 0
  while (node < items.length) {
    const at = 4 * node
    const isTouching =
      west <= sides[at + 2]! &&
      east >= sides[at]! &&
      south <= sides[at + 3]! &&
      north >= sides[at + 1]!
    const item = items[node]!
    if (isTouching && item !== inner) marks[item] = 1
    node = isTouching ? node + 1 : ends[node]!
  }
}

/** Within [-180, 180] on the same turn of the globe as the areas that are searched for. */
export type ItemBox = Box & { readonly item: number }

export type BoxTree = {
  /** West, south, east and north of every node. */
  readonly sides: Float64Array
  /** Whose box it is; -1 for a node that holds others. */
  readonly items: Int32Array
  /** The node after everything that this one holds. */
  readonly ends: Int32Array
}

type Node = { readonly box: Box; readonly item: number; end: number }

const inner = -1

/** Fewer are looked at one by one. */
const boxesPerLeafMax = 4

/** Halves the boxes along the longer side of the area they cover, until few enough are left. */
function placeBoxes(boxes: readonly ItemBox[], nodes: Node[]): void {
  if (boxes.length === 0) return
  const box = boundsOf(boxes)
  const node: Node = { box, item: inner, end: 0 }
  nodes.push(node)
  if (boxes.length <= boxesPerLeafMax) {
    for (const own of boxes) nodes.push({ box: own, item: own.item, end: nodes.length + 1 })
  } else {
    const isWide = box.east - box.west > box.north - box.south
    const middle = (own: Box): number => (isWide ? own.west + own.east : own.south + own.north)
    const sorted = boxes.toSorted((one, other) => middle(one) - middle(other))
    const half = sorted.length >> 1
    placeBoxes(sorted.slice(0, half), nodes)
    placeBoxes(sorted.slice(half), nodes)
  }
  node.end = nodes.length
}

function boundsOf(boxes: readonly Box[]): Box {
  const bounds = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  for (const { west, south, east, north } of boxes) {
    bounds.west = Math.min(bounds.west, west)
    bounds.south = Math.min(bounds.south, south)
    bounds.east = Math.max(bounds.east, east)
    bounds.north = Math.max(bounds.north, north)
  }
  return bounds
}
