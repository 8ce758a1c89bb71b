import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../../src/embedded-postgres/embedded.ts'
import { findRunningCluster } from '../../../src/embedded-postgres/process.ts'
import { advisoryLocks } from '../../../src/store/pg/advisory-locks.ts'
import { startTestRedis, type TestRedis } from '../../support/redis.ts'
import {
  findFreePort,
  startServerProcess,
  type ServerProcess,
} from '../../support/server-process.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { startSilentProxy, type SilentProxy } from '../../support/silent-proxy.ts'
import { openEmbeddedForInspection, postgresProcessIds } from '../inspect-database.ts'
import { makeRunFolder, type RunFolder } from './run-folder.ts'

/**
 * How the product runs while it is hurt. `alone` is the default, everything in one process with its
 * own PostgreSQL; in the others each process has lines of its own to a database that is not its
 * child, so that a process can lose its line, or be gone, alone.
 */
export const stagePlans = {
  alone: { main: 'api,evaluator,worker' },
  apart: { api: 'api', first: 'evaluator', second: 'evaluator', worker: 'worker' },
  redis: { api: 'api', first: 'evaluator', second: 'evaluator', worker: 'worker' },
  twins: { first: 'api,evaluator,worker', second: 'api,evaluator,worker' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

export type StageName = keyof typeof stagePlans

/**
 * Null where the machine has no Redis for a stage that needs one. `program` is the folder of
 * another version, as which all parts begin.
 */
export async function openStage(name: StageName, program?: string): Promise<Stage | null> {
  const folder = await makeRunFolder()
  const closers: (() => Promise<unknown>)[] = [folder.close]
  const close = async (): Promise<void> => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next()
  }
  try {
    const redis = name === 'redis' ? await startTestRedis() : null
    if (name === 'redis' && redis?.signal == null) {
      await redis?.stop()
      await close()
      return null
    }
    if (redis !== null) closers.push(redis.stop)
    const database = name === 'alone' ? null : await openDatabase(folder, closers)
    const parts: Part[] = []
    for (const [partName, roles] of Object.entries(stagePlans[name])) {
      parts.push(await openPart({ name: partName, roles, folder, database, redis, closers }))
    }
    // The first one migrates.
    const [first, ...others] = parts
    await first?.start(program)
    await Promise.all(others.map((part) => part.start(program)))
    const stage = makeStage(name, folder, parts, { redis, close })
    // The log of the database must not fill the small disk by itself.
    await stage.query(`alter system set max_wal_size = '128MB'`)
    await stage.query('select pg_reload_conf()')
    return stage
  } catch (error) {
    await close()
    throw error
  }
}

export type Stage = {
  readonly name: StageName
  readonly folder: RunFolder
  readonly parts: readonly Part[]
  readonly redis: TestRedis | null
  readonly part: (name: string) => Part
  /** Addresses that take positions and give alerts, as a balancer would know them. */
  readonly apiUrls: () => readonly string[]
  /** As the superuser, beside the product and on no line of its. */
  readonly query: (text: string) => Promise<Record<string, unknown>[]>
  /** Those that nobody has, for so long. */
  readonly takeConnections: (ms: number) => Promise<void>
  readonly storedFixes: () => Promise<Map<string, number>>
  readonly loosenCommit: () => Promise<void>
  readonly tightenCommit: () => Promise<void>
  readonly postmasterId: () => Promise<number>
  readonly postgresIds: () => Promise<number[]>
  /** The part that judges now. */
  readonly leader: () => Promise<Part>
  readonly close: () => Promise<void>
}

/** One process of the product, which can be started again. */
export type Part = {
  readonly name: string
  readonly roles: string
  readonly url: string
  readonly lines: readonly SilentProxy[]
  /** Of this version, or of that in another folder. */
  readonly start: (program?: string) => Promise<void>
  /** Started, and killed after so long, whatever it has come to by then. */
  readonly dieStarting: (ms: number) => Promise<void>
  /** What it has printed of late. */
  readonly output: () => string
  readonly signal: (name: NodeJS.Signals) => void
  /** As `kill -9`; resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** As a supervisor does; gives the exit code. */
  readonly stop: () => Promise<number | null>
}

export const adminToken = `faults-${'0123456789abcdef'.repeat(3)}`
/** Shifts the clock of a process by what stands in this file, when told to look. */
export const clockFileName = 'clock-shift-ms'
const clockModule = join(import.meta.dirname, 'clock-shift.ts')

/** That a machine is busy with other things is no fault of what is tested. */
const readyMsMax = 180_000

type Database = { readonly url: URL }
type Closers = (() => Promise<unknown>)[]

async function openDatabase(folder: RunFolder, closers: Closers): Promise<Database> {
  const postgres = await startEmbeddedPostgres({
    dataDir: folder.disk,
    log: createSilentLog(),
    port: await findFreePort(),
  })
  closers.push(postgres.stop)
  return { url: new URL(postgres.url) }
}

async function openPart(options: {
  readonly name: string
  readonly roles: string
  readonly folder: RunFolder
  readonly database: Database | null
  readonly redis: TestRedis | null
  readonly closers: Closers
}): Promise<Part> {
  const { name, roles, folder, database, redis, closers } = options
  const port = await findFreePort()
  const lines: SilentProxy[] = []
  const throughLine = async (url: URL): Promise<string> => {
    const line = await startSilentProxy({ host: '127.0.0.1', port: Number(url.port) })
    lines.push(line)
    const changed = new URL(url)
    changed.host = `127.0.0.1:${line.port}`
    if (changed.searchParams.has('host')) changed.searchParams.set('host', '127.0.0.1')
    return changed.href
  }
  const environment: Record<string, string> = {
    HOEDE_ROLES: roles,
    NODE_OPTIONS: `--import=${clockModule}`,
    HOEDE_TEST_CLOCK_FILE: join(folder.disk, clockFileName),
    // Half of what a start costs is reading the program: the second start need not.
    NODE_COMPILE_CACHE: join(folder.root, 'compiled'),
  }
  if (database !== null) environment['DATABASE_URL'] = await throughLine(database.url)
  if (redis !== null) environment['REDIS_URL'] = await throughLine(new URL(redis.url))
  let server: ServerProcess | null = null
  const kill = async (): Promise<void> => {
    const last = server
    server = null
    await last?.kill()
  }
  closers.push(async () => {
    await kill()
    for (const line of lines) line.close()
  })
  return {
    name,
    roles,
    url: `http://127.0.0.1:${port}`,
    lines,
    start: async (program) => {
      const made = { dataDir: folder.disk, port, adminToken, environment, readyMsMax }
      server = await startServerProcess(program === undefined ? made : { ...made, program })
    },
    dieStarting: async (ms) => {
      const made = { dataDir: folder.disk, port, adminToken, environment, killAfterMs: ms }
      const started = await startServerProcess(made).catch(() => null)
      await started?.kill()
    },
    output: () => server?.output() ?? '',
    signal: (signal) => server?.child.kill(signal),
    kill,
    stop: async () => {
      const last = server
      server = null
      return (await last?.stop()) ?? null
    },
  }
}

function makeStage(
  name: StageName,
  folder: RunFolder,
  parts: readonly Part[],
  { redis, close }: Pick<Stage, 'redis' | 'close'>,
): Stage {
  const inspect = async <T>(
    look: (database: Awaited<ReturnType<typeof openEmbeddedForInspection>>) => Promise<T>,
  ): Promise<T> => {
    const database = await openEmbeddedForInspection(folder.disk)
    try {
      return await look(database)
    } finally {
      await database.close()
    }
  }
  const query: Stage['query'] = async (text) => await inspect((database) => database.query(text))
  const part = (wanted: string): Part => {
    const found = parts.find((item) => item.name === wanted)
    if (found === undefined) throw new Error(`${name} has no part ${wanted}`)
    return found
  }
  return {
    name,
    folder,
    parts,
    redis,
    part,
    apiUrls: () => parts.filter(({ roles }) => roles.includes('api')).map(({ url }) => url),
    query,
    takeConnections: async (ms) => await inspect((database) => database.takeConnections(ms)),
    storedFixes: async () => await inspect((database) => database.countFixesBySerialAndSequence()),
    loosenCommit: async () => await inspect((database) => database.loosenCommit()),
    tightenCommit: async () => await tightenCommit(folder.disk),
    postmasterId: async () => {
      const cluster = await findRunningCluster(join(folder.disk, 'postgres'))
      if (cluster === null) throw new Error('expected a running PostgreSQL')
      return cluster.pid
    },
    postgresIds: async () => await postgresProcessIds(folder.disk),
    leader: async () => await findLeader(parts, query),
    close,
  }
}

/** The holder of the evaluator's lock is known by the port from which its line reaches us. */
async function findLeader(parts: readonly Part[], query: Stage['query']): Promise<Part> {
  const holders = await query(
    `select a.client_port from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.granted
        and (l.classid::bigint << 32 | l.objid::bigint) = ${advisoryLocks.evaluator}`,
  )
  const ports = holders.map((row) => Number(row['client_port']))
  const found = parts.find(({ lines }) =>
    lines.some((line) => line.outwardPorts().some((port) => ports.includes(port))),
  )
  if (found === undefined) throw new Error('nobody holds the lock of the evaluator')
  return found
}

/**
 * The server rightly refuses to start on a database that does not wait for its commits, so the
 * setting is taken back while nobody else is there.
 */
async function tightenCommit(dataDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: createSilentLog() })
  try {
    const database = await openEmbeddedForInspection(dataDir)
    await database.tightenCommit()
    await database.close()
  } finally {
    await postgres.stop()
  }
}
