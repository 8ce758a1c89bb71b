import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { afterAll, expect, inject, it } from 'vitest'
import { databaseLogins } from '../../../src/embedded-postgres/roles.ts'

const root = resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'hoede-secrets-'))
afterAll(() => rmSync(folder, { recursive: true }))

it.skipIf(spawnSync('psql', ['--version']).status !== 0)(
  'the logins of the containers come in with their own passwords, and only the one that copies passes by policies',
  async () => {
    const server = new URL(inject('postgres').url)
    for (const login of databaseLogins)
      writeFileSync(join(folder, `database_${login}_password`), `it's a p@ss/word of ${login}\n`)
    // One database server for all tests, so under names of its own.
    const name = `script_${randomBytes(4).toString('hex')}`
    const script = readFileSync(join(root, 'docker/make-logins.sh'), 'utf8').replaceAll(
      /\bhoede(?=\b|_)/g,
      name,
    )
    const run = (): unknown => {
      const { status, stderr } = spawnSync('sh', ['-c', script], {
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'] ?? '',
          PGHOST: server.hostname,
          PGPORT: server.port,
          PGPASSWORD: server.password,
          POSTGRES_USER: server.username,
          SECRETS: folder,
        },
      })
      return { status, stderr }
    }
    expect(run()).toEqual({ status: 0, stderr: '' })
    const found: unknown[] = []
    for (const login of databaseLogins) {
      const client = new pg.Client({
        host: server.hostname,
        port: Number(server.port),
        user: `${name}_${login}`,
        password: `it's a p@ss/word of ${login}`,
        database: name,
      })
      await client.connect()
      const { rows } = await client.query<Record<string, unknown>>(
        `select rolsuper or rolcreatedb or rolcreaterole as "isStrong", rolbypassrls as "isPassingBy",
                pg_get_userbyid(datdba) = current_user as "isOwner"
           from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
      )
      await client.end()
      found.push({ login, ...rows[0] })
    }
    expect(found).toEqual(
      databaseLogins.map((login) => ({
        login,
        isStrong: false,
        isPassingBy: login === 'backup',
        isOwner: login === 'owner',
      })),
    )
    rmSync(join(folder, 'database_queue_password'))
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('database_queue') })
  },
)
