import { writeFile } from 'node:fs/promises'
import { systemClock } from '../clock.ts'
import { parseCommandLine, readWhole, runCommand, UsageFault, writeOut } from '../command-line.ts'
import { readConfig } from '../config.ts'
import { dayMs } from '../core/model/units.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../open-database.ts'
import { printReport } from './print-report.ts'
import { readReport } from './read-report.ts'

const usage = `Usage: npm run report -- --year N [--html FILE]

The report of a year for the inspection and the parliament, as JSON: orders by kind, what was imposed against the advice,
what lapsed, alerts and answers, outages. Of counts from one to four nothing is said, nor what they follow from.
The same year told twice is the same to the byte. A year is told once it is over.

  --year N     of the calendar of Amsterdam
  --html FILE  the same as a page to print, in Dutch, to a file that is not there yet

Ends with 0: told; 2: not.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, { year: { type: 'string' }, html: { type: 'string' } })
  if (flags.year === undefined) throw new UsageFault('--year is missing.')
  const year = readWhole('--year', flags.year, 2000, 2999)
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openDatabase(readConfig(process.env, 'command'), {
    log,
    login: 'audit',
    applicationName: 'hoede report',
    queryMsMax: dayMs,
  })
  try {
    const { pool } = database
    const report = await readReport(pool, { year, nowMs: systemClock.nowMs(), machinery: pool })
    if (report === null) throw new UsageFault('This year is not over.')
    await writeOut(`${JSON.stringify(report, null, 2)}\n`)
    if (flags.html !== undefined) await writePage(flags.html, printReport(report))
    return 0
  } finally {
    await database.close()
  }
}

async function writePage(file: string, page: string): Promise<void> {
  await writeFile(file, page, { flag: 'wx' }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable'
    throw new UsageFault(
      `--html cannot be written (${code}): expected a file that is not there yet.`,
    )
  })
}

await runCommand(main, (error) => error instanceof OperatingError)
