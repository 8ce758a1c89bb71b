import { systemClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import { OperatingError, RefusedInput } from '../errors.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../open-database.ts'
import { readArguments, runExplain, usage } from './command.ts'

// npm run explain: whether a stored alert follows from the journal. 0 it does, 1 it does
// not, 2 it cannot be said.
try {
  if (process.argv.includes('--help')) process.stdout.write(usage)
  else await main()
} catch (error) {
  // Whatever it is: the 1 that Node ends with by itself would read as "different".
  process.exitCode = 2
  const isExpected = error instanceof OperatingError || error instanceof RefusedInput
  process.stderr.write(`${isExpected ? error.message : describe(error)}\n`)
  if (error instanceof RefusedInput) process.stderr.write(`\n${usage}`)
}

async function main(): Promise<void> {
  const command = readArguments(process.argv.slice(2))
  const config = readConfig(process.env)
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openDatabase(config, { log, applicationName: 'hoede explain' })
  try {
    const { output, exitCode } = await runExplain(database.pool, command, systemClock)
    process.stdout.write(output)
    process.exitCode = exitCode
  } finally {
    await database.close()
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'It failed without saying why.'
}
