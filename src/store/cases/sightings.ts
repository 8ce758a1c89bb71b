import { alertId } from '../../core/model/alert-id.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import { minuteMs } from '../../core/model/units.ts'
import { saveEffectsOfOrders } from '../alerts/save-own-effects.ts'
import { unlessUnusable } from '../keys/unusable-key.ts'
import { sealText } from '../keys/sealed-text.ts'
import type { Db } from '../pg/pool.ts'
import { scopeOfPerson } from '../registry/person-phones.ts'
import { listOrdersProtecting, listOrdersThatProtected } from './victims.ts'

/**
 * What a protected person saw, as an alert of each order that protects them, or of those that did
 * where none does any more: nobody has to have been seen by a device. Their words are kept sealed
 * and stand in no alert. Call inside a transaction; none where no order ever named them.
 */
export async function keepSighting(tx: Db, sighting: Sighting): Promise<readonly string[]> {
  const { kind, limits, nowMs, personId, seenAtMs } = sighting
  const running = await listOrdersProtecting(tx, personId)
  // That an order was wrongly ended is found out just so.
  const hasEnded = running.length === 0
  const orders = hasEnded ? await listOrdersThatProtected(tx, personId) : running
  const isNow = nowMs - seenAtMs <= nowMsMax
  const alerts = orders.map(({ id, offenderId, proximityBanId }) =>
    draftAlert(limits, {
      id: alertId(['sighting-reported', id, personId, String(seenAtMs), kind], nowMs),
      kind: 'sighting-reported',
      priority: isNow && !hasEnded ? 'P1' : 'P2',
      protectionOrderId: id,
      offenderId,
      victimId: personId,
      proximityBanId,
      occurredAtMs: seenAtMs,
      learnedAtMs: nowMs,
      facts: {
        kind,
        minutesAgo: Math.max(0, Math.round((nowMs - seenAtMs) / minuteMs)),
        ...(hasEnded ? { hasEnded } : {}),
      },
    }),
  )
  const raised = alerts.map((alert) => ({ type: 'alert-raised' as const, alert }))
  await saveEffectsOfOrders(tx, { nowMs, limits }, raised)
  for (const { id, protectionOrderId } of alerts) {
    await insert(tx, sighting, { alertId: id, protectionOrderId: protectionOrderId ?? '' })
  }
  return alerts.map(({ id }) => id)
}

async function insert(
  tx: Db,
  { keptBy, kind, note, nowMs, personId, seenAtMs }: Sighting,
  of: { readonly alertId: string; readonly protectionOrderId: string },
): Promise<void> {
  const sealed =
    note === null
      ? null
      : // Whose key was destroyed is called for all the same, without their words.
        await sealText(tx, scopeOfPerson(personId), aboutSighting(of.alertId), note).catch(
          unlessUnusable,
        )
  await tx.query(
    `insert into person_sightings (person_id, protection_order_id, alert_id, kind, seen_at, note, at, kept_by)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6, to_timestamp($7::float8 / 1000), $8)`,
    [personId, of.protectionOrderId, of.alertId, kind, seenAtMs, sealed, nowMs, keptBy],
  )
}

/** Laid beside another alert it opens no more. */
export function aboutSighting(alertId: string): string {
  return `sighting/${alertId}`
}

/** Whoever was seen half an hour ago may still be there. */
const nowMsMax = 30 * minuteMs

export type Sighting = {
  readonly personId: string
  readonly kind: string
  readonly seenAtMs: number
  readonly note: string | null
  readonly keptBy: string
  readonly nowMs: number
  readonly limits: Limits
}
