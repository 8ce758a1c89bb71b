import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { systemClock } from '../clock.ts'
import { parseCommandLine, runCommand, UsageFault } from '../command-line.ts'
import { readConfig } from '../config.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { importCases } from './import-cases.ts'
import { openCases } from './open-cases.ts'

const usage = `Usage: npm run import-cases -- --from DIR --reason TEXT (--key PUBLIC | --unsigned) [--case ID] [--into ID]

Brings cases in that "npm run export" wrote, beside a server that runs or without one: each whole or not at all, compared
row by row with what was written before it is kept. What is here already and the same is left as it is.
An imported order is in force, and its open alerts call people.

  --from DIR     the folder of the export
  --reason TEXT  from whom and why; it is put on record
  --key PUBLIC   the public key of the record it was exported with, in PEM, from where it was published
  --unsigned     takes an export whose origin nobody can check
  --case ID      one case of it
  --into ID      the organisation that gets the cases; without it the one of the same id

Ends with 0: all are here; 1: some were refused, and are named; 2: nothing was changed.
`

async function main(): Promise<number> {
  const given = readArguments()
  const log = createLog({ level: 'warn', destination: process.stderr })
  const config = readConfig(process.env, 'command')
  const database = await openCases(config, 'owner', log)
  try {
    const report = await importCases(database.pool, {
      ...given,
      clock: systemClock,
      tell: (progress) => process.stderr.write(`${progress}\n`),
    })
    for (const refusal of report.refusals) process.stderr.write(`${refusal}\n`)
    process.stdout.write(
      `${report.importedCount} cases were imported and compared, ${report.hereCount} were here already, ${report.refusals.length} were refused.\n`,
    )
    if (report.questionCount > 0)
      process.stdout.write(
        `${report.questionCount} questions are asked about who has moved: see relocation questions at the desk.\n`,
      )
    return report.refusals.length === 0 ? 0 : 1
  } finally {
    await database.close()
  }
}

function readArguments() {
  const flags = parseCommandLine(usage, {
    from: { type: 'string' },
    reason: { type: 'string' },
    key: { type: 'string' },
    unsigned: { type: 'boolean' },
    case: { type: 'string' },
    into: { type: 'string' },
  })
  const { from, reason, key, unsigned } = flags
  if (from === undefined) throw new UsageFault('--from is missing: the folder of an export.')
  if (reason === undefined || reason.trim() === '')
    throw new UsageFault('--reason is missing: from whom and why.')
  if ((key === undefined) === (unsigned !== true))
    throw new UsageFault('Expected one of --key and --unsigned.')
  return {
    folder: path.resolve(from),
    reason: reason.trim().slice(0, 500),
    key: key === undefined ? null : readKey(key),
    caseId: idOf('--case', flags.case),
    into: idOf('--into', flags.into),
  }
}

function idOf(flag: string, text: string | undefined): string | null {
  if (text === undefined) return null
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase()
  throw new UsageFault(`${flag} is not an id: expected a UUID.`)
}

function readKey(file: string): KeyObject {
  try {
    return createPublicKey(readFileSync(file, 'utf8'))
  } catch {
    throw new UsageFault('--key is not a file with a public key in PEM.')
  }
}

await runCommand(main, (error) => error instanceof OperatingError)
