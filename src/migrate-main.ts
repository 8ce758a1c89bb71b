import { createLog } from './log.ts'
import { readConfig } from './config.ts'
import { OperatingError } from './errors.ts'
import { startEmbeddedPostgres } from './embedded-postgres/embedded.ts'
import { migrate } from './store/pg/migrate.ts'
import { connect } from './store/pg/pool.ts'

// npm run migrate: brings the database to the schema of this code, then ends. 0 done, 1 not done.
try {
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
} catch (error) {
  if (!(error instanceof OperatingError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
