import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Log } from '../src/log.ts'
import { copyToHistory, findHistoryDue, skipInHistory } from '../src/store/history/history.ts'
import type { HistoryStep } from '../src/store/history/history.ts'

/**
 * Writes the readable history until it has caught up with the journal or `roundMsMax` have
 * passed. The alert path never waits for it, and while much waits to be judged it gives way. An
 * operating error is thrown: the next round tries again from the same place.
 */
export async function copyHistory(deps: HistoryDeps): Promise<HistoryRound> {
  const shard = deps.shard ?? 0
  const rowCountMax = deps.rowCountMax ?? rowCountMaxDefault
  const endsAtMs = performance.now() + (deps.roundMsMax ?? roundMsMaxDefault)
  let fixCount = 0
  let deviceEventCount = 0
  for (;;) {
    const { isBehind, mayWait } = await findHistoryDue(deps.pool, shard)
    if (!isBehind || mayWait) return { fixCount, deviceEventCount, isCaughtUp: !isBehind }
    const startedAtMs = performance.now()
    const step = await copyStep(deps, shard, rowCountMax)
    fixCount += step.fixCount
    deviceEventCount += step.deviceEventCount
    if (step.unreadableIds.length > 0) {
      deps.log.error(
        { journalIds: step.unreadableIds },
        'damaged rows of the journal are missing in the history',
      )
    }
    if (step.withheldCount > 0) {
      const { withheldCount } = step
      deps.log.error({ withheldCount }, 'rows wait for a key before they are in the history')
    }
    if (step.isEnd) return { fixCount, deviceEventCount, isCaughtUp: true }
    const endedAtMs = performance.now()
    if (endedAtMs >= endsAtMs) return { fixCount, deviceEventCount, isCaughtUp: false }
    await delay((endedAtMs - startedAtMs) * restShare)
  }
}

export type HistoryDeps = {
  readonly pool: pg.Pool
  readonly log: Log
  readonly shard?: number
  readonly rowCountMax?: number
  readonly roundMsMax?: number
}

export type HistoryRound = {
  readonly fixCount: number
  readonly deviceEventCount: number
  readonly isCaughtUp: boolean
}

/** A step is one transaction. */
const rowCountMaxDefault = 32
/**
 * Behind a backlog the history could fill a core of the database for minutes, which those who judge
 * and acknowledge need: it rests as long as it works.
 */
const restShare = 1
/** A round ends in time to be asked to stop, also after days of standstill. */
const roundMsMaxDefault = 2_000

/**
 * When the tables refuse a batch for what is in it, its rows go one by one, and only the
 * refused one is passed over.
 */
async function copyStep(
  deps: HistoryDeps,
  shard: number,
  rowCountMax: number,
): Promise<HistoryStep> {
  try {
    return await copyToHistory(deps.pool, { shard, rowCountMax })
  } catch (error) {
    if (refusedState(error) === null) throw error
  }
  try {
    const step = await copyToHistory(deps.pool, { shard, rowCountMax: 1 })
    return { ...step, isEnd: false }
  } catch (error) {
    const sqlState = refusedState(error)
    if (sqlState === null) throw error
    const journalId = await skipInHistory(deps.pool, shard, sqlState)
    deps.log.error(
      { err: error, journalId },
      'a row of the journal is refused by the history and passed over',
    )
    return {
      journalId: journalId ?? 0,
      rowCount: 1,
      isEnd: false,
      fixCount: 0,
      deviceEventCount: 0,
      unreadableIds: [],
      withheldCount: 0,
    }
  }
}

/** Classes 22 and 23: the value or a constraint, which no repetition mends. Null: anything else. */
function refusedState(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^2[23]/.test(code) ? code : null
}
