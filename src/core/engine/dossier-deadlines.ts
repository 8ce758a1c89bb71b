import type { Dossier } from '../dossier/dossier-state.ts'
import type { Heap } from '../model/heap.ts'
import { createHeap, popFromHeap, pushToHeap, readFirstKey, sweepHeap } from '../model/heap.ts'

/** When the clock has something to say of dossiers; of those that are not listed it has nothing. */
export type DossierDeadlines = {
  readonly atMs: Map<Dossier, number>
  /** The first on top; an entry that is not in `atMs` as it is, is of the past. */
  readonly inOrder: Heap<Dossier>
}

export function createDossierDeadlines(): DossierDeadlines {
  return { atMs: new Map(), inOrder: createHeap() }
}

/** Infinity: none. */
export function setDeadline(
  { atMs, inOrder }: DossierDeadlines,
  dossier: Dossier,
  deadlineMs: number,
): void {
  if (deadlineMs === Infinity) atMs.delete(dossier)
  else if (atMs.get(dossier) !== deadlineMs) {
    atMs.set(dossier, deadlineMs)
    pushToHeap(inOrder, deadlineMs, dossier)
    sweepHeap(inOrder, (one, keyMs) => atMs.get(one) === keyMs)
  }
}

/** Infinity when there is none. */
export function findFirstDeadline({ atMs, inOrder }: DossierDeadlines): number {
  for (;;) {
    const [first] = inOrder.items
    if (first === undefined) return Infinity
    const firstMs = readFirstKey(inOrder)
    if (atMs.get(first) === firstMs) return firstMs
    popFromHeap(inOrder)
  }
}
