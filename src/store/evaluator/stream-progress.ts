import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'

/**
 * How far the readers of the journal are behind its end, in ids: counting the rows would
 * cost most when it is worst.
 */
export async function findStreamProgress(db: Db): Promise<StreamProgress> {
  const { rows } = await db.query<{
    evaluator_lag_rows: number
    evaluator_lag_seconds: number
    history_lag_rows: number
  }>(
    `with ends as (
       select coalesce(max(id), 0) as last,
              coalesce((select min(journal_id) from journal_positions where reader = 'evaluator'), 0) as evaluator,
              coalesce((select min(journal_id) from journal_positions where reader = 'history'), 0) as history
       from journal)
     select last - evaluator as evaluator_lag_rows,
            coalesce(extract(epoch from now() - (
              select committed_at from journal where id > evaluator order by id limit 1
            )), 0)::double precision as evaluator_lag_seconds,
            last - history as history_lag_rows
     from ends`,
  )
  const row = onlyRow(rows)
  return {
    evaluatorLagRows: row.evaluator_lag_rows,
    evaluatorLagSeconds: Math.max(0, row.evaluator_lag_seconds),
    historyLagRows: row.history_lag_rows,
  }
}

export type StreamProgress = {
  readonly evaluatorLagRows: number
  readonly evaluatorLagSeconds: number
  readonly historyLagRows: number
}
