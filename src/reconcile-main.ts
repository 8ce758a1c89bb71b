import { systemClock } from './clock.ts'
import { runCommand } from './command-line.ts'
import { readConfig } from './config.ts'
import { OperatingError } from './errors.ts'
import { createLog } from './log.ts'
import { openDatabase } from './open-database.ts'
import { readArguments, runReconcile } from './reconcile.ts'

async function main(): Promise<number> {
  const nowMs = systemClock.nowMs()
  const span = readArguments(process.argv.slice(2), nowMs)
  const config = readConfig(process.env, 'command')
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openDatabase(config, {
    log,
    login: 'backup',
    applicationName: 'hoede reconcile',
  })
  try {
    const { retentionDays } = config
    const { output, exitCode } = await runReconcile(database.pool, span, { nowMs, retentionDays })
    process.stdout.write(output)
    return exitCode
  } finally {
    await database.close()
  }
}

await runCommand(main, (error) => error instanceof OperatingError)
