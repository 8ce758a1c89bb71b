import { parseCommandLine, runCommand, UsageFault } from './command-line.ts'
import { readConfig } from './config.ts'
import { startEmbeddedPostgres } from './embedded-postgres/embedded.ts'
import { OperatingError } from './errors.ts'
import { createLog } from './log.ts'
import { openMasterKeys } from './master-key.ts'
import { commandUrl } from './open-database.ts'
import { wrapAnew } from './store/keys/data-keys.ts'
import { openDataKeys } from './store/keys/open-keys.ts'
import { sealOlder } from './store/keys/seal-older.ts'
import { connect, inTransaction } from './store/pg/pool.ts'

const usage = `Usage: npm run keys -- --rotate
       npm run keys -- --seal

The keys that contact data and secrets are sealed with lie in the database, wrapped by the master key.
The database is the one of HOEDE_DATABASE_OWNER_URL or DATABASE_URL, or the embedded one of HOEDE_DATA_DIR.

  --rotate  wraps them anew by the first of the keys in HOEDE_MASTER_KEY_FILE, "new,former"
  --seal    seals telephone numbers and secrets that were stored in the clear before there were keys;
            orders are sealed with their next version

Ends with 0: done, or nothing to do; 2: not done.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, { rotate: { type: 'boolean' }, seal: { type: 'boolean' } })
  if ((flags.rotate === true) === (flags.seal === true))
    throw new UsageFault('Expected one of --rotate and --seal.')
  const config = readConfig(process.env, 'command')
  const log = createLog({ level: 'warn', destination: process.stderr })
  const given = commandUrl(config, 'owner')
  const embedded =
    given === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log }) : null
  try {
    const masters = await openMasterKeys(config)
    const url = given ?? embedded?.url ?? ''
    const opened = await openDataKeys(url, { masters, log })
    const pool = await connect(url, { log, keys: opened.keys })
    try {
      const count = await inTransaction(pool, (tx) =>
        flags.rotate === true ? wrapAnew(tx, masters) : sealOlder(tx),
      )
      process.stdout.write(
        flags.rotate === true
          ? `${count} keys were wrapped anew; every other one was already. When all parts run with the new master key, take the former one out.\n`
          : `${count} rows were sealed. Pages of the database, its log and older backups still hold what they were: see docs/deployment.md.\n`,
      )
    } finally {
      await pool.end()
      await opened.close()
    }
  } finally {
    await embedded?.stop()
  }
  return 0
}

await runCommand(main, (error) => error instanceof OperatingError)
