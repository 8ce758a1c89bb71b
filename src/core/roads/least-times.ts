import type { RoadGraph } from './street-map.ts'
import type { WayCosts } from './way-costs.ts'

/**
 * The least time from each junction to the place that `starts` lead away from, as far as
 * `limitSeconds`; Infinity beyond. Every edge may be travelled both ways, so from and to are the
 * same. Dijkstra over a heap of four.
 */
export function leastTimes(
  roads: RoadGraph,
  costs: WayCosts,
  starts: readonly Start[],
  limitSeconds: number,
): LeastTimes {
  const count = roads.vertexLongitudesE7.length
  const seconds = new Float64Array(count).fill(Infinity)
  const viaEdge = new Int32Array(count).fill(-1)
  const queue = new Queue()
  const offer = (vertex: number, reached: number, edge: number) => {
    if (!(reached < (seconds[vertex] ?? 0)) || reached > limitSeconds) return
    seconds[vertex] = reached
    viaEdge[vertex] = edge
    queue.push(vertex, reached)
  }
  for (const start of starts) offer(start.vertex, start.seconds, -1)
  let vertex = queue.pop()
  while (vertex >= 0) {
    const from = seconds[vertex] ?? 0
    // What was offered cheaper since was expanded then.
    if (queue.popped <= from) {
      const end = roads.adjacentStarts[vertex + 1] ?? 0
      for (let at = roads.adjacentStarts[vertex] ?? 0; at < end; at++) {
        const entry = roads.adjacent[at] ?? 0
        const edge = entry >>> 1
        const other = (entry & 1) === 0 ? roads.edgeTo[edge] : roads.edgeFrom[edge]
        offer(other ?? 0, from + costs.secondsOf(edge), edge)
      }
    }
    vertex = queue.pop()
  }
  return { seconds, viaEdge }
}

/** Where the network is entered from a place, and how long that takes. */
export type Start = { readonly vertex: number; readonly seconds: number }

export type LeastTimes = {
  readonly seconds: Float64Array
  /** The edge by which the way to the place goes on; -1 at its start and where no way is known. */
  readonly viaEdge: Int32Array
}

/** The smallest first. What became cheaper is pushed again; the dear one is passed over. */
class Queue {
  private readonly keys: number[] = []
  private readonly items: number[] = []
  /** The key of what was popped last. */
  popped = 0

  push(item: number, key: number): void {
    const { keys, items } = this
    let at = keys.length
    keys.push(key)
    items.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 2
      const above = keys[parent] ?? 0
      if (above <= key) break
      keys[at] = above
      items[at] = items[parent] ?? 0
      at = parent
    }
    keys[at] = key
    items[at] = item
  }

  /** -1 when there is none. */
  pop(): number {
    const { keys, items } = this
    const item = items[0]
    const lastKey = keys.pop()
    const lastItem = items.pop()
    if (item === undefined || lastKey === undefined || lastItem === undefined) return -1
    this.popped = keys[0] ?? lastKey
    if (keys.length > 0) this.sink(lastItem, lastKey)
    return item
  }

  private sink(item: number, key: number): void {
    const { keys, items } = this
    let at = 0
    for (;;) {
      const first = 4 * at + 1
      let least = -1
      let leastKey = key
      for (let child = first; child < Math.min(first + 4, keys.length); child++) {
        const childKey = keys[child] ?? 0
        if (childKey < leastKey) {
          leastKey = childKey
          least = child
        }
      }
      if (least < 0) break
      keys[at] = leastKey
      items[at] = items[least] ?? 0
      at = least
    }
    keys[at] = key
    items[at] = item
  }
}
