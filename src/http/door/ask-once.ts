/**
 * Of those who ask the same at the same time the first one asks, and all hear the one answer, in
 * the order in which they came: with one token hundreds of requests may come at once.
 */
export function createAskOnce<Answer>(): AskOnce<Answer> {
  const underWay = new Map<string, Promise<Answer>>()
  return {
    ask(key, find) {
      const known = underWay.get(key)
      if (known !== undefined) return known
      const answer = find().finally(() => {
        if (underWay.get(key) === answer) underWay.delete(key)
      })
      underWay.set(key, answer)
      return answer
    },
    forgetAll: () => underWay.clear(),
  }
}

export type AskOnce<Answer> = {
  /** `find` is called where nobody's answer to this is under way. */
  readonly ask: (key: string, find: () => Promise<Answer>) => Promise<Answer>
  /** Whoever comes from now on asks anew: an answer that is under way may be of before. */
  readonly forgetAll: () => void
}
