/** At the first call, and `intervalMs` after each time it went well. */
export function every(intervalMs: number, work: () => Promise<unknown>): () => Promise<void> {
  // Of the clock that only counts: one that was ahead would keep it waiting for as long.
  let dueAtMs = -Infinity
  return async () => {
    if (performance.now() < dueAtMs) return
    await work()
    dueAtMs = performance.now() + intervalMs
  }
}
