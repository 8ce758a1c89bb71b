import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { StartError } from './errors.ts'
import { readMasterKeys, type MasterKeys } from './store/keys/master-keys.ts'

/**
 * The key that wraps the keys of the data: as configured, or what a command of the organisation's
 * key service writes, or, beside the embedded database, a file that is made once. Null: there is
 * none, and no database of ours to lay one beside.
 */
export async function findMasterKeys(config: MasterKeyConfig): Promise<MasterKeys | null> {
  const { masterKey, masterKeyCommand, databaseUrl, dataDir } = config
  if (masterKey !== null) return readMasterKeys(masterKey)
  if (masterKeyCommand !== null) return readMasterKeys(await askCommand(masterKeyCommand))
  if (databaseUrl !== null) return null
  return readMasterKeys(await openFile(path.join(dataDir, fileName)))
}

/** For a server: without it nothing that must be sealed could be stored. */
export async function openMasterKeys(config: MasterKeyConfig): Promise<MasterKeys> {
  const keys = await findMasterKeys(config)
  if (keys !== null) return keys
  throw new StartError(
    'invalid-configuration',
    "HOEDE_MASTER_KEY_FILE: expected a file with the key that contact data and secrets are sealed with, because the database is another machine's, got none. " +
      'Make one with "openssl rand -hex 32", keep a copy where no backup of the database is, and give every part the same.',
  )
}

export type MasterKeyConfig = {
  readonly masterKey: string | null
  readonly masterKeyCommand: readonly string[] | null
  readonly databaseUrl: string | null
  readonly dataDir: string
}

const fileName = 'master-key'
const keyBytes = 32
const commandMsMax = 30_000

/** Without a shell, and what it wrote is in no fault. */
async function askCommand([program = '', ...given]: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, given, { timeout: commandMsMax })
    return stdout
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
    throw new StartError(
      'invalid-configuration',
      `HOEDE_MASTER_KEY_COMMAND: expected a program that writes the master key, got one that ended with ${code}.`,
    )
  }
}

async function openFile(file: string): Promise<string> {
  const found = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (found === null) {
    const made = randomBytes(keyBytes).toString('hex')
    await writeFile(file, `${made}\n`, { mode: 0o600, flag: 'wx' })
    return made
  }
  const { mode } = await stat(file)
  if ((mode & 0o077) === 0) return found.trim()
  throw new StartError(
    'data-folder-unusable',
    `expected ${file} to be readable by its owner alone: chmod 600 it, and exchange the key if others may have read it.`,
  )
}
