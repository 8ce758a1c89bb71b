import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { afterAll, expect, inject, it } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'hoede-secrets-'))
afterAll(() => rmSync(folder, { recursive: true }))

it.skipIf(spawnSync('psql', ['--version']).status !== 0)(
  'the application role of the containers owns its database and may do nothing else',
  async () => {
    const { url } = inject('postgres')
    const server = new URL(url)
    const passwordFile = join(folder, 'application')
    writeFileSync(passwordFile, "it's a p@ss/word\n")
    // One database server for all tests, so under names of its own.
    const name = `hoede_script_${randomBytes(4).toString('hex')}`
    const script = readFileSync(join(root, 'docker/make-application-role.sh'), 'utf8').replaceAll(
      /\bhoede\b/g,
      name,
    )
    const { status, stderr } = spawnSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'] ?? '',
        PGHOST: server.hostname,
        PGPORT: server.port,
        PGPASSWORD: server.password,
        POSTGRES_USER: server.username,
        APPLICATION_PASSWORD_FILE: passwordFile,
      },
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const client = new pg.Client({
      host: server.hostname,
      port: Number(server.port),
      user: name,
      password: "it's a p@ss/word",
      database: name,
    })
    await client.connect()
    try {
      const { rows } = await client.query(
        `select rolsuper, rolcreatedb, rolcreaterole,
              pg_get_userbyid(datdba) = current_user as is_owner
         from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
      )
      expect(rows).toEqual([
        { rolsuper: false, rolcreatedb: false, rolcreaterole: false, is_owner: true },
      ])
    } finally {
      await client.end()
    }
  },
)
