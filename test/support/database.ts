import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, type ProvidedContext } from 'vitest'
import { outliveConnections } from '../../src/outlive-connections.ts'
import { createDataKeys, type DataKeys } from '../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../src/store/keys/master-keys.ts'
import { connect } from '../../src/store/pg/pool.ts'
import { databaseLogins, type DatabaseLogin } from '../../src/embedded-postgres/roles.ts'
import { urlAs, withClient, withDatabase } from './global-setup.ts'
import { testMasterKey } from './master-key.ts'

let offered: ProvidedContext['postgres'] | null = null

/** For a command, which no run of vitest gives a server. */
export function offerServer(server: ProvidedContext['postgres']): void {
  offered = server
}

/**
 * A database of its own, migrated, for one test file: cloned from the run's template. Call `drop`
 * in afterAll; it ends the pool too. `{ isMigrated: false }` gives an empty database.
 */
export async function createTestDatabase(
  options: { readonly isMigrated?: boolean; readonly connectionCountMax?: number } = {},
): Promise<TestDatabase> {
  const { url: serverUrl, template } = offered ?? inject('postgres')
  const name = `hoede_test_${randomBytes(6).toString('hex')}`
  await withClient(serverUrl, async (client) => {
    if (options.isMigrated === false) {
      await client.query(`create database ${name} template template0`)
      return
    }
    // What is said of a database itself is no part of its template.
    await client.query(`create database ${name} template ${template} owner hoede_owner`)
    await client.query(`revoke temporary on database ${name} from public`)
    await client.query(`grant create on database ${name} to hoede_queue`)
  })
  const url = withDatabase(serverUrl, name)
  // Connects only when a key is asked for.
  const keyPool = new pg.Pool({ connectionString: url, max: 1 })
  outliveConnections(keyPool, () => {})
  const masters = readMasterKeys(testMasterKey)
  const keys = createDataKeys({ masters, db: keyPool, elapsedMs: () => performance.now() })
  const connectionCountMax = options.connectionCountMax ?? 10
  const pool = await connect(url, { connectionCountMax, keys })
  const others: pg.Pool[] = [keyPool]
  return {
    pool,
    url,
    name,
    keys,
    serverUrl,
    urlAs: (login) => urlAs(url, login),
    environment: {
      HOEDE_MASTER_KEY: testMasterKey,
      ...Object.fromEntries(
        databaseLogins.map((login) => [
          login === 'api' ? 'DATABASE_URL' : `HOEDE_DATABASE_${login.toUpperCase()}_URL`,
          urlAs(url, login),
        ]),
      ),
    },
    connectAs: async (login) => {
      const own = await connect(urlAs(url, login), { isForPeople: login === 'api', keys })
      others.push(own)
      return own
    },
    drop: async () => {
      for (const open of [pool, ...others]) if (!open.ended) await open.end()
      await withClient(serverUrl, (client) =>
        client.query(`drop database if exists ${name} with (force)`),
      )
    },
  }
}

export type TestDatabase = {
  /** Of a superuser, whom no policy holds. */
  readonly pool: pg.Pool
  readonly url: string
  readonly name: string
  /** What rows in it are sealed with, for whoever opens a pool of their own. */
  readonly keys: DataKeys
  /** The server's maintenance database, with a role that may create databases and roles. */
  readonly serverUrl: string
  readonly urlAs: (login: DatabaseLogin) => string
  /** For a server on it, with a login for each part. */
  readonly environment: Readonly<Record<string, string>>
  /** A pool of one of the logins of an installation; `drop` ends it too. */
  readonly connectAs: (login: DatabaseLogin) => Promise<pg.Pool>
  readonly drop: () => Promise<void>
}
