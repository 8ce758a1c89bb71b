import { afterEndStep } from '../../core/orders/reminders.ts'
import { minuteMs } from '../../core/model/units.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import type { NoticeWork } from './notices-due.ts'

/**
 * Gives whoever outside may extend an order a notice of what is asked about its end: once it is
 * asked of them, or was asked here and nobody answered. One notice for each question. Call inside a
 * transaction; concurrent callers take turns.
 */
export async function makeEndReminders(tx: Db, { nowMs, limit }: NoticeWork): Promise<number> {
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.partnerNotices])
  const { rows } = await tx.query<{ readonly partnerId: string; readonly reminderId: string }>(
    `select p.id as "partnerId", r.id as "reminderId" ${untoldSql} order by r.due_at, r.id, p.id limit $1`,
    [limit],
  )
  for (const { partnerId, reminderId } of rows) {
    await tx.query(
      `insert into partner_notices (partner_id, number, protection_order_id, order_version, act, made_at, receipt_due_at,
         next_attempt_at, partner_name, partner_kind, reminder_id)
       select p.id, (select coalesce(max(number), 0) + 1 from partner_notices where partner_id = p.id), o.id, o.version,
              'reminded', to_timestamp($3::float8 / 1000),
              to_timestamp(($3::float8 + p.receipt_within_minutes * ${minuteMs}) / 1000),
              case when p.url is not null then to_timestamp($3::float8 / 1000) end, p.name, p.kind, r.id
         from partners p, order_reminders r join protection_orders o on o.id = r.protection_order_id
        where p.id = $1 and r.id = $2`,
      [partnerId, reminderId, nowMs],
    )
  }
  return rows.length
}

/** Without a transaction: nearly always nobody is to be asked anything. */
export async function isEndReminderDue(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ readonly isDue: boolean }>({
    name: 'partner-ends-are-due',
    text: `select exists (select ${untoldSql}) as "isDue"`,
  })
  return rows[0]?.isDue === true
}

/** What was asked, as it stands now; null: the question went with its order. */
export async function findEndReminder(
  db: Db,
  id: string,
): Promise<{
  readonly task: string
  readonly endsAtMs: number
  readonly askedCount: number
  readonly isOver: boolean
} | null> {
  const { rows } = await db.query<{
    readonly task: string
    readonly endsAtMs: number
    readonly askedCount: number
    readonly isOver: boolean
  }>(
    `select task, ${epochMs('ends_at')} as "endsAtMs", asked_count as "askedCount",
            over_at is not null or answered_at is not null as "isOver" from order_reminders where id = $1`,
    [id],
  )
  return rows[0] ?? null
}

/** A suspension is reviewed here; its end is decided outside. */
const untoldSql = `from partners p
  join order_reminders r on r.organisation_id = p.organisation_id and p.kind = any(r.deciders)
 where p.confirmed_at is not null and p.ended_at is null and r.over_at is null and r.answered_at is null
   and r.step <= ${afterEndStep} and (r.asked_count > 1 or r.asked_count = 1 and r.audience = p.kind)
   and not exists (select from partner_notices n where n.partner_id = p.id and n.reminder_id = r.id)`
