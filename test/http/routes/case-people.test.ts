import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createCaseKeeper } from '../../../workers/keep-cases.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs, type TestPerson } from '../../support/signed-in.ts'

let world: TestApp
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>
let administrator: TestPerson
let supervisor: TestPerson
let colleague: TestPerson
let orderId = ''

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
  administrator = await signInAs(world, { roles: ['administrator', 'operator'] })
  supervisor = await signInAs(world, { roles: ['supervisor'], displayName: 'A. Eerst' })
  colleague = await signInAs(world, { roles: ['operator'], displayName: 'B. Twee' })
  const person = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'offender',
    reference: 'o',
  })
  const made = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: 'CASE-1',
    legalBasis: 'prosecutor-behaviour-order',
    offenderId: person.body['id'],
    validFrom: '2026-11-23T00:00:00Z',
    validUntil: '2027-02-20T00:00:00Z',
    locationBans: [{ label: 'x', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } }],
  })
  orderId = String(made.body['id'])
})
afterAll(() => world.close())

const path = (name: string): string => `/v1/protection-orders/${orderId}/${name}`
const gapsNow = async (): Promise<unknown> =>
  (await world.call('operator', 'GET', path('case-people'))).body['gaps']
const give = (body: object) => supervisor.call('POST', path('_give-role'), body)

describe('who leads a case', () => {
  it('an order that runs is listed for whatever it lacks, and no longer once it has it', async () => {
    const all = ['no-case-lead', 'no-contact-point', 'no-screening']
    expect(await gapsNow()).toEqual(all)
    const listed = await world.call('operator', 'GET', '/v1/case-gaps')
    expect(listed.body['items']).toMatchObject([{ protectionOrderId: orderId, gaps: all }])
    const given = await give({
      role: 'case-lead',
      holder: { staffId: supervisor.staffId },
      standIn: { staffId: colleague.staffId },
    })
    expect(given).toMatchObject({
      status: 200,
      body: { holder: { name: 'A. Eerst', isHere: true }, standIn: { name: 'B. Twee' } },
    })
    const outside = {
      role: 'contact-point',
      holder: { name: 'J. de Vries, politie', phone: '+31300000001' },
      standIn: { name: 'K. Bos, politie' },
    }
    expect((await give(outside)).status).toBe(200)
    expect(await gapsNow()).toEqual(['no-screening'])
  })

  it('a role is not given without a stand-in who is somebody else, nor handed over without a word', async () => {
    const holder = { name: 'J. de Vries' }
    expect((await give({ role: 'case-lead', holder })).status).toBe(400)
    const pointersOf = async (body: object): Promise<unknown> =>
      ((await give(body)).body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)
    const note = { handOverNote: 'x' }
    expect(
      await pointersOf({ role: 'case-lead', holder, standIn: { name: ' j. DE vries ' }, ...note }),
    ).toEqual(['/standIn'])
    const words = { ...holder, phone: 'bel over stalking' }
    expect(await pointersOf({ role: 'case-lead', holder: words, standIn: words })).toEqual([
      '/holder/phone',
      '/standIn/phone',
    ])
    const self = { staffId: colleague.staffId }
    expect(await pointersOf({ role: 'case-lead', holder: self, standIn: self, ...note })).toEqual([
      '/standIn',
    ])
    expect(await pointersOf({ role: 'case-lead', holder, standIn: { name: 'K. Bos' } })).toEqual([
      '/handOverNote',
    ])
    expect(await pointersOf({ role: 'case-lead', holder: {}, standIn: {}, ...note })).toEqual([
      '/holder/name',
    ])
  })

  it('whoever leaves leads nothing any more, and the stand-in is then alone', async () => {
    const disable = 'update staff set disabled_at = now() where id = $1'
    await world.database.pool.query(disable, [colleague.staffId])
    expect(await gapsNow()).toEqual(['case-lead-alone', 'no-screening'])
    const handOver = {
      role: 'case-lead',
      holder: { staffId: supervisor.staffId },
      standIn: { name: 'C. Drie' },
      handOverNote: 'B. Twee is met pensioen.',
    }
    expect((await give(handOver)).status).toBe(200)
    expect(await gapsNow()).toEqual(['no-screening'])
    const { body } = await world.call('operator', 'GET', path('case-people'))
    const roles = (body['roles'] as { role: string; until: string | null }[]).filter(
      ({ role }) => role === 'case-lead',
    )
    expect(roles.map(({ until }) => until === null)).toEqual([true, false])
  })
})

describe('screening', () => {
  const screening = {
    instrument: 'sash',
    screenedAt: '2026-11-20T10:00:00Z',
    outcome: 'high',
    nextDueAt: '2026-11-30T10:00:00Z',
  }

  it('a screening is refused of an author who was not trained on that day, and nobody says of themselves that they were', async () => {
    const screen = (body: object = screening) => supervisor.call('POST', path('screenings'), body)
    expect(await screen()).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '/authorId', code: 'not-trained' }] },
    })
    const train = (id: string, trainedAt: string, validUntil = '2027-01-01T00:00:00Z') =>
      administrator.call('POST', `/v1/staff/${id}/trainings`, {
        instrument: 'sash',
        trainedAt,
        validUntil,
      })
    const tooLong = await train(supervisor.staffId, '2026-01-01T00:00:00Z', '2031-01-03T00:00:00Z')
    expect(tooLong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/validUntil' }] } })
    expect((await train(administrator.staffId, '2026-01-01T00:00:00Z')).status).toBe(409)
    expect((await train(supervisor.staffId, '2026-11-22T00:00:00Z')).status).toBe(201)
    // Trained since, and not when it was filled in.
    expect((await screen()).status).toBe(409)
    expect((await train(supervisor.staffId, '2026-01-01T00:00:00Z')).status).toBe(201)
    expect((await screen({ ...screening, nextDueAt: '2028-01-01T00:00:00Z' })).status).toBe(400)
    expect((await screen({ ...screening, screenedAt: '2026-11-24T00:00:00Z' })).status).toBe(400)
    // Of somebody who has left nothing new is kept.
    expect((await screen({ ...screening, authorId: colleague.staffId })).status).toBe(409)
    expect(await screen()).toMatchObject({ status: 201, body: { authorName: 'A. Eerst' } })
    // Whom one can choose: until when they were trained, the latest of it.
    const read = await world.call('operator', 'GET', path('case-people'))
    expect(read.body['authors']).toEqual([
      { staffId: supervisor.staffId, name: 'A. Eerst', validUntil: '2027-01-01T00:00:00.000Z' },
    ])
    // What was found asks for something that follows from it.
    expect(await gapsNow()).toEqual(['risk-not-chosen'])
    const chosen = { profile: 'raised', reason: 'Screening of today.' }
    expect((await supervisor.call('POST', path('_choose-risk-profile'), chosen)).status).toBe(200)
    expect(await gapsNow()).toEqual([])
    const { body } = await world.call('operator', 'GET', '/v1/case-gaps')
    expect(body['items']).toEqual([])
  })

  it('cases that lack somebody for a day are one alert of the organisation, which ends when none does', async () => {
    const open = async () => {
      const { rows } = await world.database.pool.query<{ reason: string; organisation: string }>(
        `select reason, organisation_id as organisation from alerts
          where kind = 'case-unled' and cleared_at is null`,
      )
      return rows
    }
    const keep = async (nowMs: number): Promise<void> => {
      const deps = { pool: worker, clock: { nowMs: () => nowMs }, limits: defaultLimits }
      await createCaseKeeper({ ...deps, onEvent: () => {} })()
    }
    const { rows } = await world.database.pool.query<{ at: Date }>(
      `update protection_orders set created_at = '2026-11-23T18:00:00Z' returning created_at as at`,
    )
    const madeMs = rows[0]?.at.getTime() ?? 0
    await keep(madeMs + 25 * 3_600_000)
    expect(await open()).toEqual([])
    // The screening is due on the 30th.
    await keep(Date.parse('2026-12-01T00:00:00Z'))
    expect(await open()).toMatchObject([{ organisation: '00000000-0000-7000-8000-000000000001' }])
    await keep(Date.parse('2026-12-01T00:01:00Z'))
    expect(await open()).toHaveLength(1)
    await world.call('supervisor', 'POST', `/v1/protection-orders/${orderId}/_end`)
    await keep(Date.parse('2026-12-01T00:02:00Z'))
    expect(await open()).toEqual([])
  })
})
