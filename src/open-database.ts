import type pg from 'pg'
import type { AppConfig } from './config.ts'
import { findEmbeddedAddress } from './embedded-postgres/address.ts'
import { startEmbeddedPostgres } from './embedded-postgres/embedded.ts'
import { StartError } from './errors.ts'
import type { Log } from './log.ts'
import { openMasterKeys, type MasterKeyConfig } from './master-key.ts'
import { openDataKeys } from './store/keys/open-keys.ts'
import { requireMigrated } from './store/pg/migrate.ts'
import { connect } from './store/pg/pool.ts'

/**
 * The database for a command that reads it: beside a server that runs; where none does, the
 * embedded one is started for the while. Throws when its schema is not that of this code.
 */
export async function openDatabase(
  config: Pick<AppConfig, 'databaseUrls'> & MasterKeyConfig,
  options: OpenOptions,
): Promise<OpenDatabase> {
  const { login } = options
  const url = commandUrl(config, login) ?? (await findEmbeddedAddress(config.dataDir, login))
  if (url !== null) return await openPool(url, config, options)
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log: options.log })
  return await openPool(embedded.urlOf(login), config, options, () => embedded.stop())
}

/** The address for a command that works as this login; null: the embedded database. */
export function commandUrl(
  { databaseUrl, databaseUrls }: Pick<AppConfig, 'databaseUrl' | 'databaseUrls'>,
  login: CommandLogin | 'owner',
): string | null {
  if (databaseUrls === null) return databaseUrl
  const url = databaseUrls[login]
  if (url !== undefined) return url
  throw new StartError(
    'invalid-configuration',
    `HOEDE_DATABASE_${login.toUpperCase()}_URL: expected the address for this command, because other parts have logins of their own; got none.`,
  )
}

export type OpenDatabase = { readonly pool: pg.Pool; readonly close: () => Promise<void> }

type OpenOptions = {
  readonly log: Log
  readonly applicationName: string
  /** Reads what is sealed; else it lies as it lies. */
  readonly isOpening?: boolean
  /** As whom, where there are logins of their own. */
  readonly login: CommandLogin
  /** The longest statement; a command that reads all there is has longer ones than a server. */
  readonly queryMsMax?: number
}

type CommandLogin = 'audit' | 'backup'

async function openPool(
  url: string,
  config: MasterKeyConfig,
  options: OpenOptions,
  stop: () => Promise<void> = async () => {},
): Promise<OpenDatabase> {
  const closers: (() => Promise<void>)[] = [stop]
  const close = async (): Promise<void> => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next()
  }
  try {
    // Whoever only counts and copies rows needs none.
    const masters = options.isOpening === true ? await openMasterKeys(config) : null
    const opened = masters === null ? null : await openDataKeys(url, { masters, log: options.log })
    if (opened !== null) closers.push(opened.close)
    const keys = opened === null ? {} : { keys: opened.keys }
    const pool = await connect(url, { ...options, ...keys, connectionCountMax: 2 })
    closers.push(() => pool.end())
    await requireMigrated(pool)
    return { pool, close }
  } catch (error) {
    await close()
    throw error
  }
}
