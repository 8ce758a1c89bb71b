import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { EvaluatorDeps } from './evaluator-deps.ts'
import type { EvaluatorMemory } from './evaluator-memory.ts'
import { readDatabaseTime, type DatabaseTime } from '../../store/evaluator/reception.ts'
import type { JournalRow } from '../../store/journal/journal.ts'
import type { Db } from '../../store/pg/pool.ts'

/**
 * What time it is: what our clock says, but never far ahead of the database's, which all processes
 * share. Silence would go unseen for as long as a clock was ahead, also after it is right again;
 * so memory that is ahead is taken back.
 */
export function createTimeBound(deps: TimeBoundDeps): TimeBound {
  const { client, clock, log, memory, shard } = deps
  let readAtMs = Number.NEGATIVE_INFINITY
  let receptionEndMs = Number.POSITIVE_INFINITY
  let aheadMs = 0

  async function ask(): Promise<DatabaseTime> {
    const askedAtMs = performance.now()
    const found = await readDatabaseTime(client, shard)
    const databaseMs = Math.floor(found.nowMs)
    aheadMs = sayDifference(log, aheadMs, findDifference(clock, askedAtMs, found.nowMs))
    memory.clockBoundMs = databaseMs + clockAheadMsMax
    const isTakenBack = memory.keepWithinBound(databaseMs)
    if (isTakenBack) log.error({ shard }, 'the clock was ahead and is taken back')
    return found
  }

  return {
    async read() {
      const elapsedMs = performance.now()
      if (elapsedMs - readAtMs >= readMs) {
        const { receptionLeftMs } = await ask()
        readAtMs = elapsedMs
        const nowMs = Math.min(clock.nowMs(), memory.clockBoundMs)
        receptionEndMs = nowMs + (receptionLeftMs ?? Number.POSITIVE_INFINITY)
      }
      const nowMs = Math.min(clock.nowMs(), memory.clockBoundMs)
      return { nowMs, audibleMs: Math.min(nowMs, receptionEndMs) }
    },
    async admit(rows) {
      // Not how far time may pass: of an outage since then the journal has not been read.
      if (rows.some(({ committedAtMs }) => committedAtMs > memory.clockBoundMs)) await ask()
    },
    aheadMs: () => aheadMs,
  }
}

/** From here on clocks differ, which people should know: one of the two is wrong. */
export const clockDifferenceMsMax = 5_000

/** Says when clocks begin to differ, and when they agree again; gives the difference. */
export function sayDifference(
  log: Pick<Log, 'error' | 'info'>,
  before: number,
  now: number,
): number {
  const aheadSeconds = Math.round(now / 1_000)
  const isApart = Math.abs(now) > clockDifferenceMsMax
  const wasApart = Math.abs(before) > clockDifferenceMsMax
  if (isApart && !wasApart) log.error({ aheadSeconds }, "our clock differs from the database's")
  if (!isApart && wasApart) log.info({ aheadSeconds }, "our clock agrees with the database's again")
  return now
}

/**
 * By how much our clock is ahead for certain. The database read its own somewhere between asking,
 * at `askedAtMs` of the clock that never goes back, and now: a slow answer is no difference.
 */
export function findDifference(clock: Clock, askedAtMs: number, databaseMs: number): number {
  const most = clock.nowMs() - databaseMs
  const least = most - (performance.now() - askedAtMs)
  return Math.max(least, Math.min(most, 0))
}

export type TimeBoundDeps = Pick<EvaluatorDeps, 'clock' | 'log' | 'shard'> & {
  readonly client: Db
  readonly memory: Pick<EvaluatorMemory, 'clockBoundMs' | 'keepWithinBound'>
}

export type TimeBound = {
  /**
   * `audibleMs` is how far time may pass. Not beyond what we could hear: while the intake is down,
   * silence is ours, and what there is to say of it is in the journal before anything that is
   * received later.
   */
  readonly read: () => Promise<{ readonly nowMs: number; readonly audibleMs: number }>
  /**
   * Call with what was read of the journal before it is judged. Rows that the database wrote beyond
   * the bound say that its clock has jumped since it was asked: judged by the old bound they would
   * look as old as the jump is long as soon as the bound follows.
   */
  readonly admit: (rows: readonly Pick<JournalRow, 'committedAtMs'>[]) => Promise<void>
  /** By how much our clock was ahead of the database's when it was last asked; below 0: behind. */
  readonly aheadMs: () => number
}

/** Well within `intake_grace()`, so that the clock of a quiet evaluator does not stand still. */
const readMs = 1_000
/** Clocks of one network agree to some milliseconds; a statement may wait for seconds. */
const clockAheadMsMax = 5_000
