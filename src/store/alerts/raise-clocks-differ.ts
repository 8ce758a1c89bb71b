import type { Effect } from '../../core/model/alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import { draftClocksDiffer } from '../../core/watch/clocks-differ.ts'
import type { Db } from '../pg/pool.ts'
import { saveOwnEffects } from './save-own-effects.ts'

/**
 * Brings the alert about the clock of one process in line with how it is: raised once, and ended
 * when the clocks agree. Call inside a transaction; gives the number of events.
 */
export async function alignClockAlert(tx: Db, work: ClockWork): Promise<number> {
  const { part, aheadMs, nowMs, limits } = work
  const { rows: open } = await tx.query<{ readonly id: string }>(
    `select id from alerts
      where kind = 'detection-behind' and cleared_at is null
        and evidence -> 'facts' ->> 'part' = $1`,
    [part],
  )
  const effects: Effect[] = []
  if (aheadMs === null) {
    for (const { id } of open) {
      effects.push({ type: 'alert-ended', alertId: id, clearedAtMs: nowMs, learnedAtMs: nowMs })
    }
  } else if (open.length === 0) {
    const alert = draftClocksDiffer(limits, { part, aheadMs }, nowMs)
    effects.push({ type: 'alert-raised', alert })
  }
  if (effects.length === 0) return 0
  const saved = await saveOwnEffects(tx, { nowMs, limits }, effects)
  return saved.events
}

export type ClockWork = {
  /** One name for one process, also after its restart. */
  readonly part: string
  /** Null: the clocks agree. */
  readonly aheadMs: number | null
  readonly nowMs: number
  readonly limits: Limits
}
