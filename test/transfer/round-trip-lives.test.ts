import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { openRecordKey } from '../../src/record-key.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { isNoticeDue, makeNotices } from '../../src/store/partners/notices-due.ts'
import { importCases } from '../../src/transfer/import-cases.ts'
import { readManifest } from '../../src/transfer/manifest.ts'
import { writeExport } from '../../src/transfer/write-export.ts'
import { createRandom, type Random } from '../property/random.ts'
import { runsOr, seedOr } from '../property/seed.ts'
import { createTestDatabase } from '../support/database.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { signInAs, type TestPerson } from '../support/signed-in.ts'

/** Cases with everything that people keep about them, at random; a seed is a group of its own. */
let world: TestApp
let trained: TestPerson
const place = mkdtempSync(join(tmpdir(), 'hoede-lives-'))
/** How often each thing was kept: what never happened was not tried. */
const counts: Record<string, number> = {}
const seedOfOrder = new Map<string, number>()
const [firstSeed, seedCount] = [seedOr(1), runsOr(5)]

beforeAll(async () => {
  world = await createTestApp()
  const administrator = await signInAs(world, { roles: ['administrator'] })
  trained = await signInAs(world, { roles: ['operator', 'supervisor'], displayName: 'B. Twee' })
  const training = {
    instrument: 'sash',
    trainedAt: '2026-01-05T00:00:00Z',
    validUntil: '2027-06-01T00:00:00Z',
  }
  const path = `/v1/staff/${trained.staffId}/trainings`
  expect((await administrator.call('POST', path, training)).status).toBe(201)
  await registerPartner()
})
afterAll(async () => {
  await world.close()
  rmSync(place, { recursive: true })
})

async function registerPartner(): Promise<void> {
  const client = { name: 'politie', role: 'partner' }
  const { body } = await world.call('administrator', 'POST', '/v1/api-clients', client)
  await world.database.pool.query(
    `insert into partners (organisation_id, kind, name, api_client_id, on_breach, receipt_within_minutes, made_by,
                           made_by_kind, made_at, confirmed_by, confirmed_at)
     select id, 'police', 'Politie', $1, 'Bel.', 60, $1, 'staff', now(), $1, now() from organisations`,
    [body['id']],
  )
}

/** What is refused is no part of the case; what broke is a fault of ours. */
async function post(what: string, url: string, body: object, method = 'POST'): Promise<string> {
  const answer = await world.call('supervisor', method, url, body)
  expect(answer.status, `${what} ${JSON.stringify(answer.body)}`).toBeLessThan(500)
  const isKept = answer.status < 300
  counts[what] = (counts[what] ?? 0) + (isKept ? 1 : 0)
  return isKept ? idOf(answer.body) : ''
}

function idOf(body: Readonly<Record<string, unknown>>): string {
  return typeof body['id'] === 'string' ? body['id'] : ''
}

type Group = {
  readonly seed: number
  readonly random: Random
  readonly people: readonly string[]
  readonly orders: readonly string[]
}

const doors = [
  { text: 'Oude weg 12', longitude: 5.123457, latitude: 52.098763 },
  { text: 'Nieuwe laan 7', longitude: 5.9, latitude: 52.9 },
  { text: 'Plein 3', longitude: 6.2, latitude: 53.1 },
]

function pick<T>({ random }: Pick<Group, 'random'>, from: readonly T[]): T {
  const found = from[random.integer(0, from.length - 1)]
  if (found === undefined) throw new Error('expected something to choose from')
  return found
}

async function makeGroup(seed: number): Promise<Group> {
  const random = createRandom(seed)
  const person = (role: string, name: string) =>
    post('person', '/v1/persons', { role, reference: `${name}-${seed}` })
  const offenders = [await person('offender', 'RECL'), await person('offender', 'RECL-B')]
  const people = [await person('victim', 'SLO'), await person('victim', 'KIND')]
  const aside = await person('victim', 'OPA')
  const orders: string[] = []
  for (let nth = 0; nth < 3; nth += 1) {
    const id = await post('order', '/v1/protection-orders', {
      reference: `${seed}-${nth}`,
      legalBasis: pick({ random }, ['liberty-restricting-measure', 'prosecutor-behaviour-order']),
      offenderId: pick({ random }, offenders),
      validFrom: '2026-11-01T00:00:00Z',
      validUntil: '2027-01-20T00:00:00Z',
      ...bansOf(random, people),
    })
    seedOfOrder.set(id, seed)
    orders.push(id)
  }
  return { seed, random, people: [...people, aside], orders }
}

function bansOf(random: Random, people: readonly string[]) {
  const door = pick({ random }, doors)
  const { latitude, longitude } = door
  const area = { label: door.text, circle: { longitude, latitude, radiusMeters: 300 } }
  const home = { label: door.text, longitude, latitude, radiusMeters: 50 }
  const victimId = pick({ random }, people)
  const fixedAddresses = random.chance(0.5) ? { fixedAddresses: [home] } : {}
  return {
    locationBans: random.chance(0.6) ? [area] : [],
    proximityBans: [{ victimId, separationMeters: 1000, ...fixedAddresses }],
  }
}

const acts: readonly ((group: Group) => Promise<unknown>)[] = [
  ({ orders, random }) =>
    post('profile', `/v1/protection-orders/${pick({ random }, orders)}/_choose-risk-profile`, {
      profile: pick({ random }, ['standard', 'raised', 'high']),
      reason: 'Screening "van" vandaag.',
    }),
  ({ orders, random }) =>
    post('join', `/v1/protection-orders/${pick({ random }, orders)}/_join-case`, {
      withOrderId: pick({ random }, orders),
      handOverNote: 'Belt elke maandag.',
    }),
  ({ orders, random }) =>
    post('leave', `/v1/protection-orders/${pick({ random }, orders)}/_leave-case`, {}),
  ({ orders, people, random }) =>
    post('household', `/v1/protection-orders/${pick({ random }, orders)}/household-links`, {
      personId: pick({ random }, people),
      relation: pick({ random }, ['partner', 'child', 'other']),
      since: '2026-09-01T00:00:00Z',
      ...(random.chance(0.3)
        ? { memberReference: 'BUUR "é"' }
        : { memberId: pick({ random }, people) }),
    }),
  ({ orders, people, random }) =>
    post('move', `/v1/persons/${pick({ random }, people)}/relocations`, {
      movedAt: `2026-1${random.integer(0, 2)}-${random.integer(10, 28)}T00:00:00Z`,
      ...(random.chance(0.7) ? { oldAddress: pick({ random }, doors) } : {}),
      ...(random.chance(0.7) ? { newAddress: pick({ random }, doors) } : {}),
      ...(random.chance(0.2) ? { protectionOrderId: pick({ random }, orders) } : {}),
    }),
  ({ people, random }) =>
    post('consent', `/v1/persons/${pick({ random }, people)}/consents`, {
      isGiven: random.chance(0.5),
    }),
  ({ people, random }) =>
    post(
      'wish',
      `/v1/persons/${pick({ random }, people)}/wishes`,
      {
        channel: pick({ random }, ['call', 'text']),
        hours: { from: '08:00', until: '21:00' },
        topics: ['danger', 'order-ends'],
        language: pick({ random }, ['nl', 'pl']),
      },
      'PUT',
    ),
  ({ people, random }) =>
    post('telling', `/v1/persons/${pick({ random }, people)}/tellings`, {
      topic: 'order-ends',
      channel: 'call',
      phone: '+31300000001',
      ground: 'desk',
      outcome: pick({ random }, ['reached', 'no-answer']),
      reason: 'Op verzoek.',
    }),
  ({ people, random }) =>
    post('sighting', `/v1/persons/${pick({ random }, people)}/sightings`, {
      kind: 'seen',
      seenAt: '2026-11-23T18:20:00Z',
      note: 'Bij de "school".',
    }),
  ({ orders, random }) =>
    post('role', `/v1/protection-orders/${pick({ random }, orders)}/_give-role`, {
      role: pick({ random }, ['case-lead', 'contact-point']),
      holder: random.chance(0.5) ? { staffId: trained.staffId } : { name: 'J. de Vries' },
      standIn: { name: 'K. Bos' },
      handOverNote: 'Gesprek op "3 december".',
    }),
  async ({ orders, random }) => {
    const path = `/v1/protection-orders/${pick({ random }, orders)}/screenings`
    const { status } = await trained.call('POST', path, {
      instrument: 'sash',
      screenedAt: '2026-11-20T00:00:00Z',
      outcome: pick({ random }, ['low', 'moderate', 'high']),
      nextDueAt: '2027-02-20T00:00:00Z',
    })
    counts['screening'] = (counts['screening'] ?? 0) + (status === 201 ? 1 : 0)
  },
  ({ orders, random, seed }) =>
    post('extension', `/v1/protection-orders/${pick({ random }, orders)}/_extend`, {
      validUntil: `2027-0${random.integer(2, 9)}-10T00:00:00Z`,
      documentReference: `V-${seed}`,
    }),
  answerOne,
  receive,
]

async function answerOne({ orders, random }: Group): Promise<void> {
  const { rows } = await world.database.pool.query<{ id: string }>(
    `select id from relocation_questions where protection_order_id = any($1) and answered_at is null order by id limit 5`,
    [orders],
  )
  if (rows.length === 0) return
  const { id } = pick({ random }, rows)
  const said = { answer: 'stays', note: 'Besproken.' }
  await post('answer', `/v1/relocation-questions/${id}/_answer`, said)
}

async function receive({ orders, random }: Group): Promise<void> {
  const { pool } = world.database
  const work = { nowMs: world.clock.timeMs, limit: 100, limits: defaultLimits }
  while (await isNoticeDue(pool, work.nowMs))
    await inTransaction(pool, (tx) => makeNotices(tx, work))
  const { rowCount } = await pool.query(
    `update partner_notices set received_at = now(), received_by = made.id, receipt_reference = 'PL-7', sent_at = now()
       from (select id from api_clients where role = 'partner' order by id desc limit 1) as made
      where protection_order_id = $1 and received_at is null`,
    [pick({ random }, orders)],
  )
  counts['receipt'] = (counts['receipt'] ?? 0) + (rowCount ?? 0)
}

it('cases with everything that people keep about them go to another server and back with no difference, and nothing is asked anew', async () => {
  for (let seed = firstSeed; seed < firstSeed + seedCount; seed += 1) {
    const group = await makeGroup(seed)
    for (let nth = 0; nth < 30; nth += 1) await pick(group, acts)(group)
  }
  const clock = { nowMs: () => world.clock.timeMs }
  const key = await openRecordKey('5'.repeat(64), place)
  const target = await createTestDatabase()
  try {
    const [there, back] = [join(place, 'there'), join(place, 'back')]
    const take = (from: typeof target, folder: string) =>
      writeExport(from.pool, { folder, caseId: null, reason: 'x', clock, key })
    await take(world.database, there)
    const request = { folder: there, key: key.publicKey, caseId: null, into: null, clock }
    expect(await importCases(target.pool, { ...request, reason: 'x' })).toEqual({
      importedCount: 3 * seedCount,
      hereCount: 0,
      questionCount: 0,
      refusals: [],
    })
    await take(target, back)
    const [before, after] = [await readManifest(there, null), await readManifest(back, null)]
    const written = ({ cases }: typeof before) =>
      cases.flatMap(({ files, orderId }) =>
        files
          .filter(({ name }) => name !== 'record')
          .map(
            ({ name, rowCount, sha256 }) =>
              `seed ${seedOfOrder.get(orderId)} ${name} of ${orderId}: ${rowCount} ${sha256}`,
          ),
      )
    expect(written(after).toSorted()).toEqual(written(before).toSorted())
  } finally {
    await target.drop()
  }
  // Of a whole run: what never happened was not tried.
  if (seedCount < 5) return
  const kept = Object.entries(counts).filter(([, count]) => count > 0)
  expect(kept.map(([name]) => name).toSorted()).toEqual([
    'answer',
    'consent',
    'extension',
    'household',
    'join',
    'leave',
    'move',
    'order',
    'person',
    'profile',
    'receipt',
    'role',
    'screening',
    'sighting',
    'telling',
    'wish',
  ])
})
