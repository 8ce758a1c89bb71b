import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { pushAll } from '../core/model/lists.ts'

/**
 * What `postmaster.pid` says of a server on this folder, if that process lives and
 * is really one; else null.
 */
export async function findRunningCluster(folder: string): Promise<RunningCluster | null> {
  const lines = await readLines(path.join(folder, 'postmaster.pid'))
  if (lines === null) return null
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isAlive(pid)) return null
  if (!(await isServerOf(pid, folder))) return null
  return {
    pid,
    port: Number(lines[3]),
    socketFolder: lines[4] === undefined || lines[4] === '' ? null : lines[4],
    isReady: lines[7]?.trim() === 'ready',
  }
}

/** A process that has ended and that nobody has asked about is not alive. */
export function isAlive(pid: number): boolean {
  if (!signalProcess(pid, 0)) return false
  if (process.platform !== 'linux') return true
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat[stat.lastIndexOf(')') + 2] !== 'Z'
  } catch {
    // It ended between the two questions.
    return false
  }
}

/**
 * After a crash PostgreSQL's lock files name a process id that something else may have by now, in
 * containers nearly always; it would then refuse to start for ever. Only such files are removed:
 * while the named process is a server or does not live, PostgreSQL judges better than we.
 */
export async function removeMisleadingLocks(
  folder: string,
  socketFolder: string | null,
): Promise<void> {
  const files = [path.join(folder, 'postmaster.pid')]
  if (socketFolder !== null) {
    const names = await readdir(socketFolder)
    pushAll(
      files,
      names.filter((name) => name.endsWith('.lock')).map((name) => path.join(socketFolder, name)),
    )
  }
  for (const file of files) {
    const pid = Math.abs(Number((await readLines(file))?.[0]))
    if (Number.isSafeInteger(pid) && pid > 1 && isAlive(pid) && !(await isServer(pid)))
      await rm(file, { force: true })
  }
}

/** False when there is no such process to signal. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    // It exists but is another user's: alive, and not ours to signal.
    if (error instanceof Error && 'code' in error && error.code === 'EPERM' && signal === 0)
      return true
    return false
  }
}

/** Null when there is no such file. */
export async function readLines(file: string): Promise<string[] | null> {
  try {
    return (await readFile(file, 'utf8')).split('\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Runs a program to its end and gives the end of what it said. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  ids: { readonly uid?: number; readonly gid?: number },
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, {
    ...ids,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(),
  })
  let output = ''
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-8192)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, output: error.message }))
    child.once('close', (code) => resolve({ code, output }))
  })
}

/**
 * What a program of PostgreSQL is given: it runs as another user, who can read the environment of
 * its processes. No token and no password of ours may be in it, and PGDATA, PGPORT and the like of
 * whoever starts us are about another server.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  const kept = process.platform === 'win32' ? ['PATH', 'SystemRoot', 'TEMP', 'TMP'] : ['PATH']
  const given = kept.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(given), LC_ALL: 'C', TZ: 'UTC' }
}

export type RunningCluster = {
  readonly pid: number
  readonly port: number
  readonly socketFolder: string | null
  readonly isReady: boolean
}

/** The command line could be anybody's; the working folder of a server is its data folder. */
async function isServerOf(pid: number, folder: string): Promise<boolean> {
  if (!(await isServer(pid))) return false
  if (process.platform === 'linux') {
    const [cwd, real] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => null),
      realpath(folder),
    ])
    return cwd === real
  }
  const { output } = await runToEnd('ps', ['-o', 'command=', '-p', String(pid)], {})
  return output.includes(path.resolve(folder))
}

async function isServer(pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    const program = await readlink(`/proc/${pid}/exe`).catch(() => '')
    // The package may have been replaced by another version while the server ran.
    return path.basename(program.replace(/ \(deleted\)$/, '')) === 'postgres'
  }
  const { output } = await runToEnd('ps', ['-o', 'comm=', '-p', String(pid)], {})
  return path.basename(output.trim()) === 'postgres'
}
