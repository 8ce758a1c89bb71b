import { packFixes, type StoredPositions } from '../../assess/answering/stored-positions.ts'
import { dayMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import { findStoredFixes, isOffenderSeen } from '../../store/enforceability/stored-fixes.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'

/**
 * What the monitor of somebody who is monitored already stored in the last days, to be counted
 * about a proposed ban. On record before it is answered: the answer tells how often the offender
 * was about there, and how often the ban would have called.
 *
 * @throws RefusedInput where the caller may see no such offender
 */
export async function readPositions(
  { clock, limits, machinery }: RouteDeps,
  request: Calling,
  offenderId: string | null,
): Promise<StoredPositions | null> {
  if (offenderId === null) return null
  if (!(await isOffenderSeen(request.db, offenderId))) {
    const fault = { pointer: '/offenderId', code: 'unknown', detail: 'no offender has this id' }
    throw new RefusedInput('invalid-request', 'The question has faults; see errors.', [fault])
  }
  const nowMs = clock.nowMs()
  const reason = 'positions counted about a proposed ban'
  const about = { subjectId: offenderId, personIds: [offenderId], reason }
  await recordAct(request.db, actOf(request, nowMs, { kind: 'consultation', ...about }))
  const during = { sinceMs: nowMs - limits.receptionDays * dayMs, untilMs: nowMs }
  const { fixes, intervalMs } = await findStoredFixes(machinery, offenderId, during)
  return packFixes(fixes, intervalMs)
}
