/**
 * Of those who ask the same at the same time the first one asks, and all hear the one answer, in
 * the order in which they came: with one token hundreds of requests may come at once. Whoever comes
 * much later asks anew: the answer may be on a line that is dead, and says how it was before.
 */
export function createAskOnce<Answer>(elapsedMs: () => number): AskOnce<Answer> {
  const underWay = new Map<string, UnderWay<Answer>>()
  return {
    ask(key, find) {
      const nowMs = elapsedMs()
      const known = underWay.get(key)
      if (known !== undefined && nowMs - known.askedAtMs < sharedMsMax) return known.answer
      const answer = find().finally(() => {
        if (underWay.get(key)?.answer === answer) underWay.delete(key)
      })
      underWay.set(key, { answer, askedAtMs: nowMs })
      return answer
    },
    forgetAll: () => underWay.clear(),
  }
}

export type AskOnce<Answer> = {
  /** `find` is called where nobody's answer to this is under way, or only for long. */
  readonly ask: (key: string, find: () => Promise<Answer>) => Promise<Answer>
  /** Whoever comes from now on asks anew: an answer that is under way may be of before. */
  readonly forgetAll: () => void
}

type UnderWay<Answer> = { readonly answer: Promise<Answer>; readonly askedAtMs: number }

/** Long for one row by its key, and little beside what a line takes to be known as dead. */
const sharedMsMax = 1_000
