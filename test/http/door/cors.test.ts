import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

const desk = 'https://desk.example.org'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp({
    environment: { HOEDE_CORS_ORIGINS: `${desk},http://localhost:5173` },
  })
})
afterAll(() => world.close())

function preflight(url: string, origin: string, method = 'GET') {
  return world.call(null, 'OPTIONS', url, undefined, {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,last-event-id',
  })
}

describe('a page of a configured origin', () => {
  test.each([desk, 'http://localhost:5173'])(
    'a page of a configured origin may ask from %s without a token what it may send',
    async (origin) => {
      const answer = await preflight('/v1/alerts', origin)
      expect(answer.status).toBe(204)
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'Authorization, Content-Type, Last-Event-ID, If-Match',
        'access-control-max-age': '600',
        vary: 'Origin',
        'api-version': '1.0.0',
      })
    },
  )

  test('a page of a configured origin reads answers and refusals alike', async () => {
    const alerts = await world.call('operator', 'GET', '/v1/alerts', undefined, { origin: desk })
    expect(alerts.status).toBe(200)
    const refused = await world.call(null, 'GET', '/v1/alerts', undefined, { origin: desk })
    expect(refused.status).toBe(401)
    const wrong = await world.call('supervisor', 'POST', '/v1/persons', {}, { origin: desk })
    expect(wrong.status).toBe(400)
    for (const { headers } of [alerts, refused, wrong]) {
      expect(headers['access-control-allow-origin']).toBe(desk)
      expect(headers['access-control-expose-headers']).toContain('Retry-After')
    }
  })

  test('a page of a configured origin is never told that a browser may add cookies or passwords of its own', async () => {
    const answers = [
      await preflight('/v1/alerts', desk),
      await world.call('operator', 'GET', '/v1/alerts', undefined, { origin: desk }),
    ]
    for (const { headers } of answers) {
      expect(headers['access-control-allow-credentials']).toBeUndefined()
      expect(headers['access-control-allow-origin']).not.toBe('*')
    }
  })

  test.each([
    ['/v1/nothing', 404],
    ['/v1/alerts/', 404],
    ['/metrics', 405],
    ['/adapters/overland', 405],
  ])('a preflight of %s is %i: there is nothing for a page', async (url, status) => {
    const answer = await preflight(url, desk)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toBe('application/problem+json')
  })
})

describe('a page of any other origin', () => {
  test.each([
    'https://desk.example.org.evil.example',
    'https://evil.example',
    'http://desk.example.org',
    'https://desk.example.org:8443',
    'null',
    '*',
  ])('the origin %s is allowed nothing', async (origin) => {
    const asked = await preflight('/v1/alerts', origin)
    expect(asked.status).toBe(405)
    const read = await world.call('operator', 'GET', '/v1/alerts', undefined, { origin })
    for (const { headers } of [asked, read]) {
      expect(headers['access-control-allow-origin']).toBeUndefined()
      expect(headers['vary']).toBe('Origin')
    }
  })
})
