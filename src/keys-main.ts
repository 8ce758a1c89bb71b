import type pg from 'pg'
import { systemClock } from './clock.ts'
import { parseCommandLine, runCommand, UsageFault } from './command-line.ts'
import { readConfig } from './config.ts'
import { startEmbeddedPostgres } from './embedded-postgres/embedded.ts'
import { OperatingError } from './errors.ts'
import { createLog } from './log.ts'
import { openMasterKeys } from './master-key.ts'
import { commandUrl } from './open-database.ts'
import { insertAccess } from './store/alerts/access-log.ts'
import { findRefused, openRefused } from './store/journal/quarantine.ts'
import { wrapAnew } from './store/keys/data-keys.ts'
import type { MasterKeys } from './store/keys/master-keys.ts'
import { openDataKeys } from './store/keys/open-keys.ts'
import { sealHistory } from './store/keys/seal-history.ts'
import { sealOlder } from './store/keys/seal-older.ts'
import { connect, inTransaction } from './store/pg/pool.ts'

const usage = `Usage: npm run keys -- --rotate
       npm run keys -- --seal
       npm run keys -- --refused ID --reason TEXT

The keys that contact data and secrets are sealed with lie in the database, wrapped by the master key.
The database is the one of HOEDE_DATABASE_OWNER_URL or DATABASE_URL, or the embedded one of HOEDE_DATA_DIR.

  --rotate  wraps them anew by the first of the keys in HOEDE_MASTER_KEY_FILE, "new,former"
  --seal    seals what was stored in the clear before there were keys for it
  --refused writes what came with a refused report, which may say where somebody was: on record first

Ends with 0: done, or nothing to do; 2: not done.
`

async function main(): Promise<number> {
  const flags = parseCommandLine(usage, {
    rotate: { type: 'boolean' },
    seal: { type: 'boolean' },
    refused: { type: 'string' },
    reason: { type: 'string' },
  })
  const asked = [flags.rotate === true, flags.seal === true, flags.refused !== undefined]
  if (asked.filter(Boolean).length !== 1)
    throw new UsageFault('Expected one of --rotate, --seal and --refused.')
  const config = readConfig(process.env, 'command')
  const log = createLog({ level: 'warn', destination: process.stderr })
  const given = commandUrl(config, 'owner')
  const embedded =
    given === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, log }) : null
  try {
    const masters = await openMasterKeys(config)
    const url = given ?? embedded?.url ?? ''
    const opened = await openDataKeys(url, { masters, log })
    const pool = await connect(url, { log, keys: opened.keys })
    try {
      process.stdout.write(await answer(pool, masters, flags))
    } finally {
      await pool.end()
      await opened.close()
    }
  } finally {
    await embedded?.stop()
  }
  return 0
}

async function answer(pool: pg.Pool, masters: MasterKeys, flags: Flags): Promise<string> {
  if (flags.refused !== undefined) return await readRefused(pool, flags.refused, flags.reason)
  if (flags.rotate === true) {
    const count = await inTransaction(pool, (tx) => wrapAnew(tx, masters))
    return `${count} keys were wrapped anew; every other one was already. When all parts run with the new master key, take the former one out.\n`
  }
  const count = (await inTransaction(pool, sealOlder)) + (await sealHistory(pool))
  return `${count} rows were sealed. Pages of the database, its log and older backups still hold what they were: see docs/deployment.md.\n`
}

type Flags = {
  readonly rotate?: boolean | undefined
  readonly refused?: string | undefined
  readonly reason?: string | undefined
}

async function readRefused(pool: pg.Pool, id: string, reason = ''): Promise<string> {
  if (reason === '') throw new UsageFault('Expected --reason, for the record.')
  const found = await findRefused(pool, id)
  if (found === null) throw new UsageFault('No refused report has this id.')
  const { organisationId, personIds } = found
  await insertAccess(pool, {
    organisationId,
    by: { kind: 'command', id: null, role: null },
    door: 'npm run keys',
    action: 'readRefusedReport',
    alertId: null,
    protectionOrderId: null,
    personIds,
    reason,
    nowMs: systemClock.nowMs(),
  })
  const [body] = await openRefused(pool, [found])
  return `${JSON.stringify(body, null, 2)}\n`
}

await runCommand(main, (error) => error instanceof OperatingError)
