import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProposalKeeper } from '../../../workers/keep-proposals.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { proveFor, signInAs, type TestAnswer, type TestPerson } from '../../support/signed-in.ts'

let world: TestApp
let first: TestPerson
let second: TestPerson
let made = 0

beforeAll(async () => {
  world = await createTestApp({ environment: { HOEDE_TWO_PEOPLE: 'everybody' } })
  const roles = ['supervisor', 'administrator'] as const
  first = await signInAs(world, { roles, displayName: 'A. Eerst' })
  second = await signInAs(world, { roles, displayName: 'B. Twee' })
})
afterAll(() => world.close())

async function make(url: string, body: unknown): Promise<string> {
  const answer = await first.call('POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

async function makeOrder() {
  made += 1
  const offenderId = await make('/v1/persons', { role: 'offender', reference: `o${made}` })
  const victimId = await make('/v1/persons', { role: 'victim', reference: `v${made}` })
  const orderId = await make('/v1/protection-orders', {
    reference: `ORDER-${made}`,
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [
      { label: 'home', circle: { longitude: 5.12, latitude: 52.09, radiusMeters: 300 } },
    ],
    proximityBans: [{ victimId, separationMeters: 1000 }],
  })
  return { orderId, offenderId, victimId }
}

async function makeMonitor(): Promise<string> {
  made += 1
  const { vendorId } = world
  const body = { vendorId, serialNumber: `M-${made}`, kind: 'ankle-monitor' }
  return await make('/v1/devices', { ...body, reportIntervalSeconds: 60 })
}

const give = async (personId: string, more: object = {}) =>
  await first.call('POST', '/v1/device-assignments', {
    deviceId: await makeMonitor(),
    personId,
    validFrom: '2026-11-01T00:00:00Z',
    ...more,
  })

const takeBack = (id: unknown) =>
  first.call('POST', `/v1/device-assignments/${String(id)}/_end`, {})

async function decide(person: TestPerson, id: unknown, name: string): Promise<TestAnswer> {
  const operation = name === '_confirm' ? 'confirmProposal' : 'enactProposalInEmergency'
  await proveFor(world, person, `${operation} ${String(id)}`)
  const body = name === '_confirm' ? {} : { reason: 'cut at the hospital' }
  return await person.call('POST', `/v1/proposals/${String(id)}/${name}`, body)
}

const confirm = (person: TestPerson, id: unknown) => decide(person, id, '_confirm')
const actAlone = (person: TestPerson, id: unknown) => decide(person, id, '_enact-in-emergency')
const refuse = (person: TestPerson, id: unknown) =>
  person.call('POST', `/v1/proposals/${String(id)}/_refuse`, { note: 'no' })

async function devicesOf(personId: string) {
  const { body } = await first.call('GET', '/v1/device-assignments?limit=200')
  const items = body['items'] as { readonly personId: string; readonly validUntil: string | null }[]
  return items.filter((item) => item.personId === personId).map(({ validUntil }) => validUntil)
}

/** How many calls about what one person did alone wait for somebody. */
async function callsTo(person: TestPerson): Promise<number> {
  const { body } = await person.call('GET', '/v1/alerts?kind=protection-weakened')
  const items = body['items'] as { readonly priority: string; readonly status: string }[]
  return items.filter(({ priority, status }) => priority === 'P1' && status !== 'closed').length
}

async function keep(): Promise<void> {
  await createProposalKeeper({
    pool: world.database.pool,
    clock: { nowMs: () => world.clock.timeMs },
    log: createSilentLog(),
    limits: defaultLimits,
    onEvent: () => {},
    onRegistryChanged: () => {},
  })()
}

describe('the device of somebody whom an order names', () => {
  it('a device is given by one person the first time, and taken back by two', async () => {
    const { offenderId } = await makeOrder()
    const given = await give(offenderId)
    expect(given.status).toBe(201)
    const asked = await takeBack(given.body['id'])
    expect(asked).toMatchObject({
      status: 202,
      body: { act: 'endDeviceAssignment', weakens: ['device-taken'], status: 'open' },
    })
    expect(await devicesOf(offenderId)).toEqual([null])
    expect((await takeBack(given.body['id'])).status).toBe(409)
    expect((await confirm(first, asked.body['id'])).status).toBe(403)
    expect((await confirm(second, asked.body['id'])).status).toBe(200)
    expect(await devicesOf(offenderId)).toEqual([new Date(world.clock.timeMs).toISOString()])
  })

  it('a device is not exchanged by one for one that lies at home: neither beside it, nor after it, nor by an end that was set beforehand', async () => {
    const { offenderId } = await makeOrder()
    await give(offenderId, { validUntil: '2026-11-24T00:00:00Z' })
    const after = await give(offenderId, { validFrom: '2026-11-24T00:00:00Z' })
    expect(after).toMatchObject({ status: 202, body: { weakens: ['device-exchanged'] } })
    expect((await refuse(second, after.body['id'])).status).toBe(200)
    const beside = await give(offenderId)
    expect(beside.status).toBe(202)
    expect(await devicesOf(offenderId)).toHaveLength(1)
    expect((await confirm(second, beside.body['id'])).status).toBe(200)
    expect(await devicesOf(offenderId)).toHaveLength(2)
  })

  it('a device is exchanged by one in an emergency, which a supervisor is called for and can put back', async () => {
    const { offenderId } = await makeOrder()
    const given = await give(offenderId)
    const asked = await takeBack(given.body['id'])
    expect((await actAlone(first, asked.body['id'])).status).toBe(200)
    const other = await give(offenderId)
    expect((await actAlone(first, other.body['id'])).status).toBe(200)
    await keep()
    expect(await callsTo(second)).toBe(2)
    expect((await refuse(first, asked.body['id'])).status).toBe(403)
    expect((await refuse(second, asked.body['id'])).status).toBe(200)
    expect((await refuse(second, other.body['id'])).status).toBe(200)
    expect(new Set(await devicesOf(offenderId))).toEqual(
      new Set([new Date(world.clock.timeMs).toISOString(), null]),
    )
    await keep()
  })

  it('a device of somebody whom no order names is given and taken by one', async () => {
    const personId = await make('/v1/persons', { role: 'offender', reference: 'free' })
    const given = await give(personId)
    expect((await takeBack(given.body['id'])).status).toBe(200)
    expect((await give(personId, { validFrom: '2026-11-25T00:00:00Z' })).status).toBe(201)
  })
})

it('a ladder that was changed since it was looked at is not exchanged, nor put back', async () => {
  const steps = defaultLimits.escalation.map((step) => ({ ...step }))
  const put = (more: readonly object[]) =>
    first.call('PUT', '/v1/escalation-ladder', { steps: more })
  const extra = (afterSeconds: number) => ({ afterSeconds, target: 'supervisor' })
  const ladder = async () => (await first.call('GET', '/v1/escalation-ladder')).body['steps']

  expect((await put([...steps, extra(300)])).status).toBe(200)
  const fewer = await put(steps)
  expect((await put([...steps, extra(300), extra(400)])).status).toBe(200)
  expect((await confirm(second, fewer.body['id'])).status).toBe(409)
  expect(await ladder()).toEqual([...steps, extra(300), extra(400)])

  const again = await put([...steps, extra(300)])
  expect((await actAlone(first, again.body['id'])).status).toBe(200)
  expect((await put([...steps, extra(300), extra(500)])).status).toBe(200)
  expect((await refuse(second, again.body['id'])).status).toBe(409)
  expect(await ladder()).toEqual([...steps, extra(300), extra(500)])
  expect((await confirm(second, again.body['id'])).status).toBe(200)
  await keep()
})

it('whoever made a token, or made the token that made it, does not confirm what it asks for', async () => {
  await proveFor(world, first, 'createApiClient')
  const maker = await first.call('POST', '/v1/api-clients', {
    name: 'maker',
    role: 'administrator',
  })
  const callAs = async (token: unknown, method: 'POST', url: string, payload: object) => {
    const headers = { authorization: `Bearer ${String(token)}` }
    const answer = await world.app.inject({ method, url, headers, payload })
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
  }
  const token = await callAs(maker.body['token'], 'POST', '/v1/api-clients', {
    name: 'my hand',
    role: 'supervisor',
  })
  const { orderId } = await makeOrder()
  const url = `/v1/protection-orders/${orderId}/_end`
  const asked = await callAs(token.body['token'], 'POST', url, {})
  expect(asked.status).toBe(202)
  expect((await confirm(first, asked.body['id'])).status).toBe(403)
  expect((await confirm(second, asked.body['id'])).status).toBe(200)
})

it('what one did alone goes over with its case, its call with it, and is for the other side to confirm', async () => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    `insert into organisations (name) values ('De buren') returning id`,
  )
  const organisationId = rows[0]?.id ?? ''
  const theirs = await signInAs(world, { roles: ['supervisor'], organisationId })
  const { orderId, offenderId } = await makeOrder()
  const given = await give(offenderId)
  const taking = await takeBack(given.body['id'])
  await actAlone(first, taking.body['id'])
  const asked = await first.call('POST', `/v1/protection-orders/${orderId}/_suspend`, {})
  await actAlone(first, asked.body['id'])
  await keep()

  const offer = { protectionOrderId: orderId, toOrganisationId: organisationId }
  const move = await make('/v1/case-moves', offer)
  expect((await theirs.call('POST', `/v1/case-moves/${move}/_accept`, {})).status).toBe(200)
  for (const { body } of [taking, asked]) {
    const path = `/v1/proposals/${String(body['id'])}`
    expect((await second.call('GET', path)).status).toBe(404)
    expect((await theirs.call('GET', path)).body).toMatchObject({ status: 'in-force' })
  }
  const listed = await second.call('GET', '/v1/proposals?status=in-force')
  expect(listed.body['items']).toEqual([])
  expect([await callsTo(second), await callsTo(theirs)]).toEqual([0, 2])
  expect((await refuse(theirs, asked.body['id'])).status).toBe(200)
  expect((await refuse(theirs, taking.body['id'])).status).toBe(200)
  const order = await theirs.call('GET', `/v1/protection-orders/${orderId}`)
  expect(order.body['status']).toBe('active')
  await keep()
  const { rows: open } = await world.database.pool.query(
    `select 1 from alerts where kind = 'protection-weakened' and priority = 'P1' and status <> 'closed'`,
  )
  expect(open).toEqual([])
})

describe('one person with two names', () => {
  it('a decision by two names in one browser is on record as that, and one by two browsers is not', async () => {
    const { pool } = world.database
    const suspendAndConfirm = async (): Promise<unknown> => {
      const { orderId } = await makeOrder()
      const asked = await first.call('POST', `/v1/protection-orders/${orderId}/_suspend`, {
        reason: 'admitted',
      })
      expect(asked.status).toBe(202)
      expect((await confirm(second, asked.body['id'])).status).toBe(200)
      const { rows } = await pool.query<{ detail: unknown }>(
        `select convert_from(body, 'UTF8')::jsonb #> '{hoede,detail}' as detail from audit_entries
          where convert_from(body, 'UTF8')::jsonb ->> 'name' = 'confirmProposal'
            and convert_from(body, 'UTF8') like '%' || $1 || '%'`,
        [asked.body['id']],
      )
      return rows[0]?.detail
    }
    expect(await suspendAndConfirm()).not.toHaveProperty('sameBrowser')
    await pool.query(
      `insert into known_browsers (token_hash, staff_id, last_used_at)
       select '\\x0102', id, now() from staff where id = any($1)`,
      [[first.staffId, second.staffId]],
    )
    expect(await suspendAndConfirm()).toHaveProperty('sameBrowser', 'yes')
  })
})
