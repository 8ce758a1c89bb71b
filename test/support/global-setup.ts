import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { ProvidedContext } from 'vitest'
import { findBinaries, findServerUser } from '../../src/embedded-postgres/binaries.ts'
import {
  makeCluster,
  startCluster,
  stopCluster,
  superuserName,
} from '../../src/embedded-postgres/cluster.ts'
import {
  makeRolesSql,
  prepareDatabaseSql,
  roleOf,
  type DatabaseLogin,
} from '../../src/embedded-postgres/roles.ts'
import { storeRetentionTerms } from '../../src/store/cases/stored-terms.ts'
import { grantRoles } from '../../src/store/pg/grants.ts'
import { migrate } from '../../src/store/pg/migrate.ts'
import { connect } from '../../src/store/pg/pool.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * Where the test server is, with a role that may create databases; and the migrated template.
     */
    readonly postgres: { readonly url: string; readonly template: string }
  }
}

/**
 * One PostgreSQL per run of vitest: embedded, or the one DATABASE_URL names. Stopped at the
 * end, whatever the end is.
 */
export async function setup(project: Offering): Promise<() => Promise<void>> {
  const external = process.env['DATABASE_URL']
  const server =
    external === undefined || external === '' ? await startOwnServer() : useServer(external)
  try {
    const template = `hoede_template_${randomBytes(4).toString('hex')}`
    await withClient(server.url, async (client) => {
      await client.query(makeRolesSql(() => `'${testPassword}'`))
      await client.query(`create database ${template}`)
    })
    await withClient(withDatabase(server.url, template), (client) =>
      client.query(prepareDatabaseSql(template)),
    )
    // As in an installation: tables are an owner's who is no superuser.
    const pool = await connect(urlAs(withDatabase(server.url, template), 'owner'))
    await migrate(pool)
    await storeRetentionTerms(pool)
    await grantRoles(pool)
    await pool.end()
    process.stdout.write(`PostgreSQL for this run: ${server.description}\n`)
    project.provide('postgres', { url: server.url, template })
    return async () => {
      if (server.isExternal) {
        await withClient(server.url, (client) =>
          client.query(`drop database if exists ${template} with (force)`),
        )
      }
      await server.stop()
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

type Offering = {
  readonly provide: (name: 'postgres', server: ProvidedContext['postgres']) => void
}

type TestServer = {
  readonly url: string
  readonly description: string
  readonly isExternal: boolean
  readonly stop: () => Promise<void>
}

function useServer(url: string): TestServer {
  const { host } = new URL(url)
  return {
    url,
    description: `external at ${host} (DATABASE_URL)`,
    isExternal: true,
    stop: async () => {},
  }
}

/**
 * An embedded server beside the one of the run, for a test that needs settings of the whole server.
 */
export async function startOwnServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const binaries = await findBinaries()
  const user = await findServerUser()
  const root = await mkdtemp(path.join(tmpdir(), 'hoede-test-'))
  // The unprivileged user must reach the database folder inside; the folder
  // itself is closed to others.
  await chmod(root, 0o711)
  const folder = path.join(root, 'postgres')
  const password = randomBytes(16).toString('hex')
  await makeCluster(binaries, user, folder, password)
  const port = await findFreePort()
  const cluster = await startCluster(binaries, user, folder, {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '300',
    ...settings,
  })
  guardAgainstCrash(cluster.pid, root)
  return {
    url: `postgres://${superuserName}:${password}@127.0.0.1:${port}/postgres`,
    description: `embedded, ${binaries.version}, 127.0.0.1:${port}`,
    isExternal: false,
    stop: async () => {
      await stopCluster(folder, cluster.pid)
      await rm(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

/**
 * A small process that notices, by its input being closed, that this one is gone, however it went.
 */
function guardAgainstCrash(pid: number, root: string): void {
  const guard = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'server-guard.ts'), String(pid), root],
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  guard.unref()
  const input = guard.stdin as typeof guard.stdin & { unref?: () => void }
  input.on('error', () => {
    // The guard has gone first; then nobody cleans up after a crash, which fails no test.
  })
  input.unref?.()
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

/** The same database, as one of the logins of an installation. */
export function urlAs(url: string, login: DatabaseLogin): string {
  const changed = new URL(url)
  changed.username = roleOf(login)
  changed.password = testPassword
  return changed.href
}

const testPassword = 'of-the-test-server-alone'

export function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
