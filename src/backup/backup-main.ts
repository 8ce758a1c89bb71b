import path from 'node:path'
import { systemClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../open-database.ts'
import { writeBackup } from './backup.ts'

// npm run backup -- --to DIR: beside a server that runs, or without one.
const [flag, folder, ...rest] = process.argv.slice(2)
if (flag !== '--to' || folder === undefined || rest.length > 0) {
  process.stderr.write('Expected --to and a folder that does not exist yet.\n')
  process.exit(2)
}
try {
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openDatabase(readConfig(process.env), {
    log,
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
} catch (error) {
  if (!(error instanceof OperatingError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
