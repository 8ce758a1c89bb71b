import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded.ts'
import { databaseLogins, roleOf, rolesScript } from '../../src/embedded-postgres/roles.ts'
import { grantRoles } from '../../src/store/pg/grants.ts'
import { migrate, migrationsDirectory } from '../../src/store/pg/migrate.ts'
import { refuseStrongLogin } from '../../src/store/pg/people-login.ts'
import { connect } from '../../src/store/pg/pool.ts'
import { createSilentLog } from '../support/silent-log.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hoede-roles-'))
  await chmod(root, 0o711)
})
afterAll(() => rm(root, { recursive: true, force: true }))

const secretsFile = 'postgres-secrets.json'

it('a data folder with one login, of before, gets one for each part, with all that was in it', async () => {
  const dataDir = path.join(root, 'data')
  const log = createSilentLog()
  const before = await startEmbeddedPostgres({ dataDir, log })
  await makeOlder(before.url, dataDir)
  await before.stop()

  const server = await startEmbeddedPostgres({ dataDir, log })
  try {
    const owner = await connect(server.url)
    expect((await migrate(owner)).applied[0]).toBe('0014-organisations.sql')
    await grantRoles(owner)
    const { rows } = await owner.query(
      `select rolname as name, rolsuper or rolcreatedb or rolcreaterole or rolreplication as strong, rolbypassrls as bypass
         from pg_roles where rolname like 'hoede%' and rolname <> 'hoede_admin' order by 1`,
    )
    expect(rows).toEqual(
      databaseLogins
        .map((login) => ({ name: roleOf(login), strong: false, bypass: login === 'backup' }))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    )
    await owner.end()
    for (const login of databaseLogins) {
      const pool = await connect(server.urlOf(login), { isForPeople: login === 'api' })
      const count = 'select count(*)::int as n from persons'
      const read = await pool.query<{ n: number }>(count).then(
        (answer) => answer.rows[0]?.n,
        (error: Error & { code: string }) => error.code,
      )
      expect(read, login).toBe(login === 'api' ? 0 : login === 'queue' ? '42501' : 1)
      const { rows: schemas } = await pool.query(
        `select has_schema_privilege('bullmq', 'create') as may, (select min(c.relname::text) from pg_class c where c.relnamespace = 'bullmq'::regnamespace and c.relname = 'old') as old`,
      )
      expect(schemas, login).toEqual([{ may: login === 'queue', old: null }])
      const isStrong = await refuseStrongLogin(pool, true).then(
        () => false,
        (error: Error & { code: string }) => error.code,
      )
      const strong = login === 'owner' || login === 'backup'
      expect(isStrong, login).toBe(strong ? 'database-login-too-strong' : false)
      await pool.end()
    }
  } finally {
    await server.stop()
  }
})

it('the script for an administrator makes the same roles, and asks for every password', () => {
  const script = rolesScript('hoede')
  for (const login of databaseLogins) {
    expect(script).toContain(`\\prompt 'Password for ${roleOf(login)}: ' ${login}_password`)
    expect(script).toContain(`password :'${login}_password'`)
  }
})

/** As a version left it that knew one login: its roles, its secrets, its schema and its queue. */
async function makeOlder(url: string, dataDir: string): Promise<void> {
  const owner = await connect(url)
  await migrate(owner, migrationsDirectory, 13)
  await owner.query(`insert into persons (role, reference) values ('offender', 'of before')`)
  await owner.end()
  const file = path.join(dataDir, secretsFile)
  const secrets = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  const admin = new URL(url)
  admin.username = 'hoede_admin'
  admin.password = String(secrets['superuserPassword'])
  const client = new pg.Client({ connectionString: admin.href })
  await client.connect()
  await client.query('drop schema bullmq')
  for (const login of databaseLogins.filter((name) => name !== 'owner')) {
    await client.query(`drop owned by ${roleOf(login)}; drop role ${roleOf(login)}`)
  }
  await client.query(`alter role hoede_owner rename to hoede;
    create schema bullmq authorization hoede; create table bullmq.old (id int); alter table bullmq.old owner to hoede`)
  await client.end()
  const { superuserPassword, applicationPassword } = secrets
  await writeFile(file, JSON.stringify({ superuserPassword, applicationPassword }), { mode: 0o600 })
}
