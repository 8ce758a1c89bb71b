import { lockAlertEvents, type AlertEvent } from './alert-events.ts'
import { giveUpWaiting } from './delivery-failures.ts'
import type { DeviceCommand } from './device-commands.ts'
import { openTexts, sealText } from '../keys/sealed-text.ts'
import type { Db } from '../pg/pool.ts'
import type { Delivery, DeliverySubject } from './delivery.ts'
import type { WebhookEvents } from '../../core/model/contract-words.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { claimOfAll, claimOfThese, signingBefore } from './delivery-claim.ts'

export async function insertWebhookSubscription(
  db: Db,
  subscription: {
    readonly url: string
    readonly secret: string
    readonly events?: readonly WebhookEvents[]
    /** With device commands. */
    readonly vendorId?: string | null
    readonly createdBy?: string
    /** Whose events it is told; absent: those of who runs the installation. */
    readonly organisationId?: string
  },
): Promise<WebhookSubscription> {
  const { url, secret, events = ['alerts'], vendorId = null, createdBy = null } = subscription
  const result = await db.query<WebhookSubscription>(
    `insert into webhook_subscriptions (url, secret, events, vendor_id, created_by, organisation_id)
     values ($1, $2, $3, $4, $5, coalesce($6, '00000000-0000-7000-8000-000000000001'::uuid)) returning ${subscriptionColumns}`,
    [
      url,
      await sealSecret(db, url, secret),
      events,
      vendorId,
      createdBy,
      subscription.organisationId ?? null,
    ],
  )
  return onlyRow(result.rows)
}

/** By id, which is by time of making. The secret is never among the columns. */
export async function listWebhookSubscriptions(
  db: Db,
  query: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly WebhookSubscription[]> {
  const result = await db.query<WebhookSubscription>(
    `select ${subscriptionColumns} from webhook_subscriptions
      where $1::uuid is null or id > $1 order by id limit $2`,
    [query.afterId, query.limit],
  )
  return result.rows
}

export async function findWebhookSubscription(
  db: Db,
  id: string,
): Promise<WebhookSubscription | null> {
  const result = await db.query<WebhookSubscription>(
    `select ${subscriptionColumns} from webhook_subscriptions where id = $1`,
    [id],
  )
  return result.rows[0] ?? null
}

/**
 * Another secret; those that signed until now sign too until then, all of them: of two changes
 * soon after each other the receiver may have heard of neither. Null: no such subscription, it
 * ended, or as many sign already as fit.
 */
export async function changeWebhookSecret(
  db: Db,
  change: {
    readonly id: string
    readonly secret: string
    readonly nowMs: number
    readonly previousUntilMs: number
  },
): Promise<WebhookSubscription | null> {
  const found = await db.query<{ url: string }>(
    'select url from webhook_subscriptions where id = $1',
    [change.id],
  )
  const url = found.rows[0]?.url
  if (url === undefined) return null
  const secret = await sealSecret(db, url, change.secret)
  const result = await db.query<WebhookSubscription>(
    `update webhook_subscriptions set secret = $2, previous_until = to_timestamp($4::float8 / 1000),
       previous_secrets = secret || ${signingBefore('$3')}
      where id = $1 and disabled_at is null and cardinality(${signingBefore('$3')}) < $5::int
     returning ${subscriptionColumns}`,
    [change.id, secret, change.nowMs, change.previousUntilMs, previousSecretCountMax],
  )
  return result.rows[0] ?? null
}

/** Their signatures travel in one header. */
export const previousSecretCountMax = 4

/**
 * Disables for good; the row stays, because deliveries point at it and somebody may ask what was
 * sent where. What still waits is given up, and told at its alerts. In a transaction. Gives how
 * many were given up, or null when there is no such subscription.
 */
export async function disableWebhookSubscription(
  tx: Db,
  disabling: {
    readonly id: string
    readonly reason: string
    readonly nowMs: number
    /** The API client that asked for it; absent: its receiver. */
    readonly disabledBy?: string
  },
): Promise<number | null> {
  const { id, reason, nowMs, disabledBy = null } = disabling
  await lockAlertEvents(tx)
  // The subscription before its deliveries: whoever else ends it waits here and
  // finds nothing left to give up.
  const disabled = await tx.query(
    `update webhook_subscriptions
        set disabled_at = coalesce(disabled_at, to_timestamp($3::float8 / 1000)),
            disabled_by = case when disabled_at is null then $4::uuid else disabled_by end,
            disabled_reason = coalesce(disabled_reason, $2)
      where id = $1`,
    [id, reason, nowMs, disabledBy],
  )
  if (disabled.rowCount === 0) return null
  return await giveUpWaiting(tx, { webhookSubscriptionId: id, error: reason, nowMs })
}

/**
 * Takes due deliveries for one attempt each: the next attempt is moved past the time this one may
 * take, so that a process that dies in the middle leaves nothing locked and the delivery comes
 * again. A receiver gets no more than its room under `perSubscription`, so that one that hangs
 * does not hold up the others.
 */
export async function claimDeliveries(db: Db, query: ClaimQuery): Promise<readonly Delivery[]> {
  const result = await db.query<ClaimedRow>({
    ...(query.onlyIds === null ? claimOfAll : claimOfThese),
    values: [
      query.nowMs,
      query.limit,
      query.onlyIds,
      [...query.underWay.keys()],
      query.leaseMs,
      [...query.underWay.values()],
      query.perSubscription,
    ],
  })
  const opened = (await openTexts(db, result.rows.flatMap(secretsOf))).values()
  const next = (): string | null => opened.next().value ?? null
  return result.rows.map((row) => ({
    id: row.id,
    attemptCount: row.attemptCount,
    webhookSubscriptionId: row.webhookSubscriptionId,
    url: row.url,
    secret: next(),
    previousSecrets: row.previousSecrets.map(next).filter((secret) => secret !== null),
    ...subjectOf(row),
  }))
}

/** Sealed for its address: laid beside another one it signs nothing. */
export async function sealSecret(db: Db, url: string, secret: string): Promise<string> {
  return await sealText(db, 'webhooks', aboutSecret(url), secret)
}

function secretsOf({ url, secret, previousSecrets }: ClaimedRow) {
  return [secret, ...previousSecrets].map((text) => ({ text, about: aboutSecret(url) }))
}

function aboutSecret(url: string): string {
  return `webhook-secret/${url}`
}

export async function markDelivered(db: Db, id: string, nowMs: number): Promise<void> {
  await db.query(
    `update webhook_deliveries set delivered_at = to_timestamp($2::float8 / 1000), last_error = null
      where id = $1`,
    [id, nowMs],
  )
}

export type WebhookSubscription = {
  readonly id: string
  readonly url: string
  readonly events: readonly WebhookEvents[]
  readonly vendorId: string | null
  readonly createdAtMs: number
  readonly createdBy: string | null
  readonly disabledAtMs: number | null
  readonly disabledBy: string | null
  readonly disabledReason: string | null
  /** Tried at least once and not taken yet: whoever looks sees that a receiver is away. */
  readonly waitingCount: number
  readonly gaveUpCount: number
  readonly lastError: string | null
}

export type ClaimQuery = {
  readonly nowMs: number
  readonly limit: number
  /** Null: whatever is due. */
  readonly onlyIds: readonly string[] | null
  /** Attempts at each receiver now, in this process. */
  readonly underWay: ReadonlyMap<string, number>
  readonly perSubscription: number
  /** Longer than one attempt can take. */
  readonly leaseMs: number
}

type ClaimedRow = Omit<Delivery, 'event' | 'command' | 'secret'> &
  Omit<AlertEvent, 'id'> &
  Omit<DeviceCommand, 'id' | 'deviceId'> & {
    readonly eventId: string
    readonly secret: string
    readonly deviceId: string | null
  }

function subjectOf(row: ClaimedRow): DeliverySubject {
  const { sequence, eventId: id, atMs, deviceId } = row
  if (deviceId === null) {
    const { alertId, type, data } = row
    return { event: { sequence, id, alertId, type, data, atMs }, command: null }
  }
  const { vendorId, serialNumber, reportIntervalSeconds } = row
  return {
    event: null,
    command: { sequence, id, deviceId, vendorId, serialNumber, reportIntervalSeconds, atMs },
  }
}

const subscriptionColumns = `id, url, events, vendor_id as "vendorId", ${epochMs('created_at')} as "createdAtMs",
  ${epochMs('disabled_at')} as "disabledAtMs",
  created_by as "createdBy", disabled_by as "disabledBy", disabled_reason as "disabledReason",
  (select count(*)::int from webhook_deliveries d where d.webhook_subscription_id = webhook_subscriptions.id
    and d.attempts > 0 and d.delivered_at is null and d.gave_up_at is null) as "waitingCount",
  (select count(*)::int from webhook_deliveries d where d.webhook_subscription_id = webhook_subscriptions.id
    and d.gave_up_at is not null) as "gaveUpCount",
  (select d.last_error from webhook_deliveries d where d.webhook_subscription_id = webhook_subscriptions.id
    and d.delivered_at is null and d.last_error is not null
    order by d.alert_event_sequence desc limit 1) as "lastError"`

function onlyRow<Row>(rows: readonly Row[]): Row {
  const row = rows[0]
  if (row === undefined) throw new Error('expected one row, got none')
  return row
}
