import type pg from 'pg'
import type { AppConfig } from '../config.ts'
import { dayMs } from '../core/model/units.ts'
import { findEmbeddedAddress } from '../embedded-postgres/address.ts'
import { startEmbeddedPostgres } from '../embedded-postgres/embedded.ts'
import type { Log } from '../log.ts'
import { openMasterKeys } from '../master-key.ts'
import { commandUrl } from '../open-database.ts'
import { createDataKeys } from '../store/keys/data-keys.ts'
import { requireMigrated } from '../store/pg/migrate.ts'
import { connect } from '../store/pg/pool.ts'

/**
 * The database for a command that moves cases, beside a server that runs or without one, with the
 * keys of what is sealed: a number that somebody can be called at goes along.
 */
export async function openCases(
  config: AppConfig,
  login: 'audit' | 'owner',
  log: Log,
): Promise<{ readonly pool: pg.Pool; readonly close: () => Promise<void> }> {
  const given = commandUrl(config, login) ?? (await findEmbeddedAddress(config.dataDir, login))
  const embedded =
    given === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log }) : null
  const opened: pg.Pool[] = []
  const close = async (): Promise<void> => {
    for (const pool of opened) await pool.end()
    await embedded?.stop()
  }
  const open = async (options: Parameters<typeof connect>[1]): Promise<pg.Pool> => {
    const pool = await connect(given ?? embedded?.urlOf(login) ?? '', { log, ...options })
    opened.push(pool)
    return pool
  }
  try {
    const masters = await openMasterKeys(config)
    const db = await open({ connectionCountMax: 1 })
    const keys = createDataKeys({ masters, db, elapsedMs: () => performance.now() })
    // Longer than any statement of a server: a case may be larger than the memory.
    const pool = await open({ connectionCountMax: 2, queryMsMax: dayMs, keys })
    await requireMigrated(pool)
    return { pool, close }
  } catch (error) {
    await close()
    throw error
  }
}
