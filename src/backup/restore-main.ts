import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseCommandLine, runCommand, UsageFault } from '../command-line.ts'
import { readConfig } from '../config.ts'
import { startEmbeddedPostgres } from '../embedded-postgres/embedded.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { commandUrl } from '../open-database.ts'
import { grantRoles } from '../store/pg/grants.ts'
import { connect } from '../store/pg/pool.ts'
import { goLive } from './go-live.ts'
import { makeQuiet, restoreBackup } from './restore.ts'

const usage = `Usage: npm run restore -- --from DIR
       npm run restore -- --make-quiet
       npm run restore -- --go-live

Brings a backup back into an empty database. The copy is quiet: a server on it calls nobody.
The database is the one of DATABASE_URL, or the embedded one of HOEDE_DATA_DIR.

  --from DIR    the folder that npm run backup made
  --make-quiet  makes a copy quiet that PostgreSQL's own tools brought back, before a server starts on it
  --go-live     from its next start on, the server on this copy calls people, escalates and sends

Ends with 0: done; 2: nothing was changed.
`

type Work = { readonly folder: string } | 'go-live' | 'make-quiet'

function readWork(): Work {
  const flags = parseCommandLine(usage, {
    from: { type: 'string' },
    'go-live': { type: 'boolean' },
    'make-quiet': { type: 'boolean' },
  })
  const work: Work[] = []
  if (flags['go-live'] === true) work.push('go-live')
  if (flags['make-quiet'] === true) work.push('make-quiet')
  if (flags.from !== undefined) work.push({ folder: flags.from })
  const [first, ...more] = work
  if (first !== undefined && more.length === 0) return first
  throw new UsageFault(
    'Expected one of --from with the folder of a backup, --make-quiet and --go-live.',
  )
}

async function main(): Promise<number> {
  const work = readWork()
  const log = createLog({ level: 'warn', destination: process.stderr })
  const config = readConfig(process.env, 'command')
  const { databaseUrls, dataDir } = config
  const databaseUrl = commandUrl(config, 'owner')
  // Else one would be made there.
  const isSomethingThere = databaseUrl !== null || existsSync(path.join(dataDir, 'postgres'))
  if (typeof work === 'string' && !isSomethingThere) throw noCopy(dataDir)
  const embedded = databaseUrl === null ? await startEmbeddedPostgres({ dataDir, log }) : null
  try {
    const pool = await connect(databaseUrl ?? embedded?.url ?? '', { log, queryMsMax: 86_400_000 })
    try {
      process.stdout.write(`${await run(pool, work)}\n`)
      // Whoever reads the copy before a server starts on it finds its rights there.
      if (embedded !== null || databaseUrls !== null) await grantRoles(pool)
    } finally {
      await pool.end()
    }
  } finally {
    await embedded?.stop()
  }
  return 0
}

async function run(pool: Parameters<typeof restoreBackup>[0], work: Work): Promise<string> {
  if (work === 'go-live') {
    const wasQuiet = await goLive(pool, Date.now())
    if (!wasQuiet) throw noCopy('this database')
    return (
      'From its next start on this copy calls people, escalates and sends. ' +
      'Deadlines that have passed are five minutes from now: look at the open alerts first.'
    )
  }
  if (work === 'make-quiet') {
    await makeQuiet(pool)
    return 'This copy is quiet: a server on it calls nobody. "npm run restore -- --go-live" ends that.'
  }
  const { tables, madeAt } = await restoreBackup(pool, path.resolve(work.folder))
  const rowCount = tables.reduce((sum, table) => sum + table.rowCount, 0)
  return (
    `${tables.length} tables with ${rowCount} rows of ${madeAt} are back, counted and compared. ` +
    'This copy is quiet: it calls nobody. "npm run restore -- --go-live" ends that.'
  )
}

function noCopy(place: string): OperatingError {
  return new OperatingError('conflict', `There is no quiet copy in ${place}; nothing was changed.`)
}

await runCommand(main, (error) => error instanceof OperatingError)
