import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSilentLog } from '../../support/silent-log.ts'
import { countUnwatchedDevices } from '../../../src/store/registry/device-use.ts'
import { listReadingsOutside } from '../../../src/store/alerts/readings-outside.ts'
import { listOrdersProtecting } from '../../../src/store/cases/victims.ts'
import { loadCaseFixes } from '../../../src/store/evaluator/rejudgements.ts'
import { findVictimsForUpdate } from '../../../src/store/registry/protection-orders.ts'
import { countInNoCase } from '../../../src/transfer/in-no-case.ts'
import { copyHistory } from '../../../workers/copy-history.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
const ids = new Map<string, string>()
beforeAll(async () => {
  world = await createTestApp()
  for (const serialNumber of ['AM-STORE', 'AM-NO-ORDER', 'AM-ORDER', 'VD-ORDER', 'AM-STILL']) {
    const isVictims = serialNumber.startsWith('VD')
    await make('/v1/devices', serialNumber, {
      vendorId: world.vendorId,
      serialNumber,
      kind: isVictims ? 'victim-device' : 'ankle-monitor',
      reportIntervalSeconds: 60,
    })
    if (serialNumber === 'AM-STORE' || serialNumber === 'AM-STILL') continue
    const role = isVictims ? 'victim' : 'offender'
    await make('/v1/persons', `wearer of ${serialNumber}`, { role, reference: serialNumber })
    await make('/v1/device-assignments', `assignment of ${serialNumber}`, {
      deviceId: ids.get(serialNumber),
      personId: ids.get(`wearer of ${serialNumber}`),
      validFrom: '2026-11-01T00:00:00Z',
      validUntil: '2026-12-01T00:00:00Z',
    })
  }
  await make('/v1/protection-orders', 'order', {
    reference: '09/1-26',
    legalBasis: 'civil-ban',
    offenderId: ids.get('wearer of AM-ORDER'),
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2026-11-30T00:00:00Z',
    proximityBans: [{ victimId: ids.get('wearer of VD-ORDER') }],
  })
})
afterAll(async () => {
  await world.close()
})

test('the report of a device without wearer or order is stored, and can be seen to come', async () => {
  expect((await deviceOf('AM-STORE'))['lastReceivedAt']).toBeNull()
  expect(await countUnwatchedDevices(world.database.pool, world.clock.timeMs)).toEqual({
    'no-wearer': 0,
    'no-order': 0,
  })
  await report(['AM-STORE', 'AM-NO-ORDER', 'AM-ORDER', 'VD-ORDER'])

  const receivedAt = new Date(world.clock.timeMs).toISOString()
  expect(await deviceOf('AM-STORE')).toMatchObject({ personId: null, lastReceivedAt: receivedAt })
  expect(await deviceOf('AM-STILL')).toMatchObject({ personId: null, lastReceivedAt: null })
  const worn = { personId: ids.get('wearer of VD-ORDER'), lastReceivedAt: receivedAt }
  expect(await deviceOf('VD-ORDER')).toMatchObject(worn)
  const list = await world.call('operator', 'GET', '/v1/devices?limit=200')
  const [listed] = (list.body['items'] as Record<string, unknown>[]).filter(
    (device) => device['id'] === ids.get('VD-ORDER'),
  )
  expect(listed).toMatchObject(worn)

  const metrics = await world.call(null, 'GET', '/metrics')
  const text = String(metrics.body['text'])
  expect(text).toContain('hoede_devices_unwatched{reason="no-wearer"} 1')
  expect(text).toContain('hoede_devices_unwatched{reason="no-order"} 1')
})

test('a heartbeat is a sign of a device, and the newest of fix and heartbeat counts', async () => {
  world.clock.timeMs += 60_000
  const event = { serialNumber: 'AM-STORE', kind: 'heartbeat', recordedAt: instant() }
  const answer = await world.call('vendor', 'POST', '/v1/device-events', { events: [event] })
  expect(answer.status).toBe(202)
  await copyHistory({ pool: world.database.pool, log: createSilentLog() })
  expect((await deviceOf('AM-STORE'))['lastReceivedAt']).toBe(instant())
})

test('the people of an ended order are watched no more; a day later nothing is heard', async () => {
  const { pool } = world.database
  world.clock.timeMs = Date.parse('2026-11-30T12:00:00Z')
  await report(['AM-ORDER', 'VD-ORDER'])
  const nowMs = world.clock.timeMs
  expect(await countUnwatchedDevices(pool, nowMs)).toEqual({ 'no-wearer': 0, 'no-order': 2 })
  // The assignments end at midnight.
  expect(await countUnwatchedDevices(pool, nowMs + 13 * 3_600_000)).toEqual({
    'no-wearer': 2,
    'no-order': 0,
  })
  expect(await countUnwatchedDevices(pool, nowMs + 25 * 3_600_000)).toEqual({
    'no-wearer': 0,
    'no-order': 0,
  })
})

async function report(serialNumbers: readonly string[]): Promise<void> {
  const positions = serialNumbers.map((serialNumber) => {
    return { serialNumber, recordedAt: instant(), longitude: 5, latitude: 52, accuracyMeters: 10 }
  })
  const answer = await world.call('vendor', 'POST', '/v1/positions', { positions })
  expect(answer.body['accepted']).toBe(serialNumbers.length)
  await copyHistory({ pool: world.database.pool, log: createSilentLog() })
}

async function deviceOf(name: string): Promise<Record<string, unknown>> {
  return (await world.call('supervisor', 'GET', `/v1/devices/${ids.get(name)}`)).body
}

async function make(path: string, name: string, body: Record<string, unknown>): Promise<void> {
  const answer = await world.call('supervisor', 'POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  ids.set(name, String(answer.body['id']))
}

function instant(): string {
  return new Date(world.clock.timeMs).toISOString()
}

test.each([
  '7',
  '{}',
  '{"proximityBans": "none"}',
  '{"proximityBans": [3, {"victimId": "nobody"}]}',
])('an order whose stored body was made %s stops no question about the others', async (body) => {
  const { pool } = world.database
  const [offenderId, victimId] = [ids.get('wearer of AM-ORDER'), ids.get('wearer of VD-ORDER')]
  await make('/v1/protection-orders', 'damaged', {
    reference: `09/${100 + body.length}-26`,
    legalBasis: 'civil-ban',
    offenderId: ids.get('wearer of AM-NO-ORDER'),
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2026-11-30T00:00:00Z',
    proximityBans: [{ victimId }],
  })
  await pool.query(
    'update protection_order_versions set body = $2 where protection_order_id = $1',
    [ids.get('damaged'), body],
  )
  const orders = await listOrdersProtecting(pool, victimId ?? '')
  expect(orders.map(({ reference }) => reference)).toEqual(['09/1-26'])
  expect(await findVictimsForUpdate(pool, offenderId ?? '')).toEqual(new Set([victimId]))
  expect(
    await loadCaseFixes(pool, { offenderId: offenderId ?? '', fromMs: 0, limit: 9 }),
  ).toBeInstanceOf(Array)
  const { rows } = await pool.query<Record<string, unknown>>(
    `select hoede_is_under_order($1) as "isUnderOrder", array(select hoede_people_of(id)) as people
         from protection_orders where reference = '09/1-26'`,
    [victimId],
  )
  expect(rows[0]?.['isUnderOrder']).toBe(true)
  expect(rows[0]?.['people']).toHaveLength(2)
  await countUnwatchedDevices(pool, world.clock.timeMs)
  await countInNoCase(pool)
  const organisationId = '00000000-0000-7000-8000-000000000001'
  const span = { fromMs: 0, untilMs: world.clock.timeMs, limit: 9 }
  await listReadingsOutside(pool, { organisationId, ...span })
})
