import { randomBytes } from 'node:crypto'
import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { StartError } from '../errors.ts'
import { explainFolderError } from './data-folder.ts'
import type { PostgresBinaries, ServerUser } from './binaries.ts'
import { databaseLogins, type DatabaseLogin } from './roles.ts'

/** The major version that made the folder; null when there is none yet. */
export async function readVersion(folder: string): Promise<number | null> {
  try {
    await stat(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw explainFolderError(folder, error)
  }
  try {
    const version = Number((await readFile(path.join(folder, 'PG_VERSION'), 'utf8')).trim())
    if (Number.isSafeInteger(version) && version > 0) return version
  } catch (error) {
    throw new StartError(
      'data-folder-unusable',
      `expected ${folder} to hold a PostgreSQL database, got something else (no readable PG_VERSION). ` +
        'Move it away, or set HOEDE_DATA_DIR to another folder.',
      error,
    )
  }
  throw new StartError(
    'data-folder-unusable',
    `The file PG_VERSION in ${folder} is empty or damaged, so the database in it is not used. ` +
      'Put the folder back from a backup, or set HOEDE_DATA_DIR to another folder.',
  )
}

/** Throws when this PostgreSQL, run as this user, cannot use the folder. */
export async function refuseUnfit(
  folder: string,
  version: number,
  binaries: PostgresBinaries,
  user: ServerUser,
): Promise<void> {
  if (version > binaries.major) {
    throw new StartError(
      'data-folder-newer',
      `${folder} was made by PostgreSQL ${version}; this Hoede brings PostgreSQL ${binaries.major}. ` +
        'Start the newer Hoede, or set HOEDE_DATA_DIR to another folder.',
    )
  }
  if (version < binaries.major) {
    throw new StartError(
      'data-folder-older',
      `${folder} was made by PostgreSQL ${version}; this Hoede brings PostgreSQL ${binaries.major}. ` +
        'Start the older Hoede and copy the data over, or run pg_upgrade on the folder.',
    )
  }
  const owner = (await stat(folder)).uid
  const expected = user.ids?.uid ?? process.getuid?.() ?? owner
  if (owner !== expected) {
    throw new StartError(
      'data-folder-unusable',
      `${folder} belongs to user number ${owner}, and PostgreSQL would run as ${user.name} (${expected}). ` +
        `Start as the user who made it, or give it over with "chown -R ${user.name}".`,
    )
  }
}

/**
 * The passwords of the database in `dataDir`; made once, before the database. Those that an earlier
 * version did not need are added.
 */
export async function loadSecrets(dataDir: string, isMade: boolean): Promise<Secrets> {
  const file = path.join(dataDir, secretsName)
  try {
    const read = JSON.parse(await readFile(file, 'utf8')) as Partial<Secrets>
    await chmod(file, 0o600)
    if (isWhole(read)) return read
    return await saveSecrets(dataDir, read)
  } catch (error) {
    if (error instanceof StartError) throw error
    if (isMade || !(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw new StartError(
        'data-folder-unusable',
        `The database in ${dataDir} exists, and the file with its password (${secretsName}) is missing or unreadable. ` +
          'Put the file back from a backup.',
        error,
      )
    }
  }
  return await saveSecrets(dataDir, {})
}

export type Secrets = {
  readonly superuserPassword: string
  /** Of the owner of all tables. */
  readonly applicationPassword: string
  /** Of the other logins. */
  readonly loginPasswords: Readonly<Record<Exclude<DatabaseLogin, 'owner'>, string>>
}

export function passwordOf(secrets: Secrets, login: DatabaseLogin): string {
  return login === 'owner' ? secrets.applicationPassword : secrets.loginPasswords[login]
}

function isWhole(read: Partial<Secrets>): read is Secrets {
  const { loginPasswords } = read
  return (
    loginPasswords !== undefined &&
    databaseLogins.every((login) => login === 'owner' || login in loginPasswords)
  )
}

async function saveSecrets(dataDir: string, known: Partial<Secrets>): Promise<Secrets> {
  const file = path.join(dataDir, secretsName)
  const made = databaseLogins
    .filter((login) => login !== 'owner')
    .map((login) => [login, known.loginPasswords?.[login] ?? makePassword()] as const)
  const secrets: Secrets = {
    superuserPassword: known.superuserPassword ?? makePassword(),
    applicationPassword: known.applicationPassword ?? makePassword(),
    loginPasswords: Object.fromEntries(made) as Secrets['loginPasswords'],
  }
  try {
    await writeFile(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 })
    await rename(`${file}.new`, file)
  } catch (error) {
    throw explainFolderError(dataDir, error)
  }
  return secrets
}

function makePassword(): string {
  return randomBytes(32).toString('base64url')
}

const secretsName = 'postgres-secrets.json'
