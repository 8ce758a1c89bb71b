import type { Db } from '../pg/pool.ts'

/** Was the alert raised, or told again, after that moment? */
export async function wasToldAfter(db: Db, alertId: string, atMs: number): Promise<boolean> {
  const { rows } = await db.query(
    `select 1 from alerts
      where id = $1 and coalesce(told_at, raised_at) > to_timestamp($2::float8 / 1000)`,
    [alertId, atMs],
  )
  return rows.length > 0
}
