import type { EscalationStep } from '../../core/model/registry.ts'
import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/** The ladder that the organisation has set last; null when it never did. */
export async function findEscalationLadder(db: Db): Promise<EscalationLadder | null> {
  const { rows } = await db.query<EscalationLadder>(newestLadder)
  return rows[0] ?? null
}

/** Nobody sets another ladder until this transaction ends. */
export async function lockEscalationLadder(tx: Db): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.escalationLadder])
}

/** Holds for every alert put in front of people from now on. Earlier ladders stay on record. */
export async function insertEscalationLadder(
  db: Db,
  ladder: EscalationLadder,
): Promise<EscalationLadder> {
  const { rows } = await db.query<EscalationLadder>(
    `insert into escalation_ladders (steps, changed_by, changed_at)
     values ($1::jsonb, $2, to_timestamp($3::float8 / 1000)) returning ${columns}`,
    [JSON.stringify(ladder.steps), ladder.changedBy, ladder.changedAtMs],
  )
  const made = rows[0]
  if (made === undefined) throw new Error('expected the ladder that was inserted, got none')
  return made
}

export type EscalationLadder = {
  readonly steps: readonly EscalationStep[]
  readonly changedBy: string
  readonly changedAtMs: number
}

const columns = `steps, changed_by as "changedBy",
  ${epochMs('changed_at')} as "changedAtMs"`

export const newestLadder = `select ${columns} from escalation_ladders order by id desc limit 1`
