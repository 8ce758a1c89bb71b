import { alertId } from '../../core/model/alert-id.ts'
import type { AlertKind, Evidence } from '../../core/model/alert.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Db } from '../pg/pool.ts'
import { giveToOrganisation } from './give-to-organisation.ts'
import { saveEffects } from './save-effects.ts'

/**
 * Ends the alert of this kind that an organisation has, and raises one where there is something to
 * say. Call inside a transaction.
 */
export async function alignOrganisationAlert(
  tx: Db,
  { facts, kind, openId, organisationId }: OrganisationAlert,
  { limits, nowMs }: { readonly limits: Limits; readonly nowMs: number },
): Promise<void> {
  const context = { nowMs, journalId: 0, escalationsOf: () => [] }
  if (openId !== null) {
    const ended = { type: 'alert-ended', alertId: openId } as const
    await saveEffects(tx, [{ ...ended, clearedAtMs: nowMs, learnedAtMs: nowMs }], context)
  }
  if (facts === null) return
  const id = alertId([kind, organisationId], nowMs)
  const alert = draftAlert(limits, { id, kind, occurredAtMs: nowMs, learnedAtMs: nowMs, facts })
  await saveEffects(tx, [{ type: 'alert-raised', alert }], context)
  await giveToOrganisation(tx, alert.id, organisationId)
}

type OrganisationAlert = {
  readonly kind: AlertKind
  readonly organisationId: string
  /** The one that is not over; null: there is none. */
  readonly openId: string | null
  /** Null: nothing is to be said any more. */
  readonly facts: Evidence['facts'] | null
}
