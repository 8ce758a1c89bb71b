import type pg from 'pg'
import { findEmbeddedAddress } from './embedded-postgres/address.ts'
import { startEmbeddedPostgres } from './embedded-postgres/embedded.ts'
import type { Log } from './log.ts'
import { requireMigrated } from './store/pg/migrate.ts'
import { connect } from './store/pg/pool.ts'

/**
 * The database for a command that reads it: beside a server that runs; where none does, the
 * embedded one is started for the while. Throws when its schema is not that of this code.
 */
export async function openDatabase(
  config: { readonly databaseUrl: string | null; readonly dataDir: string },
  options: { readonly log: Log; readonly applicationName: string },
): Promise<OpenDatabase> {
  const url = config.databaseUrl ?? (await findEmbeddedAddress(config.dataDir))
  if (url !== null) return await openPool(url, options, async () => {})
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log: options.log })
  return await openPool(embedded.url, options, () => embedded.stop())
}

export type OpenDatabase = { readonly pool: pg.Pool; readonly close: () => Promise<void> }

async function openPool(
  url: string,
  options: { readonly log: Log; readonly applicationName: string },
  stop: () => Promise<void>,
): Promise<OpenDatabase> {
  let pool: pg.Pool | null = null
  const close = async (): Promise<void> => {
    await pool?.end()
    await stop()
  }
  try {
    pool = await connect(url, { ...options, connectionCountMax: 2 })
    await requireMigrated(pool)
    return { pool, close }
  } catch (error) {
    await close()
    throw error
  }
}
