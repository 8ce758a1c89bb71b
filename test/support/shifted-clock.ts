import type pg from 'pg'
import { connect } from '../../src/store/pg/pool.ts'
import { createTestDatabase } from './database.ts'

/** A database whose clock can be set ahead: to its connections the time is what a table says. */
export async function createShiftedDatabase(): Promise<ShiftedDatabase> {
  const database = await createTestDatabase()
  await database.pool.query(`
    create table clock_shift (ms float8 not null);
    insert into clock_shift values (0);
    grant select on clock_shift to public;
    create function public.clock_timestamp() returns timestamptz language sql volatile as
      $$ select pg_catalog.clock_timestamp() + (select ms from public.clock_shift) * interval '1 ms' $$;
    alter table journal alter column committed_at set default public.clock_timestamp();`)
  const url = `${database.url}?options=-csearch_path%3Dpublic,pg_catalog`
  const pool = await connect(url, { keys: database.keys })
  return {
    pool,
    shift: async (ms) => {
      await pool.query(`
        update clock_shift set ms = ${ms};
        update journal_positions set updated_at = clock_timestamp() where reader = 'intake';`)
    },
    pass: async (ms) => {
      await pool.query(`
        update journal_positions set updated_at = updated_at
          + (${ms} - (select ms from clock_shift)) * interval '1 ms'
          where reader = 'intake' and clock_timestamp() - updated_at < intake_grace();
        update clock_shift set ms = ${ms};`)
    },
    jump: async (ms) => {
      await pool.query(`update clock_shift set ms = ${ms}`)
    },
    drop: async () => {
      await pool.end()
      await database.drop()
    },
  }
}

export type ShiftedDatabase = {
  readonly pool: pg.Pool
  /** Lets time pass, in which our intake goes on: it is no outage. */
  readonly shift: (ms: number) => Promise<void>
  /** Lets time pass, in which our intake goes on if it did so until now. */
  readonly pass: (ms: number) => Promise<void>
  /** Sets the clock wrong or right; the intake finds a gap in its signs of life, as it would. */
  readonly jump: (ms: number) => Promise<void>
  readonly drop: () => Promise<void>
}
