import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { loadSecrets } from '../../src/embedded-postgres/folder.ts'
import { superuserName } from '../../src/embedded-postgres/cluster.ts'
import { findRunningCluster } from '../../src/embedded-postgres/process.ts'
import { CorruptJournal } from '../../src/errors.ts'
import { decodeFixes } from '../../src/store/journal/journal-codec.ts'
import { journalKinds, type JournalKind } from '../../src/store/journal/journal-kinds.ts'
import { openMasterKeys } from '../../src/master-key.ts'
import { createDataKeys } from '../../src/store/keys/data-keys.ts'
import { attachKeys } from '../../src/store/keys/keys-of.ts'
import { readMasterKeys } from '../../src/store/keys/master-keys.ts'
import { openFixes } from '../../src/store/keys/sealed-fixes.ts'
import { testMasterKey } from '../support/master-key.ts'

/**
 * Opens the embedded database of a running server beside it, as its superuser, to look
 * at what is really stored.
 */
export async function openEmbeddedForInspection(dataDir: string): Promise<Inspection> {
  const pool = await connectBeside(dataDir)
  return {
    countFixesBySerialAndSequence: async () => await countFixes(pool),
    loosenCommit: async () => await loosenCommit(pool),
    tightenCommit: async () => {
      await pool.query('alter database hoede reset synchronous_commit')
      await pool.query('drop function if exists loosen_commit() cascade')
    },
    measureRowPerFix: async (fixCount, batchSize, connectionCount) =>
      await measureRowPerFix(pool, fixCount, batchSize, connectionCount),
    measureCommits: async (count) => await measureCommits(pool, count),
    takeConnections: async (ms) => await takeConnections(pool, ms),
    query: async (text) => (await pool.query(text)).rows as Record<string, unknown>[],
    close: async () => await pool.end(),
  }
}

export type Inspection = {
  /** How often each fix stands in the journal, by `serial#sequence`. */
  readonly countFixesBySerialAndSequence: () => Promise<Map<string, number>>
  /**
   * Turns the promise of durability off in the running server; the negative control of loss checks.
   */
  readonly loosenCommit: () => Promise<void>
  readonly tightenCommit: () => Promise<void>
  /**
   * Nanoseconds per fix of plain keyed rows, one commit per batch: what the
   * journal is measured against.
   */
  readonly measureRowPerFix: (
    fixCount: number,
    batchSize: number,
    connectionCount: number,
  ) => Promise<number>
  /** Milliseconds of so many durable commits of one row, one by one, the shortest first. */
  readonly measureCommits: (count: number) => Promise<number[]>
  /** Every connection that the database has for others, for so long. */
  readonly takeConnections: (ms: number) => Promise<void>
  readonly query: (text: string) => Promise<Record<string, unknown>[]>
  readonly close: () => Promise<void>
}

async function takeConnections(pool: pg.Pool, ms: number): Promise<void> {
  const { rows } = await pool.query<{ count: number }>(
    `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as count`,
  )
  const taken: pg.Client[] = []
  const fill = async (): Promise<void> => {
    const used = await pool.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity where backend_type = 'client backend'`,
    )
    const free = (rows[0]?.count ?? 0) - (used.rows[0]?.count ?? 0)
    for (let count = 0; count < free; count += 1) {
      const client = new pg.Client({ ...pool.options, password: pool.options.password })
      client.on('error', () => undefined)
      await client.connect()
      taken.push(client)
    }
  }
  try {
    // What the server gives back in between is taken too.
    for (const untilMs = performance.now() + ms; performance.now() < untilMs;) {
      await fill()
      await delay(250)
    }
  } finally {
    for (const client of taken) await client.end()
  }
}

/** The server's own process and every child of it. */
export async function postgresProcessIds(dataDir: string): Promise<number[]> {
  const cluster = await findRunningCluster(join(dataDir, 'postgres'))
  if (cluster === null) return []
  const children = await childrenOf(cluster.pid)
  return [cluster.pid, ...children]
}

async function connectBeside(dataDir: string): Promise<pg.Pool> {
  const cluster = await findRunningCluster(join(dataDir, 'postgres'))
  if (cluster === null) throw new Error('expected a running embedded PostgreSQL, found none')
  const secrets = await loadSecrets(dataDir, true)
  const pool = new pg.Pool({
    host: cluster.socketFolder ?? '127.0.0.1',
    port: cluster.port,
    user: superuserName,
    password: secrets.superuserPassword,
    database: 'hoede',
    max: 16,
  })
  // The loop kills the server under these connections on purpose.
  pool.on('error', () => undefined)
  const own = await openMasterKeys({
    masterKey: null,
    masterKeyCommand: null,
    databaseUrl: null,
    dataDir,
  })
  // Parts that run apart are given another one.
  const masters = readMasterKeys(`${own.text},${testMasterKey}`)
  attachKeys(pool, createDataKeys({ masters, db: pool, elapsedMs: () => performance.now() }))
  return pool
}

async function countFixes(pool: pg.Pool): Promise<Map<string, number>> {
  const devices = await pool.query<{ id: string; serial_number: string }>(
    'select id, serial_number from devices',
  )
  const serialOf = new Map(devices.rows.map((row) => [row.id, row.serial_number]))
  const counts = new Map<string, number>()
  const { rows } = await pool.query<{ kind: JournalKind; payload: Buffer }>(
    'select kind, payload from journal where kind = $1 order by id',
    [journalKinds.fixes],
  )
  for (const { payload } of await openFixes(pool, rows)) {
    for (const fix of readFixes(payload)) {
      const key = `${serialOf.get(fix.deviceId)}#${fix.sequence}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}

/** Of a damaged row none: the runs that write some look at what else is there. */
function readFixes(payload: Buffer): ReturnType<typeof decodeFixes> {
  try {
    return decodeFixes(payload)
  } catch (error) {
    if (!(error instanceof CorruptJournal)) throw error
    return []
  }
}

async function loosenCommit(pool: pg.Pool): Promise<void> {
  // The server holds the setting on each of its connections, so every transaction that
  // writes is loosened from inside.
  await pool.query(
    `create or replace function loosen_commit() returns trigger language plpgsql
       as $$ begin perform set_config('synchronous_commit', 'off', true); return null; end $$`,
  )
  // Those of the queue too: a commit of any session writes what all others have left.
  const { rows } = await pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
      where relnamespace::regnamespace::text in ('public', 'bullmq') and relkind in ('r', 'p')
        and not relispartition`,
  )
  // Table by table: all in one transaction would deadlock with the server's own work.
  for (const { name } of rows) {
    await pool.query(
      `create or replace trigger loosen_commit before insert or update or delete on ${name}
         for each statement execute function loosen_commit()`,
    )
  }
  await pool.query("alter database hoede set synchronous_commit = 'off'")
  // Written as rarely as PostgreSQL allows, so that the control does not depend on luck.
  await pool.query("alter system set wal_writer_delay = '10s'")
  await pool.query("alter system set wal_writer_flush_after = '1GB'")
  await pool.query('select pg_reload_conf()')
  // A setting of the database counts from the next session on; the server opens new ones by itself.
  await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where usename like 'hoede%' and pid <> pg_backend_pid()",
  )
}

async function measureRowPerFix(
  pool: pg.Pool,
  fixCount: number,
  batchSize: number,
  connectionCount: number,
): Promise<number> {
  await pool.query(
    `create table bench_rows (device_id uuid not null, recorded_at timestamptz not null, sequence bigint not null,
       longitude float8 not null, latitude float8 not null, accuracy_meters real, received_at timestamptz not null,
       primary key (device_id, recorded_at, sequence))`,
  )
  let next = 0
  const startedAt = performance.now()
  const worker = async (): Promise<void> => {
    for (;;) {
      const batch = next
      next += 1
      if (batch * batchSize >= fixCount) return
      await pool.query(
        `insert into bench_rows select ('00000000-0000-7000-8000-' || lpad(to_hex(g % 500), 12, '0'))::uuid,
           now() + g * interval '1 second', g, 5 + g * 1e-6, 52, 8, now()
         from generate_series($1::bigint, $2::bigint) g`,
        [batch * batchSize, (batch + 1) * batchSize - 1],
      )
    }
  }
  await Promise.all(Array.from({ length: connectionCount }, worker))
  const nanoseconds = ((performance.now() - startedAt) * 1e6) / fixCount
  await pool.query('drop table bench_rows')
  return nanoseconds
}

async function measureCommits(pool: pg.Pool, count: number): Promise<number[]> {
  const client = await pool.connect()
  try {
    await client.query('create table bench_commits (id bigint primary key)')
    const latenciesMs: number[] = []
    for (let id = 0; id < count; id += 1) {
      const startedAt = performance.now()
      await client.query('insert into bench_commits values ($1)', [id])
      latenciesMs.push(performance.now() - startedAt)
    }
    await client.query('drop table bench_commits')
    return latenciesMs.toSorted((left, right) => left - right)
  } finally {
    client.release()
  }
}

async function childrenOf(parentId: number): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found: number[] = []
  for (const id of ids) {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => null)
    // The name in brackets may hold spaces: the parent is the second field after it.
    const parent =
      stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (parent === parentId) found.push(id)
  }
  return found
}
