import type { Limits } from '../../core/model/limits.ts'
import { draftClocksDiffer } from '../../core/watch/clocks-differ.ts'
import type { Db } from '../pg/pool.ts'
import { alignBehindAlert } from './align-behind-alert.ts'

/**
 * Brings the alert about the clock of one process in line with how it is: raised once, and ended
 * when the clocks agree. Call inside a transaction; gives the number of events.
 */
export async function alignClockAlert(tx: Db, work: ClockWork): Promise<number> {
  const { part, aheadMs, nowMs, limits } = work
  const draft = aheadMs === null ? null : draftClocksDiffer(limits, { part, aheadMs }, nowMs)
  return await alignBehindAlert(tx, { fact: 'part', value: part, draft, nowMs, limits })
}

export type ClockWork = {
  /** One name for one process, also after its restart. */
  readonly part: string
  /** Null: the clocks agree. */
  readonly aheadMs: number | null
  readonly nowMs: number
  readonly limits: Limits
}
