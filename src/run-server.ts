import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { systemClock } from './clock.ts'
import { adminTokenLengthAdvised, makeTokenCommand, readConfig, type AppConfig } from './config.ts'
import { OperatingError } from './errors.ts'
import { createLog, type Log } from './log.ts'
import { serve, type RunningServer } from './serve.ts'
import type { FirstLink } from './sign-in/first-link.ts'
import { startWatchdog } from './watchdog/watchdog.ts'

/** What `npm start` runs. Sentences for a person go to stdout, structured log lines to stderr. */
export async function runServer(): Promise<void> {
  const log = createLog({ destination: pino.destination({ dest: 2, sync: true }) })
  // Node would print the error with all that the database says of it: rows, and who they are of.
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'ended by a fault that nobody caught')
    process.exit(1)
  })
  await main(log).catch((error: unknown) => fail(error, log))
}

async function main(log: Log): Promise<void> {
  refuseOldNode()
  if (answerArguments(process.argv.slice(2))) return
  const config = readConfig(process.env)
  const limitMs = config.watchdogMs
  const startingLimitMs = Math.max(limitMs, startingLimitMsMin)
  const watchdog = startWatchdog({ log, limitMs, startingLimitMs })
  const stopping = new AbortController()
  const starting = serve({ config, log, clock: systemClock, onProgress: say })
  stopOnSignals(starting, stopping, log)
  const server = await starting
  watchdog.started()
  // Now, because a process that is killed leaves nothing for the next start.
  flushCompileCache()
  if (stopping.signal.aborted) return
  say(`Hoede listens at ${server.address} as ${config.roles.join(', ')}.`)
  say(
    config.databaseUrl === null
      ? `Data: ${config.dataDir}`
      : 'Data: in the PostgreSQL of DATABASE_URL',
  )
  if (config.roles.includes('api')) {
    say(`API document: ${server.address}/v1/openapi.json, to read at ${server.address}/docs`)
  }
  if (config.adminToken !== null && config.adminToken.length < adminTokenLengthAdvised) {
    say(
      `HOEDE_ADMIN_TOKEN is short: whoever reaches the port, or reads a copy of the database, can guess it. Make one of ${adminTokenLengthAdvised} characters or more with ${makeTokenCommand}`,
    )
  }
  if (server.firstAdministratorToken !== null) {
    say('The first administrator was made. This token is shown once; keep it:')
    say(`  ${server.firstAdministratorToken}`)
  }
  saySignIn(config, server.firstSignInLink)
  offerAnotherLink(server.firstSignInLink, log)
}

/** A piece of a start is 0.1 to 0.2 s of CPU: in so long it is done with a thousandth of a core. */
const startingLimitMsMin = 120_000

function saySignIn({ publicOrigin, roles }: AppConfig, firstLink: FirstLink | null): void {
  if (!roles.includes('api')) return
  if (publicOrigin === null) say('People cannot sign in here until HOEDE_PUBLIC_URL is set.')
  else if (firstLink === null) say(`People sign in at ${publicOrigin}/sign-in`)
  else {
    say('Nobody signs in here yet. Whoever opens this link first does; it is good for one use:')
    say(`  ${firstLink.link}`)
  }
}

/** A demonstration knows no password: Enter where it was started gives its person a way back. */
function offerAnotherLink(firstLink: FirstLink | null, log: Log): void {
  const makeAnother = firstLink?.makeAnother ?? null
  if (makeAnother === null) return
  createInterface({ input: process.stdin, terminal: false }).on('line', () => {
    makeAnother(systemClock.nowMs()).then(
      (link) => say(`  ${link}`),
      (error: unknown) => log.error({ err: error }, 'no other link to sign in with was made'),
    )
  })
}

/** The first signal finishes what is under way; a second one does not wait. */
function stopOnSignals(
  starting: Promise<RunningServer>,
  stopping: AbortController,
  log: Log,
): void {
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) {
      process.exit(130)
    }
    stopping.abort()
    say(`\nStopping on ${signal}; once more does not wait.`)
    starting
      .then(async (server) => await server.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error, log),
      )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/**
 * The server takes no arguments: everything is in the environment. True when
 * there is nothing left to do.
 */
function answerArguments(given: readonly string[]): boolean {
  if (given.length === 0) return false
  if (given.length === 1 && (given[0] === '--help' || given[0] === '-h')) {
    say(help)
    return true
  }
  process.stderr.write(
    `Expected no arguments, got ${given.map((argument) => JSON.stringify(argument)).join(' ')}. The server is configured by the environment; --help lists it.\n`,
  )
  process.exitCode = 2
  return true
}

const help = `Usage: npm start

Hoede, protection-order monitoring. Starts the server; configured by environment variables:
  HOEDE_ADMIN_TOKEN    the first administrator's token, better 32 random characters or more (default: made once and printed)
                       (32 are required where HOEDE_HOST is not of this machine alone)
  HOEDE_HOST           where to listen (127.0.0.1)
  HOEDE_PORT           and on which port (8080)
  HOEDE_DATA_DIR       embedded PostgreSQL and its secret (./data)
  DATABASE_URL         an external PostgreSQL 18 instead of the embedded one
  HOEDE_DATABASE_OWNER_URL the login for migrations, where each part has one of its own (docs/deployment.md)
  REDIS_URL            queues and wake-ups over Redis instead of PostgreSQL
  HOEDE_ROLES          api,evaluator,worker or some of them
  HOEDE_WEBHOOK_HOSTS  hosts that webhooks may be sent to, separated by commas (none)
  HOEDE_PUBLIC_URL     where people open this server to sign in (http://localhost and the port, on one machine)
  HOEDE_TRUSTED_PROXIES addresses of proxies in front, separated by commas (none)
  HOEDE_OIDC_FILE      a file about the organisation's own sign-in (none)
  HOEDE_GROUND_PATH    GeoJSON of the ground under the desk's maps (none: a plain one)
  HOEDE_OIN            organisation number in the source of CloudEvents (none)
  HOEDE_RETENTION_DAYS how many days positions are kept (90)
  HOEDE_WATCHDOG_SECONDS how long this process may hang before it ends itself (30)
  HOEDE_EVALUATOR_THREAD yes or no: judge in a thread of its own (yes, on more than one core)
  HOEDE_QUIET_FIXES    whether fixes that change nothing are known by their numbers: on, off or checked (off)
A secret may be in a file: HOEDE_MASTER_KEY_FILE, HOEDE_ADMIN_TOKEN_FILE, DATABASE_URL_FILE, REDIS_URL_FILE; or only the
password of an address that has none: PGPASSWORD_FILE, REDIS_PASSWORD_FILE.`

function refuseOldNode(): void {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 26) return
  process.stderr.write(
    `Hoede runs on Node 26, this is Node ${process.versions.node}. "npm start" uses the right one after "npm ci".\n`,
  )
  process.exit(1)
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`)
}

/**
 * Operating errors carry a sentence that says what to do; anything else is ours, with its stack.
 */
function fail(error: unknown, log: Log): void {
  if (error instanceof OperatingError) process.stderr.write(`${error.message}\n`)
  else log.fatal({ err: error }, 'ended by a fault')
  process.exit(1)
}
