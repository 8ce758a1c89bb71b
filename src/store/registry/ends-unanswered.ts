import { alertId } from '../../core/model/alert-id.ts'
import type { AlertPriority } from '../../core/model/alert.ts'
import { tellAlert } from '../../core/model/alert-kinds/alert-kinds.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import { dayMs } from '../../core/model/units.ts'
import { afterEndStep } from '../../core/orders/reminders.ts'
import { saveEffectsOfOrders, saveOwnEffects } from '../alerts/save-own-effects.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * One alert for each order of which something was asked twice and nobody has answered, as long as
 * no other alert calls about its end as urgently: a list that nobody opens reminds nobody. Call
 * inside a transaction that holds the alert events.
 */
export async function alignEndAlerts(tx: Db, work: EndWork): Promise<number> {
  const { limits, nowMs } = work
  const { rows } = await tx.query<Unanswered>(misalignedSql)
  for (const { askedCount, endsAtMs, openId, orderId, priority } of rows) {
    if (openId !== null && priority !== null) {
      const reason = tellAlert('end-unanswered', factsOf(askedCount, endsAtMs, nowMs))
      const revision = { kind: 'priority', priority, reason } as const
      const revised = { alertId: openId, revision, learnedAtMs: nowMs }
      await saveOwnEffects(tx, work, [{ type: 'alert-revised', ...revised }])
      continue
    }
    if (openId !== null) {
      const ended = { clearedAtMs: nowMs, learnedAtMs: nowMs }
      await saveOwnEffects(tx, work, [{ type: 'alert-ended', alertId: openId, ...ended }])
      continue
    }
    const alert = draftAlert(limits, {
      id: alertId(['end-unanswered', orderId], nowMs),
      kind: 'end-unanswered',
      priority: priority ?? 'P3',
      protectionOrderId: orderId,
      occurredAtMs: nowMs,
      learnedAtMs: nowMs,
      facts: factsOf(askedCount, endsAtMs, nowMs),
    })
    await saveEffectsOfOrders(tx, work, [{ type: 'alert-raised', alert }])
  }
  return rows.length
}

function factsOf(askedCount: number, endsAtMs: number, nowMs: number) {
  return { askedCount, days: Math.max(0, Math.ceil((endsAtMs - nowMs) / dayMs)) }
}

/** Without a transaction: nearly always every alert is as it should be. */
export async function isEndMisaligned(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ readonly isSo: boolean }>(
    `select exists (${misalignedSql}) as "isSo"`,
  )
  return rows[0]?.isSo === true
}

export type EndWork = { readonly nowMs: number; readonly limits: Limits }

type Unanswered = {
  readonly orderId: string
  readonly openId: string | null
  readonly askedCount: number
  readonly endsAtMs: number
  /** Of the most urgent question; null: none is left. */
  readonly priority: AlertPriority | null
}

const misalignedSql = `select coalesce(q.order_id, a.protection_order_id) as "orderId", a.id as "openId",
       q.priority, q.count as "askedCount", ${epochMs('q.ends_at')} as "endsAtMs"
  from (select r.protection_order_id as order_id, max(r.asked_count) as count, min(r.priority) as priority, min(r.ends_at) as ends_at from order_reminders r
         where r.answered_at is null and r.over_at is null and r.asked_count > 1 and r.step <> ${afterEndStep}
           and not exists (select from alerts e where e.protection_order_id = r.protection_order_id
             and e.kind = 'order-ending' and e.priority <= r.priority and e.cleared_at is null and e.unsupported_reason is null)
         group by 1) q
  full join (select id, protection_order_id, priority from alerts where kind = 'end-unanswered' and cleared_at is null) a
    on a.protection_order_id = q.order_id
 where q.order_id is null or a.id is null or q.priority < a.priority`
