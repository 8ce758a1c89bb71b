import { readFileSync } from 'node:fs'
import { databaseUrlVariables } from './database-urls.ts'
import { StartError } from './errors.ts'

/**
 * Takes secrets from the files that `…_FILE` variables name: an environment is read by more
 * programs than a file is. What cannot be read is a fault beside the others; a value is never
 * repeated in one.
 */
export function readSecretFiles(set: Readonly<Record<string, string>>): SecretFiles {
  const given: Record<string, string> = { ...set }
  const faults: string[] = []
  for (const variable of [
    'HOEDE_ADMIN_TOKEN',
    'HOEDE_RECORD_KEY',
    'DATABASE_URL',
    'REDIS_URL',
    ...databaseUrlVariables,
  ]) {
    const secret = readSecret(set, `${variable}_FILE`, faults)
    if (secret === null) continue
    if (set[variable] !== undefined) faults.push(twice(variable, `${variable}_FILE`))
    given[variable] = secret
  }
  const passwords = {
    database: readSecret(set, 'PGPASSWORD_FILE', faults),
    redis: readSecret(set, 'REDIS_PASSWORD_FILE', faults),
  }
  for (const [variable, address] of [
    ['PGPASSWORD_FILE', 'DATABASE_URL'],
    ['REDIS_PASSWORD_FILE', 'REDIS_URL'],
  ] as const) {
    if (set[variable] !== undefined && given[address] === undefined)
      faults.push(`${variable}: expected ${address} beside it, got none`)
  }
  return { given, passwords, faults }
}

/** The address with the password in it; escaped here, so that the file may hold any. */
export function placePassword(
  address: string | undefined,
  password: string | null,
  variable: string,
): string | null {
  if (address === undefined) return null
  if (password === null) return address
  const url = URL.parse(address)
  if (url === null || url.password !== '') {
    throw new StartError(
      'invalid-configuration',
      `${variable}: expected an address with a host and without a password, because a file holds the password.`,
    )
  }
  url.password = encodeURIComponent(password)
  return url.href
}

export type SecretFiles = {
  /** The environment, with what the files held under the plain names. */
  readonly given: Record<string, string>
  readonly passwords: { readonly database: string | null; readonly redis: string | null }
  readonly faults: string[]
}

/** Longer is no secret but another file. */
const secretLengthMax = 8_192

function readSecret(
  set: Readonly<Record<string, string>>,
  variable: string,
  faults: string[],
): string | null {
  const file = set[variable]
  if (file === undefined) return null
  try {
    // Editors and `echo` end the line.
    const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    if (secret !== '' && secret.length <= secretLengthMax && !/[\r\n\0]/.test(secret)) return secret
    faults.push(`${variable}: expected a file with one line, the secret, got another`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    faults.push(
      `${variable}: expected a file that this user may read, got ${JSON.stringify(file)} (${code})`,
    )
  }
  return null
}

function twice(variable: string, fileVariable: string): string {
  return `${variable}: expected it or ${fileVariable}, got both`
}
