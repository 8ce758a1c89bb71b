import type { Region, RoadMode } from './region.ts'
import { roadSpeeds } from './region.ts'
import { createHeap, popFromHeap, pushToHeap } from '../../../src/core/model/heap.ts'
import { maxOf } from '../../../src/core/model/lists.ts'

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
  }
}

/**
 * The fastest way as arcs, by A*; null when there is none. Arcs marked in `blocked` are not used.
 * An empty list is the way from a node to itself.
 */
export function findWay(
  router: Router,
  fromNode: number,
  toNode: number,
  mode: RoadMode,
  blocked: Uint8Array | null,
): number[] | null {
  const { region, costSeconds, cameBy, seenInSearch, doneInSearch } = router
  const { nodeEast, nodeNorth, firstArc, arcTo, arcMeters, arcClass } = region
  const speeds = roadSpeeds[mode]
  const secondsPerMeterMin = 1 / maxOf(speeds)
  const goalEast = nodeEast[toNode]!
  const goalNorth = nodeNorth[toNode]!
  router.search++
  const { search } = router
  const heap = createHeap<number>()
  costSeconds[fromNode] = 0
  cameBy[fromNode] = -1
  seenInSearch[fromNode] = search
  pushToHeap(heap, 0, fromNode)
  for (let node = popFromHeap(heap); node !== null; node = popFromHeap(heap)) {
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
      pushToHeap(heap, cost + left * secondsPerMeterMin, next)
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
}

function traceBack(router: Router, toNode: number): number[] {
  const arcs: number[] = []
  let arc = router.cameBy[toNode]!
  while (arc !== -1) {
    arcs.push(arc)
    arc = router.cameBy[router.region.arcFrom[arc]!]!
  }
  return arcs.reverse()
}
