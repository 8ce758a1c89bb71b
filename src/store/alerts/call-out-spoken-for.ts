import type { Limits } from '../../core/model/limits.ts'
import { isRecalled } from '../../core/model/recall.ts'
import { minuteMs } from '../../core/model/units.ts'
import type { Db } from '../pg/pool.ts'
import { saveRevision } from './alert-changes.ts'
import type { AlertRow } from './alerts.ts'
import { findLadder } from './recall-due.ts'

/**
 * An approach under two bans calls by one alert. Who answers that one for longer than anybody may
 * alone, or permits it, has answered for its own order: what it spoke for is called out at once.
 * After a shorter answer it comes back itself. Call with the turn of alert changes taken.
 */
export async function callOutSpokenFor(
  db: Db,
  answered: AlertRow,
  { nowMs, limits }: { readonly nowMs: number; readonly limits: Limits },
): Promise<void> {
  if (!isRecalled(answered)) return
  const backMs = answered.recallAtMs ?? Infinity
  const isShort = backMs <= nowMs + limits.recallMinutesMax * minuteMs
  if (isShort && answered.outcome !== 'permitted') return
  const { rows } = await db.query<SpokenFor>(spokenForSql, [
    answered.incidentId,
    answered.id,
    answered.kind,
    answered.victimId,
  ])
  for (const { id, protectionOrderId } of rows) {
    const ladder = await findLadder(db, { priority: 'P2', protectionOrderId }, { limits, nowMs })
    const revision = { kind: 'priority', priority: 'P2', reason } as const
    await saveRevision(
      db,
      { type: 'alert-revised', alertId: id, revision, learnedAtMs: nowMs },
      { nowMs, escalationsOf: () => ladder },
    )
  }
}

const reason =
  'It goes on, and the alert of another ban that called somebody about it was answered for long, or as permitted: that says nothing of this order.'

type SpokenFor = { readonly id: string; readonly protectionOrderId: string | null }

/** That two people are without protection is told for each of their bans. */
const spokenForSql = `
  select id, protection_order_id as "protectionOrderId" from alerts
   where incident_id = $1 and priority = 'P3' and cleared_at is null and unsupported_reason is null
     and part_of_alert_id is null and (evidence->'facts'->>'spokenForByAlertId' = $2::text
       or (kind = 'protection-degraded' and kind = $3 and victim_id = $4))
   order by id`
