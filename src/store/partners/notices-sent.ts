import { openTexts } from '../keys/sealed-text.ts'
import { unlessUnreadable } from '../keys/sealed-orders.ts'
import type { Db } from '../pg/pool.ts'
import { recordAct } from '../record/audit-entries.ts'
import { readNoticeEvent } from './notice-event.ts'
import { columns, type PartnerNotice } from './notices.ts'
import { aboutPartnerSecret, type Partner } from './partners.ts'

/**
 * Takes what is due for one attempt each, with the whole of what is to be sent, and puts the first
 * attempt on record before anything leaves. The next attempt is moved past the time this one may
 * take: a process that dies in the middle leaves nothing locked. Call inside a transaction.
 */
export async function claimNotices(tx: Db, query: ClaimQuery): Promise<readonly OutgoingNotice[]> {
  const { rows } = await tx.query<ClaimedRow>({
    name: 'partner-notices-claim',
    text: `with due as (
       select n.id from partner_notices n join partners p on p.id = n.partner_id
        where n.next_attempt_at <= to_timestamp($1::float8 / 1000) and p.url is not null and p.ended_at is null
        order by n.next_attempt_at, n.number limit $2 for update of n skip locked
     ), claimed as (
       update partner_notices n set attempts = attempts + 1, next_attempt_at = to_timestamp(($1::float8 + $3::float8) / 1000)
         from due where due.id = n.id returning n.*
     )
     select ${columns}, p.kind, p.on_breach as "onBreach", p.on_breach_by as "onBreachBy", p.url, p.secret, p.organisation_id as "organisationId",
            p.api_client_id as "apiClientId"
       from claimed n join partners p on p.id = n.partner_id order by n.number`,
    values: [query.nowMs, query.limit, query.leaseMs],
  })
  const claimed: OutgoingNotice[] = []
  for (const row of rows) {
    const about = { notice: row, partner: row, oin: query.oin }
    const noted = await readNoticeEvent(tx, about).catch(unlessUnreadable)
    const sealed = { text: row.secret, about: aboutPartnerSecret(row.apiClientId) }
    const [secret] = await openTexts(tx, [sealed])
    // Without its order, or its secret, nothing is sent of it; the others are.
    if (noted === null || secret == null) {
      await tx.query('update partner_notices set last_error = $2 where id = $1', [
        row.id,
        noted === null ? unreadableOrder : unreadable,
      ])
      continue
    }
    claimed.push({ ...row, secret, body: JSON.stringify(noted.event) })
    if (row.attemptCount === 1) await recordSending(tx, row, noted.personIds, query.nowMs)
  }
  return claimed
}

async function recordSending(
  tx: Db,
  row: ClaimedRow,
  personIds: readonly string[],
  nowMs: number,
): Promise<void> {
  await recordAct(tx, {
    organisationId: row.organisationId,
    name: 'sendPartnerNotice',
    kind: 'disclosure',
    outcome: 'allowed',
    atMs: nowMs,
    by: { kind: 'system', id: null, role: null },
    door: 'a webhook of a partner',
    personIds,
    alertId: null,
    protectionOrderId: row.protectionOrderId,
    subjectId: row.partnerId,
    reason: null,
    secondPersonId: null,
    detail: { act: row.act, number: row.number, version: row.orderVersion },
  })
}

/** That it was taken is no receipt: nobody says yet that it reached who must know. */
export async function markSent(db: Db, id: string, nowMs: number): Promise<void> {
  await db.query(
    `update partner_notices set sent_at = coalesce(sent_at, to_timestamp($2::float8 / 1000)), next_attempt_at = null,
       last_error = null where id = $1`,
    [id, nowMs],
  )
}

export async function postponeNotice(
  db: Db,
  id: string,
  { error, nextAttemptAtMs }: { readonly error: string; readonly nextAttemptAtMs: number },
): Promise<void> {
  await db.query(
    `update partner_notices set last_error = $2, next_attempt_at = to_timestamp($3::float8 / 1000)
      where id = $1 and received_at is null`,
    [id, error, nextAttemptAtMs],
  )
}

export type OutgoingNotice = Pick<ClaimedRow, 'id' | 'url' | 'secret' | 'attemptCount'> & {
  readonly body: string
}

type ClaimedRow = PartnerNotice &
  Pick<Partner, 'kind' | 'onBreach' | 'onBreachBy' | 'organisationId' | 'apiClientId'> & {
    readonly url: string
    readonly secret: string
  }

const unreadableOrder = 'The order is not readable.'
const unreadable = 'The secret that signs what is sent is not readable.'

type ClaimQuery = {
  readonly nowMs: number
  readonly limit: number
  readonly leaseMs: number
  readonly oin: string | null
}
