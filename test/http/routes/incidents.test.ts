import { afterAll, beforeAll, expect, it } from 'vitest'
import { raiseAlertAt } from '../../support/alert-drafts.ts'
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

it('what is closed is not listed', async () => {
  const id = await raiseAlertAt(world.database.pool, world.clock.timeMs, {})
  await world.call('operator', 'POST', `/v1/alerts/${id}/_close`, { outcome: 'test', note: 'x' })
  const { body } = await world.call('operator', 'GET', '/v1/incidents')
  expect(JSON.stringify(body)).not.toContain(id)
})
