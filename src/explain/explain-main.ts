import type pg from 'pg'
import { systemClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import { OperatingError, RefusedInput } from '../errors.ts'
import type { Log } from '../log.ts'
import { createLog } from '../log.ts'
import { findEmbeddedAddress } from '../embedded-postgres/address.ts'
import { startEmbeddedPostgres } from '../embedded-postgres/embedded.ts'
import { requireMigrated } from '../store/pg/migrate.ts'
import { connect } from '../store/pg/pool.ts'
import { readArguments, runExplain, usage } from './command.ts'

// npm run explain: whether a stored alert follows from the journal. 0 it does, 1 it does not, 2 it cannot be said.
try {
  if (process.argv.includes('--help')) process.stdout.write(usage)
  else await main()
} catch (error) {
  // Whatever it is: the 1 that Node ends with by itself would read as "different".
  process.exitCode = 2
  const isExpected = error instanceof OperatingError || error instanceof RefusedInput
  process.stderr.write(`${isExpected ? error.message : describe(error)}\n`)
  if (error instanceof RefusedInput) process.stderr.write(`\n${usage}`)
}

async function main(): Promise<void> {
  const command = readArguments(process.argv.slice(2))
  const config = readConfig(process.env)
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openDatabase(config, log)
  try {
    await requireMigrated(database.pool)
    const { output, exitCode } = await runExplain(database.pool, command, systemClock)
    process.stdout.write(output)
    process.exitCode = exitCode
  } finally {
    await database.close()
  }
}

type Database = { readonly pool: pg.Pool; readonly close: () => Promise<void> }

/** Beside a server that runs; where none does, the embedded database is started for the while. */
async function openDatabase(
  config: { readonly databaseUrl: string | null; readonly dataDir: string },
  log: Log,
): Promise<Database> {
  const options = { log, connectionCountMax: 2, applicationName: 'hoede explain' }
  const url = config.databaseUrl ?? (await findEmbeddedAddress(config.dataDir))
  if (url !== null) {
    const pool = await connect(url, options)
    return { pool, close: () => pool.end() }
  }
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  try {
    const pool = await connect(embedded.url, options)
    return {
      pool,
      close: async () => {
        await pool.end()
        await embedded.stop()
      },
    }
  } catch (error) {
    await embedded.stop()
    throw error
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'It failed without saying why.'
}
