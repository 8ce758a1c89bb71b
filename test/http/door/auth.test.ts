import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FastifyRequest } from 'fastify'
import { createAuthenticator } from '../../../src/http/door/auth.ts'
import type { Db } from '../../../src/store/pg/pool.ts'
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

describe('a token that is revoked', () => {
  it('a token that was looked up while it was revoked is not believed after it', async () => {
    const { authenticate, forgetAll, looked, answer } = slowAuthenticator()
    const early = authenticate()
    await looked
    await revokeOperators()
    forgetAll()
    // The look that is still under way is not waited for: it was before.
    const late = authenticate()
    answer()
    await early
    await expect(late).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(authenticate()).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('many requests with one token', () => {
  it('the database is asked once about a token with which hundreds of requests come at the same time', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 300 }, async () => await callWith(world.tokens.auditor)),
    )
    expect(new Set(statuses)).toEqual(new Set([403]))
    // Who it is, and that it was used.
    expect(queryCount).toBe(2)
  })

  it('a look for a token that fails is not remembered', async () => {
    const { authenticate, looked, answer } = slowAuthenticator(new Error('the line has ended'))
    const together = Promise.allSettled([authenticate(), authenticate()])
    await looked
    answer()
    expect((await together).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await authenticate()).toMatchObject({ role: 'operator' })
  })
})

/** Its first answer comes late, or fails. */
function slowAuthenticator(failure: Error | null = null) {
  const { machinery, tokens } = world
  const answers = Promise.withResolvers<void>()
  const looked = Promise.withResolvers<void>()
  let isFirst = true
  const slowly = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    const found: unknown = await machinery.query(text, [...values])
    if (!isFirst) return found
    isFirst = false
    looked.resolve()
    await answers.promise
    if (failure !== null) throw failure
    return found
  }
  const authenticator = createAuthenticator(
    { query: slowly as Db['query'] },
    {
      ownOrigin: null,
      nowMs: () => 0,
      elapsedMs: () => 0,
      onFailure: () => {},
      onTokenUsed: () => {},
    },
  )
  const request = {
    headers: { authorization: `Bearer ${tokens.operator}` },
    routeOptions: { url: '/v1/persons' },
  } as FastifyRequest
  return {
    authenticate: async () => await authenticator.authenticate(request),
    forgetAll: authenticator.forgetAll,
    looked: looked.promise,
    answer: answers.resolve,
  }
}

async function revokeOperators(): Promise<void> {
  await world.database.pool.query(
    `update api_clients set revoked_at = now() where role = 'operator'`,
  )
}
