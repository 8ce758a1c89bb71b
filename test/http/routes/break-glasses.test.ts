import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { signInAs, type TestAnswer, type TestPerson } from '../../support/signed-in.ts'

/** A place that is nowhere else. */
const place = { longitude: 5.121412, latitude: 52.090745 }

let world: TestApp
let operator: TestPerson
let supervisor: TestPerson
let victimId = ''

beforeAll(async () => {
  world = await createTestApp()
  operator = await signInAs(world, { roles: ['operator'], displayName: 'A. Eerst' })
  supervisor = await signInAs(world, { roles: ['supervisor'], displayName: 'B. Twee' })
  const made = await world.call('supervisor', 'POST', '/v1/persons', {
    role: 'victim',
    reference: 'v',
  })
  victimId = String(made.body['id'])
  const { pool } = world.database
  await pool.query(
    `insert into device_assignments (device_id, person_id, valid_from)
     values ($1, $2, to_timestamp($3::float8 / 1000) - interval '1 day')`,
    [world.deviceId, victimId, world.clock.timeMs],
  )
  for (const [minutes, longitude] of [
    [30, 5.9],
    [2, place.longitude],
  ]) {
    await pool.query(
      `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, accuracy_meters, journal_id)
       select $1, at, at, $3, $4, 8, 0 from (select to_timestamp($2::float8 / 1000) as at) moment`,
      [world.deviceId, world.clock.timeMs - (minutes ?? 0) * 60_000, longitude, place.latitude],
    )
  }
})
afterAll(() => world.close())

const ask = (person: TestPerson, id = victimId) =>
  person.call('POST', `/v1/persons/${id}/_break-glass`, { reason: 'found hurt, phone is off' })

async function open(person: TestPerson, id: unknown): Promise<TestAnswer> {
  await world.database.pool.query(
    `update staff_sessions set stepped_up_at = to_timestamp($2::float8 / 1000), stepped_up_act = $3 where id = $1`,
    [person.sessionId, world.clock.timeMs, `confirmBreakGlass ${String(id)}`],
  )
  return await person.call('POST', `/v1/break-glasses/${String(id)}/_confirm`)
}

/** In which both go on working, so that no session ends for want of use. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 5) {
    world.clock.timeMs += 300_000
    for (const person of [operator, supervisor]) await person.call('GET', '/v1/me')
  }
}

const look = (person: TestPerson, id: unknown) =>
  person.call('POST', `/v1/break-glasses/${String(id)}/_read-position`)

async function looksOnRecord(id: unknown): Promise<readonly unknown[]> {
  const { rows } = await world.database.pool.query(
    `select body #>> '{attributes,dpl.core.data_subject_id}' as whose, body #>> '{hoede,by,id}' as by,
            body #>> '{hoede,secondPersonId}' as second, body #>> '{hoede,reason}' as reason
       from (select index, convert_from(e.body, 'UTF8')::jsonb as body from audit_entries e) one
      where body ->> 'name' = 'read-position-by-break-glass' and body #>> '{hoede,subjectId}' = $1 order by index`,
    [id],
  )
  return rows
}

it('a position outside an open alert is asked with a reason, opened by another person, and each look is on record', async () => {
  expect(
    (
      await world.call('supervisor', 'POST', `/v1/persons/${victimId}/_break-glass`, {
        reason: 'x',
      })
    ).status,
  ).toBe(403)
  const asked = await ask(operator)
  expect(asked).toMatchObject({ status: 201, body: { personId: victimId, openUntil: null } })
  const { id } = asked.body
  expect(JSON.stringify(asked.body)).not.toContain('52.09')
  expect((await look(operator, id)).status).toBe(409)
  expect((await supervisor.call('POST', `/v1/break-glasses/${String(id)}/_confirm`)).status).toBe(
    403,
  )
  const openUntil = new Date(world.clock.timeMs + 900_000).toISOString()
  expect(await open(supervisor, id)).toMatchObject({
    status: 200,
    body: { confirmedBy: supervisor.staffId, openUntil },
  })
  expect((await open(supervisor, id)).status).toBe(409)
  expect((await look(supervisor, id)).status).toBe(403)
  for (let time = 0; time < 2; time += 1) {
    const seen = await look(operator, id)
    expect(seen).toMatchObject({
      status: 200,
      body: { breakGlassId: id, personId: victimId, ...place },
    })
  }
  const reading = {
    whose: victimId,
    by: operator.staffId,
    second: supervisor.staffId,
    reason: 'found hurt, phone is off',
  }
  expect(await looksOnRecord(id)).toEqual([reading, reading])
  await pass(15)
  expect((await look(operator, id)).status).toBe(409)
  const listed = await world.call('auditor', 'GET', '/v1/break-glasses')
  expect(listed.body['items']).toMatchObject([{ id, readCount: 2, askedBy: operator.staffId }])
  expect(JSON.stringify(listed.body)).not.toContain('52.09')
})

it('nobody opens their own, nor one that was not opened in time, and the database says so too', async () => {
  const own = (await ask(supervisor)).body
  expect((await open(supervisor, own['id'])).status).toBe(403)
  await expect(
    world.database.pool.query(
      `update break_glasses set confirmed_by = asked_by, confirmed_at = now(), open_until = now() where id = $1`,
      [own['id']],
    ),
  ).rejects.toThrow('break_glasses_check')
  await pass(15)
  const other = await signInAs(world, { roles: ['supervisor'] })
  expect((await open(other, own['id'])).status).toBe(409)
})

it('a look that cannot be recorded shows nothing', async () => {
  operator = await signInAs(world, { roles: ['operator'] })
  supervisor = await signInAs(world, { roles: ['supervisor'] })
  const { id } = (await ask(operator)).body
  await open(supervisor, id)
  await world.database.pool.query('alter table access_log rename to access_log_away')
  const answer = await look(operator, id)
  await world.database.pool.query('alter table access_log_away rename to access_log')
  expect(answer.status).toBe(500)
  expect(JSON.stringify(answer.body)).not.toContain('52.09')
})

it('readings that nothing at hand asked for are listed to an auditor, and those of an open alert or the own caseload are not', async () => {
  const outside = async () => {
    const { body } = await world.call('auditor', 'GET', '/v1/readings-outside')
    return (body['items'] as { by: string; personIds: string[]; action: string }[]).map(
      ({ by, action }) => `${by} ${action}`,
    )
  }
  const { pool } = world.database
  await pool.query('truncate access_log')
  const { id } = (await ask(operator)).body
  await open(supervisor, id)
  await look(operator, id)
  await pool.query(`update access_log set at = to_timestamp($1::float8 / 1000)`, [
    world.clock.timeMs - 1,
  ])
  expect(await outside()).toEqual([`${operator.staffId} read-position-by-break-glass`])

  const offenderId = String(
    (await world.call('supervisor', 'POST', '/v1/persons', { role: 'offender', reference: 'o' }))
      .body['id'],
  )
  const order = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: 'ORDER-1',
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [],
    proximityBans: [{ victimId, separationMeters: 1000 }],
  })
  await pool.query(
    `with unit as (insert into units (organisation_id, name) select organisation_id, 'team' from staff where id = $1 returning *)
     insert into caseloads (organisation_id, protection_order_id, unit_id, staff_id, "from")
     select organisation_id, $2, id, $1, to_timestamp(0) from unit`,
    [operator.staffId, order.body['id']],
  )
  expect(await outside()).toEqual([])
  await pool.query('delete from caseloads')
  expect(await outside()).toHaveLength(1)
  const raise = async (kind: 'battery-low' | 'panic') => {
    const protectionOrderId = String(order.body['id'])
    const alert = makeAlertDraft({ kind, victimId, offenderId, protectionOrderId })
    const context = saveContextAt(world.clock.timeMs - 1_000)
    await inTransaction(pool, (tx) => saveEffects(tx, [{ type: 'alert-raised', alert }], context))
  }
  expect((await world.call('auditor', 'GET', '/v1/readings-outside')).body['items']).toMatchObject([
    { why: 'nothing-at-hand' },
  ])
  // Nobody need be found for that.
  await raise('battery-low')
  expect(await outside()).toHaveLength(1)
  await raise('panic')
  expect(await outside()).toEqual([])
  const [session] = (
    await pool.query<{ id: string; at: Date }>(
      'update staff_sessions set created_at = created_at - interval $$1 hour$$ where id = $1 returning id, created_at as at',
      [operator.sessionId],
    )
  ).rows
  const handOver = async (minutesBefore: number) =>
    await pool.query(
      `insert into hand_overs (organisation_id, by, note, items, at)
       select organisation_id, api_client_id, '', '[]', at - make_interval(mins => $1) from access_log`,
      [minutesBefore],
    )
  // Whoever hands over tidies up.
  await handOver(10)
  expect(await outside()).toEqual([])
  await handOver(20)
  const { body } = await world.call('auditor', 'GET', '/v1/readings-outside')
  expect(body['items']).toMatchObject([{ by: operator.staffId, why: 'after-hand-over' }])
  // Signed in for another shift.
  await pool.query(
    `update staff_sessions set created_at = (select at - interval '5 minutes' from access_log) where id = $1`,
    [session?.id],
  )
  expect(await outside()).toEqual([])
})
