import { readFileSync } from 'node:fs'
import { databasePasswordFiles, databaseUrlVariables } from './database-urls.ts'

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
    'HOEDE_MASTER_KEY',
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
  for (const [variable, address] of passwordFiles) {
    const password = readSecret(set, variable, faults)
    const url = given[address]
    if (set[variable] === undefined) continue
    if (url === undefined) faults.push(`${variable}: expected ${address} beside it, got none`)
    else if (password !== null) given[address] = placePassword(url, password, address, faults)
  }
  return { given, faults }
}

const passwordFiles: readonly (readonly [variable: string, address: string])[] = [
  ['PGPASSWORD_FILE', 'DATABASE_URL'],
  ['REDIS_PASSWORD_FILE', 'REDIS_URL'],
  ...databasePasswordFiles,
]

export type SecretFiles = {
  /** The environment, with what the files held under the plain names. */
  readonly given: Record<string, string>
  readonly faults: string[]
}

/** The address with the password in it; escaped here, so that the file may hold any. */
function placePassword(
  address: string,
  password: string,
  variable: string,
  faults: string[],
): string {
  const url = URL.parse(address)
  if (url === null || url.password !== '') {
    faults.push(
      `${variable}: expected an address with a host and without a password, because a file holds the password`,
    )
    return address
  }
  url.password = encodeURIComponent(password)
  return url.href
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
