import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bodyExamples } from '../../../src/http/openapi/body-examples.ts'
import { riskProfilesDelivered } from '../../../src/core/model/risk-profiles.ts'
import type { Protocol } from '../../../src/core/model/protocol.ts'
import { findRiskAt } from '../../../src/store/cases/risk-profiles.ts'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { proveFor, signInAs, type TestPerson } from '../../support/signed-in.ts'

let world: TestApp
let first: TestPerson
let second: TestPerson
let offenderId = ''
let orderId = ''
let orderCount = 0

beforeAll(async () => {
  world = await createTestApp()
  first = await signInAs(world, { roles: ['supervisor'], displayName: 'A. Eerst' })
  second = await signInAs(world, { roles: ['supervisor'], displayName: 'B. Twee' })
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'o' })
})
afterAll(() => world.close())

const orderBody = () => ({
  reference: `RISK-${orderCount}`,
  legalBasis: 'liberty-restricting-measure',
  offenderId,
  validFrom: '2026-11-01T00:00:00Z',
  validUntil: '2027-11-01T00:00:00Z',
  locationBans: [{ label: 'x', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } }],
})

beforeEach(async () => {
  orderCount += 1
  orderId = await make('/v1/protection-orders', orderBody())
})

async function make(url: string, body: unknown): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

const choose = (person: TestPerson, profile: string | null) =>
  person.call('POST', `/v1/protection-orders/${orderId}/_choose-risk-profile`, {
    profile,
    reason: 'Screening of today.',
  })
const readOrder = async () =>
  (await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}`)).body

async function confirm(id: unknown): Promise<void> {
  await proveFor(world, second, `confirmProposal ${String(id)}`)
  const answer = await second.call('POST', `/v1/proposals/${String(id)}/_confirm`, {})
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}

async function rowOf(key: string): Promise<Record<string, unknown> | undefined> {
  const { body } = await world.call('operator', 'GET', '/v1/risk-profiles')
  return (body['items'] as Record<string, unknown>[]).find((row) => row['key'] === key)
}

/** As an organisation may have it: a step that no set has, and the police sooner than any. */
async function addStepOfOurOwn(): Promise<void> {
  const { body } = await first.call('GET', '/v1/response-protocol')
  const { contacts, name, rules, version } = body as unknown as Protocol & { version: number }
  const added = rules.map((rule) => {
    const steps = rule.steps.map((step) =>
      step.key === 'call-police' ? { ...step, withinSeconds: 10 } : step,
    )
    const like = steps.at(-1)
    if (like === undefined) throw new Error('expected a step')
    const own = { ...like, key: 'guard-school', withinSeconds: 45, unless: null, nextIf: null }
    return { ...rule, steps: [...steps, own] }
  })
  const change = { basedOnVersion: version, name, contacts, rules: added }
  const set = await world.call('supervisor', 'PUT', '/v1/response-protocol', change)
  expect(set.status, JSON.stringify(set.body)).toBe(200)
  world.clock.timeMs += 1_000
}

describe('how grave a case is', () => {
  it('raising it takes one, lowering it takes two, and each is a version of the order with its reason', async () => {
    expect((await readOrder())['riskProfile']).toBeNull()
    expect(await choose(first, 'high')).toMatchObject({
      status: 200,
      body: { version: 2, riskProfile: { profile: 'high', version: 0, reportIntervalSeconds: 15 } },
    })
    // The court's own band is the only one.
    expect((await readOrder())['locationBans']).toMatchObject([{ approachMeters: 500 }])
    const asked = await choose(first, 'raised')
    expect(asked).toMatchObject({ status: 202, body: { weakens: ['risk-lowered'] } })
    const changes = asked.body['changes'] as { what: string; before: string; after: string }[]
    expect(changes.find(({ what }) => what === 'riskProfile')).toEqual({
      what: 'riskProfile',
      before: 'high 0',
      after: 'raised 0',
    })
    expect(await readOrder()).toMatchObject({ version: 2, riskProfile: { profile: 'high' } })
    await confirm(asked.body['id'])
    expect(await readOrder()).toMatchObject({ version: 3, riskProfile: { profile: 'raised' } })
    const life = await world.call('supervisor', 'GET', `/v1/protection-orders/${orderId}/life`)
    expect(life.body['acts']).toMatchObject([
      { act: 'impose' },
      { act: 'change', by: first.staffId, secondPersonId: null, reason: 'Screening of today.' },
      { act: 'change', by: first.staffId, secondPersonId: second.staffId },
    ])
    expect(await findRiskAt(world.database.pool, orderId, world.clock.timeMs)).toMatchObject({
      profile: 'raised',
    })
    expect(await findRiskAt(world.database.pool, orderId, 0)).toBeNull()
    // No profile at all is less as well.
    expect((await choose(first, null)).status).toBe(202)
    expect(await choose(first, 'none-such')).toMatchObject({ status: 400 })
  })

  it('an order that is amended keeps its risk profile', async () => {
    await choose(first, 'high')
    const path = `/v1/protection-orders/${orderId}`
    const longer = { ...orderBody(), validUntil: '2028-01-01T00:00:00Z' }
    expect(await first.call('PUT', path, longer)).toMatchObject({
      status: 200,
      body: { version: 3, riskProfile: { profile: 'high' } },
    })
    expect(await first.call('PUT', path, longer)).toMatchObject({ body: { version: 3 } })
  })

  it('an answered alert of a grave case is back after its minutes, and answered by its steps with the numbers of the organisation', async () => {
    const openAlert = () =>
      raiseAlertAt(world.database.pool, world.clock.timeMs, { protectionOrderId: orderId })
    const stepsOf = async (id: string) => {
      const { body } = await first.call('GET', `/v1/alerts/${id}/response`)
      return [body['protocolName'], (body['steps'] as { key: string }[])[0]?.key]
    }
    const timesOf = async (id: string): Promise<Readonly<Record<string, number>>> => {
      const { body } = await first.call('GET', `/v1/alerts/${id}/response`)
      const steps = body['steps'] as { key: string; withinSeconds: number | null }[]
      return Object.fromEntries(
        steps.map((one) => [one.key, one.withinSeconds ?? Number.MAX_VALUE]),
      )
    }
    await addStepOfOurOwn()
    const before = await openAlert()
    world.clock.timeMs += 1_000
    await choose(first, 'high')
    world.clock.timeMs += 1_000
    const after = await openAlert()
    expect(await stepsOf(after)).toEqual([
      'Nederlandse pilot (1 km) + Hoog risico (direct de politie)',
      'call-police',
    ])
    // What a grave case adds takes no step away, and lets none wait longer.
    const [own, both] = [await timesOf(before), await timesOf(after)]
    const slower = Object.entries(own).filter(
      ([key, seconds]) => !((both[key] ?? Infinity) <= seconds),
    )
    expect(Object.keys(own).length).toBeGreaterThan(3)
    expect(slower.map(([key]) => key)).toEqual(['decide'])
    // One that was put in front of people before keeps the steps it began with.
    expect((await stepsOf(before))[1]).toBe('decide')
    const late = await first.call('POST', `/v1/alerts/${after}/_acknowledge`, {
      recallAfterMinutes: 6,
    })
    expect(late.status).not.toBe(200)
    const taken = await first.call('POST', `/v1/alerts/${after}/_acknowledge`, {})
    expect(Date.parse(String(taken.body['recallAt']))).toBe(world.clock.timeMs + 5 * 60_000)
    const listed = await raiseAlertAt(world.database.pool, world.clock.timeMs, {
      protectionOrderId: orderId,
      priority: 'P3',
    })
    const seen = await first.call('POST', `/v1/alerts/${listed}/_acknowledge`, {})
    expect(seen.body['priority']).toBe('P3')
    expect(Date.parse(String(seen.body['recallAt']))).toBe(world.clock.timeMs + 5 * 60_000)
  })
})

describe('what a risk profile is', () => {
  const standard = bodyExamples['replaceRiskProfile'] as Record<string, unknown>

  it('a row is changed by two, the cases stay with their version, and are counted until somebody chooses anew', async () => {
    await choose(first, 'raised')
    expect(await rowOf('raised')).toMatchObject({ version: 0, behindCount: 0, changedAt: null })
    const faster = { ...standard, ...riskProfilesDelivered['raised'], reportIntervalSeconds: 20 }
    const wider = await first.call('PUT', '/v1/risk-profiles/raised', {
      ...faster,
      approachMetersMin: 1_200,
    })
    expect(wider.status).toBe(400)
    const asked = await first.call('PUT', '/v1/risk-profiles/raised', faster)
    expect(asked).toMatchObject({
      status: 202,
      body: { changes: [{ what: 'reportIntervalSeconds', before: '30', after: '20' }] },
    })
    expect(await rowOf('raised')).toMatchObject({ version: 0 })
    await confirm(asked.body['id'])
    expect(await rowOf('raised')).toMatchObject({
      version: 1,
      reportIntervalSeconds: 20,
      changedBy: first.staffId,
      confirmedBy: second.staffId,
      // That of the first test, and this one.
      behindCount: 2,
    })
    expect(await readOrder()).toMatchObject({
      riskProfile: { version: 0, reportIntervalSeconds: 30 },
    })
    expect(await choose(first, 'raised')).toMatchObject({
      status: 200,
      body: { riskProfile: { version: 1, reportIntervalSeconds: 20 } },
    })
    expect(await rowOf('raised')).toMatchObject({ behindCount: 1 })
    // Of a version that somebody else has changed since.
    expect((await first.call('PUT', '/v1/risk-profiles/raised', faster)).status).toBe(409)
  })

  it('a case that follows a row of the same key and version with other terms, as from another server, takes up those of here', async () => {
    const set = (seconds: number) =>
      world.database.pool.query(
        `insert into risk_profiles (key, version, body, changed_by, changed_at) values ('elsewhere', 1, $1, $2, now())
         on conflict (organisation_id, key, version) do update set body = excluded.body`,
        [{ ...riskProfilesDelivered['high'], reportIntervalSeconds: seconds }, first.staffId],
      )
    await set(60)
    expect((await choose(first, 'elsewhere')).body).toMatchObject({ version: 2 })
    expect((await choose(first, 'elsewhere')).body).toMatchObject({ version: 2 })
    await set(15)
    expect(await choose(first, 'elsewhere')).toMatchObject({
      status: 200,
      body: { version: 3, riskProfile: { version: 1, reportIntervalSeconds: 15 } },
    })
    await set(30)
    expect(await choose(first, 'elsewhere')).toMatchObject({
      status: 202,
      body: { weakens: ['risk-lowered'] },
    })
  })

  it('a row of another name is made by two as well, and one that cannot be is refused at its field', async () => {
    const own = { ...standard, name: { nl: 'Eigen', en: 'Own' }, protocol: null }
    const wrong = await first.call('PUT', '/v1/risk-profiles/own', { ...own, recallMinutesMax: 0 })
    expect(wrong.body['errors']).toMatchObject([{ pointer: '/recallMinutesMax' }])
    const asked = await first.call('PUT', '/v1/risk-profiles/own', own)
    expect(asked.status).toBe(202)
    await confirm(asked.body['id'])
    expect(await choose(first, 'own')).toMatchObject({ status: 200 })
  })
})

it('a case that follows terms of elsewhere is counted, whatever their version', async () => {
  await choose(first, 'raised')
  const before = Number((await rowOf('raised'))?.['behindCount'])
  // As if that row were one of the organisation where the case came from.
  await world.database.pool.query('delete from risk_profiles')
  const row = await rowOf('raised')
  expect(row).toMatchObject({ version: 0 })
  const here = await world.call('operator', 'GET', `/v1/protection-orders/${orderId}`)
  expect(here.body['riskProfile']).toMatchObject({ version: 1 })
  // That of the first test follows what is delivered again; this one and one before it do not.
  expect([before, row?.['behindCount']]).toEqual([1, 2])
})
