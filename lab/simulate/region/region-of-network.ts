import { metersPerDegree } from '../../../geo/distance.ts'
import type { RoadNetwork } from '../cases/case-stream.ts'
import type { Region, Town } from './region.ts'
import { addArc, addNode, createRegionBuilder, packArcs } from './region-builder.ts'

/**
 * A real road network as a region. Its largest part in which every node reaches every other is
 * lived in, cut into four quarters that stand for towns; nothing is known of railways or of
 * what kind of road an arc is.
 */
export function regionOfNetwork(network: RoadNetwork): Region {
  const { longitudes, latitudes } = network
  const originLongitude = middleOf(longitudes)
  const originLatitude = middleOf(latitudes)
  const scale = metersPerDegree(originLatitude)
  const builder = createRegionBuilder()
  for (let node = 0; node < longitudes.length; node++) {
    addNode(
      builder,
      (longitudes[node]! - originLongitude) * scale.longitude,
      (latitudes[node]! - originLatitude) * scale.latitude,
    )
  }
  for (let arc = 0; arc < network.arcFrom.length; arc++) {
    addArc(builder, network.arcFrom[arc]!, network.arcTo[arc]!, 'unknown')
  }
  const packed = packArcs(builder)
  return {
    name: network.name,
    originLongitude,
    originLatitude,
    metersPerDegreeLongitude: scale.longitude,
    metersPerDegreeLatitude: scale.latitude,
    ...packed,
    towns: cutIntoTowns(packed),
    railway: null,
  }
}

type Arcs = ReturnType<typeof packArcs>

function cutIntoTowns(arcs: Arcs): Town[] {
  const nodes = largestConnectedPart(arcs)
  const byEast = nodes.toSorted((one, other) => arcs.nodeEast[one]! - arcs.nodeEast[other]!)
  const half = byEast.length >> 1
  return [byEast.slice(0, half), byEast.slice(half)].flatMap((side, sideIndex) => {
    const byNorth = side.toSorted((one, other) => arcs.nodeNorth[one]! - arcs.nodeNorth[other]!)
    const middle = byNorth.length >> 1
    return [byNorth.slice(0, middle), byNorth.slice(middle)].map((part, partIndex): Town => ({
      name: `quarter ${2 * sideIndex + partIndex + 1}`,
      eastMeters: middleOf(Float64Array.from(part, (node) => arcs.nodeEast[node]!)),
      northMeters: middleOf(Float64Array.from(part, (node) => arcs.nodeNorth[node]!)),
      nodes: part,
    }))
  })
}

function middleOf(values: Float64Array): number {
  const sorted = values.toSorted()
  return sorted[sorted.length >> 1] ?? 0
}

/** Nodes that can be reached from, and can reach, the best connected of a few starting places. */
function largestConnectedPart(arcs: Arcs): Uint32Array {
  const nodeCount = arcs.nodeEast.length
  const incoming = reverse(arcs)
  let best = new Uint32Array(0)
  for (let attempt = 0; attempt < 8 && best.length < nodeCount / 2; attempt++) {
    const start = Math.floor(((attempt + 0.5) / 8) * nodeCount)
    const outward = reachableFrom(start, nodeCount, arcs.firstArc, arcs.arcTo)
    const inward = reachableFrom(start, nodeCount, incoming.firstArc, incoming.arcTo)
    const both: number[] = []
    for (let node = 0; node < nodeCount; node++) {
      if (outward[node] === 1 && inward[node] === 1) both.push(node)
    }
    if (both.length > best.length) best = Uint32Array.from(both)
  }
  return best
}

function reverse(arcs: Arcs): { firstArc: Uint32Array; arcTo: Uint32Array } {
  const firstArc = new Uint32Array(arcs.firstArc.length)
  for (const to of arcs.arcTo) firstArc[to + 1]!++
  for (let node = 0; node + 1 < firstArc.length; node++) firstArc[node + 1]! += firstArc[node]!
  const next = firstArc.slice()
  const arcTo = new Uint32Array(arcs.arcTo.length)
  for (let arc = 0; arc < arcs.arcTo.length; arc++) {
    const to = arcs.arcTo[arc]!
    arcTo[next[to]!] = arcs.arcFrom[arc]!
    next[to]!++
  }
  return { firstArc, arcTo }
}

function reachableFrom(
  start: number,
  nodeCount: number,
  firstArc: Uint32Array,
  arcTo: Uint32Array,
): Uint8Array {
  const isReached = new Uint8Array(nodeCount)
  const open = [start]
  isReached[start] = 1
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (let arc = firstArc[node]!; arc < firstArc[node + 1]!; arc++) {
      const to = arcTo[arc]!
      if (isReached[to] === 1) continue
      isReached[to] = 1
      open.push(to)
    }
  }
  return isReached
}
