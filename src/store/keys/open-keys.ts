import type pg from 'pg'
import type { Log } from '../../log.ts'
import { requireMigrated } from '../pg/migrate.ts'
import { connect } from '../pg/pool.ts'
import { createDataKeys, refuseForeignKeys, type DataKeys } from './data-keys.ts'
import type { MasterKeys } from './master-keys.ts'

/**
 * The keys of the data of one database, with the one connection that they are looked up over.
 * Throws where another master key wrapped all of them.
 */
export async function openDataKeys(
  url: string,
  { masters, log }: { readonly masters: MasterKeys; readonly log: Log },
): Promise<OpenDataKeys> {
  const pool: pg.Pool = await connect(url, { log, connectionCountMax: 1 })
  try {
    await requireMigrated(pool)
    await refuseForeignKeys(pool, masters)
  } catch (error) {
    await pool.end()
    throw error
  }
  const keys = createDataKeys({ masters, db: pool, elapsedMs: () => performance.now() })
  return { keys, close: () => pool.end() }
}

type OpenDataKeys = { readonly keys: DataKeys; readonly close: () => Promise<void> }
