import { distanceMeters } from '../../../geo/distance.ts'
import type { RoadGraph } from '../../core/roads/street-map.ts'
import { degreesPerE7 } from '../../core/roads/street-map.ts'
import { Growing } from './growing.ts'
import type { WantedNodes } from './wanted-nodes.ts'

/** What a kept way says of all its edges: class, speed on the sign, name. */
export type RoadFacts = readonly [roadClass: number, sign: number, name: number]

/**
 * Cuts ways at their junctions into edges. A way with a node that the extract lacks is cut there:
 * nothing is known of the piece between.
 */
export class RoadBuilder {
  private readonly nodes: WantedNodes
  /** One more than the vertex of each wanted node; made when they are known. */
  private vertexOf = new Uint32Array(0)
  private readonly vertexLongitudesE7 = new Growing(Int32Array)
  private readonly vertexLatitudesE7 = new Growing(Int32Array)
  private readonly from = new Growing(Uint32Array)
  private readonly to = new Growing(Uint32Array)
  private readonly meters = new Growing(Float32Array)
  private readonly classes = new Growing(Uint8Array)
  private readonly signs = new Growing(Uint8Array)
  private readonly names = new Growing(Uint32Array)
  private readonly starts = new Growing(Uint32Array)
  private readonly longitudesE7 = new Growing(Int32Array)
  private readonly latitudesE7 = new Growing(Int32Array)

  constructor(nodes: WantedNodes) {
    this.nodes = nodes
  }

  add(line: Uint32Array, facts: RoadFacts): void {
    const { nodes } = this
    let piece: number[] = []
    for (const [index, node] of line.entries()) {
      if (!nodes.isPlaced(node)) {
        this.addEdge(piece, facts)
        piece = []
        continue
      }
      // Named twice in a row it makes no road.
      if (piece.at(-1) === node) continue
      piece.push(node)
      const isCut = nodes.isShared(node) && index > 0
      if (!isCut || piece.length < 2) continue
      this.addEdge(piece, facts)
      piece = [node]
    }
    this.addEdge(piece, facts)
  }

  /** Nodes are let go first: of a country both would not fit. */
  finish(): RoadGraph {
    this.nodes.release()
    this.vertexOf = new Uint32Array(0)
    this.starts.push(this.longitudesE7.length)
    const vertexLongitudesE7 = this.vertexLongitudesE7.take()
    const edgeFrom = this.from.take()
    const edgeTo = this.to.take()
    return {
      vertexLongitudesE7,
      vertexLatitudesE7: this.vertexLatitudesE7.take(),
      edgeFrom,
      edgeTo,
      edgeMeters: this.meters.take(),
      edgeClass: this.classes.take(),
      edgeSign: this.signs.take(),
      edgeName: this.names.take(),
      shapes: {
        starts: this.starts.take(),
        longitudesE7: this.longitudesE7.take(),
        latitudesE7: this.latitudesE7.take(),
      },
      ...listAdjacent(vertexLongitudesE7.length, edgeFrom, edgeTo),
    }
  }

  private addEdge(piece: readonly number[], [roadClass, sign, name]: RoadFacts): void {
    const [first, last] = [piece[0], piece.at(-1)]
    if (first === undefined || last === undefined || piece.length < 2) return
    this.starts.push(this.longitudesE7.length)
    let meters = 0
    for (const [index, node] of piece.entries()) {
      this.longitudesE7.push(this.nodes.longitudeE7(node))
      this.latitudesE7.push(this.nodes.latitudeE7(node))
      const before = piece[index - 1]
      if (before !== undefined) meters += this.metersBetween(before, node)
    }
    this.from.push(this.vertex(first))
    this.to.push(this.vertex(last))
    this.meters.push(meters)
    this.classes.push(roadClass)
    this.signs.push(sign)
    this.names.push(name)
  }

  private vertex(node: number): number {
    if (this.vertexOf.length === 0) this.vertexOf = new Uint32Array(this.nodes.count)
    const known = this.vertexOf[node] ?? 0
    if (known > 0) return known - 1
    const vertex = this.vertexLongitudesE7.length
    this.vertexOf[node] = vertex + 1
    this.vertexLongitudesE7.push(this.nodes.longitudeE7(node))
    this.vertexLatitudesE7.push(this.nodes.latitudeE7(node))
    return vertex
  }

  private metersBetween(one: number, other: number): number {
    const { nodes } = this
    return distanceMeters(
      nodes.longitudeE7(one) * degreesPerE7,
      nodes.latitudeE7(one) * degreesPerE7,
      nodes.longitudeE7(other) * degreesPerE7,
      nodes.latitudeE7(other) * degreesPerE7,
    )
  }
}

function listAdjacent(
  vertexCount: number,
  from: Uint32Array,
  to: Uint32Array,
): Pick<RoadGraph, 'adjacentStarts' | 'adjacent'> {
  const adjacentStarts = new Uint32Array(vertexCount + 1)
  const count = (vertex: number) => {
    adjacentStarts[vertex + 1] = (adjacentStarts[vertex + 1] ?? 0) + 1
  }
  for (const vertex of from) count(vertex)
  for (const vertex of to) count(vertex)
  for (let vertex = 0; vertex < vertexCount; vertex++) {
    adjacentStarts[vertex + 1] = (adjacentStarts[vertex + 1] ?? 0) + (adjacentStarts[vertex] ?? 0)
  }
  const next = adjacentStarts.slice()
  const adjacent = new Uint32Array(2 * from.length)
  const put = (vertex: number, entry: number) => {
    const at = next[vertex] ?? 0
    adjacent[at] = entry
    next[vertex] = at + 1
  }
  for (const [edge, vertex] of from.entries()) put(vertex, 2 * edge)
  for (const [edge, vertex] of to.entries()) put(vertex, 2 * edge + 1)
  return { adjacentStarts, adjacent }
}
