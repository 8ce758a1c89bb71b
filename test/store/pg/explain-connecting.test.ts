import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { explainConnecting } from '../../../src/store/pg/explain-connecting.ts'
import { migrate } from '../../../src/store/pg/migrate.ts'
import { connect } from '../../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const role = `hoede_guest_${randomBytes(4).toString('hex')}`
const password = 'of-a-guest'
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ isMigrated: false })
  await database.pool.query(`create role ${role} login password '${password}'`)
})
afterAll(async () => {
  await database.pool.query(`drop owned by ${role}`)
  await database.pool.query(`drop role ${role}`)
  await database.drop()
})

function urlWith(changes: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>): string {
  return Object.assign(new URL(database.url), changes).href
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  return error instanceof Error ? error.message : 'no refusal'
}

it('a missing database is told with how to make it', async () => {
  const told = await refusalOf(connect(urlWith({ pathname: '/no_such' })))
  expect(told).toContain('The server answers, and has no database no_such. Make it with "create')
})

it('an unknown user or a wrong password is told without the password', async () => {
  const told = await refusalOf(connect(urlWith({ username: role, password: 'wrong-one' })))
  expect(told).toContain(`refuses the user ${role} with this password. Correct DATABASE_URL`)
  expect(told).not.toContain('wrong-one')
})

it('a user that may not connect is told with the grant', async () => {
  await database.pool.query(`revoke connect on database ${database.name} from public`)
  const told = await refusalOf(connect(urlWith({ username: role, password })))
  expect(told).toContain(`"grant connect on database ${database.name} to ${role}"`)
  await database.pool.query(`grant connect on database ${database.name} to public`)
})

it('a user that may not make tables is told with what makes it the owner', async () => {
  const pool = await connect(urlWith({ username: role, password }))
  const told = await refusalOf(migrate(pool))
  expect(told).toContain(`"alter database ${database.name} owner to ${role}"`)
  await pool.end()
})

it('a server that takes nobody from here is not called silent', () => {
  const error = Object.assign(new Error('no pg_hba.conf entry'), { code: '28000' })
  const told = explainConnecting('postgres://hoede:secret@db.example.org/hoede', error)
  expect(told).toContain('The server answers, and does not know the user hoede or takes none')
  expect(told).not.toContain('secret')
})

it('a server that is not there is said not to answer', async () => {
  const told = await refusalOf(connect('postgres://hoede:secret@127.0.0.1:1/hoede'))
  expect(told).toContain('The database does not answer (ECONNREFUSED)')
})
