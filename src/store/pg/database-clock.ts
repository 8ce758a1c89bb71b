import { epochMs } from './epoch-ms.ts'
import type { Db } from './pool.ts'

/**
 * What is removed for good goes by the earlier of two clocks, this one and that of the database:
 * one that is ahead removes nothing too early.
 */
export async function readCautiousClock(
  db: Db,
  clock: { readonly nowMs: () => number },
): Promise<number> {
  return Math.min(clock.nowMs(), await readDatabaseClock(db))
}

/** In milliseconds since 1970, as the database has it at this moment. */
export async function readDatabaseClock(db: Db): Promise<number> {
  const { rows } = await db.query<{ readonly nowMs: number }>(
    `select ${epochMs('hoede_clock()')} as "nowMs"`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('the database does not say what time it is')
  return row.nowMs
}
