import type pg from 'pg'
import type { Db } from '../pg/pool.ts'

/** Some at once: whoever was long without keys has more than memory holds. */
export async function sealBatches<Row extends pg.QueryResultRow>(
  tx: Db,
  { select, seal }: Batches<Row>,
): Promise<number> {
  let count = 0
  for (let after = ''; ;) {
    const { rows } = await tx.query<Row & { readonly mark: string }>(
      `select * from (${select} for update) as found where mark > $2 order by mark limit $1`,
      [rowsAtOnce, after],
    )
    for (const row of rows) if (await seal(row)) count += 1
    const last = rows.at(-1)
    if (last === undefined) return count
    after = last.mark
  }
}

type Batches<Row> = {
  /** With a `mark` by which they are gone through. */
  readonly select: string
  /** False: it stays as it is. */
  readonly seal: (row: Row) => Promise<boolean>
}

const rowsAtOnce = 500
