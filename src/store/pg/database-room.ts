import type { Db } from './pool.ts'

/** How much of what the database has is used. Free disk of another machine cannot be asked for. */
export async function measureDatabase(db: Db, nowMs: number): Promise<DatabaseRoom> {
  const { rows } = await db.query<DatabaseRoom>(
    `select pg_database_size(current_database())::float8 as "bytes",
            (select sum(numbackends) from pg_stat_database)::float8
              / (current_setting('max_connections')::int
                 - current_setting('superuser_reserved_connections')::int) as "connectionShare",
            (select coalesce(max(last_value::float8 / least(max_value, ${Number.MAX_SAFE_INTEGER})), 0) from pg_sequences
              where schemaname = current_schema())::float8 as "sequenceShare",
            (select (max(to_date(right(c.relname, 8), 'YYYYMMDD'))
                     - (to_timestamp($1::float8 / 1000) at time zone 'UTC')::date)::float8
               from pg_inherits i join pg_class c on c.oid = i.inhrelid
              where i.inhparent = 'fixes'::regclass and c.relname ~ '^fixes_[0-9]{8}$') as "partitionDaysAhead"`,
    [nowMs],
  )
  const room = rows[0]
  if (room === undefined) throw new Error('expected one row')
  return room
}

export type DatabaseRoom = {
  readonly bytes: number
  /** Of those that are not kept for superusers. */
  readonly connectionShare: number
  /**
   * Of the sequence that has been used up most. A number that would lose digits here stops the
   * statement that reads it: for us a sequence ends there, long before it does for the database.
   */
  readonly sequenceShare: number
  /** Days after today that have a partition; null: there is none yet. */
  readonly partitionDaysAhead: number | null
}
