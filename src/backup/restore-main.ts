import path from 'node:path'
import { readConfig } from '../config.ts'
import { startEmbeddedPostgres } from '../embedded-postgres/embedded.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { connect } from '../store/pg/pool.ts'
import { goLive } from './go-live.ts'
import { restoreBackup } from './restore.ts'

// npm run restore -- --from DIR: into an empty database, which then is quiet.
// npm run restore -- --go-live: from the next start on it calls people.
const given = process.argv.slice(2)
const folder = given[0] === '--from' && given.length === 2 ? (given[1] ?? null) : null
const isGoingLive = given[0] === '--go-live' && given.length === 1
if (folder === null && !isGoingLive) {
  process.stderr.write('Expected --from and the folder of a backup, or --go-live.\n')
  process.exit(2)
}
try {
  await main()
} catch (error) {
  if (!(error instanceof OperatingError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const log = createLog({ level: 'warn', destination: process.stderr })
  const { databaseUrl, dataDir } = readConfig(process.env)
  const embedded = databaseUrl === null ? await startEmbeddedPostgres({ dataDir, log }) : null
  try {
    const pool = await connect(databaseUrl ?? embedded?.url ?? '', { log, queryMsMax: 86_400_000 })
    try {
      process.stdout.write(`${await run(pool)}\n`)
    } finally {
      await pool.end()
    }
  } finally {
    await embedded?.stop()
  }
}

async function run(pool: Parameters<typeof restoreBackup>[0]): Promise<string> {
  if (folder === null) {
    const wasQuiet = await goLive(pool, Date.now())
    return wasQuiet
      ? 'From its next start on this copy calls people, escalates and sends. ' +
          'Deadlines that have passed are five minutes from now: look at the open alerts first.'
      : 'This database is no quiet copy; nothing was changed.'
  }
  const { tables, madeAt } = await restoreBackup(pool, path.resolve(folder))
  const rowCount = tables.reduce((sum, table) => sum + table.rowCount, 0)
  return (
    `${tables.length} tables with ${rowCount} rows of ${madeAt} are back, counted and compared. ` +
    'This copy is quiet: it calls nobody. "npm run restore -- --go-live" ends that.'
  )
}
