import type { AlertKind, EvidenceFix } from '../../core/model/alert.ts'
import type { AlertDetail } from './alerts.ts'

/**
 * The fixes of an alert that staff may see. The offender's always, they are the evidence; the victim's only
 * while the alert is not closed and only where acting needs to know where she is.
 */
export function disclosedFixes(detail: AlertDetail): readonly EvidenceFix[] {
  const { alert, evidence } = detail
  const needsVictim = alert.status !== 'closed' && kindsThatNeedVictim.has(alert.kind)
  return evidence.fixes.filter((fix) => fix.role === 'offender' || needsVictim)
}

const kindsThatNeedVictim: ReadonlySet<AlertKind> = new Set([
  'proximity-breach',
  'proximity-approach',
  'panic',
  'device-silent',
  'protection-degraded',
])
