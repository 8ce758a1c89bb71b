import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { OperatingError } from '../../../src/errors.ts'
import {
  connect,
  inTransaction,
  inTransactionOn,
  isDatabaseUnavailable,
  isUndecided,
  isUniqueViolation,
} from '../../../src/store/pg/pool.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { TestDatabase } from '../../support/database.ts'
import { startSilentProxy } from '../../support/silent-proxy.ts'
import { startOwnServer, withClient } from '../../support/global-setup.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('numbers', () => {
  it('the pool reads a bigint as a number and a bigint array as numbers', async () => {
    const { rows } = await database.pool.query<{
      one: number
      many: (number | null)[]
      none: number[]
    }>(
      `select 9007199254740991::bigint as one, array[1, null, -2]::bigint[] as many, '{}'::bigint[] as none`,
    )
    expect(rows).toEqual([{ one: 9_007_199_254_740_991, many: [1, null, -2], none: [] }])
  })

  it('a bigint that would lose digits fails', async () => {
    await expect(database.pool.query('select 9007199254740993::bigint')).rejects.toThrow(RangeError)
  })
})

describe('connections', () => {
  it('a connection that breaks in use, between two statements, fails its next statement and no more', async () => {
    const client = await database.pool.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const ended = new Promise((resolve) => client.once('end', resolve))
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await ended
    await expect(client.query('select 1')).rejects.toThrow(/terminat|not queryable|closed/)
    client.release()
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
})

describe('transactions', () => {
  it('a transaction keeps nothing of work that throws, and the pool still works', async () => {
    await expect(
      inTransaction(database.pool, async (tx) => {
        await tx.query(`insert into vendors (name) values ('one')`)
        throw new Error('stop')
      }),
    ).rejects.toThrow('stop')
    const { rows } = await database.pool.query('select 1 from vendors')
    expect(rows).toEqual([])
  })

  it('the pool survives the death of a connection between two statements', async () => {
    await expect(
      inTransaction(database.pool, async (tx) => {
        const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
        await withClient(database.serverUrl, (client) =>
          client.query('select pg_terminate_backend($1)', [rows[0]?.pid]),
        )
        await tx.query('select 1')
      }),
    ).rejects.toSatisfy(isDatabaseUnavailable)
    await expect(database.pool.query('select 1')).resolves.toBeDefined()
  })

  it('a transaction that was the victim of a deadlock runs again, and its work is kept once', async () => {
    const begun: string[] = []
    const held = { one: Promise.withResolvers<void>(), other: Promise.withResolvers<void>() }
    const crossing = (mine: keyof typeof held, theirs: keyof typeof held) =>
      inTransaction(database.pool, async (tx) => {
        begun.push(mine)
        await tx.query('insert into vendors (name) values ($1)', [`${mine} ${begun.length}`])
        await tx.query('select pg_advisory_xact_lock(hashtext($1))', [mine])
        held[mine].resolve()
        await held[theirs].promise
        await tx.query('select pg_advisory_xact_lock(hashtext($1))', [theirs])
      })
    await Promise.all([crossing('one', 'other'), crossing('other', 'one')])
    expect(begun).toHaveLength(3)
    const { rows } = await database.pool.query('select 1 from vendors')
    expect(rows).toHaveLength(2)
  })

  it('work that loses every time is given up, as something that may go better later', async () => {
    let beginCount = 0
    await expect(
      inTransaction(database.pool, async (tx) => {
        beginCount += 1
        await tx.query(`do $$ begin raise sqlstate '40001'; end $$`)
      }),
    ).rejects.toSatisfy(isDatabaseUnavailable)
    expect(beginCount).toBe(3)
  })

  it('a statement that somebody, or a timeout, cancelled may go better later', async () => {
    await expect(
      database.pool.query(`set statement_timeout = '20ms'; select pg_sleep(5)`),
    ).rejects.toSatisfy(isDatabaseUnavailable)
  })

  it('a transaction whose planned statements somebody discarded, or a migration changed, runs on new connections', async () => {
    await database.pool.query('create table planned (one integer)')
    const own = await connect(database.url, { connectionCountMax: 3 })
    const ask = async (tx: Pick<typeof own, 'query'>) =>
      await tx.query({ name: 'planned', text: 'select * from planned' })
    const onEach = async (work: (client: Pick<typeof own, 'query'>) => Promise<unknown>) => {
      const clients = await Promise.all([own.connect(), own.connect(), own.connect()])
      for (const client of clients) await work(client)
      for (const client of clients) client.release()
    }
    await onEach(ask)
    await onEach((client) => client.query('deallocate all'))
    expect((await inTransaction(own, ask)).fields).toHaveLength(1)
    await onEach(ask)
    await database.pool.query('alter table planned add other integer')
    expect((await inTransaction(own, ask)).fields).toHaveLength(2)
    await onEach(ask)
    await database.pool.query('alter table planned add third integer')
    await expect(own.query({ name: 'planned', text: 'select * from planned' })).rejects.toSatisfy(
      isDatabaseUnavailable,
    )
    await onEach(ask)
    await own.end()
  })

  it('the error of a refused row names the unique index that refused it', async () => {
    await database.pool.query(`insert into vendors (name) values ('twice')`)
    const again = database.pool.query(`insert into vendors (name) values ('twice')`)
    await expect(again).rejects.toSatisfy((error) => isUniqueViolation(error, 'vendors_name_key'))
    await expect(database.pool.query('select nonsense')).rejects.toSatisfy(
      (error) => !isDatabaseUnavailable(error),
    )
  })
})

describe('connecting', () => {
  it('a database whose synchronous_commit is off is refused', async () => {
    await alterDatabase('set synchronous_commit = off')
    try {
      await expect(connect(database.url)).rejects.toMatchObject({
        code: 'database-lossy',
        message: expect.stringContaining('expected synchronous_commit to be on, got off'),
      })
    } finally {
      await alterDatabase('reset synchronous_commit')
    }
  })

  it('a role whose synchronous_commit is off is refused', async () => {
    const role = `${database.name}_lossy`
    await withClient(database.serverUrl, (client) =>
      client.query(
        `create role ${role} login password 'x' in role pg_read_all_data; alter role ${role} set synchronous_commit = off`,
      ),
    )
    const url = new URL(database.url)
    url.username = role
    url.password = 'x'
    try {
      await expect(connect(url.href)).rejects.toMatchObject({ code: 'database-lossy' })
    } finally {
      await withClient(database.serverUrl, (client) => client.query(`drop role ${role}`))
    }
  })

  it.each(['fsync', 'full_page_writes'])('a server whose %s is off is refused', async (name) => {
    const server = await startOwnServer({ [name]: 'off' })
    try {
      await expect(connect(server.url)).rejects.toMatchObject({
        code: 'database-lossy',
        message: expect.stringContaining(`expected ${name} to be on, got off`),
      })
    } finally {
      await server.stop()
    }
  })

  it('every connection holds synchronous_commit, whatever is changed outside', async () => {
    const pool = await connect(database.url, { connectionCountMax: 2 })
    await alterDatabase('set synchronous_commit = off')
    try {
      // Both the connection of before the change and a new one, at once so
      // that neither serves twice.
      const settings = await Promise.all(
        [1, 2].map(() =>
          pool.query<{ setting: string; source: string; outside: string }>(
            `select setting, source, reset_val as outside, pg_sleep(0.2)::text as slept
               from pg_settings where name = 'synchronous_commit'`,
          ),
        ),
      )
      expect(settings.map(({ rows }) => rows[0])).toMatchObject([
        // `session`: no reload of the server overrides it either.
        { setting: 'on', source: 'session', outside: 'on' },
        { setting: 'on', source: 'session', outside: 'off' },
      ])
    } finally {
      await alterDatabase('reset synchronous_commit')
      await pool.end()
    }
  })

  it('a connection keeps a stricter synchronous_commit than on', async () => {
    await alterDatabase('set synchronous_commit = remote_apply')
    const pool = await connect(database.url)
    try {
      const { rows } = await pool.query('show synchronous_commit')
      expect(rows).toEqual([{ synchronous_commit: 'remote_apply' }])
    } finally {
      await alterDatabase('reset synchronous_commit')
      await pool.end()
    }
  })

  it('a password from PGPASSWORD is taken as it is, which an address would need escaped', async () => {
    const role = `${database.name}_odd`
    const password = 'p@ss/w%rd:#? 1'
    await withClient(database.serverUrl, (client) =>
      client.query(`create role ${role} login password ${client.escapeLiteral(password)}`),
    )
    const url = new URL(database.url)
    url.username = role
    url.password = ''
    vi.stubEnv('PGPASSWORD', password)
    try {
      const pool = await connect(url.href)
      expect((await pool.query('select current_user as role')).rows).toEqual([{ role }])
      await pool.end()
    } finally {
      vi.unstubAllEnvs()
      await withClient(database.serverUrl, (client) => client.query(`drop role ${role}`))
    }
  })

  it('an unreachable database is reported without its address', async () => {
    const refused = await connect('postgres://somebody:hunter22@127.0.0.1:1/none').catch(
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(OperatingError)
    expect(refused).toMatchObject({ code: 'database-unavailable' })
    expect(String(refused)).not.toContain('hunter22')
    expect(isDatabaseUnavailable(refused)).toBe(true)
  })
})

async function alterDatabase(change: string): Promise<void> {
  await withClient(database.serverUrl, (client) =>
    client.query(`alter database ${database.name} ${change}`),
  )
}

describe('a transaction on a connection that is held', () => {
  it('a transaction on a held connection that lost against another is done again on that connection', async () => {
    const client = await database.pool.connect()
    try {
      let beginCount = 0
      await inTransactionOn(client, 'begin', async () => {
        beginCount += 1
        await client.query('insert into vendors (name) values ($1)', [`vendor ${beginCount}`])
        if (beginCount < 3) await client.query(`do $$ begin raise sqlstate '40P01'; end $$`)
      })
      const { rows } = await client.query(`select name from vendors where name like 'vendor %'`)
      expect(rows).toEqual([{ name: 'vendor 3' }])
    } finally {
      client.release()
    }
  })

  it.each([
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTDOWN',
    'EADDRNOTAVAIL',
    'EMFILE',
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'SELF_SIGNED_CERT_IN_CHAIN',
  ])('no line to the database for %s is a database that is away', (code) => {
    const failure = Object.assign(new Error('no line'), { code })
    expect(isDatabaseUnavailable(failure)).toBe(true)
    expect(isDatabaseUnavailable(new Error('beside', { cause: failure }))).toBe(true)
  })

  it('what became of a statement is known where the database refused it, and nowhere else', () => {
    const refusal = (code: string) =>
      Object.assign(new pg.DatabaseError('refused', 1, 'error'), { code })
    expect(['23505', '40001', '53100', '57014', '25006'].map(refusal).some(isUndecided)).toBe(false)
    expect(['08006', '57P01', '57P02', '40003'].map(refusal).every(isUndecided)).toBe(true)
    expect(isUndecided(new Error('Connection terminated unexpectedly'))).toBe(true)
    expect(isUndecided(new RangeError('an answer that cannot be read'))).toBe(true)
  })

  it('a connection that has died without a word is waited for once, and is a database that is away', async () => {
    const url = new URL(database.url)
    const proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) })
    url.port = String(proxy.port)
    const ask = vi.spyOn(pg.Client.prototype, 'query')
    const pool = await connect(url.href, { queryMsMax: 2_000 })
    const client = await pool.connect()
    const askInSilence = async (tx: pg.PoolClient): Promise<void> => {
      proxy.silence()
      await tx.query('select 1')
    }
    const errorOf = (error: unknown) => error
    const failures = [
      await inTransactionOn(client, 'begin', () => askInSilence(client)).catch(errorOf),
      await inTransaction(pool, askInSilence).catch(errorOf),
    ]
    for (const failure of failures) {
      expect(failure).toMatchObject({ message: 'Query read timeout' })
      expect(isDatabaseUnavailable(failure)).toBe(true)
    }
    // It would be waited for as long again.
    const asked = ask.mock.calls.map(([statement]) => statement as unknown)
    expect(asked.filter((statement) => statement === 'begin')).toHaveLength(2)
    expect(asked).not.toContain('rollback')
    ask.mockRestore()
    client.release(true)
    await pool.end()
    proxy.close()
  })
})
