import { systemClock } from './clock.ts'
import { readConfig } from './config.ts'
import { OperatingError, RefusedInput } from './errors.ts'
import { createLog } from './log.ts'
import { openDatabase } from './open-database.ts'
import { readArguments, runReconcile, usage } from './reconcile.ts'

// npm run reconcile: whether the history holds what the journal acknowledged. 0 it does, 1 it does
// not, 2 it cannot be said.
try {
  if (process.argv.includes('--help')) process.stdout.write(usage)
  else await main()
} catch (error) {
  // Whatever it is: the 1 that Node ends with by itself would read as "something is missing".
  process.exitCode = 2
  const isExpected = error instanceof OperatingError || error instanceof RefusedInput
  process.stderr.write(`${isExpected ? error.message : describe(error)}\n`)
  if (error instanceof RefusedInput) process.stderr.write(`\n${usage}`)
}

async function main(): Promise<void> {
  const nowMs = systemClock.nowMs()
  const span = readArguments(process.argv.slice(2), nowMs)
  const config = readConfig(process.env)
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openDatabase(config, { log, applicationName: 'hoede reconcile' })
  try {
    const { retentionDays } = config
    const { output, exitCode } = await runReconcile(database.pool, span, { nowMs, retentionDays })
    process.stdout.write(output)
    process.exitCode = exitCode
  } finally {
    await database.close()
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'It failed without saying why.'
}
