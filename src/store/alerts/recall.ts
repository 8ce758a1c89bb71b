import { alertTraits } from '../../core/model/alert-kinds/alert-kinds.ts'
import type { AlertRow } from './alerts.ts'

/**
 * Whether what an alert is about goes on, as far as detection knows. What it does not bear out any
 * more, or tells by another alert, has nothing of its own that could.
 */
export function isStillGoingOn(alert: Standing): boolean {
  if (alert.clearedAtMs !== null) return false
  if (alert.unsupportedReason !== null || alert.partOfAlertId !== null) return false
  switch (alertTraits[alert.kind].lasts) {
    case 'until-it-ends':
    case 'until-a-date':
      return true
    case 'until-answered':
      return alert.status !== 'closed'
    case 'moment':
      return false
  }
}

/** Whether time alone opens it again after an answer, because what it is about goes on. */
export function isRecalled(alert: Standing): boolean {
  return alertTraits[alert.kind].lasts === 'until-it-ends' && isStillGoingOn(alert)
}

/** When an answered alert is open again if it still goes on; null when it is not, or never will. */
export function findRecallMs(alert: Standing): number | null {
  return alert.status !== 'open' && isRecalled(alert) ? alert.recallAtMs : null
}

/** How an alert stands. */
export type Standing = Pick<
  AlertRow,
  'kind' | 'status' | 'clearedAtMs' | 'unsupportedReason' | 'partOfAlertId' | 'recallAtMs'
>
