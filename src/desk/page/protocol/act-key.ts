/**
 * The key of an act. One whose answer was lost keeps its key: pressed again it is the same act, and
 * stands once in the diary. Minutes later it is meant anew, and whoever is called is called again.
 */
export function keyOf(what: string, nowMs: number): string {
  const lost = lostActs.get(what)
  return lost !== undefined && nowMs - lost.atMs < sameActMs ? lost.key : crypto.randomUUID()
}

/** Whether an answer came, of whatever kind, or the act may have been done without one. */
export function noteAnswer(what: string, key: string, lostAtMs: number | null): void {
  if (lostAtMs === null) lostActs.delete(what)
  else lostActs.set(what, { key, atMs: lostAtMs })
}

/** By what is done, where and by whom, to the letter: another act may not come under its key. */
const lostActs = new Map<string, { readonly key: string; readonly atMs: number }>()

const sameActMs = 2 * 60_000
