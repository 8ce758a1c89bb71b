import pg from 'pg'
import { inTransaction, type Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * Counts cases that somebody reads, once an hour each, for all processes together: of two that ask
 * at once for one reader, one waits for the other, and not for long: a process that was stopped in
 * the middle keeps nobody's connection. What `decide` refuses is not counted.
 */
export async function takeCases<Taken extends { readonly isAllowed: boolean }>(
  pool: pg.Pool,
  asked: AskedCases,
  decide: (budget: CaseBudgetRow | null, freshCount: number) => Taken & { readonly tokens: number },
): Promise<Taken> {
  const { ids, nowMs, reader, untilMs } = asked
  return await inTransaction(pool, async (tx) => {
    await tx.query(`set local lock_timeout = '2s'`)
    await forgetOld(tx, nowMs)
    const budget = await holdBudget(tx, reader)
    const { rows } = await tx.query<{ readonly id: string }>(
      `select subject_id as id from case_reads
        where reader_id = $1 and what = $4 and subject_id = any($2::uuid[]) and until > to_timestamp($3::float8 / 1000)`,
      [reader.id, ids, nowMs, reader.what],
    )
    const known = new Set(rows.map(({ id }) => id))
    const taken = decide(budget, new Set(ids.filter((id) => !known.has(id))).size)
    await tx.query(
      `update case_budgets set tokens = $2, at = to_timestamp($3::float8 / 1000) where reader_id = $1 and what = $4`,
      [reader.id, taken.tokens, nowMs, reader.what],
    )
    if (!taken.isAllowed) return taken
    await tx.query(
      `insert into case_reads (reader_id, what, subject_id, until)
       select distinct $1::uuid, $4, id, to_timestamp($3::float8 / 1000) from unnest($2::uuid[]) as id
       on conflict (reader_id, what, subject_id) do update set until = excluded.until`,
      [reader.id, ids, untilMs, reader.what],
    )
    return taken
  })
}

/** Somebody held what it waited for, for longer than it may wait. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '55P03'
}

/** Null: nothing was ever counted, or too long ago to matter. */
async function holdBudget(tx: Db, reader: CaseReader): Promise<CaseBudgetRow | null> {
  await tx.query(
    `insert into case_budgets (reader_id, what, tokens, at) values ($1, $2, 'infinity', to_timestamp(0)) on conflict do nothing`,
    [reader.id, reader.what],
  )
  const { rows } = await tx.query<CaseBudgetRow>(
    `select tokens, ${epochMs('at')} as "atMs" from case_budgets where reader_id = $1 and what = $2 for update`,
    [reader.id, reader.what],
  )
  return rows[0] ?? null
}

/** A few at a time, and none that somebody else holds: each reading takes some along. */
async function forgetOld(tx: Db, nowMs: number): Promise<void> {
  await tx.query(
    `delete from case_reads where ctid = any(array(
       select ctid from case_reads where until <= to_timestamp($1::float8 / 1000) limit 100 for update skip locked))`,
    [nowMs],
  )
}

/** Whether it is to be told that this reader is slowed: once in so long, by whichever process. */
export async function isSlowingToldAnew(
  db: Db,
  asked: { readonly reader: CaseReader; readonly nowMs: number; readonly everyMs: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update case_budgets set told_at = to_timestamp($2::float8 / 1000)
      where reader_id = $1 and what = $4 and (told_at is null or told_at <= to_timestamp(($2::float8 - $3::float8) / 1000)
        or told_at > to_timestamp($2::float8 / 1000))`,
    [asked.reader.id, asked.nowMs, asked.everyMs, asked.reader.what],
  )
  return rowCount === 1
}

/** Who reads, and what is counted: cases, or people whom a search found. */
export type CaseReader = { readonly id: string; readonly what: 'read' | 'found' }

export type CaseBudgetRow = { readonly tokens: number; readonly atMs: number }

export type AskedCases = {
  readonly reader: CaseReader
  /** Whose cases. */
  readonly ids: readonly string[]
  readonly nowMs: number
  /** Until when they count as read. */
  readonly untilMs: number
}
