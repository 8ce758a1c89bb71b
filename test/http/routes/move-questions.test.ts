import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listOrdersAround } from '../../../src/store/cases/known-moves.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { proveFor, signInAs, type TestPerson } from '../../support/signed-in.ts'

/** A mother and a child who lived at one address, whom separate orders protect. */
let world: TestApp
let lead: TestPerson
let offenderId = ''
let motherId = ''
let childId = ''
let motherOrderId = ''
let childOrderId = ''
const oldPlace = { longitude: 5.123457, latitude: 52.098763 }
const newPlace = { longitude: 5.9, latitude: 52.9 }
const elsewhere = { longitude: 6.2, latitude: 53.1 }
const oldAddress = { text: 'Oude weg 12', ...oldPlace }
const newAddress = { text: 'Nieuwe laan 7', ...newPlace }

beforeAll(async () => {
  world = await createTestApp()
  lead = await signInAs(world, { roles: ['operator'], displayName: 'C. Regie' })
  offenderId = await make('/v1/persons', { role: 'offender', reference: 'RECL-1' })
  motherId = await make('/v1/persons', { role: 'victim', reference: 'SLO-1' })
  childId = await make('/v1/persons', { role: 'victim', reference: 'KIND-1' })
  motherOrderId = await order('MOTHER', { proximityBans: [protecting(motherId)] })
  childOrderId = await order('CHILD', { proximityBans: [protecting(childId, oldPlace)] })
  await make(`/v1/protection-orders/${motherOrderId}/household-links`, {
    personId: motherId,
    memberId: childId,
    relation: 'child',
    since: '2026-09-01T00:00:00Z',
  })
})
afterAll(() => world.close())

type Place = typeof oldPlace
const protecting = (victimId: string, place?: Place) => ({
  victimId,
  separationMeters: 1000,
  ...(place === undefined
    ? {}
    : { fixedAddresses: [{ label: 'huis', ...place, radiusMeters: 50 }] }),
})
const area = (label: string, place: Place) => ({ label, circle: { ...place, radiusMeters: 300 } })

async function make(url: string, body: unknown): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

const bodyOf = (reference: string, bans: object) => ({
  reference,
  legalBasis: 'liberty-restricting-measure',
  offenderId,
  validFrom: '2026-11-01T00:00:00Z',
  validUntil: '2027-11-01T00:00:00Z',
  ...bans,
})
const order = (reference: string, bans: object) =>
  make('/v1/protection-orders', bodyOf(reference, bans))

async function change(id: string, reference: string, bans: object): Promise<void> {
  const path = `/v1/protection-orders/${id}`
  const answer = await world.call('supervisor', 'PUT', path, bodyOf(reference, bans))
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}

type Question = Readonly<Record<'id' | 'reference' | 'about' | 'because' | 'relocationId', string>>

async function listOpen(reference: string): Promise<readonly Question[]> {
  const { body } = await world.call('operator', 'GET', '/v1/relocation-questions?limit=200')
  return (body['items'] as Question[]).filter((one) => one.reference === reference)
}

const askedOf = async (reference: string): Promise<readonly string[]> =>
  (await listOpen(reference)).map(({ about, because }) => `${about} ${because}`)

const move = (personId: string, more: object) =>
  world.call('supervisor', 'POST', `/v1/persons/${personId}/relocations`, {
    movedAt: '2026-11-22T00:00:00Z',
    ...more,
  })

describe('the old place of a move', () => {
  it('the order of whoever lives with them is asked about the same door, without where they live now', async () => {
    const moved = await move(motherId, { oldAddress, newAddress })
    expect(moved.status, JSON.stringify(moved.body)).toBe(201)
    expect(await askedOf('MOTHER')).toEqual(['order new-not-protected', 'household lived-with'])
    expect(await askedOf('CHILD')).toEqual(['fixed-address names-old'])
    const { pool } = world.database
    expect(await listOrdersAround(pool, motherId, [motherOrderId])).toEqual([childOrderId])
    const kept = moved.body['relocations'] as Record<string, unknown>[]
    expect(kept).toMatchObject([
      { protectionOrderId: motherOrderId, newAddress },
      { protectionOrderId: childOrderId, oldAddress, newAddress: null },
    ])
  })

  it('an order that comes after the move is asked about it, and a later version about each place that it adds', async () => {
    const home = area('woning', oldPlace)
    const werk = area('werk', elsewhere)
    await order('LATER-ELSEWHERE', { locationBans: [werk], proximityBans: [protecting(childId)] })
    expect(await askedOf('LATER-ELSEWHERE')).toEqual([])
    const bans = { proximityBans: [protecting(motherId)] }
    const laterId = await order('LATER', { locationBans: [home, werk], ...bans })
    expect(await askedOf('LATER')).toEqual(['location-ban names-old', 'order new-not-protected'])
    // What was asked of the same place is not asked again, open or answered.
    await change(laterId, 'LATER', { locationBans: [werk, home], ...bans })
    for (const { id } of await listOpen('LATER')) await answer('supervisor', id, 'stays')
    const wider = area('tuin', { ...oldPlace, latitude: 52.1 })
    await change(laterId, 'LATER', { locationBans: [werk, home], ...bans })
    expect(await askedOf('LATER')).toEqual([])
    await change(laterId, 'LATER', {
      locationBans: [werk, home, wider],
      proximityBans: [protecting(motherId, oldPlace)],
    })
    expect(await askedOf('LATER')).toEqual(['location-ban names-old', 'fixed-address names-old'])
  })

  it('an order of areas alone keeps the move of whoever it is for, and asks whether it reaches them now', async () => {
    const womanId = await make('/v1/persons', { role: 'victim', reference: 'SLO-7' })
    const areasId = await order('AREAS', { locationBans: [area('wijk', oldPlace)] })
    expect((await move(womanId, { oldAddress })).status).toBe(409)
    const kept = await move(womanId, { oldAddress, newAddress, protectionOrderId: areasId })
    expect(kept.status, JSON.stringify(kept.body)).toBe(201)
    expect(await askedOf('AREAS')).toEqual(['location-ban names-old', 'order new-not-protected'])
    const tuin = area('tuin', { ...oldPlace, latitude: 52.1 })
    await change(areasId, 'AREAS', { locationBans: [area('wijk', oldPlace), tuin] })
    expect(await askedOf('AREAS')).toHaveLength(3)
    const unknown = '019ab2f4-0009-7000-8000-000000000009'
    expect((await move(womanId, { protectionOrderId: unknown })).body['errors']).toMatchObject([
      { pointer: '/protectionOrderId' },
    ])
  })

  it('a move that is planned does not hide where they live until then', async () => {
    const womanId = await make('/v1/persons', { role: 'victim', reference: 'SLO-9' })
    await order('PLANNING', { proximityBans: [protecting(womanId)] })
    const planned = {
      movedAt: '2026-12-20T00:00:00Z',
      newAddress: { text: 'Verweg 1', ...elsewhere },
    }
    expect((await move(womanId, { oldAddress, newAddress })).status).toBe(201)
    expect((await move(womanId, { ...planned, oldAddress: newAddress })).status).toBe(201)
    const there = { locationBans: [area('later', elsewhere)] }
    await order('PLANNED', { ...there, proximityBans: [protecting(womanId)] })
    expect(await askedOf('PLANNED')).toEqual(['order new-not-protected'])
  })

  it('a move that is kept again with another old address asks what names that', async () => {
    const womanId = await make('/v1/persons', { role: 'victim', reference: 'SLO-10' })
    const withOrderId = await order('CORRECTED', { proximityBans: [protecting(womanId)] })
    const wrong = { text: 'Verweg 2', ...elsewhere }
    const childId = await make('/v1/persons', { role: 'victim', reference: 'KIND-10' })
    const withId = await order('CORRECTED-WITH', { proximityBans: [protecting(childId, oldPlace)] })
    const joining = { withOrderId }
    const path = `/v1/protection-orders/${withId}/_join-case`
    expect((await world.call('supervisor', 'POST', path, joining)).status).toBe(200)
    await move(womanId, { oldAddress: wrong, newAddress })
    await move(womanId, { oldAddress })
    expect(await askedOf('CORRECTED-WITH')).toEqual(['fixed-address names-old'])
    const home = { locationBans: [area('woning', oldPlace)] }
    await order('CORRECTED-LATER', { ...home, proximityBans: [protecting(womanId)] })
    // Where they live now was said before, and is no other for that.
    expect((await askedOf('CORRECTED-LATER')).toSorted()).toEqual([
      'location-ban names-old',
      'order new-not-protected',
    ])
  })

  it('the order of a child is asked about the move of whoever lives with it, whom no order names', async () => {
    const fatherId = await make('/v1/persons', { role: 'victim', reference: 'SLO-11' })
    const sonId = await make('/v1/persons', { role: 'victim', reference: 'KIND-11' })
    const sonOrderId = await order('SON', { proximityBans: [protecting(sonId, oldPlace)] })
    expect((await move(fatherId, { oldAddress, newAddress })).status).toBe(409)
    const since = '2026-09-01T00:00:00Z'
    const link = { personId: sonId, memberId: fatherId, relation: 'parent', since }
    await make(`/v1/protection-orders/${sonOrderId}/household-links`, link)
    const moved = await move(fatherId, { oldAddress, newAddress })
    expect(moved.status, JSON.stringify(moved.body)).toBe(201)
    expect(moved.body['relocations']).toMatchObject([{ oldAddress, newAddress: null }])
    expect(await askedOf('SON')).toEqual(['fixed-address names-old', 'household lived-with'])
  })

  it('a change that two people make asks about a move, and each copy of it is on record', async () => {
    const womanId = await make('/v1/persons', { role: 'victim', reference: 'SLO-12' })
    await order('BY-TWO-OWN', { proximityBans: [protecting(womanId)] })
    const lastId = await order('BY-TWO', { locationBans: [area('werk', elsewhere)] })
    expect((await move(womanId, { oldAddress, newAddress })).status).toBe(201)
    const [first, second] = [
      await signInAs(world, { roles: ['supervisor'], displayName: 'E. Een' }),
      await signInAs(world, { roles: ['supervisor'], displayName: 'F. Twee' }),
    ]
    const bans = {
      locationBans: [area('woning', oldPlace)],
      proximityBans: [protecting(womanId)],
    }
    const path = `/v1/protection-orders/${lastId}`
    const asked = await first.call('PUT', path, bodyOf('BY-TWO', bans))
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    const confirmed = `/v1/proposals/${String(asked.body['id'])}/_confirm`
    await proveFor(world, second, `confirmProposal ${String(asked.body['id'])}`)
    expect((await second.call('POST', confirmed, {})).status).toBe(200)
    const [question] = await listOpen('BY-TWO')
    expect(await askedOf('BY-TWO')).toEqual(['location-ban names-old', 'order new-not-protected'])
    const { rows } = await world.database.pool.query<{ text: string }>(
      `select convert_from(body, 'UTF8') as text from audit_entries`,
    )
    const copied = rows.filter(({ text }) =>
      text.includes(`"subjectId":"${question?.relocationId}"`),
    )
    expect(copied).toHaveLength(1)
    expect(copied[0]?.text).toContain(womanId)
  })

  it('orders that become one case are asked about the moves of each other', async () => {
    const otherId = await make('/v1/persons', { role: 'victim', reference: 'SLO-8' })
    const bans = { proximityBans: [protecting(otherId, oldPlace)] }
    const joiningId = await order('JOINING', bans)
    expect(await askedOf('JOINING')).toEqual([])
    const path = `/v1/protection-orders/${joiningId}/_join-case`
    const joined = await world.call('supervisor', 'POST', path, { withOrderId: motherOrderId })
    expect(joined.status, JSON.stringify(joined.body)).toBe(200)
    expect(await askedOf('JOINING')).toEqual(['fixed-address names-old'])
  })
})

const answer = (role: 'operator' | 'supervisor', id: string, words: string) =>
  world.call(role, 'POST', `/v1/relocation-questions/${id}/_answer`, {
    answer: words,
    note: 'Looked at together.',
  })

describe('who says what a move means', () => {
  it('a supervisor or the lead says that all stays as it is, and reads both addresses on record', async () => {
    const [question] = await listOpen('MOTHER')
    const path = `/v1/relocation-questions/${question?.id}`
    expect((await world.call('operator', 'GET', path)).status).toBe(403)
    expect((await lead.call('GET', path)).status).toBe(403)
    for (const words of ['stays', 'does-not-apply'])
      expect((await answer('operator', question?.id ?? '', words)).status).toBe(403)
    const role = {
      role: 'case-lead',
      holder: { staffId: lead.staffId },
      standIn: { name: 'K. Bos' },
    }
    const giving = `/v1/protection-orders/${motherOrderId}/_give-role`
    expect((await world.call('supervisor', 'POST', giving, role)).status).toBe(200)
    expect(await lead.call('GET', path)).toMatchObject({
      status: 200,
      body: { question: { id: question?.id }, relocation: { oldAddress, newAddress } },
    })
    const { rows } = await world.database.pool.query<{ text: string }>(
      `select convert_from(body, 'UTF8') as text from audit_entries`,
    )
    const read = rows.filter(({ text }) => text.includes('"name":"getMoveQuestion"'))
    expect(read.filter(({ text }) => text.includes('consultation'))).toHaveLength(1)
    expect(read.map(({ text }) => text).join()).not.toMatch(/Oude weg|Nieuwe laan/)
    const said = { answer: 'stays', note: 'Looked at with the prosecutor.' }
    expect((await lead.call('POST', `${path}/_answer`, said)).status).toBe(200)
  })

  it('a change that leaves the order beside where they live now is no answer', async () => {
    const womanId = await make('/v1/persons', { role: 'victim', reference: 'SLO-13' })
    const bans = { proximityBans: [protecting(womanId)] }
    const id = await order('BESIDE', { locationBans: [area('werk', elsewhere)], ...bans })
    expect((await move(womanId, { oldAddress, newAddress })).status).toBe(201)
    const [question] = await listOpen('BESIDE')
    const changed = async () => (await answer('operator', question?.id ?? '', 'changed')).status
    const wider = area('park', { ...elsewhere, latitude: 53.2 })
    const werk = area('werk', elsewhere)
    await change(id, 'BESIDE', { locationBans: [werk, wider], ...bans })
    expect(await changed()).toBe(409)
    await change(id, 'BESIDE', { locationBans: [werk, wider, area('nieuw', newPlace)], ...bans })
    expect(await changed()).toBe(200)
  })

  it('a move that is posted twice asks once', async () => {
    const womanId = await make('/v1/persons', { role: 'victim', reference: 'SLO-14' })
    await order('TWICE', { proximityBans: [protecting(womanId)] })
    const both = await Promise.all([1, 2].map(() => move(womanId, { oldAddress, newAddress })))
    expect(both.map(({ status }) => status)).toEqual([201, 201])
    expect(both[0]?.body).toEqual(both[1]?.body)
    expect(await askedOf('TWICE')).toEqual(['order new-not-protected'])
  })

  it('a change is taken for an answer when that place is another, and not for how grave the case is or another place', async () => {
    const [question] = await listOpen('CHILD')
    const changed = async () => await answer('operator', question?.id ?? '', 'changed')
    const risk = { profile: 'high', reason: 'Screening of today.' }
    const choosing = `/v1/protection-orders/${childOrderId}/_choose-risk-profile`
    expect((await world.call('supervisor', 'POST', choosing, risk)).status).toBe(200)
    expect(await changed()).toMatchObject({
      status: 409,
      body: { errors: [{ code: 'not-changed' }] },
    })
    const locationBans = [area('school', elsewhere)]
    await change(childOrderId, 'CHILD', {
      locationBans,
      proximityBans: [protecting(childId, oldPlace)],
    })
    expect((await changed()).status).toBe(409)
    await change(childOrderId, 'CHILD', {
      locationBans,
      proximityBans: [protecting(childId, newPlace)],
    })
    expect((await changed()).status).toBe(200)
  })
})
