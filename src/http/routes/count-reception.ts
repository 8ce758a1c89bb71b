import type { EnforceabilityProposal } from '../../core/enforceability/proposal.ts'
import { compileBan } from '../../core/enforceability/reach.ts'
import type { Reception } from '../../core/enforceability/reception-check.ts'
import { measureReception } from '../../core/enforceability/reception-check.ts'
import { dayMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import { findStoredFixes, isOffenderSeen } from '../../store/enforceability/stored-fixes.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'

/**
 * How good the positions of somebody who is monitored already were about a proposed ban. On record
 * before it is answered: it tells how often the offender was about there.
 *
 * @throws RefusedInput where the caller may see no such offender
 */
export async function countReception(
  { clock, limits, machinery }: RouteDeps,
  request: Calling,
  offenderId: string | null,
  { ban, approachMeters }: EnforceabilityProposal,
): Promise<Reception | null> {
  if (offenderId === null) return null
  if (!(await isOffenderSeen(request.db, offenderId))) {
    const fault = { pointer: '/offenderId', code: 'unknown', detail: 'no offender has this id' }
    throw new RefusedInput('invalid-request', 'The question has faults; see errors.', [fault])
  }
  const nowMs = clock.nowMs()
  const reason = 'positions counted about a proposed ban'
  const about = { subjectId: offenderId, personIds: [offenderId], reason }
  await recordAct(request.db, actOf(request, nowMs, { kind: 'consultation', ...about }))
  const marginMeters = approachMeters + limits.receptionMarginMeters
  const sinceMs = nowMs - limits.receptionDays * dayMs
  const during = { sinceMs, untilMs: nowMs }
  const { fixes, intervalMs } = await findStoredFixes(machinery, offenderId, during)
  return measureReception(fixes, { shape: compileBan(ban), marginMeters, intervalMs }, limits)
}
