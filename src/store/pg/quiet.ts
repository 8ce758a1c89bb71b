import type { Db } from './pool.ts'

/**
 * A restored copy is quiet: it calls, escalates and sends nothing. An empty schema is the sign of
 * it: outside all tables, so that it is there before the first row is and cannot come back with
 * the rows; and whoever owns the database may make it, where a setting would need a superuser.
 */
export async function setQuiet(db: Db, isQuiet: boolean): Promise<void> {
  await db.query(
    isQuiet ? `create schema if not exists ${sign}` : `drop schema if exists ${sign} restrict`,
  )
}

export async function isQuiet(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ is_quiet: boolean }>(
    `select to_regnamespace('${sign}') is not null as is_quiet`,
  )
  return rows[0]?.is_quiet === true
}

const sign = 'hoede_quiet_copy'

/** For a statement that asks it beside other things. */
export const isLoudSql = `to_regnamespace('${sign}') is null`
