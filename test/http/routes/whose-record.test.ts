import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstOrganisationId } from '../../../src/store/registry/api-clients.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { createTwoOrganisations } from '../../support/two-organisations.ts'
import { waitUntil } from '../../support/wait-until.ts'

type Side = 'ours' | 'theirs'
const sides = ['ours', 'theirs'] as const

let world: TestApp
let two: Awaited<ReturnType<typeof createTwoOrganisations>>
const auditors = { ours: '', theirs: '' }
beforeAll(async () => {
  world = await createTestApp()
  two = await createTwoOrganisations(world.database, await world.database.connectAs('api'))
  for (const side of sides)
    auditors[side] = (await two.makeClient('auditor', two[side].organisationId)).token
})
afterAll(() => world.close())

async function call(token: string, method: 'GET' | 'POST', url: string, body?: object) {
  const answer = await world.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
}

type Entry = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | null>>
  readonly hoede: {
    readonly organisationId: string
    readonly by: { readonly kind: string; readonly id: string | null }
    readonly protectionOrderId: string | null
    readonly subjectId: string | null
  }
}

/** As the auditor of that side reads it. */
async function recordOf(side: Side): Promise<readonly Entry[]> {
  const { status, body } = await call(auditors[side], 'GET', '/v1/audit-entries?limit=200')
  expect(status).toBe(200)
  return (body['items'] as { readonly entry: Entry }[]).map(({ entry }) => entry)
}

async function readingsOf(side: Side): Promise<readonly { readonly personIds: string[] }[]> {
  const { body } = await call(auditors[side], 'GET', '/v1/access-log?limit=200')
  return body['items'] as { personIds: string[] }[]
}

describe('the record of an organisation', () => {
  it('a reading by a desk is on the record of whose case it was, and on no other', async () => {
    const deskId = await insertDesk()
    const desk = await two.makeClient('operator', firstOrganisationId, { deskId })
    await raiseWithFixOf('theirs')
    const { status } = await call(desk.token, 'GET', `/v1/alerts/${two.theirs.alertId}`)
    expect(status).toBe(200)
    expect(await readingsOf('theirs')).toMatchObject([
      { personIds: [two.theirs.personId], apiClientId: desk.id },
    ])
    expect(await readingsOf('ours')).toEqual([])
    const isReading = ({ name }: Entry): boolean => name === 'read-alert-positions'
    expect((await recordOf('theirs')).filter(isReading)).toMatchObject([
      { hoede: { organisationId: two.theirs.organisationId, by: { id: desk.id } } },
    ])
    expect((await recordOf('ours')).filter(isReading)).toEqual([])
  })

  it('a reading of people of two organisations names each on the record of its own', async () => {
    const deskId = await insertDesk()
    const operator = await two.makeClient('operator', firstOrganisationId, { deskId })
    for (const side of sides) await seeAt(side, 5.1, 52.1)
    const found = await call(operator.token, 'POST', '/v1/sightings/_search', {
      bbox: [5, 52, 5.2, 52.2],
    })
    expect(found.status).toBe(200)
    const ids = (found.body['items'] as { personId: string }[]).map(({ personId }) => personId)
    expect(new Set(ids)).toEqual(new Set(sides.map((side) => two[side].personId)))
    for (const side of sides) {
      const named = (await readingsOf(side)).flatMap(({ personIds }) => personIds)
      expect(new Set(named), side).toEqual(new Set([two[side].personId]))
    }
  })

  it('a refusal is on the record of whoever was refused', async () => {
    const guest = await two.makeClient('operator', two.theirs.organisationId)
    expect((await call(guest.token, 'GET', '/v1/api-clients')).status).toBe(403)
    const ofGuest = ({ name, hoede }: Entry): boolean =>
      name === 'refuseCallers' && hoede.by.id === guest.id
    await waitUntil('it is on record', async () => (await recordOf('theirs')).some(ofGuest))
    expect((await recordOf('ours')).some(ofGuest)).toBe(false)
  })

  it('the desk that watches for an organisation, and no more, is on the record of that one', async () => {
    const installer = await two.makeClient('administrator', firstOrganisationId)
    const made = await call(installer.token, 'POST', '/v1/desks', { name: 'Meldkamer Oost' })
    const deskId = String(made.body['id'])
    const body = { organisationId: two.theirs.organisationId }
    for (const act of ['_watch', '_unwatch'])
      expect((await call(installer.token, 'POST', `/v1/desks/${deskId}/${act}`, body)).status).toBe(
        200,
      )
    const about = (await recordOf('theirs')).filter(({ hoede }) => hoede.subjectId === deskId)
    expect(about.map(({ name }) => name)).toEqual(['startWatching', 'stopWatching'])
    const own = (await recordOf('ours')).filter(({ hoede }) => hoede.subjectId === deskId)
    expect(own.map(({ name }) => name)).toEqual(['createDesk'])
  })

  it('the move of a case is on the record of both sides, offered, declined and taken', async () => {
    const { ours, theirs } = two
    const offer = { protectionOrderId: ours.orderId, toOrganisationId: theirs.organisationId }
    const { pool } = world.database
    await pool.query(`update protection_orders set reference = 'other' where id = $1`, [
      theirs.orderId,
    ])
    for (const answer of ['_decline', '_accept']) {
      const made = await call(ours.supervisor.token, 'POST', '/v1/case-moves', offer)
      expect(made.status).toBe(201)
      const url = `/v1/case-moves/${String(made.body['id'])}/${answer}`
      expect((await call(theirs.supervisor.token, 'POST', url)).status).toBe(200)
    }
    for (const side of sides) {
      const moves = (await recordOf(side)).filter(({ name }) => name.endsWith('CaseMove'))
      expect(
        moves.map(({ name, hoede }) => [name, hoede.by.id, hoede.protectionOrderId]),
        side,
      ).toEqual([
        ['createCaseMove', ours.supervisor.id, ours.orderId],
        ['declineCaseMove', theirs.supervisor.id, ours.orderId],
        ['createCaseMove', ours.supervisor.id, ours.orderId],
        ['acceptCaseMove', theirs.supervisor.id, ours.orderId],
      ])
      for (const { hoede } of moves) expect(hoede.organisationId).toBe(two[side].organisationId)
    }
  })

  it('a person puts nothing on the record of whom they see nothing of', async () => {
    const { supervisor } = two.theirs
    const append = (organisationId: string): Promise<unknown> =>
      supervisor.db.query(`select audit_append($1, array['{"start_time":"2026-11-26"}'::bytea])`, [
        organisationId,
      ])
    await expect(append(firstOrganisationId)).rejects.toMatchObject({ code: '42501' })
    await append(two.theirs.organisationId)
    await expect(
      supervisor.db.query(`select hoede_append_entries($1, '{}')`, [firstOrganisationId]),
    ).rejects.toMatchObject({ code: '42501' })
  })
})

async function insertDesk(): Promise<string> {
  const { rows } = await world.database.pool.query<{ id: string }>(
    `with desk as (insert into desks (name) values (gen_random_uuid()::text) returning id)
     , watched as (insert into desk_organisations (desk_id, organisation_id) select d.id, o.id from desk d, organisations o)
     select id from desk`,
  )
  return rows[0]?.id ?? ''
}

/** The alert of a side says where somebody was. */
async function raiseWithFixOf(side: Side): Promise<void> {
  const { alertId, personId, deviceId } = two[side]
  const fix = { deviceId, personId, role: 'offender', longitude: 5.1, latitude: 52.1 }
  const judged = { isBelieved: true, disbelief: [], probability: null }
  const times = { recordedAtMs: world.clock.timeMs, receivedAtMs: world.clock.timeMs }
  await world.database.pool.query(
    `update alerts set evidence = jsonb_set(evidence, '{fixes}', $2::jsonb) where id = $1`,
    [alertId, JSON.stringify([{ ...fix, ...judged, ...times, id: personId, accuracyMeters: 8 }])],
  )
}

async function seeAt(side: Side, longitude: number, latitude: number): Promise<void> {
  await world.database.pool.query(
    `insert into latest_sightings (person_id, recorded_at, longitude, latitude, accuracy_meters)
     values ($1, to_timestamp($2 / 1000.0), $3, $4, 8)`,
    [two[side].personId, world.clock.timeMs, longitude, latitude],
  )
}
