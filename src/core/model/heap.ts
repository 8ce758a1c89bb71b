/**
 * What comes first by its key, and of equal keys by its tie. Items of equal key and tie come in an
 * order that depends only on how they were put in. Keys lie side by side: on the way down no object
 * is fetched.
 */
export type Heap<T> = {
  readonly keys: number[]
  readonly ties: number[]
  readonly items: T[]
  /** From so many on it is swept. */
  sweepCount: number
}

export function createHeap<T>(): Heap<T> {
  return { keys: [], ties: [], items: [], sweepCount: sweepCountMin }
}

/** Infinity when there is none. */
export function readFirstKey<T>({ keys }: Heap<T>): number {
  return keys.length === 0 ? Infinity : keyAt(keys, 0)
}

export function pushToHeap<T>(heap: Heap<T>, key: number, item: T, tie = 0): void {
  rise(heap, heap.items.length, key, tie, item)
}

/**
 * Leaves out entries that are of no use any more, and all but one of an item, once there are twice
 * as many as were left the last time: who is moved forward leaves entries behind, and what surfaces
 * in months would lie there until then.
 */
export function sweepHeap<T>(heap: Heap<T>, isOfUse: (item: T, key: number) => boolean): void {
  const { keys, ties, items } = heap
  if (items.length < heap.sweepCount) return
  const left = new Set<T>()
  for (const [at, item] of items.entries()) {
    const key = keyAt(keys, at)
    if (left.has(item) || !isOfUse(item, key)) continue
    // Where it goes has been read.
    rise(heap, left.size, key, keyAt(ties, at), item)
    left.add(item)
  }
  for (const list of [keys, ties, items]) list.length = left.size
  heap.sweepCount = Math.max(sweepCountMin, 2 * left.size)
}

/** So few take no room. */
const sweepCountMin = 1_024

function rise<T>(heap: Heap<T>, from: number, key: number, tie: number, item: T): void {
  const { keys, ties } = heap
  let position = from
  put(heap, position, key, tie, item)
  while (position > 0) {
    const parent = (position - 1) >> 1
    if (!isBefore(key, tie, keyAt(keys, parent), keyAt(ties, parent))) break
    move(heap, parent, position)
    position = parent
  }
  put(heap, position, key, tie, item)
}

/** The first item, taken out; null when there is none. */
export function popFromHeap<T>(heap: Heap<T>): T | null {
  const { keys, ties, items } = heap
  const [top] = items
  const last = items.pop()
  if (top === undefined || last === undefined) return null
  sinkFromTop(heap, keys.pop() ?? Infinity, ties.pop() ?? 0, last)
  return top
}

function sinkFromTop<T>(heap: Heap<T>, key: number, tie: number, item: T): void {
  const { keys, ties, items } = heap
  const count = items.length
  if (count === 0) return
  let position = 0
  for (let child = 1; child < count; child = 2 * position + 1) {
    const right = child + 1
    const isRight =
      right < count &&
      isBefore(keyAt(keys, right), keyAt(ties, right), keyAt(keys, child), keyAt(ties, child))
    if (isRight) child = right
    if (!isBefore(keyAt(keys, child), keyAt(ties, child), key, tie)) break
    move(heap, child, position)
    position = child
  }
  put(heap, position, key, tie, item)
}

function isBefore(key: number, tie: number, otherKey: number, otherTie: number): boolean {
  return key < otherKey || (key === otherKey && tie < otherTie)
}

function put<T>({ keys, ties, items }: Heap<T>, at: number, key: number, tie: number, item: T) {
  keys[at] = key
  ties[at] = tie
  items[at] = item
}

function move<T>({ keys, ties, items }: Heap<T>, from: number, to: number): void {
  keys[to] = keyAt(keys, from)
  ties[to] = keyAt(ties, from)
  const item = items[from]
  if (item !== undefined) items[to] = item
}

/** Never beyond the end here. */
function keyAt(numbers: readonly number[], at: number): number {
  return numbers[at] ?? Number.NaN
}
