import type pg from 'pg'
import type { AlertOutcome } from '../../core/model/alert.ts'
import { isAnswerWeakening } from '../../core/rules/weakening.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstantOrNull } from '../../schemas/common.ts'
import type { AlertAction } from '../../store/alerts/alert-actions.ts'
import { findAlert } from '../../store/alerts/alerts.ts'
import { limitsOf } from '../../store/cases/risk-profiles.ts'
import { findWaitingByTask, type Proposal } from '../../store/people/proposals.ts'
import type { Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'
import { isSecondNeeded, propose } from './propose.ts'

/**
 * Puts an answer to a second person that keeps an alert from people for long, or a grave one for
 * ever; null: it may be given by one. An alert that is answered already, or that nobody has, is
 * left to whoever would say so.
 */
export async function proposeAnswer(
  tx: pg.PoolClient,
  deps: RouteDeps,
  request: Calling,
  answer: AlertAction & {
    readonly outcome: AlertOutcome | null
    readonly permittedUntilMs: number | null
  },
): Promise<Proposal | null> {
  if (!isSecondNeeded(deps, request)) return null
  const alert = (await findAlert(tx, answer.alertId))?.alert
  if (alert === undefined || alert.status === 'closed') return null
  const limits = await limitsOf(tx, alert, deps.limits)
  if (!isAnswerWeakening(alert, answer, limits)) return null
  const { outcome, note, recallAfterMinutes, permittedUntilMs, isSupervisor } = answer
  const { protectionOrderId, offenderId, victimId } = alert
  return await propose(tx, deps, request, {
    alertId: alert.id,
    protectionOrderId,
    personIds: [offenderId, victimId].filter((id) => id !== null),
    reason: note,
    weakens: [outcome === 'test' ? 'taken-for-a-test' : 'kept-quiet'],
    changes: [
      { what: 'outcome', before: null, after: outcome },
      { what: 'permittedUntil', before: null, after: formatInstantOrNull(permittedUntilMs) },
      { what: 'recallAfterMinutes', before: null, after: recallAfterMinutes?.toString() ?? null },
    ].filter(({ after }) => after !== null),
    change: { type: 'answer', outcome, note, recallAfterMinutes, permittedUntilMs, isSupervisor },
  })
}

/**
 * Whoever asked for less protection does not answer the call for a second person; and what ends
 * that call is a decision, not a closed alert.
 */
export async function refuseAnswerToOwnTask(
  tx: pg.PoolClient,
  { alertId, actor }: Pick<AlertAction, 'alertId' | 'actor'>,
  isClosing: boolean,
): Promise<void> {
  const proposal = await findWaitingByTask(tx, alertId)
  if (proposal === null) return
  if (isClosing) {
    throw new RefusedInput(
      'conflict',
      `Confirm or refuse the proposal ${proposal.id}: this alert is closed by that.`,
    )
  }
  if (proposal.proposedBy !== actor) return
  throw new RefusedInput('conflict', 'Somebody else must answer what you asked for.')
}
