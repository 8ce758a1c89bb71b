/** Something that wants to be judged again at a moment. Infinity: not until something happens to it. */
export type Due = { readonly id: string; dueMs: number }

/**
 * A binary heap in which an item may be moved forward at any time. The old entry stays where it is and is skipped
 * when it surfaces: that costs nothing on the path of a fix, where a search through the heap would.
 */
export type Deadlines<T extends Due> = { readonly entries: { dueMs: number; item: T }[] }

export function createDeadlines<T extends Due>(): Deadlines<T> {
  return { entries: [] }
}

/** Judge the item at `dueMs`, or earlier when that was already asked for. */
export function wake<T extends Due>(deadlines: Deadlines<T>, item: T, dueMs: number): void {
  if (!(dueMs < item.dueMs)) return
  item.dueMs = dueMs
  const { entries } = deadlines
  const entry = { dueMs, item }
  let position = entries.length
  entries.push(entry)
  while (position > 0) {
    const parent = (position - 1) >> 1
    if (entries[parent]!.dueMs <= dueMs) break
    entries[position] = entries[parent]!
    position = parent
  }
  entries[position] = entry
}

/** Takes the next item due at or before `nowMs`; it has no deadline until it is woken again. */
export function takeDue<T extends Due>(deadlines: Deadlines<T>, nowMs: number): T | null {
  const first = findFirst(deadlines)
  if (first === null || first.dueMs > nowMs) return null
  removeFirst(deadlines)
  first.item.dueMs = Infinity
  return first.item
}

export function findFirstDueMs<T extends Due>(deadlines: Deadlines<T>): number | null {
  return findFirst(deadlines)?.dueMs ?? null
}

function findFirst<T extends Due>(deadlines: Deadlines<T>): { dueMs: number; item: T } | null {
  for (;;) {
    const first = deadlines.entries[0]
    if (first === undefined) return null
    if (first.dueMs === first.item.dueMs) return first
    removeFirst(deadlines)
  }
}

function removeFirst<T extends Due>(deadlines: Deadlines<T>): void {
  const { entries } = deadlines
  const last = entries.pop()
  if (last === undefined || entries.length === 0) return
  const count = entries.length
  let position = 0
  for (;;) {
    let child = 2 * position + 1
    if (child >= count) break
    if (child + 1 < count && entries[child + 1]!.dueMs < entries[child]!.dueMs) child++
    if (entries[child]!.dueMs >= last.dueMs) break
    entries[position] = entries[child]!
    position = child
  }
  entries[position] = last
}
