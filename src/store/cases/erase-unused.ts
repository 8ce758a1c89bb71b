import { retentionTerms } from '../../core/model/retention-terms.ts'
import { dayMs } from '../../core/model/units.ts'
import type { Db } from '../pg/pool.ts'
import { unusedPersonPieces } from './erased-pieces.ts'

/**
 * Erases what belongs to no case once its term is over: who was registered and no order ever named,
 * nor a household or a move in a case that is kept, nor a change that waits, and decisions that
 * were never complete. Some at once; gives how many rows of what, by whose they were.
 */
export async function eraseUnused(tx: Db, nowMs: number): Promise<readonly ErasedUnused[]> {
  const beforeMs = nowMs - (retentionTerms.unused.days ?? Infinity) * dayMs
  const found = new Map<string, Record<string, number>>()
  const count = (organisationId: string, what: string, more: number): void => {
    const counts = found.get(organisationId) ?? {}
    counts[what] = (counts[what] ?? 0) + more
    found.set(organisationId, counts)
  }
  const decisions = await tx.query<{ organisationId: string }>(
    `delete from decisions where id = any(array(select id from decisions
        where protection_order_id is null and received_at < to_timestamp($1::float8 / 1000) limit $2))
     returning organisation_id as "organisationId"`,
    [beforeMs, rowsAtOnce],
  )
  for (const { organisationId } of decisions.rows) count(organisationId, 'decisions', 1)
  const { rows: people } = await tx.query<{ id: string; organisationId: string }>(
    `select p.id, p.organisation_id as "organisationId" from persons p
      where p.created_at < to_timestamp($1::float8 / 1000) and p.reference <> 'erased ' || p.id
        and p.id not in (select hoede_people_of(o.id) from protection_orders o)
        and p.id not in (select hoede_people_about_cases())
        and not exists (select from device_assignments a where a.person_id = p.id
          and (a.valid_until is null or a.valid_until > to_timestamp($1::float8 / 1000)))
      order by p.id limit $2 for update`,
    [beforeMs, peopleAtOnce],
  )
  for (const [organisationId, own] of Map.groupBy(people, (one) => one.organisationId)) {
    const ids = own.map(({ id }) => id)
    await tx.query('select hoede_destroy_keys_of_unused($1)', [ids])
    for (const piece of unusedPersonPieces) {
      let erased = rowsAtOnce
      while (erased >= rowsAtOnce) {
        erased = (await tx.query(piece.sql, [ids, rowsAtOnce])).rowCount ?? 0
        if (erased > 0) count(organisationId, piece.what, erased)
      }
    }
  }
  return [...found].map(([organisationId, counts]) => ({ organisationId, counts }))
}

export type ErasedUnused = {
  readonly organisationId: string
  readonly counts: Readonly<Record<string, number>>
}

const rowsAtOnce = 1_000
const peopleAtOnce = 20
