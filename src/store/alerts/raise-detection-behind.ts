import { advisoryLocks } from '../pg/advisory-locks.ts'
import type { Effect } from '../../core/model/alert.ts'
import { detectionBehindId, draftDetectionBehind } from '../../core/watch/detection-behind.ts'
import type { Limits } from '../../core/model/limits.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'
import { noteProtectionJudged } from '../evaluator/protection-states.ts'
import { saveOwnEffects } from './save-own-effects.ts'

/**
 * Without a lock or a transaction, which are for when it is: this is asked every second. By the
 * database's clock, which all evaluators keep to: by one that is ahead, they would be behind.
 */
export async function lookAtDetection(
  db: Db,
  { shard, limits }: Omit<DetectionWork, 'nowMs'>,
): Promise<{ readonly isBehind: boolean; readonly nowMs: number }> {
  const { nowMs, atMs } = await findLastJudged(db, shard)
  return { nowMs, isBehind: atMs !== null && nowMs - atMs > limits.detectionBehindMsMax }
}

/**
 * Raises the alert that detection is behind, when it is; gives its id, or null when
 * detection is up to date. From rows alone: the evaluator need not be there. Call inside a
 * transaction, as often as you like.
 */
export async function raiseDetectionBehind(
  tx: Db,
  work: DetectionWork,
): Promise<{ readonly alertId: string; readonly raised: number } | null> {
  const { shard, nowMs, limits } = work
  const lastJudgedAtMs = await lockLastJudged(tx, shard)
  if (lastJudgedAtMs === null || nowMs - lastJudgedAtMs <= limits.detectionBehindMsMax) return null
  const alert = draftDetectionBehind({ shard, limits, lastJudgedAtMs, learnedAtMs: nowMs })
  const { raised } = await saveOwnEffects(tx, work, [{ type: 'alert-raised', alert }])
  return { alertId: alert.id, raised }
}

/**
 * Notes that detection is up to date, and ends the alert that it was not. Where nobody was there to
 * raise that alert, because all of us were down, it is raised now. Gives the number of alert
 * events; call inside a transaction.
 */
export async function noteDetectionUpToDate(tx: Db, work: DetectionWork): Promise<number> {
  const { shard, nowMs, limits } = work
  const lastJudgedAtMs = await lockLastJudged(tx, shard)
  await noteProtectionJudged(tx, shard, nowMs)
  if (lastJudgedAtMs === null) return 0
  const effects: Effect[] = []
  if (nowMs - lastJudgedAtMs > limits.detectionBehindMsMax) {
    const alert = draftDetectionBehind({ shard, limits, lastJudgedAtMs, learnedAtMs: nowMs })
    effects.push({ type: 'alert-raised', alert })
  }
  const alertId = detectionBehindId(shard, lastJudgedAtMs)
  // Also where our clock says it was no gap: that of who raised it may have said otherwise.
  effects.push({ type: 'alert-ended', alertId, clearedAtMs: nowMs, learnedAtMs: nowMs })
  return (await saveOwnEffects(tx, work, effects)).events
}

export type DetectionWork = {
  readonly shard: number
  readonly nowMs: number
  readonly limits: Limits
}

/**
 * When all was last judged; before the first time, since when there is something to judge; null:
 * there is nothing. The lock keeps raising and ending apart: what is ended has been raised.
 */
async function lockLastJudged(tx: Db, shard: number): Promise<number | null> {
  await tx.query('select pg_advisory_xact_lock($1::bigint + $2)', [
    advisoryLocks.detectionBehind,
    shard,
  ])
  return (await findLastJudged(tx, shard)).atMs
}

async function findLastJudged(
  db: Db,
  shard: number,
): Promise<{ readonly nowMs: number; readonly atMs: number | null }> {
  const { rows } = await db.query<{ readonly nowMs: number; readonly atMs: number | null }>({
    name: 'detection-last-judged',
    text: `select ${epochMs('clock_timestamp()')} as "nowMs", (extract(epoch from coalesce(
       (select updated_at from journal_positions where reader = 'protection' and shard = $1),
       (select committed_at from journal where shard = $1 order by id limit 1))) * 1000)::float8 as "atMs"`,
    values: [shard],
  })
  const { nowMs, atMs } = onlyRow(rows)
  return { nowMs: Math.floor(nowMs), atMs: atMs === null ? null : Math.round(atMs) }
}
