import { systemClock } from '../clock.ts'
import { runCommand, UsageFault } from '../command-line.ts'
import { readConfig } from '../config.ts'
import { OperatingError } from '../errors.ts'
import { createLog } from '../log.ts'
import { openDatabase } from '../open-database.ts'
import { openRecordKey } from '../record-key.ts'
import { readArguments, runEvidence } from './command.ts'

async function main(): Promise<number> {
  const command = readArguments(process.argv.slice(2))
  const config = readConfig(process.env, 'command')
  const { recordKey, databaseUrl, dataDir } = config
  if (recordKey === null && databaseUrl !== null) {
    throw new UsageFault(
      'HOEDE_RECORD_KEY_FILE is missing: what the key of the record does not sign is no evidence.',
    )
  }
  const log = createLog({ level: 'warn', destination: process.stderr })
  const application = {
    log,
    login: 'audit',
    isOpening: true,
    applicationName: 'hoede evidence',
  } as const
  const database = await openDatabase(config, application)
  try {
    const key = await openRecordKey(recordKey, dataDir)
    process.stdout.write(await runEvidence(database.pool, command, { clock: systemClock, key }))
    return 0
  } finally {
    await database.close()
  }
}

await runCommand(main, (error) => error instanceof OperatingError)
