import { parseCommandLine, runCommand } from './command-line.ts'
import { readConfig } from './config.ts'
import { databaseName } from './embedded-postgres/address.ts'
import { startEmbeddedPostgres } from './embedded-postgres/embedded.ts'
import { OperatingError } from './errors.ts'
import { createLog } from './log.ts'
import { commandUrl } from './open-database.ts'
import { rolesScript } from './embedded-postgres/roles.ts'
import { storeRetentionTerms } from './store/cases/stored-terms.ts'
import { grantRoles } from './store/pg/grants.ts'
import { migrate } from './store/pg/migrate.ts'
import { connect } from './store/pg/pool.ts'

const usage = `Usage: npm run migrate
       npm run -s migrate -- --print-roles

Brings the database to the schema of this code without starting the server, which does so itself at its start.
The database is the one of HOEDE_DATABASE_OWNER_URL or DATABASE_URL, or the embedded one of HOEDE_DATA_DIR.

  --print-roles  write the script that a superuser runs once, so that each part of Hoede has a login of its own

Ends with 0: done, or nothing to do; 2: not done.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, { 'print-roles': { type: 'boolean' } })
  if (flags['print-roles'] === true) {
    process.stdout.write(rolesScript(databaseName))
    return 0
  }
  const config = readConfig(process.env, 'command')
  const log = createLog({ level: 'warn', destination: process.stderr })
  const given = commandUrl(config, 'owner')
  const embedded =
    given === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log }) : null
  try {
    const pool = await connect(given ?? embedded?.url ?? '', { log })
    try {
      const { applied } = await migrate(pool)
      await storeRetentionTerms(pool)
      if (embedded !== null || config.databaseUrls !== null) await grantRoles(pool)
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
