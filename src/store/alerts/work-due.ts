import { isHistoryBehind } from '../history/history.ts'
import { arePlannedDue } from '../people/planned-changes.ts'
import { areProposalsDue } from '../people/proposals-due.ts'
import type { Db } from '../pg/pool.ts'
import { areEventsWaiting } from './alert-events.ts'
import { isDeliveryDue } from './delivery-claim.ts'
import { areCommandsWaiting } from './device-commands.ts'
import { isStepDue } from './escalations.ts'
import { areRecallsDue } from './recall-due.ts'

/**
 * What there is to do for a sweep, from rows alone, in one statement that is planned once: nearly
 * always nothing, and to ask for each by itself each second cost more than all that was done.
 */
export async function findWorkDue(
  db: Db,
  at: { readonly nowMs: number; readonly shard: number },
): Promise<ReadonlySet<Work>> {
  const { rows } = await db.query<Record<Work, boolean>>({
    name: 'work-due',
    text: `select ${works.map((work) => `${looks[work]} as "${work}"`).join(', ')}`,
    values: [at.nowMs, 1, at.shard],
  })
  return new Set(works.filter((work) => rows[0]?.[work] === true))
}

export type Work = keyof typeof looks

const isAnythingToDispatch = `(${areEventsWaiting} or ${areCommandsWaiting})`

const looks = {
  dispatch: isAnythingToDispatch,
  escalate: isStepDue,
  // What a sweep dispatches it delivers too, whether there is a queue or none.
  deliver: `(${isDeliveryDue} or ${isAnythingToDispatch})`,
  recall: areRecallsDue,
  proposals: `(${areProposalsDue} or ${arePlannedDue})`,
  history: isHistoryBehind,
} as const

const works = Object.keys(looks) as readonly Work[]
