import { parseCommandLine, runCommand } from './command-line.ts'
import { readConfig } from './config.ts'
import { startEmbeddedPostgres } from './embedded-postgres/embedded.ts'
import { OperatingError } from './errors.ts'
import { createLog } from './log.ts'
import { migrate } from './store/pg/migrate.ts'
import { connect } from './store/pg/pool.ts'

const usage = `Usage: npm run migrate

Brings the database to the schema of this code without starting the server, which does so itself at its start.
The database is the one of DATABASE_URL, or the embedded one of HOEDE_DATA_DIR.

Ends with 0: done, or nothing to do; 2: not done.
`

async function main(): Promise<number> {
  parseCommandLine(usage, {})
  const config = readConfig(process.env)
  const log = createLog({ level: 'warn', destination: process.stderr })
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ dataDir: config.dataDir, log })
      : null
  try {
    const pool = await connect(config.databaseUrl ?? embedded?.url ?? '', { log })
    try {
      const { applied } = await migrate(pool)
      process.stdout.write(
        applied.length === 0
          ? 'The database is up to date.\n'
          : `Applied ${applied.length}: ${applied.join(', ')}.\n`,
      )
    } finally {
      await pool.end()
    }
  } finally {
    await embedded?.stop()
  }
  return 0
}

await runCommand(main, (error) => error instanceof OperatingError)
