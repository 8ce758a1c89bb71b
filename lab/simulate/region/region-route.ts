import type { Region, RoadMode } from './region.ts'
import { roadSpeeds } from './region.ts'

/** Finds ways over one region; keeps its working memory from one search to the next. */
export function createRouter(region: Region): Router {
  const nodeCount = region.nodeEast.length
  return {
    region,
    costSeconds: new Float64Array(nodeCount),
    cameBy: new Int32Array(nodeCount),
    seenInSearch: new Uint32Array(nodeCount),
    doneInSearch: new Uint32Array(nodeCount),
    search: 0,
    heap: { keys: [], nodes: [] },
  }
}

/**
 * The fastest way as arcs, by A*; null when there is none. Arcs marked in `blocked` are not used. An empty list is
 * the way from a node to itself.
 */
export function findWay(
  router: Router,
  fromNode: number,
  toNode: number,
  mode: RoadMode,
  blocked: Uint8Array | null,
): number[] | null {
  const { region, costSeconds, cameBy, seenInSearch, doneInSearch, heap } = router
  const { nodeEast, nodeNorth, firstArc, arcTo, arcMeters, arcClass } = region
  const speeds = roadSpeeds[mode]
  const secondsPerMeterMin = 1 / Math.max(...speeds)
  const goalEast = nodeEast[toNode]!
  const goalNorth = nodeNorth[toNode]!
  router.search++
  const { search } = router
  heap.keys.length = 0
  heap.nodes.length = 0
  costSeconds[fromNode] = 0
  cameBy[fromNode] = -1
  seenInSearch[fromNode] = search
  pushNode(heap, 0, fromNode)
  while (heap.nodes.length > 0) {
    const node = popNode(heap)
    if (node === toNode) return traceBack(router, toNode)
    if (doneInSearch[node] === search) continue
    doneInSearch[node] = search
    for (let arc = firstArc[node]!; arc < firstArc[node + 1]!; arc++) {
      const speed = speeds[arcClass[arc]!]!
      if (speed === 0 || (blocked !== null && blocked[arc] === 1)) continue
      const next = arcTo[arc]!
      const cost = costSeconds[node]! + arcMeters[arc]! / speed
      if (seenInSearch[next] === search && cost >= costSeconds[next]!) continue
      seenInSearch[next] = search
      costSeconds[next] = cost
      cameBy[next] = arc
      const left = Math.hypot(goalEast - nodeEast[next]!, goalNorth - nodeNorth[next]!)
      pushNode(heap, cost + left * secondsPerMeterMin, next)
    }
  }
  return null
}

export type Router = {
  readonly region: Region
  readonly costSeconds: Float64Array
  readonly cameBy: Int32Array
  readonly seenInSearch: Uint32Array
  readonly doneInSearch: Uint32Array
  search: number
  readonly heap: Heap
}

type Heap = { readonly keys: number[]; readonly nodes: number[] }

function traceBack(router: Router, toNode: number): number[] {
  const arcs: number[] = []
  let arc = router.cameBy[toNode]!
  while (arc !== -1) {
    arcs.push(arc)
    arc = router.cameBy[router.region.arcFrom[arc]!]!
  }
  return arcs.reverse()
}

function pushNode(heap: Heap, key: number, node: number): void {
  const { keys, nodes } = heap
  let place = nodes.length
  keys.push(key)
  nodes.push(node)
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (keys[parent]! <= key) break
    keys[place] = keys[parent]!
    nodes[place] = nodes[parent]!
    place = parent
  }
  keys[place] = key
  nodes[place] = node
}

function popNode(heap: Heap): number {
  const { keys, nodes } = heap
  const top = nodes[0]!
  const key = keys.pop()!
  const node = nodes.pop()!
  const count = nodes.length
  if (count === 0) return top
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= count) break
    if (child + 1 < count && keys[child + 1]! < keys[child]!) child++
    if (keys[child]! >= key) break
    keys[place] = keys[child]!
    nodes[place] = nodes[child]!
    place = child
  }
  keys[place] = key
  nodes[place] = node
  return top
}
