import { advisoryLocks } from '../pg/advisory-locks.ts'
import type pg from 'pg'
import { inTransaction } from '../pg/pool.ts'
import type { Db } from '../pg/pool.ts'
import { unheldSql, windowValues, type HeldWindow } from '../cases/retention-holds.ts'
import { dayMs } from '../../core/model/units.ts'

/**
 * Makes the daily partitions of `fixes` from `daysBehind` days ago to `daysAhead` days
 * ahead, UTC. A fix outside them is not refused: it lies in the default partition, and
 * moves when its day gets one.
 */
export async function makePartitions(
  pool: pg.Pool,
  span: PartitionSpan,
): Promise<readonly string[]> {
  const today = Math.floor(span.nowMs / dayMs)
  const existing = new Set(await listPartitions(pool))
  const made: string[] = []
  const daysBehind = span.daysBehind ?? daysBehindDefault
  for (
    let day = today - daysBehind;
    day <= today + (span.daysAhead ?? daysAheadDefault);
    day += 1
  ) {
    const name = nameOf(day)
    if (existing.has(name)) continue
    if (await makePartition(pool, name, day)) made.push(name)
  }
  return made
}

/**
 * Drops every day of fixes that ended `retentionDays` or more ago, whole; of a day in which a case
 * that is held has fixes, everybody else's. Gives the names of what is gone.
 */
export async function dropOldPartitions(
  pool: pg.Pool,
  limit: RetentionLimit,
): Promise<readonly string[]> {
  const cutoffDay = Math.floor(limit.nowMs / dayMs) - limit.retentionDays
  const dropped: string[] = []
  for (const name of await listPartitions(pool)) {
    const day = dayOf(name)
    if (day === null || day >= cutoffDay) continue
    if (await hasHeldFixes(pool, day, limit.held)) {
      await removeUnheld(pool, limit.held, { fromDay: day, untilDay: day + 1, isOfDefault: false })
      continue
    }
    await inTransaction(pool, async (tx) => {
      await holdMaintenance(tx)
      await tx.query('select hoede_drop_fix_partition($1)', [name])
    })
    dropped.push(name)
  }
  if (limit.held.length === 0)
    await pool.query('select hoede_drop_default_fixes($1)', [startOf(cutoffDay)])
  else
    await removeUnheld(pool, limit.held, { fromDay: null, untilDay: cutoffDay, isOfDefault: true })
  return dropped
}

async function hasHeldFixes(db: Db, day: number, held: readonly HeldWindow[]): Promise<boolean> {
  if (held.length === 0) return false
  const { rows } = await db.query(
    `select from fixes where recorded_at >= $1 and recorded_at < $2 and not ${unheldSql(3)} limit 1`,
    [startOf(day), startOf(day + 1), ...windowValues(held)],
  )
  return rows.length > 0
}

/** A device and a day at a time, which are some thousand rows. */
async function removeUnheld(
  db: Db,
  held: readonly HeldWindow[],
  of: {
    readonly fromDay: number | null
    readonly untilDay: number
    readonly isOfDefault: boolean
  },
): Promise<void> {
  const values = [
    of.fromDay === null ? '-infinity' : startOf(of.fromDay),
    startOf(of.untilDay),
    ...windowValues(held),
  ]
  const { rows } = await db.query<{ deviceId: string; day: string }>(
    `select distinct device_id as "deviceId", date_trunc('day', recorded_at, 'UTC')::text as day from fixes
      where recorded_at >= $1 and recorded_at < $2 and ${unheldSql(3)}
        ${of.isOfDefault ? `and tableoid = 'fixes_default'::regclass` : ''}`,
    values,
  )
  for (const { deviceId, day } of rows) {
    await db.query(
      `delete from fixes where recorded_at >= $1 and recorded_at < $2 and ${unheldSql(3)}
          and device_id = $6 and recorded_at >= $7::timestamptz and recorded_at < $7::timestamptz + interval '24 hours'`,
      [...values, deviceId, day],
    )
  }
}

/** The daily partitions that exist, oldest first. */
export async function listPartitions(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'fixes'::regclass and c.relname ~ '^fixes_[0-9]{8}$' order by 1`,
  )
  return rows.map(({ name }) => name)
}

export type PartitionSpan = {
  readonly nowMs: number
  readonly daysBehind?: number
  readonly daysAhead?: number
}

export type RetentionLimit = {
  readonly nowMs: number
  readonly retentionDays: number
  /** What belongs to cases that are held. */
  readonly held: readonly HeldWindow[]
}

/** One more than the age up to which a fix is taken (`fixAgeMsMax`, 35 days). */
const daysBehindDefault = 36
/** Made two days before they are needed, so that a worker may fail for a day and nobody notices. */
const daysAheadDefault = 2
/** One process at a time; the others find the work done. */

/**
 * Made beside the parent and attached: that lets readers and writers of the parent go on, where
 * `create table … partition of` would shut them out. False when another process was first.
 */
async function makePartition(pool: pg.Pool, name: string, day: number): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    await holdMaintenance(tx)
    const { rows } = await tx.query<{ is_there: boolean }>(
      'select to_regclass($1) is not null as is_there',
      [name],
    )
    if (rows[0]?.is_there === true) return false
    // A function of the owner's: whoever keeps the history owns no table.
    await tx.query('select hoede_make_fix_partition($1::date)', [startOf(day).slice(0, 10)])
    return true
  })
}

async function holdMaintenance(tx: Db): Promise<void> {
  // The history writer may hold the tables for a moment; waiting longer would hold up its queue.
  await tx.query(`set local lock_timeout = '5s'`)
  await tx.query('select pg_advisory_xact_lock($1)', [advisoryLocks.partitions])
}

function nameOf(day: number): string {
  return `fixes_${startOf(day).slice(0, 10).replaceAll('-', '')}`
}

function dayOf(name: string): number | null {
  const match = /^fixes_(\d{4})(\d{2})(\d{2})$/.exec(name)
  return match === null ? null : Date.parse(`${match[1]}-${match[2]}-${match[3]}T00:00:00Z`) / dayMs
}

function startOf(day: number): string {
  return new Date(day * dayMs).toISOString()
}
