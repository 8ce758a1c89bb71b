import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { isLoopback } from './addresses.ts'
import { StartError } from './errors.ts'
import { readMasterKeys, type MasterKeys } from './store/keys/master-keys.ts'

/**
 * The key that wraps the keys of the data: as configured, or what a command of the organisation's
 * key service writes, or, where the database is of this machine, a file that is made once. Null:
 * there is none, and other machines could not read one that lay here.
 */
export async function findMasterKeys(config: MasterKeyConfig): Promise<MasterKeys | null> {
  const { masterKey, masterKeyCommand, databaseUrl, dataDir } = config
  if (masterKey !== null) return readMasterKeys(masterKey)
  if (masterKeyCommand !== null) return readMasterKeys(await askCommand(masterKeyCommand))
  if (databaseUrl !== null && !isOfThisMachine(databaseUrl)) return null
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

/** By its address alone: a name that could be anything but `localhost` is not trusted. */
function isOfThisMachine(databaseUrl: string): boolean {
  const url = URL.parse(databaseUrl) ?? URL.parse(databaseUrl.replace('@/', '@localhost/'))
  if (url === null) return false
  const host = url.searchParams.get('host') ?? url.hostname
  // A unix socket is a path.
  return host.startsWith('/') || isLoopback(host.replace(/^\[(.*)\]$/, '$1'))
}

async function openFile(file: string): Promise<string> {
  const found = (await read(file)) ?? (await make(file))
  const { mode } = await stat(file)
  if ((mode & 0o077) === 0) return found.trim()
  throw new StartError(
    'data-folder-unusable',
    `expected ${file} to be readable by its owner alone: chmod 600 it, and exchange the key if others may have read it.`,
  )
}

async function read(file: string): Promise<string | null> {
  return await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
}

/** Of two that make it at once one is kept, whole, and both read it. */
async function make(file: string): Promise<string> {
  const own = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(own, `${randomBytes(keyBytes).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(own, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await unlink(own)
  }
  return await readFile(file, 'utf8')
}
