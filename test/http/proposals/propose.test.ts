import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { protocolDefault } from '../../../src/core/model/protocol-sets.ts'
import { createProposalKeeper } from '../../../workers/keep-proposals.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { signInAs } from '../../support/signed-in.ts'

let world: TestApp
let personId = ''

beforeAll(async () => {
  // As it is where nothing is said: what a token makes less it does at once.
  world = await createTestApp()
  personId = await make('/v1/persons', { role: 'offender', reference: 'o' })
  await make('/v1/protection-orders', {
    reference: 'R',
    legalBasis: 'liberty-restricting-measure',
    offenderId: personId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [
      { label: 'home', circle: { longitude: 5.12, latitude: 52.09, radiusMeters: 300 } },
    ],
    proximityBans: [],
  })
})
afterAll(() => world.close())

async function make(url: string, body: object): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

async function sweep(): Promise<void> {
  world.clock.timeMs += 1_000
  await createProposalKeeper({
    pool: world.database.pool,
    clock: { nowMs: () => world.clock.timeMs },
    log: createSilentLog(),
    limits: defaultLimits,
    onEvent: () => {},
    onRegistryChanged: () => {},
  })()
}

async function calls() {
  const { rows } = await world.database.pool.query<{
    id: string
    priority: string
    act: string
    status: string
    isOver: boolean
    calls: number
  }>(
    `select a.id, a.priority, a.evidence -> 'facts' ->> 'act' as act, a.status, a.cleared_at is not null as "isOver",
            (select count(*)::int from escalations e where e.alert_id = a.id and e.target = 'supervisor') as calls
       from alerts a where a.kind = 'protection-weakened' order by a.raised_at, a.id`,
  )
  return rows
}

const giveMonitor = async (serialNumber: string): Promise<string> => {
  const { vendorId } = world
  const carried = { vendorId, serialNumber, kind: 'ankle-monitor', reportIntervalSeconds: 60 }
  const deviceId = await make('/v1/devices', carried)
  const validFrom = '2026-11-01T00:00:00Z'
  return await make('/v1/device-assignments', { deviceId, personId, validFrom })
}

it('a first device that a token gives calls nobody, and one beside it or taken away calls a supervisor', async () => {
  await giveMonitor('M-1')
  await sweep()
  expect(await calls()).toEqual([])
  const second = await giveMonitor('M-2')
  await sweep()
  await sweep()
  expect(await calls()).toMatchObject([
    { priority: 'P2', act: 'createDeviceAssignment', status: 'open', isOver: false, calls: 2 },
  ])
  await world.call('supervisor', 'POST', `/v1/device-assignments/${second}/_end`, {})
  await sweep()
  expect((await calls()).map(({ act }) => act)).toEqual([
    'createDeviceAssignment',
    'endDeviceAssignment',
  ])
})

it('a token that changes many devices calls once for each act until somebody answers, and each is in the hand-over', async () => {
  const before = await calls()
  for (const serialNumber of ['M-3', 'M-4', 'M-5']) await giveMonitor(serialNumber)
  await sweep()
  await giveMonitor('M-6')
  await sweep()
  expect(await calls()).toHaveLength(before.length)
  const id = before.find(({ act }) => act === 'createDeviceAssignment')?.id ?? ''
  const supervisor = await signInAs(world, { roles: ['supervisor'] })
  const { body } = await supervisor.call('GET', '/v1/hand-over')
  const handed = (body['items'] as { act: string | null }[]).map(({ act }) => act)
  expect(handed.filter((act) => act === 'createDeviceAssignment')).toHaveLength(5)

  await supervisor.call('POST', `/v1/alerts/${id}/_acknowledge`, {})
  await giveMonitor('M-7')
  await sweep()
  expect(await calls()).toHaveLength(before.length + 1)
  const answer = { outcome: 'confirmed', note: 'Asked.' }
  expect((await supervisor.call('POST', `/v1/alerts/${id}/_close`, answer)).status).toBe(200)
  await sweep()
  await sweep()
  expect((await calls()).find((call) => call.id === id)).toMatchObject({ isOver: true })
  const { rows } = await world.database.pool.query(
    `select type from alert_events where alert_id = $1 order by sequence`,
    [id],
  )
  expect(rows.length).toBeLessThan(8)
})

it('a protocol that a token sets calls a supervisor, is in the hand-over, and is over when somebody closes it', async () => {
  const protocol = { ...protocolDefault, name: 'Ons protocol', basedOnVersion: 0 }
  const set = await world.call('supervisor', 'PUT', '/v1/response-protocol', protocol)
  expect(set.status, JSON.stringify(set.body)).toBe(200)
  await sweep()
  const call = (await calls()).at(-1)
  expect(call).toMatchObject({ priority: 'P2', isOver: false, calls: 2 })
  const supervisor = await signInAs(world, { roles: ['supervisor'] })
  const handed = await supervisor.call('GET', '/v1/hand-over')
  expect(JSON.stringify(handed.body)).toContain(String(call?.act))
  const path = `/v1/alerts/${call?.id ?? ''}`
  await supervisor.call('POST', `${path}/_acknowledge`, {})
  const closed = await supervisor.call('POST', `${path}/_close`, {
    outcome: 'confirmed',
    note: 'Asked and put back.',
  })
  expect(closed.status, JSON.stringify(closed.body)).toBe(200)
  await sweep()
  await sweep()
  expect((await calls()).at(-1)).toMatchObject({ id: call?.id, status: 'closed', isOver: true })
})

it('what a person asks for waits for a second one as before, and calls nobody', async () => {
  const before = (await calls()).length
  const supervisor = await signInAs(world, { roles: ['supervisor'] })
  const protocol = { ...protocolDefault, name: 'Een ander', basedOnVersion: 1 }
  const asked = await supervisor.call('PUT', '/v1/response-protocol', protocol)
  expect(asked.status).toBe(202)
  await sweep()
  expect((await calls()).slice(before)).toMatchObject([{ priority: 'P3', calls: 0 }])
})
