import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(async () => {
  await world.close()
})

describe('health', () => {
  test('the metrics say how far detection is behind the journal', async () => {
    const empty = await world.call(null, 'GET', '/health/ready')
    expect(empty.body).toEqual({
      status: 'ready',
      reasons: [],
      database: 'reachable',
      evaluatorLagRows: 0,
      evaluatorLagSeconds: 0,
      historyLagRows: 0,
      waitingReports: 0,
      waitingSeconds: 0,
      judgedSecondsAgo: null,
    })
    await world.call('supervisor', 'POST', '/v1/persons', { role: 'victim', reference: 'V' })
    const behind = await world.call(null, 'GET', '/health/ready')
    expect(behind.body).toMatchObject({ evaluatorLagRows: 1, historyLagRows: 1 })
    await world.database.pool.query(
      `insert into journal_positions (reader, shard, journal_id) values ('evaluator', 0, 1)`,
    )
    const caughtUp = await world.call(null, 'GET', '/health/ready')
    expect(caughtUp.body).toMatchObject({ evaluatorLagRows: 0, evaluatorLagSeconds: 0 })
  })

  test('a server whose detection has been behind for a minute is not ready, and says why', async () => {
    const { pool } = world.database
    const judged = `insert into journal_positions (reader, shard, journal_id, updated_at)
      values ('protection', 0, 0, now() - $1::interval)
      on conflict (reader, shard) do update set updated_at = excluded.updated_at`
    await pool.query(judged, ['50 seconds'])
    expect((await world.call(null, 'GET', '/health/ready')).status).toBe(200)
    await pool.query(judged, ['70 seconds'])
    const answer = await world.call(null, 'GET', '/health/ready')
    expect(answer.status).toBe(503)
    expect(answer.body).toMatchObject({
      status: 'not-ready',
      reasons: [{ code: 'detection-behind' }],
    })
    // The API goes on: what is on record can be read, and reports are taken.
    expect((await world.call('operator', 'GET', '/v1/alerts')).status).toBe(200)
    await pool.query(judged, ['0 seconds'])
    expect((await world.call(null, 'GET', '/health/ready')).status).toBe(200)
  })

  test('the metrics count requests by route and status, and name nobody', async () => {
    const person = await world.call('supervisor', 'POST', '/v1/persons', {
      role: 'offender',
      reference: 'CANARY-REFERENCE',
    })
    await world.call('operator', 'GET', `/v1/persons/${String(person.body['id'])}`)
    const answer = await world.call(null, 'GET', '/metrics')
    const text = String(answer.body['text'])
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    expect(text).toMatch(
      /hoede_http_request_seconds_count\{method="GET",route="\/v1\/persons\/:id",status="200"\} 1/,
    )
    expect(text).toMatch(/hoede_journal_lag_rows\{reader="history"\} \d+/)
    expect(text).toMatch(/hoede_intake_accepted_total 0/)
    expect(text).toMatch(/hoede_quarantine_dropped_total\{reason="age"\} 3/)
    expect(text).toMatch(/hoede_quarantine_dropped_total\{reason="count"\} 40/)
    expect(text).not.toContain(String(person.body['id']))
    expect(text).not.toContain('CANARY')
  })
})

describe('every answer', () => {
  test.each([
    [200, null, '/health/live'],
    [200, 'operator', '/v1/alerts'],
    [401, null, '/v1/alerts'],
    [403, 'vendor', '/v1/alerts'],
    [404, null, '/nothing'],
  ] as const)(
    'every answer of status %i to %s at %s has what a proxy hands on',
    async (status, role, url) => {
      const answer = await world.call(role, 'GET', url)
      expect(answer.status).toBe(status)
      expect(answer.headers).toMatchObject({
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      })
    },
  )
})

describe('without a database', () => {
  test('a process without a database is live but not ready, and calls are told to come again', async () => {
    const other = await createTestApp()
    // Warm the token, so that what fails is the call itself.
    await other.call('supervisor', 'GET', '/v1/persons')
    await other.database.drop()
    expect((await other.call(null, 'GET', '/health/live')).status).toBe(200)
    const ready = await other.call(null, 'GET', '/health/ready')
    expect(ready.status).toBe(503)
    expect(ready.headers['content-type']).toBe('application/problem+json')
    expect(ready.headers['retry-after']).toBe('1')
    const call = await other.call('supervisor', 'GET', '/v1/persons')
    expect([500, 503]).toContain(call.status)
    expect(JSON.stringify(call.body)).not.toMatch(/pool|sql|select|postgres/i)
    await other.app.close()
  })
})

describe('the page of the API', () => {
  test('the bare address leads to the page of the API, without a token', async () => {
    const answer = await world.call(null, 'GET', '/')
    expect(answer.status).toBe(302)
    expect(answer.headers['location']).toBe('/docs')
    const page = String((await world.call(null, 'GET', '/docs')).body['text'])
    for (const target of ['/v1/openapi.json', '/health/live', '/health/ready']) {
      expect(page).toContain(`href="${target}"`)
      expect((await world.call(null, 'GET', target)).status, target).toBe(200)
    }
  })

  test('the page of the API shows every operation, loads nothing from elsewhere and runs no script', async () => {
    const answer = await world.call(null, 'GET', '/docs')
    const page = String(answer.body['text'])
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    const policy = String(answer.headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+';/)
    expect(policy).not.toContain('unsafe')
    for (const entry of world.app.routeList.entries) {
      if (!entry.url.startsWith('/v1/') || entry.method === 'HEAD') continue
      const path = entry.url.replaceAll(/:(\w+)/g, '{$1}')
      expect(page, path).toContain(`<b>${entry.method}</b> <code>${path}</code>`)
    }
    expect(page).not.toMatch(/<script|<iframe|<img|<link|\son\w+=|javascript:/i)
    const targets = [...page.matchAll(/href="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(targets.length).toBeGreaterThan(50)
    for (const target of targets) {
      if (target.startsWith('/')) continue
      expect(target.startsWith('#'), target).toBe(true)
      expect(page, target).toContain(`id="${target.slice(1)}"`)
    }
    // What the `type` of a problem points to is there.
    expect(page).toContain('id="problem-invalid-request"')
  })
})

test('the readiness that many ask for at once is one question to the database', async () => {
  const asked = await createTestApp()
  try {
    let taken = 0
    asked.machinery.on('acquire', () => (taken += 1))
    const ready = () => asked.call(null, 'GET', '/health/ready')
    const answers = await Promise.all(Array.from({ length: 50 }, ready))
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1)
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(10)
    // A later one is asked anew.
    const before = taken
    await ready()
    expect(taken).toBeGreaterThan(before)
  } finally {
    await asked.close()
  }
})
