import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { OperatingError } from '../errors.ts'
import type { Log } from '../log.ts'
import { addressOf, databaseName } from './address.ts'
import { dropBallast, keepBallast, tendBallast } from './ballast.ts'
import { openDataFolder } from './data-folder.ts'
import { findBinaries, findServerUser } from './binaries.ts'
import type { PostgresBinaries, ServerUser } from './binaries.ts'
import { makeCluster, startCluster, stopCluster, superuserName } from './cluster.ts'
import { chooseEndpoint } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { handOverFolder } from './hand-over.ts'
import { loadSecrets, passwordOf, readVersion, refuseUnfit } from './folder.ts'
import type { Secrets } from './folder.ts'
import { findRunningCluster, isAlive, removeMisleadingLocks } from './process.ts'
import type { RunningCluster } from './process.ts'
import { makeRolesSql, prepareDatabaseSql, type DatabaseLogin } from './roles.ts'

/**
 * The PostgreSQL of the one-machine default, in `dataDir`/postgres. Finds the server that a killed
 * process left behind and adopts it, or stops it and starts anew; starts it again when it dies.
 * Every failure is a sentence.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options
  const dataFolder = await givingUpBallast(dataDir, log, () => openDataFolder(dataDir))
  try {
    const server = await prepareServer(options)
    const endpoint = await chooseEndpoint(dataDir, server.user, options.port ?? null)
    const { cluster: first, adopted } = await adoptOrStart(server, endpoint)
    let cluster = first
    await prepareDatabase(server, cluster, endpoint)
    await keepBallastQuietly(server)
    const supervisor = new AbortController()
    const tended = tend(server, supervisor.signal)
    const supervised = supervise(server, endpoint, supervisor.signal, cluster, (next) => {
      cluster = next
    })
    const urlOf = (login: DatabaseLogin): string =>
      addressOf(server.secrets, login, endpoint.host, cluster.port)
    return {
      url: urlOf('owner'),
      urlOf,
      adopted,
      get pid() {
        return cluster.pid
      },
      stop: async () => {
        supervisor.abort()
        await Promise.all([supervised, tended])
        await stopCluster(server.folder, cluster.pid)
        await dataFolder.release()
      },
    }
  } catch (error) {
    await dataFolder.release()
    throw error
  }
}

export type EmbeddedPostgres = {
  /** Of the owner of all tables, who is no superuser. Holds its secret: never log it. */
  readonly url: string
  readonly urlOf: (login: DatabaseLogin) => string
  /** The server was running already, left behind by a process that was killed. */
  readonly adopted: boolean
  readonly pid: number
  /** Ends the sessions, writes everything, stops the server. */
  readonly stop: () => Promise<void>
}

export type EmbeddedOptions = {
  /** Absolute. */
  readonly dataDir: string
  readonly log: Log
  /**
   * Listen on this port of 127.0.0.1 instead of a unix socket; null or absent:
   * the socket where it can be.
   */
  readonly port?: number | null
}

type Server = {
  readonly binaries: PostgresBinaries
  readonly user: ServerUser
  readonly folder: string
  readonly dataDir: string
  readonly secrets: Secrets
  readonly log: Log
}

const watchMs = 250
/** A fast disk takes this long for what is given up. */
const tendMs = 1_000
const restartMsMax = 5_000
const adoptReadyMsMax = 60_000

async function prepareServer(options: EmbeddedOptions): Promise<Server> {
  const { dataDir, log } = options
  const [binaries, user] = await Promise.all([findBinaries(), findServerUser()])
  const folder = path.join(dataDir, 'postgres')
  const version = await readVersion(folder)
  const secrets = await loadSecrets(dataDir, version !== null)
  if (version === null) await makeCluster(binaries, user, folder, secrets.superuserPassword)
  else {
    await handOverFolder(dataDir, folder, user, log)
    await refuseUnfit(folder, version, binaries, user)
  }
  return { binaries, user, folder, dataDir, secrets, log }
}

async function adoptOrStart(
  server: Server,
  endpoint: Endpoint,
): Promise<{ cluster: RunningCluster; adopted: boolean }> {
  const running = await waitWhileStarting(server.folder)
  if (running !== null) {
    if (running.isReady && endpoint.fits(running) && (await answers(server, running, endpoint))) {
      server.log.info(
        { pid: running.pid },
        'adopted the database server that an earlier process left behind',
      )
      return { cluster: running, adopted: true }
    }
    server.log.warn(
      { pid: running.pid },
      'stopping a database server that an earlier process left behind',
    )
    await stopCluster(server.folder, running.pid)
  }
  return { cluster: await startOnce(server, endpoint, endpoint.port), adopted: false }
}

async function waitWhileStarting(folder: string): Promise<RunningCluster | null> {
  const deadlineMs = performance.now() + adoptReadyMsMax
  for (;;) {
    const running = await findRunningCluster(folder)
    if (running === null || running.isReady || performance.now() > deadlineMs) return running
    await delay(watchMs)
  }
}

async function startOnce(
  server: Server,
  endpoint: Endpoint,
  port: number,
): Promise<RunningCluster> {
  return givingUpBallast(server.dataDir, server.log, async () => {
    await removeMisleadingLocks(server.folder, endpoint.socketFolder)
    const settings = await endpoint.settings(port)
    return startCluster(server.binaries, server.user, server.folder, settings)
  })
}

/** With a full disk, gives up the ballast and tries `work` once more. */
async function givingUpBallast<T>(dataDir: string, log: Log, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OperatingError) || error.code !== 'disk-full') throw error
    if (!(await dropBallast(dataDir))) throw error
    log.error(
      'the disk is full: the ballast was given up so that the database can recover; free space now',
    )
    return work()
  }
}

/** Until aborted: a server that died, however it died, is started again on the same endpoint. */
async function supervise(
  server: Server,
  endpoint: Endpoint,
  signal: AbortSignal,
  first: RunningCluster,
  onRestart: (cluster: RunningCluster) => void,
): Promise<void> {
  let { pid } = first
  const { port } = first
  let waitMs = watchMs
  while (!signal.aborted) {
    // Without a reference: this watch must not keep a process alive that has nothing else to do.
    await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted || isAlive(pid)) continue
    server.log.error({ pid }, 'the database server has died and is started again')
    try {
      const cluster = await startOnce(server, endpoint, port)
      pid = cluster.pid
      waitMs = watchMs
      onRestart(cluster)
    } catch (error) {
      waitMs = Math.min(waitMs * 2, restartMsMax)
      server.log.error({ err: error, waitMs }, 'the database server could not be started again')
    }
  }
}

/** Until aborted: looks after the ballast. What fails is tried again; it is a comfort. */
async function tend(server: Server, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(tendMs, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return
    try {
      if (await tendBallast(server.dataDir))
        server.log.error('the disk is full: the ballast was given up; free space now')
    } catch (error) {
      server.log.warn({ err: error }, 'the ballast could not be looked after')
    }
  }
}

async function answers(
  server: Server,
  cluster: RunningCluster,
  endpoint: Endpoint,
): Promise<boolean> {
  try {
    await asSuperuser(server, cluster, endpoint, 'postgres', (client) => client.query('select 1'))
    return true
  } catch (error) {
    server.log.warn({ err: error }, 'the database server that was left behind does not answer')
    return false
  }
}

/**
 * No part of the application works as a superuser, who could run programs, and only migrations as
 * the owner. Each start makes what is missing, so that a folder of an earlier version gets it too.
 */
async function prepareDatabase(
  server: Server,
  cluster: RunningCluster,
  endpoint: Endpoint,
): Promise<void> {
  await asSuperuser(server, cluster, endpoint, 'postgres', async (client) => {
    await client.query(
      makeRolesSql((login) => client.escapeLiteral(passwordOf(server.secrets, login))),
    )
    const { rows } = await client.query<{ has_database: boolean }>(
      `select exists (select from pg_database where datname = '${databaseName}') as has_database`,
    )
    if (rows[0]?.has_database !== true)
      await client.query(`create database ${databaseName} owner hoede_owner`)
  })
  await asSuperuser(server, cluster, endpoint, databaseName, async (client) => {
    await client.query(prepareDatabaseSql(databaseName))
  })
}

async function asSuperuser<T>(
  server: Server,
  cluster: RunningCluster,
  endpoint: Endpoint,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    host: endpoint.host,
    port: cluster.port,
    user: superuserName,
    password: server.secrets.superuserPassword,
    database,
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', (error) => {
    server.log.warn({ err: error }, 'connection to the embedded database lost')
  })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function keepBallastQuietly(server: Server): Promise<void> {
  try {
    await keepBallast(server.dataDir)
  } catch (error) {
    // It is a comfort for a bad day, no condition for a good one.
    server.log.warn({ err: error }, 'the ballast file could not be written')
  }
}
