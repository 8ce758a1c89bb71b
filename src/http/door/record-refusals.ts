import { defaultOrganisationId, type Act } from '../../record/act.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import type { AppDeps } from '../route-deps.ts'
import type { RefusalsTold } from './refused-callers.ts'

/**
 * Puts refusals on record as they are told in the log: gathered, so that whoever guesses tokens
 * cannot fill the record; one entry for all, and one for each token that asked for too much.
 */
export function recordRefusals({
  machinery,
  clock,
  log,
}: Pick<AppDeps, 'machinery' | 'clock' | 'log'>): (told: RefusalsTold) => void {
  const refused = {
    organisationId: defaultOrganisationId,
    name: 'refuseCallers',
    kind: 'sign-in',
    outcome: 'refused',
    door: 'api',
    personIds: [],
    alertId: null,
    protectionOrderId: null,
    subjectId: null,
    reason: null,
    secondPersonId: null,
  } as const
  return ({ count, callers, byClient }) => {
    const atMs = clock.nowMs()
    const addresses = callers.map(({ ip }) => ip).join(' ')
    const acts: readonly Act[] = [
      {
        ...refused,
        atMs,
        by: { kind: 'stranger', id: null, role: null },
        detail: { count, addresses },
      },
      ...[...byClient].map(([id, times]): Act => ({
        ...refused,
        atMs,
        by: { kind: 'api-client', id, role: null },
        detail: { count: times },
      })),
    ]
    // Nobody waits for it: who is refused is refused, also while nothing can be written.
    void recordAll(acts).catch((error: unknown) => {
      log.warn({ err: error }, 'refused callers could not be put on record')
    })
  }

  async function recordAll(acts: readonly Act[]): Promise<void> {
    for (const act of acts) await recordAct(machinery, act)
  }
}
