import { afterEach, describe, expect, test } from 'vitest'
import { createRateLimiter, defaultRateLimits } from '../../../src/http/door/rate-limit.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

describe('a bucket', () => {
  test('a bucket lets a burst through, then as many as flow in', () => {
    let now = 0
    const limiter = createRateLimiter(() => now)
    const limit = { burst: 3, perSecond: 2 }
    const take = () => limiter.take('a', limit)
    expect([take(), take(), take()].map((verdict) => verdict.isAllowed)).toEqual([true, true, true])
    expect(take()).toEqual({ isAllowed: false, remaining: 0, retryAfterSeconds: 1 })
    now = 499
    expect(take().isAllowed).toBe(false)
    now = 500
    expect(take().isAllowed).toBe(true)
    now = 60_000
    expect([take(), take(), take(), take()].map((verdict) => verdict.isAllowed)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('a bucket gives a call of much work only when it holds as much', () => {
    let now = 0
    const limiter = createRateLimiter(() => now)
    const limit = { burst: 10, perSecond: 2 }
    expect(limiter.take('a', limit, 6)).toMatchObject({ isAllowed: true, remaining: 4 })
    expect(limiter.take('a', limit, 6)).toMatchObject({ isAllowed: false, retryAfterSeconds: 1 })
    expect(limiter.take('a', limit).isAllowed).toBe(true)
    now = 1_500
    expect(limiter.take('a', limit, 6).isAllowed).toBe(true)
    // Nothing is more than a whole bucket: otherwise it could never be called.
    now = 60_000
    expect(limiter.take('a', limit, 50)).toMatchObject({ isAllowed: true, remaining: 0 })
  })

  test('a bucket is not emptied by a clock set back, nor shared between keys', () => {
    let now = 10_000
    const limiter = createRateLimiter(() => now)
    const limit = { burst: 2, perSecond: 1 }
    expect(limiter.take('a', limit).isAllowed).toBe(true)
    now = 0
    expect(limiter.take('a', limit).isAllowed).toBe(true)
    expect(limiter.take('a', limit).isAllowed).toBe(false)
    expect(limiter.take('b', limit).isAllowed).toBe(true)
  })
})

describe('a client', () => {
  let world: TestApp
  afterEach(async () => {
    await world.close()
  })

  test('a client that calls too often is told when to come back; another one is not held up by it', async () => {
    world = await createTestApp({
      rateLimits: { ...defaultRateLimits, operator: { burst: 2, perSecond: 0.1 } },
    })
    const call = () => world.call('operator', 'GET', '/v1/persons')
    const first = await call()
    expect(first.status).toBe(200)
    expect(first.headers['ratelimit']).toBe('"client";r=1;t=0')
    expect((await call()).status).toBe(200)
    const third = await call()
    expect(third.status).toBe(429)
    expect(third.headers['retry-after']).toBe('10')
    expect(third.headers['content-type']).toBe('application/problem+json')
    expect((await world.call('supervisor', 'GET', '/v1/persons')).status).toBe(200)
    world.clock.timeMs += 10_000
    expect((await call()).status).toBe(200)
  })

  test('a client that asks for much work without pause leaves the process to others', async () => {
    world = await createTestApp({
      rateLimits: { ...defaultRateLimits, supervisor: { burst: 110, perSecond: 50 } },
    })
    const assess = () => world.call('supervisor', 'POST', '/v1/enforceability-assessments', {})
    expect([(await assess()).status, (await assess()).status]).toEqual([400, 400])
    const third = await assess()
    expect(third.status).toBe(429)
    expect(third.headers['retry-after']).toBe('1')
    expect((await world.call('supervisor', 'GET', '/v1/persons')).status).toBe(200)
  })

  test('a client with a valid token is never held up by strangers at the same address', async () => {
    world = await createTestApp({
      rateLimits: { ...defaultRateLimits, unauthenticated: { burst: 2, perSecond: 0.1 } },
    })
    const stranger = () =>
      world.app.inject({ url: '/v1/persons', headers: { authorization: 'Bearer guess' } })
    expect((await stranger()).statusCode).toBe(401)
    expect((await stranger()).statusCode).toBe(401)
    const third = await stranger()
    expect(third.statusCode).toBe(429)
    expect(third.headers['retry-after']).toBe('10')
    expect((await world.call('operator', 'GET', '/v1/persons')).status).toBe(200)
    expect((await world.call(null, 'GET', '/health/live')).status).toBe(200)
  })
})
