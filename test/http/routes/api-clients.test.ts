import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ensureFirstAdministrator,
  findApiClientByTokenHash,
  hashToken,
  insertApiClient,
  revokeApiClient,
} from '../../../src/store/registry/api-clients.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(async () => {
  await world.close()
})

async function statusWith(token: string, url = '/v1/persons'): Promise<number> {
  const answer = await world.app.inject({ url, headers: { authorization: `Bearer ${token}` } })
  return answer.statusCode
}

describe('a token', () => {
  test('a token is shown once, works at once, and only its hash is stored', async () => {
    const made = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'Desk 2',
      role: 'operator',
    })
    expect(made.status).toBe(201)
    const token = String(made.body['token'])
    expect(token).toMatch(/^hoede_[A-Za-z0-9_-]{43}$/)
    expect(await statusWith(token)).toBe(200)
    const read = await world.call('administrator', 'GET', String(made.headers['location']))
    expect(read.body).toMatchObject({ name: 'Desk 2', role: 'operator', revokedAt: null })
    expect(JSON.stringify(read.body)).not.toContain(token)
    const { rows } = await world.database.pool.query(
      'select api_clients::text as row from api_clients',
    )
    expect(JSON.stringify(rows)).not.toContain(token.slice('hoede_'.length))
  })

  test('a token that is revoked is worthless from the next request on, and stays so', async () => {
    const made = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'Lost phone',
      role: 'supervisor',
    })
    const token = String(made.body['token'])
    expect(await statusWith(token)).toBe(200)
    const revoked = await world.call(
      'administrator',
      'POST',
      `/v1/api-clients/${String(made.body['id'])}/_revoke`,
    )
    expect(revoked.status).toBe(200)
    expect(revoked.body['revokedAt']).toEqual(expect.any(String))
    expect(await statusWith(token)).toBe(401)
    const again = await world.call(
      'administrator',
      'POST',
      `/v1/api-clients/${String(made.body['id'])}/_revoke`,
    )
    expect(again.body['revokedAt']).toBe(revoked.body['revokedAt'])
  })

  test('a token says who made it and who revoked it, the first time', async () => {
    const make = async (name: string, role: string) =>
      await world.call('administrator', 'POST', '/v1/api-clients', { name, role })
    const { rows } = await world.database.pool.query<{ id: string; created_by: string | null }>(
      `select id, created_by from api_clients where name = 'test administrator'`,
    )
    const [self] = rows
    // It came with the server.
    expect(self?.created_by).toBeNull()
    const second = await make('Second administrator', 'administrator')
    expect(second.body).toMatchObject({ createdBy: self?.id, revokedBy: null })
    const minted = await make('Minted', 'supervisor')
    const revoke = `/v1/api-clients/${String(minted.body['id'])}/_revoke`
    await world.app.inject({
      method: 'POST',
      url: revoke,
      headers: { authorization: `Bearer ${String(second.body['token'])}` },
    })
    await world.call('administrator', 'POST', revoke)
    const read = await world.call('administrator', 'GET', String(minted.headers['location']))
    expect(read.body).toMatchObject({ createdBy: self?.id, revokedBy: second.body['id'] })
  })

  test.each([
    ['within five seconds', () => void (world.clock.timeMs += 5_001)],
    ['at once when that is heard', () => world.doorbell.ring('api-clients')],
  ])('a token that another process revoked is worthless %s', async (_when, happens) => {
    const made = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'Elsewhere',
      role: 'operator',
    })
    const token = String(made.body['token'])
    expect(await statusWith(token)).toBe(200)
    await world.database.pool.query('update api_clients set revoked_at = now() where id = $1', [
      made.body['id'],
    ])
    happens()
    expect(await statusWith(token)).toBe(401)
  })

  test('a token is not believed longer because the clock on the wall is set back', async () => {
    let elapsedMs = 0
    const other = await createTestApp({ elapsedMs: () => elapsedMs })
    const status = async (): Promise<number> =>
      (await other.call('operator', 'GET', '/v1/persons')).status
    expect(await status()).toBe(200)
    await other.database.pool.query(`update api_clients set revoked_at = now()`)
    other.clock.timeMs -= 3_600_000
    elapsedMs += 5_001
    expect(await status()).toBe(401)
    await other.close()
  })

  test.each([
    ['no header', undefined],
    ['another scheme', 'Digest abc'],
    ['an empty token', 'Bearer '],
    ['a token in the wrong place', 'Basic dXNlcjpwYXNz'],
    ['two tokens', 'Bearer a b'],
  ])(
    'a token missing as %s is 401 and says which scheme is wanted',
    async (_name, authorization) => {
      const answer = await world.app.inject({
        url: '/v1/persons',
        headers: authorization === undefined ? {} : { authorization },
      })
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="hoede"')
      expect(answer.headers['api-version']).toBe('1.0.0')
    },
  )
})

describe('what a token is for', () => {
  test.each([
    [{ role: 'vendor' }, '/vendorId'],
    [{ role: 'victim-device' }, '/deviceId'],
    [{ role: 'vendor', vendorId: '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21' }, '/vendorId'],
    [{ role: 'victim-device', deviceId: '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21' }, '/deviceId'],
  ])('the token of %j is refused at %s', async (fields, pointer) => {
    const answer = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'x',
      ...fields,
    })
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toMatchObject([{ pointer }])
  })

  test('an operator bound to a vendor is refused', async () => {
    const answer = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'x',
      role: 'operator',
      vendorId: world.vendorId,
      deviceId: world.deviceId,
    })
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toMatchObject([
      { pointer: '/vendorId' },
      { pointer: '/deviceId' },
    ])
  })
})

describe('the last administrator', () => {
  test('the last administrator cannot be revoked, not by two at the same moment either', async () => {
    const other = await createTestApp()
    const second = await other.call('administrator', 'POST', '/v1/api-clients', {
      name: 'Second',
      role: 'administrator',
    })
    const list = await other.call('administrator', 'GET', '/v1/api-clients')
    const administrators = (list.body['items'] as { id: string; role: string }[]).filter(
      (client) => client.role === 'administrator',
    )
    expect(administrators).toHaveLength(2)
    const tokens = [other.tokens.administrator, String(second.body['token'])]
    const answers = await Promise.all(
      administrators.map((client, index) =>
        other.app.inject({
          method: 'POST',
          url: `/v1/api-clients/${client.id}/_revoke`,
          headers: { authorization: `Bearer ${tokens[index] ?? ''}` },
        }),
      ),
    )
    expect(answers.map((answer) => answer.statusCode).toSorted((a, b) => a - b)).toEqual([200, 409])
    await other.close()
  })
})

describe('the first administrator', () => {
  test('the first administrator is made once when none is configured, by two processes that start together too', async () => {
    const database = await createTestDatabase()
    const made = await Promise.all([
      ensureFirstAdministrator(database.pool, null),
      ensureFirstAdministrator(database.pool, null),
    ])
    expect(made.filter((token) => token !== null)).toHaveLength(1)
    expect(await ensureFirstAdministrator(database.pool, null)).toBeNull()
    await database.drop()
  })

  test('the first administrator has the configured token, and a new one replaces the former', async () => {
    const other = await createTestApp()
    const { pool } = other.database
    const statusOf = async (token: string): Promise<number> =>
      (
        await other.app.inject({
          url: '/v1/api-clients',
          headers: { authorization: `Bearer ${token}` },
        })
      ).statusCode
    expect(await ensureFirstAdministrator(pool, 'first-configured-token')).toBeNull()
    expect(await ensureFirstAdministrator(pool, 'first-configured-token')).toBeNull()
    expect(await statusOf('first-configured-token')).toBe(200)
    await ensureFirstAdministrator(pool, 'second:configured!token')
    other.clock.timeMs += 5_001
    expect(await statusOf('first-configured-token')).toBe(401)
    expect(await statusOf('second:configured!token')).toBe(200)
    await other.close()
  })

  test('the first administrator is not given back a token that another one replaced, and the one in use goes on working', async () => {
    const database = await createTestDatabase()
    const { pool } = database
    await ensureFirstAdministrator(pool, 'first-configured-token')
    await ensureFirstAdministrator(pool, 'second-configured-token')
    await expect(ensureFirstAdministrator(pool, 'first-configured-token')).rejects.toMatchObject({
      code: 'invalid-configuration',
      message: expect.stringContaining('HOEDE_ADMIN_TOKEN was replaced or revoked before'),
    })
    expect(
      await findApiClientByTokenHash(pool, hashToken('second-configured-token')),
    ).toMatchObject({ role: 'administrator' })
    await ensureFirstAdministrator(pool, 'third-configured-token')
    expect(await findApiClientByTokenHash(pool, hashToken('second-configured-token'))).toBeNull()
    await database.drop()
  })

  test('the first administrator may be revoked by another administrator without keeping the server from its next start', async () => {
    const database = await createTestDatabase()
    const { pool } = database
    await ensureFirstAdministrator(pool, 'first-configured-token')
    const configured = await findApiClientByTokenHash(pool, hashToken('first-configured-token'))
    await insertApiClient(pool, personal, hashToken('token-of-a-person'))
    await revokeApiClient(pool, configured?.id ?? '')
    await ensureFirstAdministrator(pool, 'first-configured-token')
    expect(await findApiClientByTokenHash(pool, hashToken('first-configured-token'))).toBeNull()
    await database.drop()
  })

  test('the first administrator cannot have the token of a client of another role', async () => {
    const database = await createTestDatabase()
    const { pool } = database
    await insertApiClient(pool, { ...personal, role: 'operator' }, hashToken('token-of-the-desk'))
    await expect(ensureFirstAdministrator(pool, 'token-of-the-desk')).rejects.toThrow(
      'HOEDE_ADMIN_TOKEN is the token of an API client of role operator',
    )
    await database.drop()
  })
})

const personal = {
  name: 'A person',
  role: 'administrator',
  vendorId: null,
  deviceId: null,
} as const
