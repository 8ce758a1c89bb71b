import path from 'node:path'
import { systemClock } from '../clock.ts'
import { parseCommandLine, runCommand, UsageFault } from '../command-line.ts'
import { readConfig } from '../config.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../open-database.ts'
import { writeBackup } from './backup.ts'

const usage = `Usage: npm run backup -- --to DIR

Writes all rows as of one moment to a new folder, beside a server that runs or without one.
The database is the one of DATABASE_URL, or the embedded one of HOEDE_DATA_DIR.

  --to DIR  the folder to make; it may not exist yet

Ends with 0: the backup is whole; 2: there is none.
`

async function main(): Promise<number> {
  const { to: folder } = parseCommandLine(usage, { to: { type: 'string' } })
  if (folder === undefined) throw new UsageFault('--to is missing: a folder that does not exist.')
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openDatabase(readConfig(process.env, 'command'), {
    log,
    login: 'backup',
    applicationName: 'hoede backup',
  })
  try {
    const { tables } = await writeBackup(database.pool, path.resolve(folder), systemClock.nowMs())
    const rowCount = tables.reduce((sum, table) => sum + table.rowCount, 0)
    process.stdout.write(
      `${tables.length} tables with ${rowCount} rows are in ${folder}. It holds positions in the clear: encrypt it.\n`,
    )
  } finally {
    await database.close()
  }
  return 0
}

await runCommand(main, (error) => error instanceof OperatingError)
