import { RefusedInput } from '../../errors.ts'
import { createBuckets, type BucketSize } from './buckets.ts'

/**
 * Holds back whoever sends more than its share while others send: the answer to its reports, which
 * are stored by then, comes no sooner than its pace allows. All senders share the loop of one
 * process; a thousand positions take it for some ten milliseconds, and a breach of somebody else
 * needs it a dozen times. Alone, a sender goes as fast as it is answered.
 */
export function createPace(elapsedMs: () => number): Pace {
  const bytes = createBuckets(byteShare, elapsedMs)
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

  const owe = (senderId: string, ms: number): void => {
    seenAtMs.set(senderId, elapsedMs())
    if (owedMs(senderId) <= 0) freeAtMs.delete(senderId)
    if (ms === 0 || isAlone(senderId)) return
    freeAtMs.set(senderId, (freeAtMs.get(senderId) ?? elapsedMs()) + ms)
  }

  return {
    note: (senderId, inTurnCount) => owe(senderId, (inTurnCount * 1_000) / perSecond),
    noteBytes(senderId, byteCount) {
      const isWithin = bytes.takeAll(senderId, byteCount)
      owe(senderId, isWithin ? 0 : (byteCount * 1_000) / bytesPerSecond)
    },
    refuse(senderId) {
      if (owedMs(senderId) <= holdMsMax) return
      const seconds = Math.ceil(owedMs(senderId) / 1_000)
      throw new RefusedInput(
        'rate-limited',
        `While others send, ${perSecond} positions or ${bytesPerSecond / 1_000_000} MB a second of one sender are taken beyond its share. Send this again after ${seconds} s.`,
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
  /** With each request, and how long its body is: what is refused must be read too. */
  readonly noteBytes: (senderId: string, byteCount: number) => void
  /** Throws the 429 of a sender that is further ahead of its pace than answers are held back. */
  readonly refuse: (senderId: string) => void
  /** Resolves when the answer may be given. */
  readonly hold: (senderId: string) => Promise<void>
}

/** Half of what one process takes when it does nothing else. */
const perSecond = 10_000
/** As many of three hundred bytes each: a full position is shorter. */
const bytesPerSecond = 3_000_000
/** Of each sender, before it is paced: more than a full share of positions is. */
const byteShare: BucketSize = { perSecond: 1_000_000, burst: 4_000_000 }
/** Within the time in which a server stops. */
const holdMsMax = 1_000
/** Whoever has sent within it is company. */
const companyMs = 60_000
