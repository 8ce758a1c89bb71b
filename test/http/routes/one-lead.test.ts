import { afterAll, beforeAll, expect, it } from 'vitest'
import { personDb, type PersonDb } from '../../../src/store/pg/as-person.ts'
import { hashToken, insertApiClient, makeToken } from '../../../src/store/registry/api-clients.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

/** A case of three orders; a unit sees the first two. */
let world: TestApp
let unitToken = ''
let unitDb: PersonDb
const orders: string[] = []

beforeAll(async () => {
  world = await createTestApp()
  const offenderId = await make('/v1/persons', { role: 'offender', reference: 'RECL-A' })
  const victimId = await make('/v1/persons', { role: 'victim', reference: 'SLO-1' })
  for (const reference of ['A', 'B', 'C']) {
    const body = {
      reference,
      legalBasis: 'liberty-restricting-measure',
      offenderId,
      validFrom: '2026-11-01T00:00:00Z',
      validUntil: '2027-11-01T00:00:00Z',
      proximityBans: [{ victimId, separationMeters: 1000 }],
    }
    orders.push(await make('/v1/protection-orders', body))
  }
  await give('Eerste', orders[0])
  for (const id of orders.slice(1)) {
    const joined = await call('POST', id, '_join-case', { withOrderId: orders[0] })
    expect(joined.status, JSON.stringify(joined.body)).toBe(200)
  }
  await seeTwo()
})
afterAll(() => world.close())

async function make(url: string, body: unknown): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

async function seeTwo(): Promise<void> {
  const { pool } = world.database
  const organisationId = '00000000-0000-7000-8000-000000000001'
  const { rows } = await pool.query<{ id: string }>(
    `insert into units (organisation_id, name) values ($1, 'Noord') returning id`,
    [organisationId],
  )
  const unitId = rows[0]?.id ?? null
  await pool.query(
    `insert into caseloads (organisation_id, protection_order_id, unit_id, "from")
     select $1, o, $2, now() - interval '1 day' from unnest($3::uuid[]) as o`,
    [organisationId, unitId, orders.slice(0, 2)],
  )
  unitToken = makeToken()
  const client = { name: 'unit', role: 'supervisor' as const, vendorId: null, deviceId: null }
  await insertApiClient(pool, { ...client, organisationId, unitId }, hashToken(unitToken))
  unitDb = personDb(await world.database.connectAs('api'), { secretHash: hashToken(unitToken) })
}

const call = (method: string, id: string | undefined, path: string, body?: object) =>
  world.call('supervisor', method, `/v1/protection-orders/${id}/${path}`, body)
const asUnit = (method: string, id: string | undefined, path: string, body?: object) =>
  world.call(null, method, `/v1/protection-orders/${id}/${path}`, body, {
    authorization: `Bearer ${unitToken}`,
  })
const leading = (name: string) => ({
  role: 'case-lead',
  holder: { name },
  standIn: { name: 'K. Bos' },
  handOverNote: 'Belt elke maandag.',
})

async function give(name: string, id: string | undefined): Promise<void> {
  expect((await call('POST', id, '_give-role', leading(name))).status).toBe(200)
}

async function leads(): Promise<readonly string[]> {
  const { rows } = await world.database.pool.query<{ name: string }>(
    `select name from case_roles where role = 'case-lead' and until is null
      order by array_position($1::uuid[], protection_order_id)`,
    [orders],
  )
  return rows.map(({ name }) => name)
}

it('a lead that is given by a unit which sees two of three orders is the lead of all three, and it hears of no third', async () => {
  expect(await leads()).toEqual(['Eerste', 'Eerste', 'Eerste'])
  const given = await asUnit('POST', orders[0], '_give-role', leading('Tweede'))
  expect(given.status, JSON.stringify(given.body)).toBe(200)
  expect(await leads()).toEqual(['Tweede', 'Tweede', 'Tweede'])
  const answers = [given.body, (await asUnit('GET', orders[0], 'case')).body]
  expect(JSON.stringify(answers)).not.toContain(orders[2])
  const { rows } = await unitDb.query('select from case_roles where protection_order_id = $1', [
    orders[2],
  ])
  expect(rows).toEqual([])
})

it('an order that leaves, let go by whoever sees a part of the case, leaves it one lead', async () => {
  // As two leads came to be before, or by an import.
  await world.database.pool.query(
    `update case_roles set name = 'Derde', "from" = "from" + interval '1 minute'
      where protection_order_id = $1 and until is null`,
    [orders[2]],
  )
  expect((await asUnit('POST', orders[0], '_leave-case')).status).toBe(200)
  expect(await leads()).toEqual(['Tweede', 'Derde', 'Derde'])
})

it('a role is shared for whoever sees the order that it is asked of, and for nobody else', async () => {
  const before = await leads()
  await world.database.pool.query(
    `update case_roles set name = 'Vierde', "from" = "from" + interval '2 minutes'
      where protection_order_id = $1 and until is null`,
    [orders[1]],
  )
  const share = async (db: PersonDb, id: string | undefined): Promise<void> => {
    await db.query('select hoede_share_case_roles($1, $1, now())', [id])
  }
  await share(unitDb, orders[2])
  expect(await leads()).toEqual([before[0], 'Vierde', before[2]])
  await share(unitDb, orders[1])
  expect(await leads()).toEqual([before[0], 'Vierde', 'Vierde'])
})
