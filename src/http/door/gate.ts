/**
 * Lets so many pieces of work run at once; the others wait for their turn, first come first served.
 */
export function createGate(countMax: number): Gate {
  const waiting: (() => void)[] = []
  let insideCount = 0
  return async (work) => {
    if (insideCount < countMax) insideCount += 1
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // Whoever is next takes this place over: nobody can slip in between.
      if (next === undefined) insideCount -= 1
      else next()
    }
  }
}

export type Gate = <T>(work: () => Promise<T>) => Promise<T>
