/**
 * What comes first by its key, and of equal keys by its tie. Entries of equal key and tie come in
 * an order that depends only on how they were put in.
 */
export type Heap<T> = { readonly entries: HeapEntry<T>[] }

export type HeapEntry<T> = { readonly key: number; readonly tie: number; readonly item: T }

export function createHeap<T>(): Heap<T> {
  return { entries: [] }
}

export function pushToHeap<T>({ entries }: Heap<T>, key: number, item: T, tie = 0): void {
  const entry = { key, tie, item }
  let position = entries.push(entry) - 1
  while (position > 0) {
    const parentPosition = (position - 1) >> 1
    const parent = entries[parentPosition]
    if (parent === undefined || !isBefore(entry, parent)) break
    entries[position] = parent
    position = parentPosition
  }
  entries[position] = entry
}

/** The first item, taken out; null when there is none. */
export function popFromHeap<T>({ entries }: Heap<T>): T | null {
  const [top] = entries
  const last = entries.pop()
  if (top === undefined || last === undefined) return null
  if (entries.length > 0) sinkFromTop(entries, last)
  return top.item
}

function sinkFromTop<T>(entries: HeapEntry<T>[], entry: HeapEntry<T>): void {
  let position = 0
  for (;;) {
    let childPosition = 2 * position + 1
    let child = entries[childPosition]
    if (child === undefined) break
    const right = entries[childPosition + 1]
    if (right !== undefined && isBefore(right, child)) {
      child = right
      childPosition++
    }
    if (!isBefore(child, entry)) break
    entries[position] = child
    position = childPosition
  }
  entries[position] = entry
}

function isBefore<T>(one: HeapEntry<T>, other: HeapEntry<T>): boolean {
  return one.key < other.key || (one.key === other.key && one.tie < other.tie)
}
