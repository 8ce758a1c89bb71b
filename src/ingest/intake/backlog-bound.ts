import { RefusedInput } from '../../errors.ts'
import { countWaitingBySender } from '../../store/journal/turns.ts'
import type { Db } from '../../store/pg/pool.ts'

/**
 * How many reports of one sender may wait for their turn. Whoever sends more than is judged is told
 * to come again before the backlog is longer than it can be judged in some minutes; nobody else is.
 */
export function createBacklogBound(deps: BacklogDeps): BacklogBound {
  const { db, shard, elapsedMs, reportCountMax = reportCountMaxDefault } = deps
  let known: ReadonlyMap<string, number> = new Map()
  /** By this process since then; the others are in what is read a second later. */
  const added = new Map<string, number>()
  let readAtMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null

  async function read(): Promise<void> {
    readAtMs = elapsedMs()
    added.clear()
    known = await countWaitingBySender(db, shard)
  }
  function readAgain(): Promise<void> {
    if (elapsedMs() - readAtMs < readMs) return reading ?? Promise.resolve()
    reading ??= read().finally(() => {
      reading = null
    })
    return reading
  }
  const countOf = (senderId: string): number =>
    (known.get(senderId) ?? 0) + (added.get(senderId) ?? 0)

  return {
    note(senderId, reportCount) {
      added.set(senderId, (added.get(senderId) ?? 0) + reportCount)
      // Only to know of the other processes; the next request asks again.
      void readAgain().catch(() => {})
    },
    async refuse(senderId) {
      if (countOf(senderId) < reportCountMax) return
      await readAgain()
      const reportCount = countOf(senderId)
      if (reportCount < reportCountMax) return
      const excess = reportCount - reportCountMax * 0.9
      const seconds = Math.min(60, Math.max(1, Math.ceil(excess / judgedPerSecond)))
      throw new RefusedInput(
        'rate-limited',
        `${reportCountMax} positions of this sender wait to be judged, which is as many as may. Send this again after ${seconds} s.`,
        [],
        seconds,
      )
    },
  }
}

export type BacklogDeps = {
  readonly db: Db
  readonly shard: number
  /** Of a clock that never goes back. */
  readonly elapsedMs: () => number
  readonly reportCountMax?: number
}

export type BacklogBound = {
  /** Reports that wait for their turn from now on. */
  readonly note: (senderId: string, reportCount: number) => void
  /** Throws the 429 of a sender whose backlog is full. */
  readonly refuse: (senderId: string) => Promise<void>
}

/** A vendor of ten thousand devices may be away for an hour and a half and send it all at once. */
const reportCountMaxDefault = 1_000_000
/** As measured by the bench of fairness on two busy cores. */
const judgedPerSecond = 7_000
const readMs = 1_000
