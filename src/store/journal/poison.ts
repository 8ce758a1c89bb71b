import type { Db } from '../pg/pool.ts'

/** Entries of the journal that cannot be judged: skipped, and on record as skipped. */
export async function listPoison(db: Db): Promise<readonly Poison[]> {
  const result = await db.query<Poison>(
    `select (body ->> 'journalId')::bigint as "journalId", element_index as "entryIndex"
       from quarantined_fixes
      where code = 'poison'`,
  )
  return result.rows
}

/**
 * Kept beside refused fixes, because that is what it is: one that got past the door. The
 * payload stays in the journal.
 */
export async function insertPoison(
  db: Db,
  poison: readonly PoisonNote[],
  detail: string,
): Promise<void> {
  if (poison.length === 0) return
  const rows = poison.map(({ journalId, entryIndex, deviceId, recordedAtMs }) => {
    return { entryIndex, body: { journalId, deviceId, recordedAtMs } }
  })
  await db.query(
    `insert into quarantined_fixes (element_index, code, detail, body)
     select "entryIndex", 'poison', $1, body
       from jsonb_to_recordset($2::jsonb) as p("entryIndex" int, body jsonb)`,
    [detail, JSON.stringify(rows)],
  )
}

export type PoisonNote = Poison & {
  readonly deviceId: string | null
  readonly recordedAtMs: number | null
}

/** `entryIndex` −1 stands for the whole row. */
export type Poison = { readonly journalId: number; readonly entryIndex: number }
export const wholeRow = -1
