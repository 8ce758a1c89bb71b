import path from 'node:path'
import { systemClock } from '../clock.ts'
import { parseCommandLine, runCommand, UsageFault } from '../command-line.ts'
import { readConfig } from '../config.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { openRecordKey } from '../record-key.ts'
import { openCases } from './open-cases.ts'
import { writeExport } from './write-export.ts'

const usage = `Usage: npm run export -- --to DIR --reason TEXT [--case ID]

Writes all cases, or one, into a new folder that any program can read: people, devices, orders and their versions,
positions, alerts with their history, and what the record says, as lines of JSON, with counts and hashes (docs/transfer.md).
It may run beside the server.

  --to DIR       the folder to make; it may not exist yet
  --reason TEXT  for whom or what; it is put on record, with everybody in it, before anything is read
  --case ID      one order and all that belongs to it; without it all

Ends with 0: the export is whole; 2: there is none.
`

async function main(): Promise<number> {
  const given = readArguments()
  const config = readConfig(process.env, 'command')
  const { recordKey, databaseUrl, dataDir } = config
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openCases(config, 'audit', log)
  try {
    const hasKey = recordKey !== null || databaseUrl === null
    const counts = await writeExport(database.pool, {
      ...given,
      clock: systemClock,
      key: hasKey ? await openRecordKey(recordKey, dataDir) : null,
      tell: (progress) => process.stderr.write(`${progress}\n`),
    })
    const told = [
      `${counts.caseCount} cases with ${counts.rowCount} rows, ${counts.fixCount} of them positions, are in ${given.folder}. It holds positions in the clear: encrypt it.`,
      ...(counts.inNoCase === null
        ? []
        : [`In no case, and not in it: ${inWords(counts.inNoCase)}.`]),
      ...(hasKey ? [] : ['It is not signed: there is no key of the record here.']),
    ]
    process.stdout.write(`${told.join('\n')}\n`)
  } finally {
    await database.close()
  }
  return 0
}

function inWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`)
    .join(', ')
}

function readArguments() {
  const {
    to,
    reason,
    case: caseId,
  } = parseCommandLine(usage, {
    to: { type: 'string' },
    reason: { type: 'string' },
    case: { type: 'string' },
  })
  if (to === undefined) throw new UsageFault('--to is missing: a folder that does not exist.')
  if (reason === undefined || reason.trim() === '')
    throw new UsageFault('--reason is missing: for whom or what it is.')
  if (caseId !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(caseId))
    throw new UsageFault('--case is not the id of an order: expected a UUID.')
  return {
    folder: path.resolve(to),
    reason: reason.trim().slice(0, 500),
    caseId: caseId?.toLowerCase() ?? null,
  }
}

await runCommand(main, (error) => error instanceof OperatingError)
