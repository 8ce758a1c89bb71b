import { afterAll, beforeAll, expect, it } from 'vitest'
import { readJournalToJudge } from '../../../src/store/journal/turns.ts'
import { decodeRegistryChange } from '../../../src/store/journal/journal-codec.ts'
import { createDataKeys } from '../../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../../src/store/keys/master-keys.ts'
import { connect } from '../../../src/store/pg/pool.ts'
import { listAllProtectionOrders } from '../../../src/store/registry/protection-orders.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { testMasterKey } from '../../support/master-key.ts'
import { proveFor, signInAs, type TestAnswer, type TestPerson } from '../../support/signed-in.ts'

let world: TestApp
let first: TestPerson
let second: TestPerson
let made = 0

beforeAll(async () => {
  world = await createTestApp()
  first = await signInAs(world, { roles: ['supervisor'], displayName: 'A. Eerst' })
  second = await signInAs(world, { roles: ['supervisor'], displayName: 'B. Twee' })
})
afterAll(() => world.close())

async function makeOrder(): Promise<string> {
  made += 1
  const person = await first.call('POST', '/v1/persons', {
    role: 'offender',
    reference: `o${made}`,
  })
  const order = await first.call('POST', '/v1/protection-orders', {
    reference: `ORDER-${made}`,
    legalBasis: 'liberty-restricting-measure',
    offenderId: person.body['id'],
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [
      { label: 'home', circle: { longitude: 5.12, latitude: 52.09, radiusMeters: 300 } },
    ],
  })
  expect(order.status, JSON.stringify(order.body)).toBe(201)
  return String(order.body['id'])
}

const ask = (person: TestPerson, id: string): Promise<TestAnswer> =>
  person.call('POST', `/v1/protection-orders/${id}/_erase`, { reason: 'the term has passed' })

async function confirm(person: TestPerson, { body }: TestAnswer): Promise<TestAnswer> {
  const id = String(body['id'])
  await proveFor(world, person, `confirmProposal ${id}`)
  return await person.call('POST', `/v1/proposals/${id}/_confirm`, {})
}

async function end(id: string): Promise<void> {
  const asked = await first.call('POST', `/v1/protection-orders/${id}/_end`, { reason: 'lifted' })
  expect((await confirm(second, asked)).status).toBe(200)
}

it('an order is erased by two people, on record, once it has ended, and no other one loses a place', async () => {
  const [erased, other] = [await makeOrder(), await makeOrder()]
  expect((await ask(first, erased)).status, 'it protects').toBe(409)
  await end(erased)
  const asked = await ask(first, erased)
  expect(asked.status, JSON.stringify(asked.body)).toBe(202)
  expect((await confirm(first, asked)).status, 'one hand').toBe(403)
  const id = String(asked.body['id'])
  await proveFor(world, first, `enactProposalInEmergency ${id}`)
  const alone = await first.call('POST', `/v1/proposals/${id}/_enact-in-emergency`, {
    reason: 'now',
  })
  expect(alone.status, 'not in an emergency').toBe(409)
  expect(await areasOf(erased)).toEqual([1, 1, 1])
  expect((await confirm(second, asked)).status).toBe(200)

  expect(await areasOf(erased)).toEqual([0, 0, 0])
  expect(await areasOf(other)).toEqual([1, 1])
  expect((await ask(first, erased)).status, 'erased before').toBe(409)
  const { rows } = await world.database.pool.query<{ name: string; second: string | null }>(
    `select body ->> 'name' as name, body #>> '{hoede,secondPersonId}' as second
       from (select convert_from(body, 'UTF8')::jsonb as body, index from audit_entries) e
      where body::text like '%' || $1 || '%' order by index`,
    [id],
  )
  expect(rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['proposeWeakening', 'eraseProtectionOrder', 'confirmProposal']),
  )
})

it('a confirmation that destroyed the key and was not written down is confirmed again', async () => {
  const id = await makeOrder()
  await end(id)
  const asked = await ask(first, id)
  const destroy = 'update data_keys set wrapped = null, destroyed_at = now() where scope = $1'
  await world.database.pool.query(destroy, [`case/${id}`])
  expect((await confirm(second, asked)).body['status']).toBe('confirmed')
})

it('no machine asks for it, as whoever holds its token would confirm it too, and nobody of another role', async () => {
  const id = await makeOrder()
  await end(id)
  for (const role of ['supervisor', 'operator', 'administrator', 'auditor', 'vendor'] as const) {
    const answer = await world.call(role, 'POST', `/v1/protection-orders/${id}/_erase`, {
      reason: 'x',
    })
    expect(answer.status, role).toBe(403)
  }
})

it('whoever takes reports in changes no key, and destroys that of no case that runs or that nobody asked about', async () => {
  const [runs, ended] = [await makeOrder(), await makeOrder()]
  await end(ended)
  const intake = await world.database.connectAs('intake')
  await expect(intake.query('update data_keys set wrapped = null')).rejects.toThrow(
    'permission denied',
  )
  for (const id of [runs, ended]) {
    await expect(intake.query('select hoede_destroy_key_of_ended_case($1)', [id])).rejects.toThrow(
      'expected a case that has ended',
    )
  }
  expect([await areasOf(runs), await areasOf(ended)]).toEqual([
    [1, 1],
    [1, 1, 1],
  ])
})

it('an order with a version from before places were sealed is not said to be erased', async () => {
  const id = await makeOrder()
  await end(id)
  await world.database.pool.query(
    `update protection_order_versions set body = jsonb_set(body, '{locationBans}', '[{"label":"home"}]')
      where protection_order_id = $1 and version = 1`,
    [id],
  )
  const answer = await ask(first, id)
  expect([answer.status, String(answer.body['detail'])]).toEqual([
    409,
    expect.stringContaining('from before places were sealed'),
  ])
})

/** As another process finds them: of the order, and of each change that detection reads. */
async function areasOf(orderId: string): Promise<readonly number[]> {
  const { pool, url } = world.database
  const masters = readMasterKeys(testMasterKey)
  const keys = createDataKeys({ masters, db: pool, elapsedMs: () => performance.now() })
  const fresh = await connect(url, { keys, connectionCountMax: 1 })
  try {
    const orders = await listAllProtectionOrders(fresh)
    const rows = await readJournalToJudge(fresh, { shard: 0, afterId: 0, limit: 1_000 })
    const changes = rows
      .filter(({ kind }) => kind === 3)
      .map(({ change, payload }) => change ?? decodeRegistryChange(payload))
    const told = changes.flatMap((change) =>
      change.type === 'protection-order' ? [change.protectionOrder] : [],
    )
    return [...orders, ...told]
      .filter(({ id }) => id === orderId)
      .map(({ locationBans }) => locationBans.length)
  } finally {
    await fresh.end()
  }
}
