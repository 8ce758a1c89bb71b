import { access, constants, mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartError } from '../errors.ts'

/**
 * Makes the folder where it is missing and takes it for this process alone. Throws a
 * sentence for whoever set it up.
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  try {
    // Others may pass through to what is theirs inside (the server's own user), and see nothing.
    await mkdir(folder, { recursive: true, mode: 0o711 })
    // SQLite does not say why it cannot open a file; this does.
    await (await open(path.join(folder, lockName), 'a', 0o600)).close()
  } catch (error) {
    throw explainFolderError(folder, await findFolderError(folder, error))
  }
  const lock = await takeLock(folder)
  heldLocks.add(lock)
  const pidFile = path.join(folder, pidName)
  // Only for the sentence that the next one gets; a full disk must not stop a
  // start that could recover.
  await writeFile(pidFile, String(process.pid), { mode: 0o600 }).catch(() => undefined)
  return {
    folder,
    release: async () => {
      if (!heldLocks.delete(lock)) return
      await rm(pidFile, { force: true })
      lock.close()
    },
  }
}

/** On a read-only file system Node says of a folder to be made that it is not there. */
async function findFolderError(folder: string, error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return error
  for (let parent = path.dirname(folder); ; parent = path.dirname(parent)) {
    try {
      await access(parent, constants.W_OK)
      return error
    } catch (reason) {
      const isMissing = reason instanceof Error && 'code' in reason && reason.code === 'ENOENT'
      if (!isMissing || parent === path.dirname(parent)) return reason
    }
  }
}

export type DataFolder = {
  readonly folder: string
  /** Leaves it to the next process. The system does the same for one that dies. */
  readonly release: () => Promise<void>
}

/** The sentence for what the file system said about `folder`. */
export function explainFolderError(folder: string, error: unknown): StartError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StartError(
        'disk-full',
        `The disk that holds ${folder} is full. Free some space, then start again.`,
        error,
      )
    case 'EROFS':
      return new StartError(
        'data-folder-unusable',
        `${folder} is on a file system that is mounted read-only. Set HOEDE_DATA_DIR to a folder that can be written.`,
        error,
      )
    case 'EACCES':
    case 'EPERM':
      return new StartError(
        'data-folder-unusable',
        `This user may not write in ${folder}. Give it the folder, or set HOEDE_DATA_DIR to one of its own.`,
        error,
      )
    case 'EEXIST':
    case 'ENOTDIR':
      return new StartError(
        'data-folder-unusable',
        `expected ${folder} to be a folder, got a file on its path. Set HOEDE_DATA_DIR to a folder.`,
        error,
      )
    default:
      return new StartError(
        'data-folder-unusable',
        `The data folder ${folder} cannot be used (${code === '' ? 'no reason given' : code}). Set HOEDE_DATA_DIR to another.`,
        error,
      )
  }
}

const lockName = 'hoede.lock'
const pidName = 'hoede.pid'
const sqliteBusy = 5
const sqliteFull = 13
const sqliteNotADatabase = 26

/** An object that is forgotten is collected, and the lock would fall with it. */
const heldLocks = new Set<DatabaseSync>()

/**
 * An exclusive transaction on an empty file that never ends. Node has no other lock that the system
 * takes back when the process dies: with a file that names its holder, two starts that find a dead
 * holder can both win (a test of ours saw it), and process ids are used again.
 */
async function takeLock(folder: string, isFirstTry = true): Promise<DatabaseSync> {
  let lock: DatabaseSync | null = null
  try {
    lock = new DatabaseSync(path.join(folder, lockName), { timeout: 0 })
    lock.exec('pragma journal_mode = memory; begin exclusive')
    return lock
  } catch (error) {
    lock?.close()
    const code = error instanceof Error && 'errcode' in error ? error.errcode : null
    if (code === sqliteBusy) throw await explainHolder(folder, error)
    if (code === sqliteNotADatabase && isFirstTry) {
      // Something wrote into it, which nothing of ours does; what it says means nothing to us.
      await truncate(path.join(folder, lockName))
      return takeLock(folder, false)
    }
    const cause =
      code === sqliteFull
        ? Object.assign(new Error('full', { cause: error }), { code: 'ENOSPC' })
        : error
    throw explainFolderError(folder, cause)
  }
}

async function explainHolder(folder: string, cause: unknown): Promise<StartError> {
  const pid = await readFile(path.join(folder, pidName), 'utf8').catch(() => '')
  const holder = /^\d+$/.test(pid) ? `Another Hoede (process ${pid})` : 'Another Hoede'
  return new StartError(
    'data-folder-in-use',
    `${holder} uses ${folder}. Stop it, or give this one a folder of its own with HOEDE_DATA_DIR. ` +
      'To run several processes on one database, set DATABASE_URL.',
    cause,
  )
}
