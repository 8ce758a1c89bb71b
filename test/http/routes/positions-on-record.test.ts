import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ApiClientRole } from '../../../src/core/model/contract-words.ts'
import type { EvidenceFix } from '../../../src/core/model/alert.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { makeAlertDraft, saveContextAt } from '../../support/alert-drafts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

/** Places that are nowhere else, and whose place each gives away. */
const places = {
  offenderFix: { longitude: 4.895123, latitude: 52.370345 },
  victimFix: { longitude: 5.121412, latitude: 52.090745 },
  offenderTrack: { longitude: 4.887654, latitude: 52.366543 },
  victimTrack: { longitude: 5.111213, latitude: 52.081416 },
  ban: { longitude: 5.123457, latitude: 52.098763 },
  fixedAddress: { longitude: 5.234567, latitude: 52.187654 },
} as const
type PlaceName = keyof typeof places

let world: TestApp
let offenderId = ''
let victimId = ''
let orderId = ''
let alertId = ''

async function make(url: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

beforeAll(async () => {
  world = await createTestApp()
  offenderId = String((await make('/v1/persons', { role: 'offender', reference: 'o' }))['id'])
  victimId = String((await make('/v1/persons', { role: 'victim', reference: 'v' }))['id'])
  const order = await make('/v1/protection-orders', {
    reference: 'ORDER-1',
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [{ label: 'home', circle: { ...places.ban, radiusMeters: 300 } }],
    proximityBans: [
      {
        victimId,
        separationMeters: 1000,
        fixedAddresses: [{ label: 'home', ...places.fixedAddress, radiusMeters: 50 }],
      },
    ],
  })
  orderId = String(order['id'])
  const nowMs = world.clock.timeMs
  const fix = (role: 'offender' | 'victim', personId: string, place: object): EvidenceFix => ({
    role,
    personId,
    deviceId: world.deviceId,
    recordedAtMs: nowMs,
    receivedAtMs: nowMs,
    ...(place as typeof places.ban),
    accuracyMeters: 8,
    isBelieved: true,
    disbelief: [],
    probability: 0.98,
  })
  const fixes = [
    fix('offender', offenderId, places.offenderFix),
    fix('victim', victimId, places.victimFix),
  ]
  const alert = makeAlertDraft({
    kind: 'proximity-breach',
    protectionOrderId: orderId,
    offenderId,
    victimId,
    distanceMeters: 412.5,
    evidence: { ...makeAlertDraft().evidence, fixes },
  })
  alertId = alert.id
  const { pool } = world.database
  await inTransaction(pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(nowMs)),
  )
  await pool.query(
    `insert into latest_sightings (person_id, recorded_at, longitude, latitude, accuracy_meters)
     values ($1, to_timestamp($2::float8 / 1000), $3, $4, 8)`,
    [offenderId, nowMs, places.offenderFix.longitude, places.offenderFix.latitude],
  )
  await walk(offenderId, 'AM-TRACK', places.offenderTrack)
  await walk(victimId, 'VD-TRACK', places.victimTrack)
  // Whoever handles the alert is shown most.
  await world.call('operator', 'POST', `/v1/alerts/${alertId}/_acknowledge`, {})
})
afterAll(() => world.close())

/** A device of theirs, and in the history where it was ten minutes ago. */
async function walk(
  personId: string,
  serialNumber: string,
  place: { readonly longitude: number; readonly latitude: number },
): Promise<void> {
  const { pool } = world.database
  const { rows } = await pool.query<{ id: string }>(
    `insert into devices (vendor_id, serial_number, kind, report_interval_seconds)
     values ($1, $2, 'ankle-monitor', 60) returning id`,
    [world.vendorId, serialNumber],
  )
  const deviceId = rows[0]?.id
  const recordedAt = new Date(world.clock.timeMs - 600_000).toISOString()
  await pool.query(
    `insert into device_assignments (device_id, person_id, valid_from) values ($1, $2, '2026-11-01')`,
    [deviceId, personId],
  )
  await pool.query(
    `insert into fixes (device_id, recorded_at, received_at, longitude, latitude, accuracy_meters, journal_id)
     values ($1, $2, $2, $3, $4, 12, 1)`,
    [deviceId, recordedAt, place.longitude, place.latitude],
  )
}

it('each route that answers a place has put on record whose, before it answered; a new one must be named here', async () => {
  const touching = new Set<string>()
  const faults: string[] = []
  for (const { method, url, access } of world.app.routeList.entries) {
    const isReading = method === 'GET' || url.endsWith('/_search')
    // Open to everybody, or about the caller alone: neither knows a place.
    if (!isReading || typeof access === 'string' || url === '/v1/alert-events') continue
    for (const role of access) {
      const before = await lastIndex()
      const text = await answerOf(role, method, url)
      const found = placesIn(text)
      if (found.length > 0) touching.add(`${method} ${url}`)
      const recorded = await subjectsAfter(before)
      faults.push(...unrecorded(found, recorded).map((name) => `${role} ${method} ${url}: ${name}`))
    }
  }
  expect(faults).toEqual([])
  expect([...touching].toSorted()).toEqual([
    'GET /v1/alerts/:id',
    'GET /v1/alerts/:id/track',
    'GET /v1/protection-orders/:id',
    'POST /v1/location-bans/_search',
    'POST /v1/sightings/_search',
  ])
})

it('each route that answers what is kept about a case has put on record whose, before it answered; a new one is named here or there', async () => {
  const faults: string[] = []
  const found = new Set<string>()
  await askSomething()
  for (const { method, url, access } of world.app.routeList.entries) {
    if (method !== 'GET' || typeof access === 'string' || !url.startsWith('/v1/')) continue
    found.add(url)
    if (!caseRoutes.includes(url)) continue
    for (const role of access) {
      const before = await lastIndex()
      const { status, text } = await answerWith(role, url)
      const recorded = await subjectsAfter(before)
      if (status !== 200 || !(recorded.has(offenderId) || recorded.has(victimId)))
        faults.push(`${role} ${url}: ${status} ${text}`)
    }
  }
  expect(faults).toEqual([])
  expect([...found].toSorted()).toEqual([...caseRoutes, ...otherRoutes].toSorted())
})

it('an alert about an area of an order that protects somebody is coarse until its reader takes it over', async () => {
  const alert = makeAlertDraft({
    protectionOrderId: orderId,
    offenderId,
    occurredAtMs: world.clock.timeMs - 30 * 86_400_000,
  })
  await inTransaction(world.database.pool, (tx) =>
    saveEffects(tx, [{ type: 'alert-raised', alert }], saveContextAt(world.clock.timeMs)),
  )
  const levelOf = async (role: ApiClientRole) =>
    (await world.call(role, 'GET', `/v1/alerts/${alert.id}`)).body['detailLevel']
  expect([await levelOf('operator'), await levelOf('supervisor')]).toEqual(['coarse', 'whole'])
  await world.call('operator', 'POST', `/v1/alerts/${alert.id}/_acknowledge`, {})
  expect(await levelOf('operator')).toBe('whole')
})

it('a place that was answered and not put on record would be found', () => {
  expect(placesIn(JSON.stringify({ items: [places.ban] }))).toEqual(['ban'])
  expect(placesIn('{"latitude":52.09}')).toEqual([])
  expect(unrecorded(['ban'], new Set([offenderId]))).toEqual(['ban'])
  expect(unrecorded(['ban', 'offenderFix'], new Set([victimId, offenderId]))).toEqual([])
})

function placesIn(text: string): readonly PlaceName[] {
  return (Object.keys(places) as PlaceName[]).filter((name) =>
    Object.values(places[name]).some((degrees) => text.includes(String(degrees))),
  )
}

function unrecorded(found: readonly PlaceName[], recorded: ReadonlySet<string>): readonly string[] {
  return found.filter((name) => !recorded.has(name.startsWith('offender') ? offenderId : victimId))
}

/** What is kept about the people of a case: each reading says who looked. */
const caseRoutes: readonly string[] = [
  '/v1/case-gaps',
  '/v1/order-reminders',
  '/v1/persons/:id/victim-file',
  '/v1/protection-orders/:id/case',
  '/v1/protection-orders/:id/case-page',
  '/v1/protection-orders/:id/case-people',
  '/v1/protection-orders/:id/household',
  '/v1/protection-orders/:id/life',
  '/v1/protection-orders/:id/partner-notices',
  '/v1/protection-orders/:id/retention',
  '/v1/relocation-questions',
]

/** The register and the desk, whose places are held to above; settings; what names nobody. */
const otherRoutes: readonly string[] = [
  '/v1/access-log',
  '/v1/alert-events',
  '/v1/alerts',
  '/v1/alerts/:id',
  '/v1/alerts/:id/response',
  '/v1/alerts/:id/track',
  '/v1/api-clients',
  '/v1/api-clients/:id',
  '/v1/audit-entries',
  '/v1/audit-export',
  '/v1/audit-heads',
  '/v1/break-glasses',
  '/v1/case-moves',
  '/v1/caseloads',
  '/v1/decisions',
  '/v1/desk-figures',
  '/v1/desks',
  '/v1/device-assignments',
  '/v1/device-assignments/:id',
  '/v1/devices',
  '/v1/devices/:id',
  '/v1/devices/:id/quality',
  '/v1/enforceability-assessments',
  '/v1/enforceability-assessments/:id',
  '/v1/enforceability-assessments/:id/advice',
  '/v1/escalation-ladder',
  '/v1/hand-over',
  '/v1/hand-overs',
  '/v1/incidents',
  '/v1/order-types',
  '/v1/organisations',
  '/v1/partner-notices',
  '/v1/partner-notices/:id',
  '/v1/partners',
  '/v1/persons',
  '/v1/persons/:id',
  '/v1/proposals',
  '/v1/proposals/:id',
  '/v1/protection-orders',
  '/v1/protection-orders/:id',
  '/v1/protection-orders/:id/protection-state',
  '/v1/protection-states',
  '/v1/readings-outside',
  '/v1/refused-reports',
  '/v1/relocation-questions/:id',
  '/v1/response-protocol',
  '/v1/response-protocol-sets',
  '/v1/risk-profiles',
  '/v1/staff',
  '/v1/staff/:id',
  '/v1/staff/:id/trainings',
  '/v1/units',
  '/v1/vendors',
  '/v1/vendors/:id',
  '/v1/webhook-subscriptions',
  '/v1/webhook-subscriptions/:id',
  '/v1/yearly-reports/:year',
  '/v1/yearly-reports/:year/page',
]

/** So that something is asked after a move, and about the end of the order. */
async function askSomething(): Promise<void> {
  await world.call('supervisor', 'POST', `/v1/persons/${offenderId}/relocations`, {
    movedAt: '2026-11-20T00:00:00Z',
    oldAddress: { text: 'Dorpsstraat 12, Ede', ...places.ban },
    newAddress: { text: 'Molenweg 3, Ede', longitude: 5.66, latitude: 52.04 },
  })
  await world.database.pool.query(`update order_reminders set due_at = '2026-11-20'`)
}

async function answerWith(role: ApiClientRole, url: string) {
  const id = url.startsWith('/v1/protection-orders/') ? orderId : victimId
  const query = url.endsWith('case-page') ? '?purpose=actieoverleg&ground=covenant' : ''
  const answer = await world.app.inject({
    method: 'GET',
    url: `${url.replace(':id', id)}${query}`,
    headers: { authorization: `Bearer ${world.tokens[role]}` },
  })
  return { status: answer.statusCode, text: answer.body.slice(0, 200) }
}

async function answerOf(role: ApiClientRole, method: string, url: string): Promise<string> {
  const id = url.startsWith('/v1/alerts/')
    ? alertId
    : url.startsWith('/v1/protection-orders/')
      ? orderId
      : victimId
  const answer = await world.app.inject({
    method: method as 'GET',
    url: url.replace(':id', id),
    headers: { authorization: `Bearer ${world.tokens[role]}` },
    ...(method === 'POST' ? { payload: { bbox: [4.8, 52, 5.3, 52.4], limit: 100 } } : {}),
  })
  expect(answer.statusCode, `${method} ${url}`).toBeLessThan(500)
  return answer.body
}

async function lastIndex(): Promise<number> {
  const { rows } = await world.database.pool.query<{ last: number }>(
    'select coalesce(max(index), -1)::int as last from audit_entries',
  )
  return rows[0]?.last ?? -1
}

async function subjectsAfter(index: number): Promise<ReadonlySet<string>> {
  const { rows } = await world.database.pool.query<{ id: string | null }>(
    `select convert_from(body, 'UTF8')::jsonb #>> '{attributes,dpl.core.data_subject_id}' as id
       from audit_entries where index > $1`,
    [index],
  )
  return new Set(rows.flatMap(({ id }) => id ?? []))
}
