import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let queryCount = 0
beforeEach(async () => {
  world = await createTestApp()
  queryCount = 0
  world.machinery.on('acquire', () => (queryCount += 1))
})
afterEach(async () => {
  await world.close()
})

async function callWith(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await world.app.inject({ url: '/v1/persons', headers })).statusCode
}

async function flood(): Promise<number[]> {
  return await Promise.all(Array.from({ length: 1_000 }, (_, n) => callWith(`guess-${n}`)))
}

describe('a flood of tokens nobody knows', () => {
  it('a flood of unknown tokens is refused without asking the database for each', async () => {
    const statuses = await flood()
    expect(statuses.filter((status) => status === 401)).toHaveLength(200)
    expect(statuses.filter((status) => status === 429)).toHaveLength(800)
    // The first 200 one by one, all others by one list; and one entry of the record.
    expect(queryCount).toBeGreaterThanOrEqual(201)
    expect(queryCount).toBeLessThanOrEqual(202)
    world.clock.timeMs += 1_000
    await flood()
    expect(queryCount).toBeLessThanOrEqual(202 + 50 + 2)
  })

  it('a flood of unknown tokens holds up no good token from the same address, also one that was not used before', async () => {
    await flood()
    expect(await callWith(world.tokens.operator)).toBe(200)
  })

  it('a flood of unknown tokens holds up no token made meanwhile, and no revocation', async () => {
    await flood()
    const made = await world.call('administrator', 'POST', '/v1/api-clients', {
      name: 'Made in a flood',
      role: 'operator',
    })
    const token = String(made.body['token'])
    expect(await callWith(token)).toBe(200)
    const url = `/v1/api-clients/${String(made.body['id'])}/_revoke`
    expect((await world.call('administrator', 'POST', url)).status).toBe(200)
    expect(await callWith(token)).toBe(429)
  })

  it('the door learns of a token made by another process within a second', async () => {
    await flood()
    expect(await callWith('chosen-elsewhere')).toBe(429)
    await world.database.pool.query(
      `insert into api_clients (name, role, token_hash) values ('elsewhere', 'operator', sha256('chosen-elsewhere'))`,
    )
    world.clock.timeMs += 1_000
    expect(await callWith('chosen-elsewhere')).toBe(200)
  })
})
