import { alertTraits } from '../../core/model/alert-kinds/alert-kinds.ts'
import type { EvidenceFix } from '../../core/model/alert.ts'
import type { AlertDetail } from './alerts.ts'

/**
 * The fixes of an alert that staff may see. The offender's always, they are the
 * evidence; the victim's only while the alert is not closed and only where acting needs
 * to know where the victim is.
 */
export function disclosedFixes(detail: AlertDetail): readonly EvidenceFix[] {
  const { alert, evidence } = detail
  const isVictimShown = alert.status !== 'closed' && alertTraits[alert.kind].isVictimShown
  return evidence.fixes.filter((fix) => fix.role === 'offender' || isVictimShown)
}
