import type { AlertDraft, AlertPriority, Effect } from '../../core/model/alert.ts'
import type { Db } from '../pg/pool.ts'

/**
 * An alert that is raised under the id of one that ended before that was learned goes on: memory
 * that was lost between the two knows nothing of the end, and nobody would be told. What is read
 * again of the journal was learned before the end, or brings it along. Gives how to tell it.
 */
export async function listRaisedAgain(
  db: Db,
  drafts: readonly AlertDraft[],
  effects: readonly Effect[],
): Promise<Revised[]> {
  // Hot path: nearly every id is new.
  if (drafts.length === 0) return []
  const { rows } = await db.query<{ readonly id: string; readonly priority: AlertPriority }>(
    overBeforeSql,
    [drafts.map(({ id }) => id), drafts.map(({ learnedAtMs }) => learnedAtMs)],
  )
  const priorities = new Map(rows.map(({ id, priority }) => [id, priority]))
  return drafts.flatMap((draft): Revised[] => {
    const before = priorities.get(draft.id)
    if (before === undefined || effects.some((effect) => isEndOf(effect, draft))) return []
    const { id: alertId, learnedAtMs, priority, reason, late } = draft
    const asRevision = (revision: Revised['revision']): Revised => {
      return { type: 'alert-revised', alertId, revision, learnedAtMs }
    }
    const reopened = asRevision({ kind: 'reopened', ...(late ? { late } : {}) })
    // 'P1' sorts before 'P2'.
    if (priority >= before) return [reopened]
    return [reopened, asRevision({ kind: 'priority', priority, reason })]
  })
}

type Revised = Extract<Effect, { readonly type: 'alert-revised' }>

/** As of what was found anew in history: it is learned with its end. */
function isEndOf(effect: Effect, { id, learnedAtMs }: AlertDraft): boolean {
  if (effect.type !== 'alert-ended') return false
  return effect.alertId === id && effect.learnedAtMs === learnedAtMs
}

const overBeforeSql = `
select a.id, a.priority
  from unnest($1::uuid[], $2::float8[]) as raised (id, learned_ms)
  join alerts a on a.id = raised.id
 where a.cleared_at is not null
   and raised.learned_ms > (
     select max((t.detail ->> 'learnedAtMs')::float8) from alert_transitions t
      where t.alert_id = a.id and t.kind = 'ended')`
