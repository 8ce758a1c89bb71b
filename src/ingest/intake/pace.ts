import { RefusedInput } from '../../errors.ts'

/**
 * Holds back whoever sends more than its share while others send: the answer to its reports, which
 * are stored by then, comes no sooner than its pace allows. All senders share the loop of one
 * process; a thousand positions take it for some ten milliseconds, and a breach of somebody else
 * needs it a dozen times. Alone, a sender goes as fast as it is answered.
 */
export function createPace(elapsedMs: () => number): Pace {
  const seenAtMs = new Map<string, number>()
  const freeAtMs = new Map<string, number>()

  function isAlone(senderId: string): boolean {
    const sinceMs = elapsedMs() - companyMs
    for (const [otherId, atMs] of seenAtMs) {
      if (atMs < sinceMs) seenAtMs.delete(otherId)
      else if (otherId !== senderId) return false
    }
    return true
  }
  const owedMs = (senderId: string): number => (freeAtMs.get(senderId) ?? 0) - elapsedMs()

  return {
    note(senderId, inTurnCount) {
      seenAtMs.set(senderId, elapsedMs())
      if (owedMs(senderId) <= 0) freeAtMs.delete(senderId)
      if (inTurnCount === 0 || isAlone(senderId)) return
      const fromMs = freeAtMs.get(senderId) ?? elapsedMs()
      freeAtMs.set(senderId, fromMs + (inTurnCount * 1_000) / perSecond)
    },
    refuse(senderId) {
      if (owedMs(senderId) <= holdMsMax) return
      const seconds = Math.ceil(owedMs(senderId) / 1_000)
      throw new RefusedInput(
        'rate-limited',
        `While others send, ${perSecond} positions a second of one sender are taken beyond its share. Send this again after ${seconds} s.`,
        [],
        seconds,
      )
    },
    async hold(senderId) {
      const waitMs = Math.min(owedMs(senderId), holdMsMax)
      if (waitMs > 0) await new Promise<void>((resolve) => void setTimeout(resolve, waitMs))
    },
  }
}

export type Pace = {
  /** With each request, and how many of its reports are judged in turn. */
  readonly note: (senderId: string, inTurnCount: number) => void
  /** Throws the 429 of a sender that is further ahead of its pace than answers are held back. */
  readonly refuse: (senderId: string) => void
  /** Resolves when the answer may be given. */
  readonly hold: (senderId: string) => Promise<void>
}

/** Half of what one process takes when it does nothing else. */
const perSecond = 10_000
/** Within the time in which a server stops. */
const holdMsMax = 1_000
/** Whoever has sent within it is company. */
const companyMs = 60_000
