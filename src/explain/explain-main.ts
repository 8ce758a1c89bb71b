import { systemClock } from '../clock.ts'
import { runCommand } from '../command-line.ts'
import { readConfig } from '../config.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../open-database.ts'
import { readArguments, runExplain } from './command.ts'

async function main(): Promise<number> {
  const command = readArguments(process.argv.slice(2))
  const config = readConfig(process.env, 'command')
  const log = createLog({ level: 'warn', destination: process.stderr })
  const database = await openDatabase(config, {
    log,
    login: 'audit',
    isOpening: true,
    applicationName: 'hoede explain',
  })
  try {
    const { output, exitCode } = await runExplain(database.pool, command, systemClock)
    process.stdout.write(output)
    return exitCode
  } finally {
    await database.close()
  }
}

await runCommand(main, (error) => error instanceof OperatingError)
