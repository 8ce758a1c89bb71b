import { alertId } from '../../core/model/alert-id.ts'
import { draftAlert } from '../../core/model/draft-alert.ts'
import type { EscalationRow } from '../../core/model/escalation.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Db } from '../pg/pool.ts'
import { closeAlert } from './alert-actions.ts'
import { giveToOrganisation } from './give-to-organisation.ts'
import { saveEffects } from './save-effects.ts'

/**
 * Asks for a second person by an alert: on the list, on the stream and in the next hand-over. What
 * holds already, in an emergency, calls a supervisor at once, and again until somebody answers.
 * Gives the id of the alert. Call inside a transaction.
 */
export async function raiseWeakeningTask(tx: Db, task: WeakeningTask): Promise<string> {
  const { act, limits, nowMs, organisationId, proposalId, protectionOrderId, stage } = task
  const alert = draftAlert(limits, {
    id: alertId(['protection-weakened', proposalId, stage], nowMs),
    kind: 'protection-weakened',
    priority: priorities[stage],
    protectionOrderId,
    occurredAtMs: nowMs,
    learnedAtMs: nowMs,
    facts: { act, stage, proposalId },
  })
  await saveEffects(tx, [{ type: 'alert-raised', alert }], {
    nowMs,
    // Of no row: nothing of it is ever judged again.
    journalId: 0,
    escalationsOf: (_alert, fromMs) => (stage === 'proposed' ? [] : callsFrom(fromMs)),
  })
  if (protectionOrderId === null) await giveToOrganisation(tx, alert.id, organisationId)
  return alert.id
}

/** It was answered, and whoever did so closes the alert by it; null: nobody did, and it is over. */
export async function finishWeakeningTask(
  tx: Db,
  task: {
    readonly alertId: string
    readonly by: string | null
    readonly nowMs: number
    readonly limits: Limits
  },
): Promise<void> {
  const { alertId: id, by, nowMs, limits } = task
  const ended = {
    type: 'alert-ended',
    alertId: id,
    clearedAtMs: nowMs,
    learnedAtMs: nowMs,
  } as const
  await saveEffects(tx, [ended], { nowMs, journalId: 0, escalationsOf: () => [] })
  if (by === null) return
  await closeAlert(tx, {
    alertId: id,
    actor: by,
    note: null,
    recallAfterMinutes: null,
    permittedUntilMs: null,
    outcome: 'confirmed',
    isSupervisor: true,
    nowMs,
    limits,
  })
}

/** A supervisor now, and after two minutes; it begins anew for as long as nobody answers. */
export function callsFrom(fromMs: number): readonly EscalationRow[] {
  return [0, callAgainMs].map((afterMs, place) => ({
    step: place + 1,
    target: 'supervisor',
    dueAtMs: fromMs + afterMs,
  }))
}

/** As long as it takes to answer one call and begin the next. */
const callAgainMs = 120_000

const priorities = { proposed: 'P3', 'in-force': 'P1', alone: 'P2' } as const

export type WeakeningTask = {
  readonly act: string
  /** `alone`: a token did it, and nobody need decide; people are called once. */
  readonly stage: 'proposed' | 'in-force' | 'alone'
  readonly proposalId: string
  readonly protectionOrderId: string | null
  readonly organisationId: string
  readonly nowMs: number
  readonly limits: Limits
}
