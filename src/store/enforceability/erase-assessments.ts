import type { Db } from '../pg/pool.ts'

/**
 * Removes assessments that were made before a moment and that no order was made with; of those of
 * orders that ended before it and that nobody holds, takes out the question and the pages, which
 * say where people live. What was answered stays beside the order. Gives how many of each.
 */
export async function eraseAssessments(
  db: Db,
  { beforeMs }: { readonly beforeMs: number },
): Promise<{ readonly removed: number; readonly erased: number }> {
  const values = [new Date(beforeMs).toISOString()]
  const removed = await db.query<{ readonly id: string }>(
    `delete from enforceability_assessments e
      where e.made_at < $1 and not exists (select from order_acts a where a.assessment_id = e.id)
     returning e.id`,
    values,
  )
  await db.query('select hoede_destroy_keys_of_assessments($1)', [removed.rows.map(({ id }) => id)])
  const erased = await db.query(
    `update enforceability_assessments e
        set question = '{}', advice_court = '', advice_file = '', erased_at = now()
      where e.made_at < $1 and e.erased_at is null
        and not exists (
          select from order_acts a join protection_orders o on o.id = a.protection_order_id
           where a.assessment_id = e.id and (o.status <> 'ended' or o.changed_at >= $1 or hoede_is_held(o.id)))`,
    values,
  )
  return { removed: removed.rowCount ?? 0, erased: erased.rowCount ?? 0 }
}
