import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClientRoles, type ApiClientRole } from '../../../src/core/model/contract-words.ts'
import { bodyExamples } from '../../../src/http/openapi/body-examples.ts'
import { firstOrganisationId } from '../../../src/store/registry/api-clients.ts'
import { openEventStream } from '../../support/event-stream.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs } from '../../support/signed-in.ts'
import { createTwoOrganisations } from '../../support/two-organisations.ts'
import { waitUntil } from '../../support/wait-until.ts'

let world: TestApp
let two: Awaited<ReturnType<typeof createTwoOrganisations>>
let address: string
beforeAll(async () => {
  world = await createTestApp()
  two = await createTwoOrganisations(world.database, await world.database.connectAs('api'))
  address = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => world.close())

type Side = 'ours' | 'theirs'
const otherOf = (side: Side): Side => (side === 'ours' ? 'theirs' : 'ours')
/**
 * Of people and of whoever administers; vendors and phones are bound to devices, partners to what
 * they are told, tested where those are.
 */
const bound: readonly ApiClientRole[] = ['vendor', 'victim-device', 'partner']
const roles = apiClientRoles.filter((role) => !bound.includes(role))
const tokens = new Map<string, string>()

async function tokenOf(role: ApiClientRole, side: Side): Promise<string> {
  const key = `${role} ${side}`
  const known = tokens.get(key)
  if (known !== undefined) return known
  const { token } = await two.makeClient(role, two[side].organisationId)
  tokens.set(key, token)
  return token
}

async function call(token: string, method: string, url: string, body?: unknown) {
  const response = await fetch(`${address}${url}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

/** All that only one side may ever see of its case. */
function secretsOf(side: Side): readonly string[] {
  const { personId, deviceId, orderId, alertId } = two[side]
  return [personId, deviceId, orderId, alertId]
}

/** Every route that people call, from the code, with the ids of a side in every place for an id. */
function routesOf(side: Side) {
  const { personId, deviceId, orderId, alertId } = two[side]
  return world.app.routeList.entries
    .filter(({ method, url, access }) => {
      const isForPeople = access !== 'public' && roles.some((role) => access.includes(role))
      // The stream has a test of its own below: it never ends.
      return isForPeople && method !== 'HEAD' && url !== '/v1/alert-events'
    })
    .flatMap(({ method, url, access, schema }) =>
      [personId, deviceId, orderId, alertId, two[side].supervisor.id].map((id) => ({
        method: String(method),
        url: url.replace(':id', id),
        hasId: url.includes(':id'),
        access,
        body: bodyFor((schema as { readonly operationId?: string }).operationId ?? '', side),
      })),
    )
    .filter(
      ({ hasId, url }, index, all) =>
        hasId ||
        all.findIndex((one) => one.url === url && one.method === all[index]?.method) === index,
    )
}

/**
 * The example of the document, with whatever stands there as an id replaced by one of that side.
 */
function bodyFor(operationId: string, side: Side): unknown {
  const example = bodyExamples[operationId]
  if (example === undefined) return undefined
  const { personId, deviceId, orderId, organisationId } = two[side]
  const ids: Readonly<Record<string, string>> = {
    offenderId: personId,
    personId,
    victimId: personId,
    deviceId,
    vendorId: two.vendorId,
    protectionOrderId: orderId,
    organisationId,
    toOrganisationId: organisationId,
  }
  return JSON.parse(JSON.stringify(example), (key, value: unknown) => ids[key] ?? value) as unknown
}

describe('nothing crosses from one organisation to another', () => {
  test('no answer of any operation to any role holds an id of a case of the other side, and nothing of that case changes', async () => {
    const routes = { ours: routesOf('theirs'), theirs: routesOf('ours') }
    expect(routes.ours.length).toBeGreaterThan(60)
    const before = { ours: await rowsOf('ours'), theirs: await rowsOf('theirs') }
    const crossed: string[] = []
    let cellCount = 0
    for (const side of ['ours', 'theirs'] as const) {
      for (const role of roles) {
        // Whoever runs the installation administers the tokens of all, and sees no case.
        const isInstaller = role === 'administrator' && side === 'ours'
        const token = await tokenOf(role, side)
        const secrets = secretsOf(otherOf(side))
        for (const { method, url, hasId, body } of routes[side]) {
          const answer = await call(token, method, url, body)
          cellCount += 1
          if (isInstaller && /\/v1\/api-clients/.test(url)) continue
          const held = secrets.filter((secret) => answer.text.includes(secret))
          // An operation on what is theirs must find nothing, whatever it would answer.
          if (held.length > 0 || (hasId && answer.status < 300))
            crossed.push(`${side} ${role} ${method} ${url}: ${answer.status} ${held.join()}`)
        }
      }
    }
    expect(crossed).toEqual([])
    expect(cellCount).toBeGreaterThan(400)
    for (const side of ['ours', 'theirs'] as const)
      expect(await rowsOf(side), side).toEqual(before[side])
  })

  test('each side finds its own case by the same operations', async () => {
    for (const side of ['ours', 'theirs'] as const) {
      const token = await tokenOf('operator', side)
      const { orderId, alertId, personId, deviceId } = two[side]
      for (const url of [
        `/v1/protection-orders/${orderId}`,
        `/v1/alerts/${alertId}`,
        `/v1/persons/${personId}`,
        `/v1/devices/${deviceId}`,
        `/v1/protection-orders/${orderId}/protection-state`,
      ])
        expect((await call(token, 'GET', url)).status, url).toBe(200)
    }
  })

  test('a stream tells each side of its own alerts, in live and in catching up, and a desk of both', async () => {
    const desk = await insertDesk()
    const { token: deskToken } = await two.makeClient('operator', firstOrganisationId, {
      deskId: desk,
    })
    const streams = {
      ours: await openEventStream({
        address,
        token: await tokenOf('operator', 'ours'),
        lastEventId: '0',
      }),
      theirs: await openEventStream({
        address,
        token: await tokenOf('operator', 'theirs'),
        lastEventId: '0',
      }),
      desk: await openEventStream({ address, token: deskToken, lastEventId: '0' }),
    }
    try {
      for (const side of ['ours', 'theirs'] as const) {
        const url = `/v1/alerts/${two[side].alertId}/_acknowledge`
        expect((await call(await tokenOf('operator', side), 'POST', url, {})).status).toBe(200)
      }
      world.doorbell.ring('alert-events')
      const subjects = (stream: (typeof streams)['desk']): string[] =>
        stream.events.map(({ event }) => String((event as unknown as { subject: string }).subject))
      await waitUntil('the desk heard of both', async () => subjects(streams.desk).length >= 4)
      await waitUntil('each side heard of its own', async () =>
        [streams.ours, streams.theirs].every((stream) => subjects(stream).length >= 2),
      )
      expect(new Set(subjects(streams.ours))).toEqual(new Set([two.ours.alertId]))
      expect(new Set(subjects(streams.theirs))).toEqual(new Set([two.theirs.alertId]))
    } finally {
      for (const stream of Object.values(streams)) stream.close()
    }
  })

  test('an administrator of a guest may not make what speaks for all, nor tokens for others', async () => {
    const token = await tokenOf('administrator', 'theirs')
    const { vendorId } = two
    const attempts = [
      ['/v1/api-clients', { name: 'x', role: 'vendor', vendorId }],
      ['/v1/api-clients', { name: 'x', role: 'supervisor', organisationId: firstOrganisationId }],
      ['/v1/vendors', { name: 'Andere' }],
      ['/v1/organisations', { name: 'Nieuw' }],
      ['/v1/desks', { name: 'Nieuw' }],
      ['/v1/units', { name: 'Nieuw', organisationId: firstOrganisationId }],
    ] as const
    for (const [url, body] of attempts)
      expect((await call(token, 'POST', url, body)).status, `${url} ${JSON.stringify(body)}`).toBe(
        403,
      )
    expect(
      (await call(token, 'POST', '/v1/api-clients', { name: 'x', role: 'operator' })).status,
    ).toBe(201)
  })
})

describe('an administrator of a guest', () => {
  test('an administrator of a guest finds nobody of the staff of another organisation, and makes none there', async () => {
    const { staffId } = await signInAs(world, { roles: ['supervisor'] })
    const token = await tokenOf('administrator', 'theirs')
    expect((await call(token, 'GET', '/v1/staff')).text).not.toContain(staffId)
    for (const [method, act] of [
      ['GET', ''],
      ['POST', '/_recover'],
      ['POST', '/_disable'],
      ['POST', '/_enable'],
    ] as const)
      expect((await call(token, method, `/v1/staff/${staffId}${act}`)).status, act).toBe(404)
    const body = { displayName: 'X', roles: ['supervisor'], organisationId: firstOrganisationId }
    expect((await call(token, 'POST', '/v1/staff', body)).status).toBe(400)
    const own = { displayName: 'X', roles: ['supervisor'] }
    const made = await call(token, 'POST', '/v1/staff', own)
    expect(made.status, made.text).toBe(201)
    expect(JSON.parse(made.text)).toMatchObject({ organisationId: two.theirs.organisationId })
    // Whoever runs the installation reaches all.
    expect((await call(await tokenOf('administrator', 'ours'), 'GET', '/v1/staff')).text).toContain(
      staffId,
    )
  })
})

describe('a case that goes to another organisation', () => {
  test('it goes when one side has offered it and the other has taken it, whole and on record', async () => {
    const { ours, theirs } = two
    const ourToken = await tokenOf('supervisor', 'ours')
    const theirToken = await tokenOf('supervisor', 'theirs')
    const { pool } = world.database
    // They have a case and a person of the same references: those are theirs to name.
    await pool.query(`update protection_orders set reference = 'other' where id = $1`, [
      theirs.orderId,
    ])
    const offer = { protectionOrderId: ours.orderId, toOrganisationId: theirs.organisationId }
    const made = await call(ourToken, 'POST', '/v1/case-moves', offer)
    expect(made.status, made.text).toBe(201)
    expect((await call(ourToken, 'POST', '/v1/case-moves', offer)).status).toBe(409)
    const { id } = JSON.parse(made.text) as { id: string }
    expect((await call(ourToken, 'POST', `/v1/case-moves/${id}/_accept`)).status).toBe(409)
    expect((await call(theirToken, 'GET', `/v1/alerts/${ours.alertId}`)).status).toBe(404)
    const taken = await call(theirToken, 'POST', `/v1/case-moves/${id}/_accept`)
    expect(taken.status, taken.text).toBe(200)
    expect(JSON.parse(taken.text)).toMatchObject({
      acceptedAt: expect.any(String),
      declinedAt: null,
    })
    for (const url of [`/v1/protection-orders/${ours.orderId}`, `/v1/alerts/${ours.alertId}`]) {
      expect((await call(theirToken, 'GET', url)).status, url).toBe(200)
      expect((await call(ourToken, 'GET', url)).status, url).toBe(404)
    }
    expect((await call(theirToken, 'GET', `/v1/persons/${ours.personId}`)).status).toBe(200)
    for (const table of ['alert_events', 'alert_transitions', 'escalations']) {
      const { rows } = await pool.query(`select distinct organisation_id from ${table}`)
      expect(rows, table).toEqual([{ organisation_id: theirs.organisationId }])
    }
    // A decision that another test imported is a case of its own.
    for (const table of [
      'protection_order_versions',
      'protection_states',
      'order_acts',
      'order_reminders',
    ]) {
      const { rows } = await pool.query(
        `select distinct organisation_id from ${table} where protection_order_id = any($1)`,
        [[ours.orderId, theirs.orderId]],
      )
      expect(rows, table).toEqual([{ organisation_id: theirs.organisationId }])
    }
    expect((await call(theirToken, 'POST', `/v1/case-moves/${id}/_decline`)).status).toBe(409)
    expect((await call(ourToken, 'GET', '/v1/case-moves')).text).toContain(id)
  })
})

/** What is on record of a case, in a form that shows any change. */
async function rowsOf(side: Side): Promise<unknown> {
  const { orderId, alertId, personId, deviceId } = two[side]
  const { rows } = await world.database.pool.query(
    `select (select to_jsonb(o) from protection_orders o where o.id = $1) as o,
            (select to_jsonb(a) from alerts a where a.id = $2) as a,
            (select to_jsonb(p) from persons p where p.id = $3) as p,
            (select to_jsonb(d) from devices d where d.id = $4) as d,
            (select count(*) from device_assignments where device_id = $4) as n`,
    [orderId, alertId, personId, deviceId],
  )
  return rows
}

async function insertDesk(): Promise<string> {
  const { rows } = await world.database.pool.query<{ id: string }>(
    `with desk as (insert into desks (name) values ('Meldkamer van beide') returning id)
     , watched as (insert into desk_organisations (desk_id, organisation_id) select d.id, o.id from desk d, organisations o)
     select id from desk`,
  )
  return rows[0]?.id ?? ''
}
