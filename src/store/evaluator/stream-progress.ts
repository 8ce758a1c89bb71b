import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'
import { uncalledSince } from '../alerts/call-signs.ts'
import { stretchWaitSince } from './rejudgements.ts'

/**
 * How far the readers of the journal are behind its end, in ids: counting the rows would
 * cost most when it is worst.
 */
export async function findStreamProgress(db: Db): Promise<StreamProgress> {
  const { rows } = await db.query<{
    evaluator_lag_rows: number
    evaluator_lag_seconds: number
    history_lag_rows: number
    judged_seconds_ago: number | null
    waiting_reports: number
    waiting_seconds: number
    stretch_wait_seconds: number
    uncalled_seconds: number
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
            last - history as history_lag_rows,
            extract(epoch from now() - coalesce(
              (select min(updated_at) from journal_positions where reader = 'protection'),
              (select committed_at from journal order by id limit 1)
            ))::double precision as judged_seconds_ago,
            (select coalesce(sum(entry_count), 0)::float8 from journal_waiting) as waiting_reports,
            coalesce(extract(epoch from now() - (
              select min(since) from journal_waiting)), 0)::float8 as waiting_seconds,
            coalesce(extract(epoch from now() - ${stretchWaitSince('any')}), 0)::float8 as stretch_wait_seconds,
            coalesce(extract(epoch from now() - ${uncalledSince('any')}), 0)::float8 as uncalled_seconds
     from ends`,
  )
  const row = onlyRow(rows)
  return {
    evaluatorLagRows: row.evaluator_lag_rows,
    evaluatorLagSeconds: Math.max(0, row.evaluator_lag_seconds),
    historyLagRows: row.history_lag_rows,
    judgedSecondsAgo: row.judged_seconds_ago === null ? null : Math.max(0, row.judged_seconds_ago),
    waitingReports: row.waiting_reports,
    waitingSeconds: Math.max(0, row.waiting_seconds),
    stretchWaitSeconds: Math.max(0, row.stretch_wait_seconds),
    uncalledSeconds: Math.max(0, row.uncalled_seconds),
  }
}

/** For how long the oldest row behind the place of an evaluator has waited; 0: none has. */
export async function findJudgingLagMs(db: Db, shard: number): Promise<number> {
  const { rows } = await db.query<{ lag_ms: number }>(
    `select coalesce(1000 * extract(epoch from clock_timestamp() - (
       select committed_at from journal
       where shard = $1 and id > place.journal_id order by id limit 1
     )), 0)::float8 as lag_ms
     from journal_positions place where reader = 'evaluator' and shard = $1`,
    [shard],
  )
  return Math.max(0, rows[0]?.lag_ms ?? 0)
}

export type StreamProgress = {
  readonly evaluatorLagRows: number
  readonly evaluatorLagSeconds: number
  readonly historyLagRows: number
  /**
   * Since detection last noted that all was judged; before the first time, since there is something
   * to judge; null: there is nothing.
   */
  readonly judgedSecondsAgo: number | null
  /** Stored, heard, and not judged: their turn has not come. */
  readonly waitingReports: number
  /** Since when the first of them waits. */
  readonly waitingSeconds: number
  /** How long an old stretch has waited to be judged again while memory was not saved. */
  readonly stretchWaitSeconds: number
  /** Since somebody last looked who must be called; 0 where nobody need be. */
  readonly uncalledSeconds: number
}
