import { randomBytes } from 'node:crypto'
import { encodeAct, type Act } from '../../record/act.ts'
import type { Db } from '../pg/pool.ts'
import { splitByOwner } from './whose-record.ts'

/**
 * Puts an act on record. In a transaction it is the last statement, so that the act and its entry
 * commit together or not at all, and others wait for the lock of the log only while that is done.
 */
export async function recordAct(tx: Db, act: Act): Promise<void> {
  for (const part of await splitByOwner(tx, act))
    await tx.query('select audit_append($1, $2::bytea[])', [part.organisationId, entriesOf(part)])
}

/** On the record of both sides, that a case was offered, taken or not taken. */
export async function recordMove(tx: Db, sides: MoveSides, act: Act): Promise<void> {
  const on = (organisationId: string): readonly Buffer[] => entriesOf({ ...act, organisationId })
  const { id, fromOrganisationId, toOrganisationId } = sides
  await tx.query('select hoede_record_move($1, $2::bytea[], $3::bytea[])', [
    id,
    on(fromOrganisationId),
    on(toOrganisationId),
  ])
}

type MoveSides = {
  readonly id: string
  readonly fromOrganisationId: string
  readonly toOrganisationId: string
}

/** The entries of an act under a trace of its own. */
export function entriesOf(act: Act): readonly Buffer[] {
  const spanIds = act.personIds.length === 0 ? [null] : act.personIds
  return encodeAct(act, {
    id: randomBytes(traceBytes).toString('hex'),
    spanIds: spanIds.map(() => randomBytes(spanBytes).toString('hex')),
  })
}

export async function listAuditEntries(
  db: Db,
  query: AuditQuery,
): Promise<readonly AuditEntryRow[]> {
  const { rows } = await db.query<AuditEntryRow>(
    `select e.index, e.body from audit_entries e
      where e.organisation_id = $1 and e.index > $2
        and ($3::uuid is null or e.index in (
          select s.index from audit_subjects s where s.organisation_id = $1 and s.subject_id = $3))
        and ($4::float8 is null or e.at >= to_timestamp($4 / 1000))
        and ($5::float8 is null or e.at < to_timestamp($5 / 1000))
      order by e.index limit $6`,
    [
      query.organisationId,
      query.afterIndex,
      query.subjectId,
      query.fromMs,
      query.untilMs,
      query.limit,
    ],
  )
  return rows
}

export type AuditQuery = {
  readonly organisationId: string
  readonly afterIndex: number
  /** A person, a case, an alert, a device, or whoever acted; null: all. */
  readonly subjectId: string | null
  readonly fromMs: number | null
  readonly untilMs: number | null
  readonly limit: number
}

export type AuditEntryRow = { readonly index: number; readonly body: Buffer }

const traceBytes = 16
const spanBytes = 8
