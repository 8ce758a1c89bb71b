import { mainNetwork } from './enter-network.ts'
import type { StreetMap } from './street-map.ts'

/**
 * Junctions of the main network that are no longer of its largest part when these edges are taken
 * out. Every part begins at an end of such an edge, so all are walked from there, a junction each
 * in turn, until one alone goes on: it is the largest, and the country it holds need not be seen.
 */
export function splitNetwork(map: StreetMap, without: Edges): ReadonlySet<number> {
  const main = mainNetwork(map)
  const { edgeFrom, edgeTo, adjacentStarts, adjacent } = map.roads
  const parts: Part[] = []
  const partOf = new Map<number, Part>()
  const begin = (vertex: number): void => {
    if (main[vertex] !== 1 || partOf.has(vertex)) return
    const part: Part = { into: null, vertices: [vertex], left: [vertex] }
    parts.push(part)
    partOf.set(vertex, part)
  }
  for (const edge of without.keys()) {
    begin(edgeFrom[edge] ?? 0)
    begin(edgeTo[edge] ?? 0)
  }
  const walkOne = (part: Part): void => {
    const vertex = part.left.pop() ?? 0
    for (let at = adjacentStarts[vertex] ?? 0; at < (adjacentStarts[vertex + 1] ?? 0); at++) {
      const entry = adjacent[at] ?? 0
      const edge = entry >>> 1
      if (without.has(edge)) continue
      const other = ((entry & 1) === 0 ? edgeTo[edge] : edgeFrom[edge]) ?? 0
      const known = partOf.get(other)
      if (known === undefined) {
        const own = rootOf(part)
        partOf.set(other, own)
        own.vertices.push(other)
        own.left.push(other)
      } else join(rootOf(known), rootOf(part))
    }
  }
  let walking = parts
  while (walking.length > 1 || isDoubtful(walking[0], parts)) {
    for (const part of walking) if (isWalking(part)) walkOne(part)
    walking = walking.filter(isWalking)
  }
  const own = parts.filter(({ into }) => into === null)
  const largest = own.reduce<Part | null>(
    (one, other) => (one === null || isLarger(other, one) ? other : one),
    null,
  )
  return new Set(own.flatMap((part) => (part === largest ? [] : part.vertices)))
}

/** By number; what is said of each does not matter here. */
type Edges = Pick<ReadonlyMap<number, unknown>, 'has' | 'keys'>

type Part = {
  /** The part that it turned out to be one with. */
  into: Part | null
  vertices: number[]
  /** Of them, those that were not walked yet. */
  left: number[]
}

function isWalking({ into, left }: Part): boolean {
  return into === null && left.length > 0
}

/** One that goes on may still end as the smaller. */
function isDoubtful(last: Part | undefined, parts: readonly Part[]): boolean {
  if (last === undefined || !isWalking(last)) return false
  return parts.some(
    (part) => part !== last && part.into === null && part.vertices.length >= last.vertices.length,
  )
}

/** Of two of one size, the one with the lowest junction. */
function isLarger(one: Part, other: Part): boolean {
  const more = one.vertices.length - other.vertices.length
  return more > 0 || (more === 0 && lowestOf(one) < lowestOf(other))
}

function lowestOf({ vertices }: Part): number {
  return vertices.reduce((lowest, vertex) => Math.min(lowest, vertex), Infinity)
}

function rootOf(part: Part): Part {
  let root = part
  while (root.into !== null) root = root.into
  return root
}

/** The smaller goes into the larger. */
function join(one: Part, other: Part): void {
  if (one === other) return
  const [small, large] = one.vertices.length < other.vertices.length ? [one, other] : [other, one]
  for (const vertex of small.vertices) large.vertices.push(vertex)
  for (const vertex of small.left) large.left.push(vertex)
  small.into = large
  small.vertices = []
  small.left = []
}
