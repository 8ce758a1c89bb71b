import type pg from 'pg'
import { openRefused } from '../../src/store/journal/quarantine.ts'

/** What came with reports that were refused for this reason, oldest first. */
export async function readRefused(
  pool: pg.Pool,
  code: string,
): Promise<readonly { detail: string; body: unknown; element_index: number }[]> {
  const { rows } = await pool.query<{ detail: string; body: unknown; element_index: number }>(
    'select detail, body, element_index from quarantined_fixes where code = $1 order by id',
    [code],
  )
  const bodies = await openRefused(
    pool,
    rows.map(({ body }) => body),
  )
  return rows.map((row, place) => ({ ...row, body: bodies[place] }))
}
