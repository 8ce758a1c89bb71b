import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs } from '../../support/signed-in.ts'

let world: TestApp
let address = ''
beforeAll(async () => {
  world = await createTestApp()
  address = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await world.close()
})

/** Gives a wait for its end. */
async function openStream(cookie: string): Promise<() => Promise<unknown>> {
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const stream = await fetch(`${address}/v1/alert-events`, { headers })
  expect(stream.status).toBe(200)
  const text = stream.text().catch(() => 'cut')
  return async () => await text
}

describe('a session', () => {
  it('a session acts as its person, with the role that a call asks for', async () => {
    const person = await signInAs(world, { roles: ['operator', 'administrator'] })
    expect((await person.call('GET', '/v1/alerts')).status).toBe(200)
    expect((await person.call('GET', '/v1/api-clients')).status).toBe(200)
    const refused = await person.call('POST', '/v1/persons', { role: 'victim', reference: 'x' })
    expect(refused.status).toBe(403)
    expect(refused.body['detail']).toContain('you have the role administrator and operator')
  })

  it('somebody who is nothing yet is refused everywhere but at themselves', async () => {
    const person = await signInAs(world, { roles: [] })
    expect((await person.call('GET', '/v1/me')).body).toMatchObject({ roles: [] })
    expect((await person.call('GET', '/v1/alerts')).status).toBe(403)
  })

  it('a session ends after fifteen minutes without use, and not while it is used', async () => {
    const person = await signInAs(world, { roles: ['operator'] })
    for (let minutes = 0; minutes < 60; minutes += 10) {
      world.clock.timeMs += 10 * 60_000
      expect((await person.call('GET', '/v1/me')).status).toBe(200)
    }
    world.clock.timeMs += 15 * 60_000
    expect((await person.call('GET', '/v1/me')).status).toBe(401)
  })

  it('a session ends after ten hours however much it is used', async () => {
    const person = await signInAs(world, { roles: ['operator'] })
    const startMs = world.clock.timeMs
    while (world.clock.timeMs < startMs + 10 * 3_600_000 - 1) {
      expect((await person.call('GET', '/v1/me')).status).toBe(200)
      world.clock.timeMs = Math.min(world.clock.timeMs + 14 * 60_000, startMs + 10 * 3_600_000 - 1)
    }
    expect((await person.call('GET', '/v1/me')).status).toBe(200)
    world.clock.timeMs += 1
    expect((await person.call('GET', '/v1/me')).status).toBe(401)
  })

  it('a session that is revoked is over at the next request, and its stream at once', async () => {
    const person = await signInAs(world, { roles: ['operator'] })
    const admin = await signInAs(world, { roles: ['administrator'] })
    const ended = await openStream(person.cookie)
    const listed = await admin.call('GET', `/v1/sessions?staffId=${person.staffId}`)
    expect(listed.body['items']).toMatchObject([{ id: person.sessionId, isThisOne: false }])
    const revoked = await admin.call('POST', `/v1/sessions/${person.sessionId}/_revoke`)
    expect(revoked.body).toMatchObject({ revokedBy: admin.staffId })
    await ended()
    expect((await person.call('GET', '/v1/me')).status).toBe(401)
  })

  it('a colleague who is no administrator sees and ends no session but their own', async () => {
    const [one, other] = [
      await signInAs(world, { roles: ['supervisor'] }),
      await signInAs(world, { roles: ['operator'] }),
    ]
    expect((await one.call('POST', `/v1/sessions/${other.sessionId}/_revoke`)).status).toBe(404)
    expect((await one.call('GET', `/v1/sessions?staffId=${other.staffId}`)).status).toBe(404)
    expect((await other.call('GET', '/v1/me')).status).toBe(200)
  })

  it('somebody who is disabled is out at once, and whoever signs out is too', async () => {
    const [one, other] = [
      await signInAs(world, { roles: ['operator'] }),
      await signInAs(world, { roles: ['operator'] }),
    ]
    const path = `/v1/staff/${one.staffId}/_disable`
    expect((await world.call('administrator', 'POST', path)).status).toBe(200)
    expect((await one.call('GET', '/v1/me')).status).toBe(401)
    expect((await other.call('POST', '/v1/me/_sign-out')).status).toBe(200)
    expect((await other.call('GET', '/v1/me')).status).toBe(401)
  })

  it('roles that are taken away hold from the next request on, and a stream for them ends', async () => {
    const person = await signInAs(world, { roles: ['supervisor'] })
    expect((await person.call('GET', '/v1/alerts')).status).toBe(200)
    const ended = await openStream(person.cookie)
    const url = `/v1/staff/${person.staffId}/roles`
    const changed = await world.call('administrator', 'PUT', url, { roles: ['auditor'] })
    expect(changed.body['roles']).toEqual(['auditor'])
    const { rows } = await world.database.pool.query<{ name: string }>(
      `select convert_from(body, 'UTF8')::jsonb ->> 'name' as name from audit_entries
        where convert_from(body, 'UTF8')::jsonb #>> '{hoede,subjectId}' is not null
        order by index desc limit 1`,
    )
    expect(rows).toEqual([{ name: 'replaceStaffRoles' }])
    expect((await person.call('GET', '/v1/alerts')).status).toBe(403)
    await ended()
  })

  it('a session beside a token is refused, whichever of them would do', async () => {
    const person = await signInAs(world, { roles: ['operator'] })
    const authorization = `Bearer ${world.tokens.operator}`
    const answer = await person.call('GET', '/v1/alerts', undefined, { authorization })
    expect(answer.status).toBe(400)
    expect(answer.body['detail']).toContain('got both')
  })

  it.each(['same-site', 'cross-site', 'none'])(
    'a write that a %s page makes the browser send is refused',
    async (site) => {
      const person = await signInAs(world, { roles: ['operator'] })
      const url = `/v1/sessions/${person.sessionId}/_revoke`
      const answer = await person.call('POST', url, undefined, { 'sec-fetch-site': site })
      expect(answer.status).toBe(403)
      expect((await person.call('GET', '/v1/me')).status).toBe(200)
    },
  )

  it('a flood of invented sessions costs no query each, and holds up none that is good', async () => {
    const person = await signInAs(world, { roles: ['operator'] })
    let queryCount = 0
    const count = (): void => void (queryCount += 1)
    world.machinery.on('acquire', count)
    const flood = Array.from({ length: 1_000 }, (_, n) =>
      person.call('GET', '/v1/me', undefined, { cookie: `__Host-hoede=guess-${n}` }),
    )
    await Promise.all(flood)
    expect(queryCount).toBeLessThanOrEqual(201)
    expect((await person.call('GET', '/v1/me')).status).toBe(200)
    world.machinery.off('acquire', count)
    // The flood is over.
    world.clock.timeMs += 60_000
  })

  it('an alert names the person who answered it', async () => {
    const person = await signInAs(world, { roles: ['operator'] })
    const alertId = await raiseAlertAt(world.database.pool, world.clock.timeMs)
    const answer = await person.call('POST', `/v1/alerts/${alertId}/_acknowledge`, {})
    expect(answer.status).toBe(200)
    const detail = await person.call('GET', `/v1/alerts/${alertId}`)
    expect(JSON.stringify(detail.body['transitions'] ?? detail.body)).toContain(person.staffId)
  })
})

describe('a fresh proof', () => {
  const newClient = { name: 'Desk', role: 'operator' }

  async function stepUp(sessionId: string, act: string, atMs = world.clock.timeMs): Promise<void> {
    await world.database.pool.query(
      `update staff_sessions set stepped_up_act = $2, stepped_up_at = to_timestamp($3::float8 / 1000) where id = $1`,
      [sessionId, act, atMs],
    )
  }

  it('a grave act asks a person for a fresh proof, and names the act', async () => {
    const person = await signInAs(world, { roles: ['administrator'] })
    const answer = await person.call('POST', '/v1/api-clients', newClient)
    expect(answer.status).toBe(403)
    expect(answer.body).toMatchObject({
      type: '/docs#problem-step-up-required',
      errors: [{ detail: 'createApiClient' }],
    })
  })

  it('a proof is good for one act, and what was sent wrongly costs none', async () => {
    const person = await signInAs(world, { roles: ['administrator'] })
    await stepUp(person.sessionId, 'createApiClient')
    expect((await person.call('POST', '/v1/api-clients', { name: 1 })).status).toBe(400)
    expect((await person.call('POST', '/v1/api-clients', newClient)).status).toBe(201)
    expect((await person.call('POST', '/v1/api-clients', newClient)).status).toBe(403)
  })

  it.each([
    ['another act', 'createStaff', 0],
    ['six minutes ago', 'createApiClient', 6 * 60_000],
  ])('a proof for %s does not count', async (_what, act, agoMs) => {
    const person = await signInAs(world, { roles: ['administrator'] })
    await stepUp(person.sessionId, act, world.clock.timeMs - agoMs)
    expect((await person.call('POST', '/v1/api-clients', newClient)).status).toBe(403)
  })
})
