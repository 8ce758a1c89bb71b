import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSilentLog } from '../support/silent-log.ts'
import {
  findBinaries,
  findFormerServerUid,
  findServerUser,
} from '../../src/embedded-postgres/binaries.ts'
import { startCluster } from '../../src/embedded-postgres/cluster.ts'
import { chooseEndpoint } from '../../src/embedded-postgres/endpoint.ts'
import { findRunningCluster } from '../../src/embedded-postgres/process.ts'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded.ts'
import { connect } from '../../src/store/pg/pool.ts'
import { waitUntil } from '../support/wait-until.ts'
import { withoutIdsAndTimes } from '../support/without-ids-and-times.ts'

const parentScript = path.join(import.meta.dirname, '../support/embedded-parent.ts')
const isRoot = process.getuid?.() === 0
/** Each start is a process and a server of its own; on a busy machine that takes seconds. */
const patience = { timeout: 180_000 }
const canMount = isRoot && canRun('unshare', ['-m', 'true'])

let root: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hoede-embedded-'))
  await chmod(root, 0o711)
})
afterEach(async () => {
  for (const child of children) await endChild(child, 'SIGTERM')
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

describe('a first start', patience, () => {
  it('a first start gives a database that is durable, closed to others and silent about what it stores', async () => {
    const dataDir = path.join(root, 'first')
    const server = await startEmbeddedPostgres({ dataDir, log: createSilentLog() })
    try {
      expect(server.adopted).toBe(false)
      const pool = await connect(server.url)
      const { rows } = await pool.query<Record<string, unknown>>(
        `select current_user as "user", rolsuper as is_superuser,
                current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync,
                current_setting('data_checksums') as data_checksums, current_setting('listen_addresses') as listening,
                current_setting('server_encoding') as encoding, current_setting('log_statement') as log_statement,
                current_setting('log_parameter_max_length_on_error') as log_parameters,
                current_setting('password_encryption') as password_encryption
           from pg_roles where rolname = current_user`,
      )
      expect(rows[0]).toEqual({
        user: 'hoede_owner',
        is_superuser: false,
        synchronous_commit: 'on',
        fsync: 'on',
        data_checksums: 'on',
        listening: '',
        encoding: 'UTF8',
        log_statement: 'none',
        log_parameters: '0',
        password_encryption: 'scram-sha-256',
      })
      await expect(
        pool.query(
          `create table t (longitude float8 unique); insert into t values (4.12345678), (4.12345678)`,
        ),
      ).rejects.toThrow('duplicate key')
      await pool.end()
      const wrong = new URL(server.url)
      wrong.password = 'wrong'
      await expect(connect(wrong.href)).rejects.toMatchObject({ code: 'database-unavailable' })
      expect((await stat(path.join(dataDir, 'postgres-secrets.json'))).mode & 0o777).toBe(0o600)
      expect((await stat(path.join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700)
      expect((await stat(path.join(dataDir, 'run'))).mode & 0o777).toBe(0o700)
      const logFolder = path.join(dataDir, 'postgres/log')
      const readLogs = async (): Promise<string> => {
        const names = await readdir(logFolder)
        const texts = names.map((name) => readFile(path.join(logFolder, name), 'utf8'))
        return (await Promise.all(texts)).join()
      }
      // Another process of the database writes them.
      await waitUntil('the log', async () => (await readLogs()).includes('duplicate key'))
      expect(withoutIdsAndTimes(await readLogs())).not.toContain('4.123')
    } finally {
      await server.stop()
    }
    expect(await findRunningCluster(path.join(dataDir, 'postgres'))).toBeNull()
  })

  it.skipIf(process.platform !== 'linux')(
    'the database is told no secret of whoever starts it, and no setting of another PostgreSQL',
    async () => {
      process.env['HOEDE_ADMIN_TOKEN'] = 'a-secret-of-the-server'
      process.env['PGPASSWORD'] = 'a-secret-of-another-database'
      const dataDir = path.join(root, 'told')
      const server = await startEmbeddedPostgres({ dataDir, log: createSilentLog() })
      try {
        const environment = await readFile(`/proc/${server.pid}/environ`, 'utf8')
        const names = environment.split('\0').map((entry) => entry.split('=')[0] ?? '')
        // PostgreSQL adds words of its own.
        const ours = names.filter((name) => name !== '' && !name.startsWith('PG'))
        expect(new Set(ours)).toEqual(new Set(['LC_ALL', 'PATH', 'TZ']))
        expect(environment).not.toContain('a-secret')
      } finally {
        delete process.env['HOEDE_ADMIN_TOKEN']
        delete process.env['PGPASSWORD']
        await server.stop()
      }
    },
  )

  it('a first start goes on over what an earlier one left that was killed while making the folder', async () => {
    const dataDir = path.join(root, 'half')
    await mkdir(path.join(dataDir, 'postgres.new/base'), { recursive: true })
    await writeFile(path.join(dataDir, 'hoede.lock'), '')
    const { server } = await startChild(dataDir)
    expect(server.adopted).toBe(false)
  })

  it('a first start listens on 127.0.0.1 with a password where the path is too long for a socket', async () => {
    const dataDir = path.join(root, 'long'.repeat(30))
    const { server, child } = await startChild(dataDir)
    const url = new URL(server.url)
    expect(url.searchParams.get('host')).toBe('127.0.0.1')
    await expectAnswer(server.url)
    await endChild(child, 'SIGKILL')
    const again = await startChild(dataDir)
    expect(again.server).toMatchObject({ adopted: true, url: server.url })
    url.password = 'wrong'
    await expect(connect(url.href)).rejects.toMatchObject({ code: 'database-unavailable' })
  })

  it.skipIf(!isRoot)(
    'a first start works for a normal user too (checked here only as root)',
    async () => {
      const { ids } = await findServerUser()
      const dataDir = path.join(root, 'normal')
      await mkdir(dataDir)
      await chown(dataDir, ids?.uid ?? 0, ids?.gid ?? 0)
      if (!canRunAs(ids)) return expect(ids).not.toBeNull()
      const { server } = await startChild(dataDir, { uid: ids?.uid ?? 0, gid: ids?.gid ?? 0 })
      await expectAnswer(server.url)
    },
  )

  it.skipIf(!isRoot)(
    'a first start works for root in a folder that nobody else may enter',
    async () => {
      const closed = path.join(root, 'closed')
      await mkdir(closed, { mode: 0o700 })
      const { server } = await startChild(path.join(closed, 'data'))
      await expectAnswer(server.url)
    },
  )
})

describe('a start after a crash', patience, () => {
  it('a start after a crash adopts the server that a killed process left behind, ten times in a row, with all its rows', async () => {
    const dataDir = path.join(root, 'killed')
    const pids = new Set<number>()
    for (let round = 0; round < 10; round += 1) {
      const { server, child } = await startChild(dataDir)
      expect(server.adopted).toBe(round > 0)
      pids.add(server.pid)
      await withClient(server.url, async (client) => {
        await client.query('create table if not exists rounds (n int primary key)')
        await client.query('insert into rounds values ($1)', [round])
        const { rows } = await client.query<{ n: number }>('select n from rounds order by n')
        expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: round + 1 }, (_, n) => n))
      })
      await endChild(child, 'SIGKILL')
    }
    expect(pids.size).toBe(1)
    const { server, child } = await startChild(dataDir)
    expect(server.adopted).toBe(true)
    await endChild(child, 'SIGTERM')
    expect(await findRunningCluster(path.join(dataDir, 'postgres'))).toBeNull()
  })

  it('a start after a crash stops a server left behind that cannot be reached any more, and starts anew', async () => {
    const dataDir = path.join(root, 'unreachable')
    const first = await startChild(dataDir)
    await endChild(first.child, 'SIGKILL')
    await rm(path.join(dataDir, 'run/.s.PGSQL.5432'))
    const second = await startChild(dataDir)
    expect(second.server.adopted).toBe(false)
    expect(second.server.pid).not.toBe(first.server.pid)
    await expectAnswer(second.server.url)
  })

  it('a start after a crash recovers when process and server were killed together, five times in a row', async () => {
    const dataDir = path.join(root, 'both')
    for (let round = 0; round < 5; round += 1) {
      const { server, child } = await startChild(dataDir)
      expect(server.adopted).toBe(false)
      await withClient(server.url, async (client) => {
        await client.query('create table if not exists rounds (n int primary key)')
        await client.query('insert into rounds values ($1)', [round])
        const { rows } = await client.query('select n from rounds')
        expect(rows).toHaveLength(round + 1)
      })
      process.kill(server.pid, 'SIGKILL')
      await endChild(child, 'SIGKILL')
    }
  })

  it('a start after a crash succeeds although the number of the dead server now belongs to another program', async () => {
    const dataDir = path.join(root, 'reused')
    const first = await startChild(dataDir)
    process.kill(first.server.pid, 'SIGKILL')
    await endChild(first.child, 'SIGKILL')
    const pidFile = path.join(dataDir, 'postgres/postmaster.pid')
    const lines = (await readFile(pidFile, 'utf8')).split('\n')
    // A process of the server's own user, which PostgreSQL would take for the old server.
    const { ids } = await findServerUser()
    const other = spawn('sleep', ['60'], { ...ids, stdio: 'ignore' })
    children.add(other)
    await writeFile(pidFile, [String(other.pid), ...lines.slice(1)].join('\n'))
    await writeFile(path.join(dataDir, 'run/.s.PGSQL.5432.lock'), `${String(other.pid)}\n`)
    const second = await startChild(dataDir)
    expect(second.server.adopted).toBe(false)
    await expectAnswer(second.server.url)
  })

  it('the database starts again when it dies while the process lives', async () => {
    const dataDir = path.join(root, 'supervised')
    const server = await startEmbeddedPostgres({ dataDir, log: createSilentLog() })
    try {
      const { pid } = server
      process.kill(pid, 'SIGKILL')
      await expect.poll(() => server.pid, { timeout: 20_000 }).not.toBe(pid)
      await expectAnswer(server.url)
    } finally {
      await server.stop()
    }
  })
})

describe('a start that cannot be says what to do when', patience, () => {
  it('a start says what to do when another Hoede uses the folder, also when both start at once', async () => {
    const dataDir = path.join(root, 'twice')
    const outcomes = await Promise.allSettled([startChild(dataDir), startChild(dataDir)])
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatchObject({
      reason: {
        code: 'data-folder-in-use',
        message: expect.stringMatching(/Another Hoede( \(process \d+\))? uses .*HOEDE_DATA_DIR/),
      },
    })
  })

  it('exactly one of many starts gets the folder with the lock of a dead process', async () => {
    const dataDir = path.join(root, 'stale')
    const first = await startChild(dataDir)
    await endChild(first.child, 'SIGKILL')
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => startChild(dataDir)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'data-folder-in-use' })
    }
  })

  it('a start says what to do when the port is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => {
      taken.listen(0, '127.0.0.1', resolve)
    })
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    try {
      await expect(
        startEmbeddedPostgres({ dataDir: path.join(root, 'port'), log: createSilentLog(), port }),
      ).rejects.toMatchObject({
        code: 'port-in-use',
        message: expect.stringContaining(
          `Port ${port} of 127.0.0.1, meant for PostgreSQL, cannot be used`,
        ),
      })
    } finally {
      taken.close()
    }
  })

  it.each([
    ['99', 'data-folder-newer', 'Start the newer Hoede'],
    ['14', 'data-folder-older', 'pg_upgrade'],
  ])(
    'a start says what to do when the folder was made by PostgreSQL %s',
    async (version, code, advice) => {
      const dataDir = path.join(root, `version-${version}`)
      await mkdir(path.join(dataDir, 'postgres'), { recursive: true })
      await writeFile(path.join(dataDir, 'postgres/PG_VERSION'), `${version}\n`)
      await writeFile(
        path.join(dataDir, 'postgres-secrets.json'),
        JSON.stringify({ superuserPassword: 'a', applicationPassword: 'b' }),
      )
      await expect(startChild(dataDir)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(advice),
      })
      expect(await readdir(dataDir)).not.toContain('hoede.pid')
    },
  )

  it('a start says what to do when there is a file where the folder should be', async () => {
    const dataDir = path.join(root, 'file')
    await writeFile(dataDir, 'not a folder')
    await expect(startChild(dataDir)).rejects.toMatchObject({
      code: 'data-folder-unusable',
      message: expect.stringContaining('got a file on its path'),
    })
  })

  it('a start says what to do when the folder holds something that is no database', async () => {
    const dataDir = path.join(root, 'other')
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true })
    await writeFile(path.join(dataDir, 'postgres/letters.txt'), '')
    await expect(startChild(dataDir)).rejects.toMatchObject({
      code: 'data-folder-unusable',
      message: expect.stringContaining('no readable PG_VERSION'),
    })
    expect(await readdir(path.join(dataDir, 'postgres'))).toEqual(['letters.txt'])
  })

  it('a start says what to do when PG_VERSION is empty', async () => {
    const dataDir = path.join(root, 'emptied')
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true })
    await writeFile(path.join(dataDir, 'postgres/PG_VERSION'), '')
    await expect(startChild(dataDir)).rejects.toMatchObject({
      code: 'data-folder-unusable',
      message: expect.stringContaining('is empty or damaged'),
    })
  })

  it('a start says what to do when the password of the database is gone', async () => {
    const dataDir = path.join(root, 'secretless')
    const { child } = await startChild(dataDir)
    await endChild(child, 'SIGTERM')
    await rm(path.join(dataDir, 'postgres-secrets.json'))
    await expect(startChild(dataDir)).rejects.toMatchObject({
      code: 'data-folder-unusable',
      message: expect.stringContaining('from a backup'),
    })
  })

  it.skipIf(!isRoot)(
    'a database that an earlier version made as the user "postgres" is given to a user of its own, also while a server runs on it',
    async () => {
      const former = await findFormerServerUid()
      if (former === null) return expect(former).toBeNull()
      expect((await findServerUser()).ids?.uid).not.toBe(former)
      const dataDir = path.join(root, 'former')
      const first = await startChild(dataDir)
      await withClient(first.server.url, async (client) => {
        await client.query('create table kept as select 1 as number')
      })
      await endChild(first.child, 'SIGTERM')
      const parts = [path.join(dataDir, 'postgres'), path.join(dataDir, 'run')]
      execFileSync('chown', ['-R', `${former}:${former}`, ...parts])
      const user = { name: 'postgres', ids: { uid: former, gid: former } }
      const endpoint = await chooseEndpoint(dataDir, user, null)
      const settings = await endpoint.settings(endpoint.port)
      await startCluster(await findBinaries(), user, parts[0] ?? '', settings)
      const again = await startChild(dataDir)
      expect(again.server.adopted).toBe(false)
      await withClient(again.server.url, async (client) => {
        expect((await client.query('select number from kept')).rows).toEqual([{ number: 1 }])
      })
      const foreign = execFileSync('find', [...parts, '-uid', String(former)], { encoding: 'utf8' })
      expect(foreign).toBe('')
    },
  )

  it.skipIf(!isRoot)(
    'a start says what to do when the folder belongs to another user (checked only as root)',
    async () => {
      const dataDir = path.join(root, 'foreign')
      const { child } = await startChild(dataDir)
      await endChild(child, 'SIGTERM')
      await chown(path.join(dataDir, 'postgres'), 54_321, 54_321)
      await expect(startChild(dataDir)).rejects.toMatchObject({
        code: 'data-folder-unusable',
        message: expect.stringContaining('belongs to user number 54321'),
      })
    },
  )

  it.skipIf(isRoot)(
    'a start says what to do when this user may not write in the folder (checked only as a normal user)',
    async () => {
      const dataDir = path.join(root, 'readonly')
      await mkdir(dataDir, { mode: 0o555 })
      await expect(startChild(dataDir)).rejects.toMatchObject({
        code: 'data-folder-unusable',
        message: expect.stringContaining('may not write'),
      })
    },
  )

  it.skipIf(!canMount)(
    'a start says what to do when the file system is read-only (checked where mounting is allowed)',
    async () => {
      const dataDir = path.join(root, 'mounted-readonly')
      await mkdir(dataDir)
      await expect(
        startChild(dataDir, null, `mount -t tmpfs -o ro,size=1m none ${dataDir}`),
      ).rejects.toMatchObject({
        code: 'data-folder-unusable',
        message: expect.stringContaining('mounted read-only'),
      })
    },
  )

  it.skipIf(!canMount)(
    'a start says what to do when the disk is full (checked where mounting is allowed)',
    async () => {
      const dataDir = path.join(root, 'full')
      await mkdir(dataDir)
      await expect(
        startChild(dataDir, null, `mount -t tmpfs -o mode=711,size=12m none ${dataDir}`),
      ).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining('has not the 80 MB that a new database takes'),
      })
    },
  )

  it.skipIf(!canMount)(
    'a start says what to do when its folder would be made on a read-only file system (checked where mounting is allowed)',
    async () => {
      const mounted = path.join(root, 'mounted-above')
      await mkdir(mounted)
      await expect(
        startChild(
          path.join(mounted, 'deep/data'),
          null,
          `mount -t tmpfs -o ro,size=1m none ${mounted}`,
        ),
      ).rejects.toMatchObject({
        code: 'data-folder-unusable',
        message: expect.stringContaining('mounted read-only'),
      })
    },
  )

  it.skipIf(!canMount)(
    'a full disk stops a database that runs, unless there is ballast to give up (checked where mounting is allowed)',
    async () => {
      const dataDir = path.join(root, 'full-later')
      await mkdir(dataDir)
      // Made, then filled to the last block with the ballast inside; killed hard, so
      // that recovery needs room.
      const run = `${process.execPath} ${parentScript} ${dataDir}`
      const prepare = [
        `mount -t tmpfs -o mode=711,size=200m none ${dataDir}`,
        `${run} --once > /dev/null`,
        `rm -rf ${dataDir}/postgres/pg_wal/archive_status/*`,
        `head -c 48000000 /dev/urandom > ${dataDir}/ballast-may-be-deleted`,
        `(cat /dev/zero > ${dataDir}/filling 2> /dev/null || true)`,
      ].join(' && ')
      const { server, child } = await startChild(dataDir, null, prepare)
      await expectConnects(child, server)
      await endChild(child, 'SIGTERM')
      await expect(
        startChild(dataDir, null, prepare.replace('ballast-may-be-deleted', 'not-ballast')),
      ).rejects.toMatchObject({ code: 'disk-full' })
    },
  )
})

type ServerLine = { readonly url: string; readonly pid: number; readonly adopted: boolean }

/** Starts the script in a process of its own; rejects with what it said when it could not start. */
async function startChild(
  dataDir: string,
  ids: { readonly uid: number; readonly gid: number } | null = null,
  prepare: string | null = null,
): Promise<{ child: ChildProcess; server: ServerLine }> {
  const child =
    prepare === null
      ? spawn(process.execPath, [parentScript, dataDir], {
          ...ids,
          stdio: ['ignore', 'pipe', 'inherit'],
        })
      : spawn(
          'unshare',
          ['-m', 'sh', '-c', `${prepare} && exec ${process.execPath} ${parentScript} ${dataDir}`],
          {
            stdio: ['ignore', 'pipe', 'ignore'],
          },
        )
  children.add(child)
  const line = await new Promise<string>((resolve) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text)
    })
    child.once('close', () => resolve(text))
  })
  if (line === '') throw new Error('the process said nothing')
  const said = JSON.parse(line) as ServerLine & { message?: string }
  if (said.message !== undefined) throw Object.assign(new Error(said.message), said)
  return { child, server: said }
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => {
    child.once('exit', resolve)
  })
  child.kill(signal)
  await ended
}

async function expectAnswer(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('select 1')
  })
}

/**
 * In another mount namespace the socket is reached through the root of the process that is inside.
 */
async function expectConnects(child: ChildProcess, server: ServerLine): Promise<void> {
  const url = new URL(server.url)
  url.searchParams.set(
    'host',
    `/proc/${String(child.pid)}/root${url.searchParams.get('host') ?? ''}`,
  )
  await expectAnswer(url.href)
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {
    // The tests kill servers; the statement that was running says so.
  })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

function canRun(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** False where the checkout itself is closed to that user. */
function canRunAs(ids: { readonly uid: number; readonly gid: number } | null): boolean {
  if (ids === null) return false
  try {
    execFileSync(process.execPath, ['--version'], { ...ids, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
