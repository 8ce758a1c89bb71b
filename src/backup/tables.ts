import type pg from 'pg'
import { dayMs } from '../core/model/units.ts'
import type { Db } from '../store/pg/pool.ts'

/**
 * The tables of the application in an order in which rows may come back: what is pointed at first.
 * Partitions are read through their parent. What the queue keeps is in a schema of its own and is
 * made anew; who leads detection is of the running system.
 */
export async function listTables(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string; needs: string[] }>(
    `select c.relname as name,
            coalesce(array_agg(f.confrelid::regclass::text) filter (where f.confrelid <> c.oid), '{}') as needs
       from pg_class c
       left join pg_constraint f on f.conrelid = c.oid and f.contype = 'f'
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition and c.relname <> all($1)
      group by c.relname order by c.relname`,
    [notKept],
  )
  const waiting = new Map(rows.map(({ name, needs }) => [name, needs]))
  const ordered: string[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.keys()].filter((name) =>
      (waiting.get(name) ?? []).every((needed) => !waiting.has(needed)),
    )
    if (ready.length === 0)
      throw new Error(`tables point at each other: ${[...waiting.keys()].join(', ')}`)
    for (const name of ready) {
      waiting.delete(name)
      ordered.push(name)
    }
  }
  return ordered
}

/** How many rows, and a sum of the hashes of all, whatever their order. */
export async function sumTable(db: Db, table: string): Promise<TableSum> {
  const { rows } = await db.query<TableSum>({
    // Longer than any statement of a server: it reads all there is.
    query_timeout: dayMs,
    text: `select count(*)::float8 as "rowCount",
            coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as "hashSum"
       from ${table} t`,
  } as pg.QueryConfig)
  return rows[0] ?? { rowCount: 0, hashSum: '0' }
}

export type TableSum = { readonly rowCount: number; readonly hashSum: string }

/** Values are text on both sides, so both sides must write them alike. */
export const textSettings = `set local timezone = 'UTC'; set local datestyle = 'ISO, YMD';
  set local intervalstyle = 'postgres'; set local bytea_output = 'hex'; set local extra_float_digits = 1`

const notKept = ['schema_migrations', 'evaluator_leases']
