import type { Heap } from './heap.ts'
import { createHeap, popFromHeap, pushToHeap, readFirstKey, sweepHeap } from './heap.ts'

/**
 * Something that wants to be judged again at a moment. Infinity: not until something happens to it.
 */
export type Due = { readonly id: string; dueMs: number }

/**
 * An item may be moved forward at any time. Its old entry stays where it is and is skipped when it
 * surfaces, or is swept: that costs nothing on the path of a fix, where a search through the heap
 * would.
 */
export type Deadlines<T extends Due> = Heap<T>

export function createDeadlines<T extends Due>(): Deadlines<T> {
  return createHeap()
}

/** What is due and not judged yet, and since when. */
export type DueByKind<T extends { readonly type: string }> = {
  readonly [K in T['type']]: Set<Extract<T, { readonly type: K }>>
} & { sinceMs: number }

/** Judge the item at `dueMs`, or earlier when that was already asked for. */
export function wake<T extends Due>(deadlines: Deadlines<T>, item: T, dueMs: number): void {
  if (!(dueMs < item.dueMs)) return
  item.dueMs = dueMs
  pushToHeap(deadlines, dueMs, item)
  sweepHeap(deadlines, isDueThen)
}

function isDueThen({ dueMs }: Due, keyMs: number): boolean {
  return dueMs === keyMs
}

/** Takes the next item due at or before `nowMs`; it has no deadline until it is woken again. */
export function takeDue<T extends Due>(deadlines: Deadlines<T>, nowMs: number): T | null {
  const first = findFirst(deadlines)
  if (first === null || first.dueMs > nowMs) return null
  popFromHeap(deadlines)
  first.dueMs = Infinity
  return first
}

export function findFirstDueMs<T extends Due>(deadlines: Deadlines<T>): number | null {
  return findFirst(deadlines)?.dueMs ?? null
}

function findFirst<T extends Due>(deadlines: Deadlines<T>): T | null {
  for (;;) {
    const [first] = deadlines.items
    if (first === undefined) return null
    if (readFirstKey(deadlines) === first.dueMs) return first
    popFromHeap(deadlines)
  }
}
