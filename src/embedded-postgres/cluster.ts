import { spawn } from 'node:child_process'
import { chown, mkdir, open, rename, rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OperatingError } from '../errors.ts'
import { explainFolderError } from './data-folder.ts'
import { commandAs } from './binaries.ts'
import type { PostgresBinaries, ServerCommand, ServerUser } from './binaries.ts'
import {
  childEnvironment,
  findRunningCluster,
  isAlive,
  readLines,
  runToEnd,
  signalProcess,
} from './process.ts'
import type { RunningCluster } from './process.ts'
import { baseSettings } from './settings.ts'

/**
 * Makes a new cluster in `folder`. It is built beside it and renamed at the end, so a crash
 * half-way leaves no folder that looks like a database and is none.
 */
export async function makeCluster(
  binaries: PostgresBinaries,
  user: ServerUser,
  folder: string,
  superuserPassword: string,
): Promise<void> {
  const building = `${folder}.new`
  await rm(building, { recursive: true, force: true })
  // A program that makes a database and finds no room for it ends without naming that.
  if (await hasNoRoom(path.dirname(folder), clusterBytes)) throw noRoomFor(folder)
  await mkdir(building, { mode: 0o700 })
  const passwordFile = `${building}.password`
  try {
    await writeFile(passwordFile, `${superuserPassword}\n`, { mode: 0o600 })
    if (user.ids !== null) {
      await chown(building, user.ids.uid, user.ids.gid)
      await chown(passwordFile, user.ids.uid, user.ids.gid)
    }
    const args = [
      `--pgdata=${building}`,
      `--username=${superuserName}`,
      `--pwfile=${passwordFile}`,
      '--auth-local=scram-sha-256',
      '--auth-host=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
    ]
    const command = await commandAs(user, binaries.initdb, args, [building])
    const { code, output } = await runToEnd(command.program, command.args, command.ids)
    if (code !== 0) {
      throw new OperatingError(
        isFullDisk(output) ? 'disk-full' : 'embedded-failed',
        `The database folder could not be made in ${folder}: ${lastLines(output)}`,
      )
    }
    await rename(building, folder)
  } finally {
    await rm(passwordFile, { force: true })
    await rm(building, { recursive: true, force: true })
  }
}

/**
 * Starts the server on `folder` in a session of its own: Ctrl-C in a terminal goes to this program,
 * which stops the database last. Returns when connections are accepted.
 */
export async function startCluster(
  binaries: PostgresBinaries,
  user: ServerUser,
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<RunningCluster> {
  const args = ['-D', folder]
  for (const [name, value] of Object.entries({ ...baseSettings, ...settings })) {
    args.push('-c', `${name}=${value}`)
  }
  const command = await commandAs(user, binaries.postgres, args, [folder])
  const deadlineMs = performance.now() + leftoversMsMax
  for (;;) {
    const outcome = await tryStart(folder, user, command)
    if (!(outcome instanceof OperatingError)) return outcome
    // The parts of a server whose head was killed notice within moments, and
    // hold its memory until then.
    const isHeld = /pre-existing shared memory block|lock file .* already exists/.test(
      outcome.message,
    )
    if (!isHeld || performance.now() > deadlineMs) throw outcome
    await delay(retryMs)
  }
}

async function tryStart(
  folder: string,
  user: ServerUser,
  command: ServerCommand,
): Promise<RunningCluster | OperatingError> {
  const startLog = path.join(folder, 'start.log')
  const log = await open(startLog, 'w', 0o600).catch((error: unknown) => {
    throw explainFolderError(folder, error)
  })
  try {
    if (user.ids !== null) await log.chown(user.ids.uid, user.ids.gid)
    const child = spawn(command.program, command.args, {
      ...command.ids,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: childEnvironment(),
    })
    const exit = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) =>
        resolve(`exit code ${code ?? 'none'}, signal ${signal ?? 'none'}`),
      )
    })
    child.unref()
    return await waitUntilReady(folder, startLog, child.pid ?? 0, exit)
  } finally {
    await log.close()
  }
}

/**
 * Stops the server: fast (SIGINT: sessions are ended, everything is written), and if that takes too
 * long immediate (SIGQUIT: as after a power failure; nothing committed is lost).
 */
export async function stopCluster(folder: string, pid: number): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    if (!signalProcess(pid, signal)) return
    const deadlineMs = performance.now() + patienceMs
    while (performance.now() < deadlineMs) {
      if (!isAlive(pid)) return
      await delay(pollMs)
    }
  }
  throw new OperatingError(
    'embedded-failed',
    `The PostgreSQL server on ${folder} (process ${pid}) does not stop. End it by hand, then start again.`,
  )
}

export const superuserName = 'hoede_admin'

function isFullDisk(text: string): boolean {
  return /No space left on device|ENOSPC|53100|Disk quota exceeded|EDQUOT/i.test(text)
}

const pollMs = 20
const readyMsMax = 120_000
const leftoversMsMax = 30_000
const retryMs = 100

async function waitUntilReady(
  folder: string,
  startLog: string,
  pid: number,
  exit: Promise<string>,
): Promise<RunningCluster | OperatingError> {
  let ended: string | null = null
  void exit.then((reason) => {
    ended = reason
  })
  const deadlineMs = performance.now() + readyMsMax
  while (performance.now() < deadlineMs) {
    if (ended !== null) return await explainFailedStart(folder, startLog, ended)
    const running = await findRunningCluster(folder)
    if (running?.isReady === true) return running
    await delay(pollMs)
  }
  signalProcess(pid, 'SIGQUIT')
  throw new OperatingError(
    'embedded-failed',
    `PostgreSQL on ${folder} was not ready after ${readyMsMax / 1000} seconds. Its log is in ${path.join(folder, 'log')}.`,
  )
}

async function explainFailedStart(
  folder: string,
  startLog: string,
  reason: string,
): Promise<OperatingError> {
  // A server that got as far as its own log says there why it ended; one that
  // did not, in the start log.
  const startLines = (await readLines(startLog)) ?? []
  const isLogging = startLines.some((line) => line.includes('redirecting log output'))
  const logLines = isLogging ? ((await readLines(path.join(folder, 'log', todaysLog()))) ?? []) : []
  const lines = [...startLines, ...logLines.slice(-20)]
    .filter((line) => !line.includes('redirecting log output') && !/ HINT: /.test(line))
    .join('\n')
  if (isFullDisk(lines) || (await hasNoRoom(folder, roomBytesMin))) {
    return new OperatingError(
      'disk-full',
      `The disk that holds ${folder} is full. Free some space, then start again.`,
    )
  }
  if (/Address already in use|could not create any TCP\/IP sockets/.test(lines)) {
    return new OperatingError(
      'port-in-use',
      'The port chosen for PostgreSQL is used by another program. Start again to try another.',
    )
  }
  if (/has wrong ownership|Permission denied|Read-only file system/.test(lines)) {
    return new OperatingError(
      'data-folder-unusable',
      `PostgreSQL may not use ${folder}: ${lastLines(lines)}. Start as the user who made the folder.`,
    )
  }
  return new OperatingError(
    'embedded-failed',
    `PostgreSQL did not start on ${folder} (${reason}): ${lastLines(lines)}`,
  )
}

/** A full disk also swallows the lines that would have said so. */
async function hasNoRoom(folder: string, bytesMin: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize < bytesMin
}

function noRoomFor(folder: string): OperatingError {
  return new OperatingError(
    'disk-full',
    `The disk that holds ${folder} has not the ${clusterBytes / 1_000_000} MB that a new database takes. Free some space, or set HOEDE_DATA_DIR to a folder on another disk.`,
  )
}

/** Measured: a new database of PostgreSQL 18 with its first log takes 40 MB and 16 MB. */
const clusterBytes = 80_000_000

/**
 * Less than this is used up by the first lines of a start; other reasons are
 * known by their own words.
 */
const roomBytesMin = 1_000_000

function todaysLog(): string {
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date().getUTCDay()] ?? 'Sun'
  return `postgresql-${weekday}.log`
}

function lastLines(output: string): string {
  return output
    .trim()
    .split('\n')
    .slice(-3)
    .map((line) => line.trim())
    .join(' / ')
}
