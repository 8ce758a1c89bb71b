import type { AlertDraft, Effect } from '../../core/model/alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Db } from '../pg/pool.ts'
import { saveOwnEffects } from './save-own-effects.ts'

/**
 * Brings the alert that a part of detection is behind in line with how it is: raised once, and
 * ended when it is over. Call inside a transaction; gives the number of events.
 */
export async function alignBehindAlert(tx: Db, behind: BehindAlert): Promise<number> {
  const { draft, fact, nowMs, limits, value } = behind
  const { rows: open } = await tx.query<{ readonly id: string }>(
    `select id from alerts
      where kind = 'detection-behind' and cleared_at is null and evidence -> 'facts' ->> $1 = $2`,
    [fact, value],
  )
  const effects: Effect[] = []
  if (draft === null) {
    for (const { id } of open) {
      effects.push({ type: 'alert-ended', alertId: id, clearedAtMs: nowMs, learnedAtMs: nowMs })
    }
  } else if (open.length === 0) effects.push({ type: 'alert-raised', alert: draft })
  if (effects.length === 0) return 0
  return (await saveOwnEffects(tx, { nowMs, limits }, effects)).events
}

type BehindAlert = {
  /** What tells it from others of its kind, in its facts. */
  readonly fact: 'part' | 'cause'
  readonly value: string
  /** Null: it is over. */
  readonly draft: AlertDraft | null
  readonly nowMs: number
  readonly limits: Limits
}
