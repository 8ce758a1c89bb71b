import type pg from 'pg'
import { openRefused, refusedColumns, type RefusedRow } from '../../src/store/journal/quarantine.ts'

/** What came with reports that were refused for this reason, oldest first. */
export async function readRefused(
  pool: pg.Pool,
  code: string,
): Promise<readonly { detail: string; body: unknown; element_index: number }[]> {
  const { rows } = await pool.query<RefusedRow & { detail: string; element_index: number }>(
    `select detail, element_index, ${refusedColumns} from quarantined_fixes q where code = $1 order by id`,
    [code],
  )
  const bodies = await openRefused(pool, rows)
  return rows.map((row, place) => ({ ...row, body: bodies[place] }))
}
