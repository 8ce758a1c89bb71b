import path from 'node:path'
import { StartError } from '../errors.ts'
import { loadSecrets, passwordOf, readVersion } from './folder.ts'
import type { Secrets } from './folder.ts'
import { findRunningCluster } from './process.ts'
import { roleOf, type DatabaseLogin } from './roles.ts'

/**
 * The address of the embedded server that runs on the folder now, whoever started it; null when
 * none does. Throws where there is no database: a command that only reads must not make one.
 */
export async function findEmbeddedAddress(
  dataDir: string,
  login: DatabaseLogin,
): Promise<string | null> {
  const folder = path.join(dataDir, 'postgres')
  if ((await readVersion(folder)) === null) {
    throw new StartError(
      'data-folder-unusable',
      `There is no database in ${dataDir}. Set HOEDE_DATA_DIR to the data folder of the server, or DATABASE_URL.`,
    )
  }
  const running = await findRunningCluster(folder)
  if (running === null || !running.isReady) return null
  const secrets = await loadSecrets(dataDir, true)
  return addressOf(secrets, login, running.socketFolder ?? '127.0.0.1', running.port)
}

/** Of one login. `host` is an address, or the folder of a unix socket. */
export function addressOf(
  secrets: Secrets,
  login: DatabaseLogin,
  host: string,
  port: number,
): string {
  const url = new URL(`postgres://localhost:${port}/${databaseName}`)
  url.username = roleOf(login)
  url.password = passwordOf(secrets, login)
  // A folder here is a unix socket; the host in front of it is then not used.
  url.searchParams.set('host', host)
  return url.href
}

export const databaseName = 'hoede'
