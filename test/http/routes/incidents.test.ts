import { afterAll, beforeAll, expect, it } from 'vitest'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTwoOrganisations } from '../../support/two-organisations.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(() => world.close())

it('alerts of one stretch of trouble are one incident, with the names people know it by', async () => {
  const { pool } = world.database
  const nowMs = world.clock.timeMs
  const incidentId = await raiseAlertAt(pool, nowMs, { vendorId: world.vendorId })
  await raiseAlertAt(pool, nowMs, { incidentId, kind: 'device-silent', priority: 'P2' })
  const other = await raiseAlertAt(pool, nowMs, { priority: 'P3', kind: 'battery-low' })
  await world.call('operator', 'POST', `/v1/alerts/${incidentId}/_acknowledge`, {})
  const { status, body } = await world.call('operator', 'GET', '/v1/incidents')
  expect(status).toBe(200)
  const items = body['items'] as { incidentId: string; alerts: { kind: string }[] }[]
  expect(items.map((item) => [item.incidentId, item.alerts.length])).toEqual([
    [incidentId, 2],
    [other, 1],
  ])
  expect(items[0]).toMatchObject({ vendorName: 'Test vendor', acknowledgedByName: 'test operator' })
  expect(body['isComplete']).toBe(true)
  expect(body['sequence']).toBeGreaterThan(0)
})

it('a look is known to who looked at every seat of theirs, the latest, and goes with the incident', async () => {
  const { pool } = world.database
  const id = await raiseAlertAt(pool, world.clock.timeMs, {})
  const look = (role: 'operator' | 'supervisor', toldAt: string, rank: number) =>
    world.call(role, 'PUT', '/v1/me/looks', { incidentId: id, toldAt, rank })
  const looked = async (role: 'operator' | 'supervisor') => {
    const { body } = await world.call(role, 'GET', '/v1/incidents')
    const items = body['items'] as { incidentId: string; looked: object | null }[]
    return items.find(({ incidentId }) => incidentId === id)?.looked
  }
  expect(await looked('operator')).toBe(null)
  expect((await look('operator', '2026-11-20T21:00:00.000Z', 1)).status).toBe(200)
  // A page that was left open somewhere knew of less.
  await look('operator', '2026-11-20T20:00:00.000Z', 0)
  expect(await looked('operator')).toEqual({ toldAt: '2026-11-20T21:00:00.000Z', rank: 1 })
  expect(await looked('supervisor')).toBe(null)
  // Nobody has looked at what is told later: it would never be called new.
  const nowAt = new Date(world.clock.timeMs).toISOString()
  await look('operator', '2999-01-01T00:00:00.000Z', 1)
  expect(await looked('operator')).toEqual({ toldAt: nowAt, rank: 1 })
  await world.call('operator', 'POST', `/v1/alerts/${id}/_close`, { outcome: 'test', note: 'x' })
  const other = await raiseAlertAt(pool, world.clock.timeMs, {})
  const again = { incidentId: other, toldAt: '2026-11-20T21:00:00.000Z', rank: 0 }
  await world.call('operator', 'PUT', '/v1/me/looks', again)
  const { rows } = await pool.query('select incident_id from desk_looks')
  expect(rows).toEqual([{ incident_id: other }])
  await world.call('operator', 'POST', `/v1/alerts/${other}/_close`, { outcome: 'test', note: 'x' })
})

it('what is closed is not listed', async () => {
  const id = await raiseAlertAt(world.database.pool, world.clock.timeMs, {})
  await world.call('operator', 'POST', `/v1/alerts/${id}/_close`, { outcome: 'test', note: 'x' })
  const { body } = await world.call('operator', 'GET', '/v1/incidents')
  expect(JSON.stringify(body)).not.toContain(id)
})

it('each incident says whose case it is and with which unit now, within what the reader may see', async () => {
  const { pool } = world.database
  const sides = await createTwoOrganisations(world.database, await world.database.connectAs('api'))
  const { ours, theirs } = sides
  const giveToUnit = async ({ organisationId, orderId }: typeof ours, name: string) => {
    const unit = `insert into units (organisation_id, name) values ($1, $2) returning id`
    const { rows } = await pool.query<{ id: string }>(unit, [organisationId, name])
    await pool.query(
      `insert into caseloads (organisation_id, protection_order_id, unit_id, "from", until)
       values ($1, $2, $3, now() - interval '1 day', $4)`,
      [organisationId, orderId, rows[0]?.id, name === 'Vroeger' ? new Date() : null],
    )
    return rows[0]?.id
  }
  const unitId = await giveToUnit(ours, 'Breda')
  await giveToUnit(ours, 'Vroeger')
  await giveToUnit(theirs, 'Elders')
  const read = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await world.app.inject({ url: '/v1/incidents', headers })
    return answer.json<{ items: IncidentRead[] }>().items
  }
  const [own, other] = await Promise.all([
    read(ours.supervisor.token),
    read(theirs.supervisor.token),
  ])
  expect(own.find(({ incidentId }) => incidentId === ours.alertId)).toMatchObject({
    organisation: { id: ours.organisationId },
    units: [{ id: unitId, name: 'Breda' }],
  })
  expect(JSON.stringify(own)).not.toContain('Elders')
  expect(other.find(({ incidentId }) => incidentId === theirs.alertId)).toMatchObject({
    organisation: { name: 'De andere' },
    units: [{ name: 'Elders' }],
  })
  // A desk that watches for the other organisation sees both names, for as long as it does.
  const { rows } = await pool.query<{ id: string }>(
    `insert into desks (name) values ('Nacht') returning id`,
  )
  const deskId = rows[0]?.id ?? ''
  const watch = 'insert into desk_organisations (desk_id, organisation_id) values ($1, $2)'
  for (const { organisationId } of [ours, theirs]) await pool.query(watch, [deskId, organisationId])
  const night = await sides.makeClient('operator', ours.organisationId, { deskId })
  const units = (await read(night.token)).flatMap((item) => item.units.map(({ name }) => name))
  expect(units.toSorted()).toEqual(['Breda', 'Elders'])
  const stop = 'update desk_organisations set until = now() where organisation_id = $1'
  await pool.query(stop, [theirs.organisationId])
  expect(JSON.stringify(await read(night.token))).not.toContain('Elders')
})

type IncidentRead = { readonly incidentId: string; readonly units: readonly { name: string }[] }
