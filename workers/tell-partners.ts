import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import { hourMs, minuteMs } from '../src/core/model/units.ts'
import type { Log } from '../src/log.ts'
import { isCaseNoticeDue, makeCaseNotices } from '../src/store/partners/case-told.ts'
import { isEndReminderDue, makeEndReminders } from '../src/store/partners/end-reminders.ts'
import {
  alignReceiptAlerts,
  isNoticeDue,
  isReceiptDue,
  makeNotices,
} from '../src/store/partners/notices-due.ts'
import {
  claimNotices,
  markSent,
  postponeNotice,
  type OutgoingNotice,
} from '../src/store/partners/notices-sent.ts'
import { isReadingNoticeDue, makeReadingNotices } from '../src/store/partners/reading-notices.ts'
import { inTransaction } from '../src/store/pg/pool.ts'
import { sendWebhook } from '../src/webhooks/send-webhook.ts'

/**
 * Tells partners of bans and of what becomes of them, and whoever looks after the protection of
 * data of who looked where somebody is; sends it to those who are called, and asks people about
 * receipts that do not come. From rows alone.
 */
export function createPartnerTeller(deps: PartnerTellerDeps): () => Promise<void> {
  return async () => {
    const { clock, limits, pool } = deps
    const work = { nowMs: clock.nowMs(), limit: rowsMax, limits }
    if (await isNoticeDue(pool, work.nowMs)) {
      await inTransaction(pool, (tx) => makeNotices(tx, work))
    }
    if (await isCaseNoticeDue(pool)) {
      await inTransaction(pool, (tx) => makeCaseNotices(tx, work))
    }
    if (await isEndReminderDue(pool)) {
      await inTransaction(pool, (tx) => makeEndReminders(tx, work))
    }
    if (await isReadingNoticeDue(pool, work.nowMs)) {
      await inTransaction(pool, (tx) => makeReadingNotices(tx, work))
    }
    if (await isReceiptDue(pool, work.nowMs)) {
      const told = await inTransaction(pool, (tx) => alignReceiptAlerts(tx, work))
      if (told > 0) deps.onEvent()
    }
    const claimed = await inTransaction(pool, (tx) =>
      claimNotices(tx, { nowMs: work.nowMs, limit: attemptsMax, leaseMs, oin: deps.oin }),
    )
    await Promise.all(claimed.map((notice) => attempt(deps, notice)))
  }
}

export type PartnerTellerDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  readonly oin: string | null
  readonly webhookHosts: readonly string[]
  /** An alert event may have been added. */
  readonly onEvent: () => void
  readonly timeoutMs?: number
}

const rowsMax = 100
const attemptsMax = 16
/** Longer than one attempt can take. */
const leaseMs = minuteMs
/** A receiver that is away is called again, up to every hour and for as long as it takes. */
const waitsMs = [5_000, minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs]

async function attempt(deps: PartnerTellerDeps, notice: OutgoingNotice): Promise<void> {
  const { clock, log, pool, timeoutMs } = deps
  const outcome = await sendWebhook({
    url: notice.url,
    secret: notice.secret,
    previousSecrets: [],
    id: notice.id,
    sentAtMs: clock.nowMs(),
    body: notice.body,
    allowedHosts: deps.webhookHosts,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  if (outcome.type === 'delivered') return await markSent(pool, notice.id, clock.nowMs())
  // A partner does not end by itself that it is told: people do.
  const error =
    outcome.type === 'gone' ? 'The receiver answered 410: it wants nothing.' : outcome.error
  const waitMs = waitsMs[Math.min(notice.attemptCount, waitsMs.length) - 1] ?? hourMs
  await postponeNotice(pool, notice.id, { error, nextAttemptAtMs: clock.nowMs() + waitMs })
  log.warn({ partnerNoticeId: notice.id, failure: error, waitMs }, 'a partner was not told yet')
}
