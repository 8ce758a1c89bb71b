import type { Region, RoadClass } from './region.ts'
import { roadClasses } from './region.ts'

/** Nodes and one-way arcs being put together, to be packed once. */
export type RegionBuilder = {
  readonly east: number[]
  readonly north: number[]
  readonly from: number[]
  readonly to: number[]
  readonly classes: number[]
}

export function createRegionBuilder(): RegionBuilder {
  return { east: [], north: [], from: [], to: [], classes: [] }
}

export function addNode(builder: RegionBuilder, eastMeters: number, northMeters: number): number {
  builder.east.push(eastMeters)
  builder.north.push(northMeters)
  return builder.east.length - 1
}

export function addRoad(builder: RegionBuilder, one: number, other: number, kind: RoadClass): void {
  addArc(builder, one, other, kind)
  addArc(builder, other, one, kind)
}

export function addArc(builder: RegionBuilder, from: number, to: number, kind: RoadClass): void {
  builder.from.push(from)
  builder.to.push(to)
  builder.classes.push(roadClasses.indexOf(kind))
}

/** Sorts the arcs by the node they leave. */
export function packArcs(
  builder: RegionBuilder,
): Pick<
  Region,
  'nodeEast' | 'nodeNorth' | 'firstArc' | 'arcFrom' | 'arcTo' | 'arcMeters' | 'arcClass'
> {
  const nodeEast = Float64Array.from(builder.east)
  const nodeNorth = Float64Array.from(builder.north)
  const arcCount = builder.from.length
  const firstArc = new Uint32Array(nodeEast.length + 1)
  for (const node of builder.from) firstArc[node + 1]!++
  for (let node = 0; node < nodeEast.length; node++) firstArc[node + 1]! += firstArc[node]!
  const next = firstArc.slice()
  const arcFrom = new Uint32Array(arcCount)
  const arcTo = new Uint32Array(arcCount)
  const arcMeters = new Float64Array(arcCount)
  const arcClass = new Uint8Array(arcCount)
  for (let arc = 0; arc < arcCount; arc++) {
    const from = builder.from[arc]!
    const to = builder.to[arc]!
    const place = next[from]!
    next[from]!++
    arcFrom[place] = from
    arcTo[place] = to
    arcMeters[place] = Math.hypot(
      nodeEast[to]! - nodeEast[from]!,
      nodeNorth[to]! - nodeNorth[from]!,
    )
    arcClass[place] = builder.classes[arc]!
  }
  return { nodeEast, nodeNorth, firstArc, arcFrom, arcTo, arcMeters, arcClass }
}
