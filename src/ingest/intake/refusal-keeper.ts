import { saveRefusedTally } from '../../store/journal/quarantine.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { RefusalCode } from '../../core/model/contract-words.ts'
import { createBuckets } from './buckets.ts'
import { keepRefused, type RefusedElement } from './refusals.ts'

/**
 * Puts refused elements where people find them; of a sender whose requests are refused by the
 * thousand only so many a minute, and beyond that a row a minute that says how many there were. A
 * device in a loop must cost the others nothing, and the first of them say what is wrong.
 */
export function createRefusalKeeper(db: Db, elapsedMs: () => number): RefusalKeeper {
  const kept = createBuckets({ perSecond: keptPerMinute / 60, burst: keptPerMinute }, elapsedMs)
  const tallies = new Map<string, Tally>()

  function tallyOf(apiClientId: string): Tally {
    const known = tallies.get(apiClientId)
    if (known !== undefined && elapsedMs() - known.sinceMs < tallyMs) return known
    const tally = { sinceMs: elapsedMs(), id: null, counts: new Map(), saving: Promise.resolve() }
    tallies.set(apiClientId, tally)
    return tally
  }

  return {
    async keep(request, refused) {
      const keptCount = kept.takeUpTo(request.apiClientId, refused.length)
      await keepRefused(db, request, refused.slice(0, keptCount))
      if (keptCount < refused.length) {
        await count(db, request, tallyOf(request.apiClientId), refused.slice(keptCount))
      }
    },
  }
}

export type RefusalKeeper = {
  /** Resolves when each of them is kept, or counted. */
  readonly keep: (request: Refusing, refused: readonly RefusedElement[]) => Promise<void>
}

type Refusing = { readonly apiClientId: string; readonly receivedAtMs: number }

/** One row of the quarantine, that grows. */
type Tally = {
  readonly sinceMs: number
  id: string | null
  readonly counts: Map<RefusalCode, number>
  /** One after the other, so that the last one written is the largest. */
  saving: Promise<void>
}

/** More than anybody reads, and less than a thousandth of what the list may hold. */
const keptPerMinute = 2_000
const tallyMs = 60_000

async function count(
  db: Db,
  { apiClientId, receivedAtMs }: Refusing,
  tally: Tally,
  refused: readonly RefusedElement[],
): Promise<void> {
  for (const { reasons } of refused) {
    const [{ code }] = reasons
    tally.counts.set(code, (tally.counts.get(code) ?? 0) + 1)
  }
  const save = async (): Promise<void> => {
    const { id, counts } = tally
    tally.id = await saveRefusedTally(db, { id, apiClientId, receivedAtMs, keptPerMinute, counts })
  }
  const saving = tally.saving.then(save)
  // Whoever comes next counts what this one could not save.
  tally.saving = saving.catch(() => {})
  await saving
}
