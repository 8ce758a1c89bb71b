import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultOrganisationId } from '../../../src/record/act.ts'
import { listAssessments } from '../../../src/store/enforceability/assessments.ts'
import { listActsBefore } from '../../../src/store/report/yearly-facts.ts'
import { keysOf } from '../../../src/store/keys/keys-of.ts'
import { scopeOfAssessment } from '../../../src/store/keys/sealed-assessments.ts'
import { hashToken, insertApiClient, makeToken } from '../../../src/store/registry/api-clients.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
let offenderId: string
let otherId: string
let documentCount = 0
beforeAll(async () => {
  world = await createTestApp()
  offenderId = await person('RECL-attached')
  otherId = await person('RECL-other')
})
afterAll(async () => {
  await world.close()
})

const circle = { longitude: 5.1, latitude: 52.1, radiusMeters: 1_000 }

describe('orders and their assessments', () => {
  it('an order names its assessment, and says nothing more where the ban is the one that was assessed', async () => {
    const assessmentId = await assess({ circle, offenderId })
    const made = await order({ assessmentId, locationBans: [{ label: 'home', circle }] })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(made.body['assessmentId']).toBe(assessmentId)
    expect(codesOf(made.body)).toEqual([])
    const life = await world.call(
      'supervisor',
      'GET',
      `/v1/protection-orders/${String(made.body['id'])}/life`,
    )
    expect(life.body['acts']).toMatchObject([
      { act: 'propose', assessmentId, findings: [], reason: null, documentReference: null },
      { act: 'assess', assessmentId, findings: [] },
      { act: 'impose', assessmentId, findings: ['no-document'] },
    ])
  })

  it('what was assessed is listed with what became of it: an order, or why there is none, and is then no beginning of one', async () => {
    const [made, declined, waits] = [
      await assess({ circle, label: 'first' }),
      await assess({ circle, offenderId, label: 'second' }),
      await assess({ circle, label: 'third' }),
    ]
    const bans = { locationBans: [{ label: 'home', circle }] }
    const imposed = await order({ assessmentId: made, ...bans })
    expect(imposed.status, JSON.stringify(imposed.body)).toBe(201)
    const decline = (id: string) =>
      world.call('supervisor', 'POST', `${assessments}/${id}/_decline`, { reason: 'Not imposed.' })
    expect((await decline(declined)).body).toMatchObject({ state: 'declined' })
    expect((await decline(declined)).status).toBe(409)
    expect((await decline(made)).status).toBe(409)
    expect((await decline(otherId)).status).toBe(404)
    expect((await order({ assessmentId: declined, ...bans })).body['errors']).toMatchObject([
      { pointer: '/assessmentId' },
    ])
    const list = await world.call('supervisor', 'GET', `${assessments}?limit=200`)
    const rows = list.body['items'] as Readonly<Record<string, unknown>>[]
    const found = (id: string) => rows.find((row) => row['id'] === id)
    expect(found(made)).toMatchObject({
      state: 'imposed',
      protectionOrderId: imposed.body['id'],
      orderReference: imposed.body['reference'],
    })
    expect(found(declined)).toMatchObject({ state: 'declined', declineReason: 'Not imposed.' })
    expect(found(waits)).toMatchObject({ state: 'assessed', declinedAt: null })
    // A year begins with what was imposed, whenever it was asked about.
    const acts = await listActsBefore(world.database.pool, Number.MAX_SAFE_INTEGER / 1000)
    const ofImposed = acts.filter(({ orderId }) => orderId === imposed.body['id'])
    expect(ofImposed.map(({ act }) => act)).toEqual(['impose'])
    const { rows: stored } = await world.database.pool.query<{ readonly text: string }>(
      'select decline_reason as text from enforceability_assessments where id = $1',
      [declined],
    )
    expect(stored[0]?.text).not.toContain('imposed')
    // As when it is erased: what was typed goes with its key, and what became of it stays.
    await world.database.pool.query('select hoede_destroy_keys_of_assessments($1)', [[declined]])
    keysOf(world.database.pool).forget([scopeOfAssessment(declined)])
    const erased = await listAssessments(world.database.pool, { afterId: null, limit: 200 })
    const gone = erased.find(({ id }) => id === declined)
    expect([gone?.declinedAtMs !== null, gone?.reason, gone?.label]).toEqual([true, null, ''])
  })

  it('an order is proposed without an assessment, and its life says that nobody assessed it', async () => {
    const propose = (body: object) =>
      world.call('supervisor', 'POST', `${assessments}/_propose`, body)
    expect((await propose({ label: 'x', offenderId: 'x' })).status).toBe(400)
    const victim = { role: 'victim', reference: 'SLO-proposed' }
    const { body: nobody } = await world.call('supervisor', 'POST', '/v1/persons', victim)
    const refused = await propose({ label: 'x', offenderId: nobody['id'] })
    expect(refused.body['errors']).toMatchObject([{ pointer: '/offenderId' }])
    const proposed = await propose({ label: 'tonight', offenderId })
    expect(proposed, JSON.stringify(proposed.body)).toMatchObject({
      status: 201,
      body: { label: 'tonight', state: 'proposed', verdict: 'not-assessed' },
    })
    const id = String(proposed.body['id'])
    for (const path of [`${assessments}/${id}`, `${assessments}/${id}/advice`])
      expect((await world.call('supervisor', 'GET', path)).status).toBe(404)
    const bans = { locationBans: [{ label: 'home', circle }] }
    const made = await order({ assessmentId: id, ...bans })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(codesOf(made.body)).toEqual(['assessed-never'])
    const path = `/v1/protection-orders/${String(made.body['id'])}/life`
    const { body } = await world.call('supervisor', 'GET', path)
    expect(body['acts']).toMatchObject([
      { act: 'propose', assessmentId: id },
      { act: 'impose', assessmentId: id, findings: ['no-document', 'assessed-never'] },
    ])
    expect(body['missing']).toContain('impose: assessed-never')
    const declined = String((await propose({ label: 'never' })).body['id'])
    const reason = { reason: 'Not imposed.' }
    const answer = await world.call(
      'supervisor',
      'POST',
      `${assessments}/${declined}/_decline`,
      reason,
    )
    expect(answer.body).toMatchObject({ state: 'declined' })
  })

  it('what was proposed without an assessment is assessed as itself, once, and its order begins with both', async () => {
    const proposed = await world.call('supervisor', 'POST', `${assessments}/_propose`, {
      label: 'tonight',
      offenderId,
    })
    const proposedId = String(proposed.body['id'])
    const ask = (body: object) =>
      world.call('supervisor', 'POST', assessments, { circle, proposedId, keep: true, ...body })
    expect((await ask({ keep: false })).body['errors']).toMatchObject([{ pointer: '/keep' }])
    expect((await ask({ proposedId: otherId })).body['errors']).toMatchObject([
      { pointer: '/proposedId' },
    ])
    expect((await ask({ offenderId: otherId })).status).toBe(409)
    const proposedMs = world.clock.timeMs
    world.clock.timeMs += 3_600_000
    const assessed = await ask({ label: 'another' })
    expect(assessed, JSON.stringify(assessed.body)).toMatchObject({ status: 200 })
    expect(assessed.body['id']).toBe(proposedId)
    expect((await ask({})).status).toBe(409)
    const read = await world.call('supervisor', 'GET', `${assessments}/${proposedId}`)
    expect(read.body).toMatchObject({ id: proposedId, verdict: assessed.body['verdict'] })
    const list = await world.call('supervisor', 'GET', `${assessments}?limit=200`)
    const rows = list.body['items'] as Readonly<Record<string, unknown>>[]
    expect(rows.find(({ id }) => id === proposedId)).toMatchObject({
      label: 'tonight',
      state: 'assessed',
    })
    const bans = { locationBans: [{ label: 'home', circle }] }
    const made = await order({ assessmentId: proposedId, ...bans })
    expect(codesOf(made.body)).toEqual([])
    const path = `/v1/protection-orders/${String(made.body['id'])}/life`
    const { body } = await world.call('supervisor', 'GET', path)
    const acts = body['acts'] as Readonly<Record<string, unknown>>[]
    expect(acts.map(({ act, at }) => [act, Date.parse(String(at))])).toEqual([
      ['propose', proposedMs],
      ['assess', world.clock.timeMs],
      ['impose', world.clock.timeMs],
    ])
  })

  it('an order and its decline in one moment do not both come to be', async () => {
    const outcomes: string[] = []
    for (let round = 0; round < 10; round += 1) {
      const id = await assess({ circle })
      const [made, declined] = await Promise.all([
        order({ assessmentId: id, locationBans: [{ label: 'home', circle }] }),
        world.call('supervisor', 'POST', `${assessments}/${id}/_decline`, { reason: 'No.' }),
      ])
      outcomes.push(`${made.status} ${declined.status}`)
    }
    expect(outcomes.filter((one) => one !== '201 409' && one !== '400 200')).toEqual([])
  })

  it('an order says that its ban cannot be enforced, where that was the answer', async () => {
    const tiny = { ...circle, radiusMeters: 100 }
    const assessmentId = await assess({ circle: tiny })
    const made = await order({ assessmentId, locationBans: [{ label: 'home', circle: tiny }] })
    expect(codesOf(made.body)).toEqual(['assessed-not-enforceable'])
  })

  it('an order says in what it is another one than was assessed, also when it becomes that later', async () => {
    const assessmentId = await assess({ circle })
    const smaller = { ...circle, radiusMeters: 400 }
    const made = await order({ assessmentId, locationBans: [{ label: 'home', circle: smaller }] })
    expect(codesOf(made.body)).toEqual(['assessed-other-ban'])
    const detailNl = expect.stringContaining('dat is getoetst')
    const told = expect.objectContaining({ code: 'assessed-other-ban', detailNl })
    expect(made.body['advisories']).toEqual(expect.arrayContaining([told]))
    const url = `/v1/protection-orders/${String(made.body['id'])}`
    const asAsked = await change(url, made.body, { locationBans: [{ label: 'home', circle }] })
    expect(asAsked.body).toMatchObject({ assessmentId })
    expect(codesOf(asAsked.body)).toEqual([])
    const wider = { locationBans: [{ label: 'home', circle, approachMeters: 900 }] }
    const changed = await change(url, made.body, wider)
    expect(changed.body).toMatchObject({ assessmentId, version: 3 })
    expect(codesOf(changed.body)).toContain('assessed-other-band')
    const read = await world.call('supervisor', 'GET', url)
    expect(codesOf(read.body)).toContain('assessed-other-band')
    const assessedAgain = await assess({ circle, approachMeters: 900 })
    const named = await change(url, made.body, { ...wider, assessmentId: assessedAgain })
    expect(named.body).toMatchObject({ assessmentId: assessedAgain, version: 4 })
    expect(codesOf(named.body)).toEqual([])
    expect((await change(url, made.body, wider)).body).toMatchObject({ version: 4 })
    const life = await world.call('supervisor', 'GET', `${url}/life`)
    const missing = life.body['missing'] as readonly string[]
    const assessed = missing.filter((one) => !one.endsWith('no-document'))
    expect(assessed.at(-1)).toBe('change: assessed-other-band')
  })

  it('an order is refused with an assessment that is about somebody else, or that nobody kept', async () => {
    const ofOther = await assess({ circle, offenderId: otherId })
    for (const assessmentId of [ofOther, '019ab2f4-0001-7000-8000-000000000001']) {
      const made = await order({ assessmentId, locationBans: [{ label: 'home', circle }] })
      expect(made.status).toBe(400)
      expect(made.body['errors']).toMatchObject([{ pointer: '/assessmentId' }])
    }
  })

  it('an order without one has none, and a decision may name its own', async () => {
    const made = await order({ locationBans: [{ label: 'home', circle }] })
    expect(made.body['assessmentId']).toBeNull()
    const assessmentId = await assess({ circle })
    const decision = {
      source: 'court',
      documentReference: '09/999',
      act: 'impose',
      decidedAt: '2026-11-20T12:00:00Z',
      supervision: { body: 'Reclassering Nederland', electronicMonitoring: true },
      order: {
        reference: '09/999-26',
        legalBasis: 'liberty-restricting-measure',
        offenderReference: 'RECL-attached',
        validFrom: '2026-11-20T12:00:00Z',
        validUntil: '2027-11-20T12:00:00Z',
        locationBans: [{ label: 'home', circle, approachMeters: 250 }],
        assessmentId,
      },
    }
    const sent = await world.call('supervisor', 'POST', '/v1/decisions', decision)
    expect(sent.status, JSON.stringify(sent.body)).toBe(201)
    const codes = (sent.body['advisories'] as { code: string }[]).map(({ code }) => code)
    expect(codes).toContain('assessed-other-band')
    const url = `/v1/protection-orders/${String(sent.body['protectionOrderId'])}`
    expect((await world.call('supervisor', 'GET', url)).body['assessmentId']).toBe(assessmentId)
    const wrong = {
      ...decision,
      documentReference: '09/998',
      order: { ...decision.order, reference: '09/998-26', assessmentId: otherId },
    }
    const refused = await world.call('supervisor', 'POST', '/v1/decisions', wrong)
    expect(refused.body['errors']).toMatchObject([{ pointer: '/order/assessmentId' }])
  })
})

async function person(reference: string): Promise<string> {
  const made = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'offender',
    reference,
  })
  return String(made.body['id'])
}

const assessments = '/v1/enforceability-assessments'

async function assess(question: object): Promise<string> {
  const made = await world.call('supervisor', 'POST', assessments, {
    ...question,
    keep: true,
  })
  return String(made.body['id'])
}

async function order(terms: object) {
  const body = {
    reference: `attached-${++documentCount}`,
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    ...terms,
  }
  return await world.call('supervisor', 'POST', '/v1/protection-orders', body)
}

async function change(url: string, made: Readonly<Record<string, unknown>>, terms: object) {
  const { reference, legalBasis, validFrom, validUntil } = made
  const body = { reference, legalBasis, offenderId, validFrom, validUntil, ...terms }
  return await world.call('supervisor', 'PUT', url, body)
}

/** Of what is said about the assessment. */
function codesOf(body: Readonly<Record<string, unknown>>): string[] {
  const advisories = body['advisories'] as { code: string }[]
  return advisories
    .map(({ code }) => code)
    .filter((code) => code.startsWith('assessed'))
    .toSorted()
}

it('whoever is held to the cases of a unit reads the assessments of that unit, and those of the orders they see', async () => {
  const { pool } = world.database
  const { rows: units } = await pool.query<{ id: string }>(
    `insert into units (organisation_id, name) values ($1, 'North'), ($1, 'South') returning id`,
    [defaultOrganisationId],
  )
  const [north, south] = units.map(({ id }) => id)
  const ofNorth = await tokenOf(north)
  const ofSouth = await tokenOf(south)
  const own = await assessAs(ofNorth)
  const ofNobody = await assess({ circle })
  expect(await statusOf(ofNorth, own)).toBe(200)
  expect(await statusOf(ofSouth, own)).toBe(404)
  expect(await statusOf(ofSouth, ofNobody)).toBe(404)
  expect(await statusOf(world.tokens.supervisor, own)).toBe(200)
  const made = await order({ assessmentId: ofNobody, locationBans: [{ label: 'home', circle }] })
  await pool.query(
    `insert into caseloads (organisation_id, protection_order_id, unit_id, "from") values ($1, $2, $3, now() - interval '1 day')`,
    [defaultOrganisationId, made.body['id'], south],
  )
  expect(await statusOf(ofSouth, ofNobody)).toBe(200)
  expect(await statusOf(ofNorth, ofNobody)).toBe(404)
})

async function tokenOf(unitId: string | undefined): Promise<string> {
  const secret = makeToken()
  const client = { name: 'held', role: 'supervisor', vendorId: null, deviceId: null } as const
  await insertApiClient(world.database.pool, client, hashToken(secret))
  await world.database.pool.query('update api_clients set unit_id = $2 where token_hash = $1', [
    hashToken(secret),
    unitId,
  ])
  return secret
}

async function assessAs(token: string): Promise<string> {
  const answer = await world.app.inject({
    method: 'POST',
    url: '/v1/enforceability-assessments',
    headers: { authorization: `Bearer ${token}` },
    payload: { circle, keep: true },
  })
  return answer.json<{ id: string }>().id
}

async function statusOf(token: string, id: string): Promise<number> {
  const answer = await world.app.inject({
    method: 'GET',
    url: `/v1/enforceability-assessments/${id}/advice?edition=court`,
    headers: { authorization: `Bearer ${token}` },
  })
  return answer.statusCode
}
