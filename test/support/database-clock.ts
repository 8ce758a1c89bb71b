import type { Db } from '../../src/store/pg/pool.ts'

/** The database has a clock of its own, which only its owner can exchange. */
export async function turnDatabaseTo(owner: Db, atMs: number): Promise<void> {
  await owner.query(`create or replace function hoede_clock() returns timestamptz language sql volatile
    set search_path = pg_catalog, pg_temp as $$ select to_timestamp(${atMs} / 1000.0) $$`)
}
