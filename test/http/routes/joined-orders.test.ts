import { afterAll, beforeAll, expect, it } from 'vitest'
import { findCaseId } from '../../../src/store/cases/joined-orders.ts'
import { insertProtectionStates } from '../../../src/store/evaluator/protection-states.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

/** One case: two who are bound, two who are protected, three orders. */
let world: TestApp
const people: Record<string, string> = {}
const orders: Record<string, string> = {}

beforeAll(async () => {
  world = await createTestApp()
  for (const [reference, role] of [
    ['RECL-A', 'offender'],
    ['RECL-B', 'offender'],
    ['SLO-1', 'victim'],
    ['SLO-2', 'victim'],
  ] as const) {
    people[reference] = await make('/v1/persons', { role, reference })
  }
  orders['ORDER-1'] = await order('ORDER-1', 'RECL-A', ['SLO-1', 'SLO-2'])
  orders['ORDER-2'] = await order('ORDER-2', 'RECL-B', ['SLO-1'])
  orders['ORDER-3'] = await order('ORDER-3', 'RECL-B', ['SLO-2'])
})
afterAll(() => world.close())

async function make(url: string, body: unknown): Promise<string> {
  const answer = await world.call('supervisor', 'POST', url, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

const bodyOf = (reference: string, offender: string, victims: readonly string[]) => ({
  reference,
  legalBasis: 'liberty-restricting-measure',
  offenderId: people[offender],
  validFrom: '2026-11-01T00:00:00Z',
  validUntil: '2027-11-01T00:00:00Z',
  proximityBans: victims.map((name) => ({ victimId: people[name], separationMeters: 1000 })),
})
const order = (reference: string, offender: string, victims: readonly string[]) =>
  make('/v1/protection-orders', bodyOf(reference, offender, victims))

/** Each entry of the record about an operation, as it was written. */
async function recorded(operation: string): Promise<readonly string[]> {
  const { rows } = await world.database.pool.query<{ text: string }>(
    `select convert_from(body, 'UTF8') as text from audit_entries order by index`,
  )
  return rows.map(({ text }) => text).filter((text) => text.includes(`"name":"${operation}"`))
}

const of = (name: string, path: string): string => `/v1/protection-orders/${orders[name]}/${path}`
const post = (name: string, path: string, body?: object) =>
  world.call('supervisor', 'POST', of(name, path), body)
const join = (name: string, other: string, more: object = {}) =>
  post(name, '_join-case', { withOrderId: orders[other], ...more })

type Named = { readonly reference: string }
type Victim = Named & {
  readonly protection: readonly {
    readonly protectionOrderId: string
    readonly state: string
    readonly reasons: readonly string[]
  }[]
}

async function readCase(name: string) {
  const { body, status } = await world.call('operator', 'GET', of(name, 'case'))
  expect(status).toBe(200)
  const namesOf = (list: string): readonly string[] =>
    (body[list] as Named[]).map(({ reference }) => reference).toSorted()
  return {
    caseId: body['caseId'],
    orders: namesOf('orders'),
    offenders: namesOf('offenders'),
    victims: body['victims'] as Victim[],
  }
}

const leadsOf = async (name: string): Promise<readonly string[]> => {
  const { body } = await world.call('operator', 'GET', of(name, 'case-people'))
  const roles = body['roles'] as { role: string; until: string | null; holder: { name: string } }[]
  return roles
    .filter(({ until }) => until === null)
    .map(({ holder, role }) => `${role} ${holder.name}`)
    .toSorted()
}

it('orders are one case from either side, each in one case alone', async () => {
  expect(await readCase('ORDER-1')).toMatchObject({ caseId: null, orders: ['ORDER-1'] })
  expect((await post('ORDER-1', '_leave-case')).status).toBe(409)
  expect((await join('ORDER-1', 'ORDER-1')).status).toBe(400)
  expect((await join('ORDER-2', 'ORDER-1')).status).toBe(200)
  expect((await join('ORDER-3', 'ORDER-2')).status).toBe(200)
  expect((await join('ORDER-3', 'ORDER-1')).status).toBe(409)
  const [one, two] = [await readCase('ORDER-1'), await readCase('ORDER-3')]
  expect(one).toEqual(two)
  expect(one).toMatchObject({
    orders: ['ORDER-1', 'ORDER-2', 'ORDER-3'],
    offenders: ['RECL-A', 'RECL-B'],
  })
})

it('one case has one lead and one contact point, whichever of its orders they are given in', async () => {
  const role = (name: string, more: object = {}) => ({
    role: 'case-lead',
    holder: { name },
    standIn: { name: 'K. Bos' },
    ...more,
  })
  expect((await post('ORDER-2', '_give-role', role('J. de Vries'))).status).toBe(200)
  for (const name of Object.keys(orders)) {
    expect(await leadsOf(name)).toEqual(['case-lead J. de Vries'])
  }
  const handedOver = role('L. Smit', { handOverNote: 'Zitting op 3 december.' })
  expect((await post('ORDER-1', '_give-role', handedOver)).status).toBe(200)
  for (const name of Object.keys(orders)) {
    expect(await leadsOf(name)).toEqual(['case-lead L. Smit'])
  }
})

it('an order that comes to the case later has its lead, and one that leaves keeps them', async () => {
  orders['ORDER-4'] = await order('ORDER-4', 'RECL-A', ['SLO-1'])
  await join('ORDER-4', 'ORDER-3')
  expect(await leadsOf('ORDER-4')).toEqual(['case-lead L. Smit'])
  expect((await post('ORDER-4', '_leave-case')).status).toBe(200)
  expect(await findCaseId(world.database.pool, orders['ORDER-4'] ?? '')).toBeNull()
  expect(await leadsOf('ORDER-4')).toEqual(['case-lead L. Smit'])
  expect((await readCase('ORDER-1')).orders).toEqual(['ORDER-1', 'ORDER-2', 'ORDER-3'])
  delete orders['ORDER-4']
})

it('an order whose lead is another one comes to a case with a word for the next, and one that is led brings its lead to a case that has none', async () => {
  orders['ORDER-5'] = await order('ORDER-5', 'RECL-A', ['SLO-1'])
  const led = { role: 'case-lead', holder: { name: 'M. Visser' }, standIn: { name: 'K. Bos' } }
  expect((await post('ORDER-5', '_give-role', led)).status).toBe(200)
  expect(await join('ORDER-5', 'ORDER-1')).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/handOverNote' }] },
  })
  expect(await leadsOf('ORDER-5')).toEqual(['case-lead M. Visser'])
  expect((await join('ORDER-5', 'ORDER-1', { handOverNote: 'Belt elke maandag.' })).status).toBe(
    200,
  )
  const { body } = await world.call('operator', 'GET', of('ORDER-5', 'case-people'))
  expect((body['roles'] as object[])[0]).toMatchObject({
    holder: { name: 'L. Smit' },
    handOverNote: 'Belt elke maandag.',
  })
  // Of the same lead nothing is handed over.
  await post('ORDER-5', '_leave-case')
  expect((await join('ORDER-5', 'ORDER-1')).status).toBe(200)
  await post('ORDER-5', '_leave-case')
  orders['ORDER-6'] = await order('ORDER-6', 'RECL-A', ['SLO-1'])
  expect((await join('ORDER-5', 'ORDER-6')).status).toBe(200)
  expect(await leadsOf('ORDER-6')).toEqual(['case-lead L. Smit'])
})

it('an order that leaves ends no row of another one, which is a case by itself when all others left', async () => {
  expect((await post('ORDER-5', '_leave-case')).status).toBe(200)
  const { rows } = await world.database.pool.query(
    `select protection_order_id as id from joined_orders where left_at is null and protection_order_id = any($1)`,
    [[orders['ORDER-5'], orders['ORDER-6']]],
  )
  expect(rows).toEqual([{ id: orders['ORDER-6'] }])
  expect(await readCase('ORDER-6')).toMatchObject({ caseId: null, orders: ['ORDER-6'] })
  expect((await join('ORDER-6', 'ORDER-5')).status).toBe(200)
  for (const name of ['ORDER-5', 'ORDER-6']) {
    expect((await post(name, '_leave-case')).status).toBe(200)
    delete orders[name]
  }
})

it('a case says how grave each of its orders is, and reading it is on record about everybody whom it names', async () => {
  const chosen = { profile: 'high', reason: 'Screening of today.' }
  expect((await post('ORDER-2', '_choose-risk-profile', chosen)).status).toBe(200)
  const before = (await recorded('getCase')).length
  const { body } = await world.call('operator', 'GET', of('ORDER-1', 'case'))
  const risks = (body['orders'] as { reference: string; riskProfile: unknown }[])
    .toSorted((one, other) => one.reference.localeCompare(other.reference))
    .map(({ riskProfile }) => riskProfile)
  expect(risks).toEqual([null, { profile: 'high', name: { nl: 'Hoog', en: 'High' } }, null])
  const read = (await recorded('getCase')).slice(before)
  for (const name of Object.keys(people))
    expect(
      read.some((text) => text.includes(people[name] ?? '') && text.includes('consultation')),
      name,
    ).toBe(true)
})

it('protection is told of each protected person by each order, and what is wrong with one makes nothing less of the other', async () => {
  const silent = {
    code: 'device-silent',
    subject: 'victim',
    sinceMs: null,
    personId: people['SLO-2'] ?? null,
    deviceId: null,
  } as const
  const nowMs = world.clock.timeMs
  await world.database.pool.query(
    `insert into journal_positions (reader, shard, journal_id, updated_at)
     values ('protection', 0, 0, to_timestamp($1::float8 / 1000))`,
    [nowMs],
  )
  await insertProtectionStates(
    world.database.pool,
    [
      { orderId: orders['ORDER-1'] ?? '', state: 'degraded', reasons: [silent] },
      { orderId: orders['ORDER-2'] ?? '', state: 'protected', reasons: [] },
      { orderId: orders['ORDER-3'] ?? '', state: 'unknown', reasons: [silent] },
    ],
    nowMs,
  )
  const { victims } = await readCase('ORDER-2')
  const statesOf = (name: string) => {
    const protection = victims.find(({ reference }) => reference === name)?.protection ?? []
    const found = protection.map(({ protectionOrderId, state }) => {
      const known = Object.entries(orders).find(([, id]) => id === protectionOrderId)
      return [known?.[0], state] as const
    })
    return Object.fromEntries(found)
  }
  expect(statesOf('SLO-1')).toEqual({ 'ORDER-1': 'protected', 'ORDER-2': 'protected' })
  expect(statesOf('SLO-2')).toEqual({ 'ORDER-1': 'degraded', 'ORDER-3': 'unknown' })
})

it('one page has the case of all its orders, before one changes and another ends and after', async () => {
  const read = async (): Promise<string> => {
    const answer = await world.app.inject({
      method: 'GET',
      url: `${of('ORDER-1', 'case-page')}?purpose=zsm&ground=wgs`,
      headers: { authorization: `Bearer ${world.tokens.supervisor}` },
    })
    expect(answer.statusCode, answer.body).toBe(200)
    return answer.body
  }
  const before = await read()
  for (const told of [
    'RECL-A, RECL-B',
    'SLO-1',
    'SLO-2',
    'ORDER-1',
    'ORDER-2',
    'ORDER-3',
    'L. Smit',
  ])
    expect(before, told).toContain(told)
  expect(before).toContain('Bescherming nu door ORDER-3: onbekend')
  expect(before).toMatch(/Risicoprofiel van ORDER-1: geen.*van ORDER-2: Hoog/)
  const disclosed = await recorded('getCasePage')
  for (const name of Object.keys(people))
    expect(
      disclosed.some((text) => text.includes(people[name] ?? '') && text.includes('disclosure')),
      name,
    ).toBe(true)
  const changed = await world.call(
    'supervisor',
    'PUT',
    `/v1/protection-orders/${orders['ORDER-2']}`,
    {
      ...bodyOf('ORDER-2', 'RECL-B', ['SLO-1', 'SLO-2']),
      validUntil: '2028-01-01T00:00:00Z',
    },
  )
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  expect((await post('ORDER-3', '_end', { reason: 'Lifted.' })).status).toBe(200)
  const after = await readCase('ORDER-1')
  expect(after.orders).toEqual(['ORDER-1', 'ORDER-2', 'ORDER-3'])
  const second = after.victims.find(({ reference }) => reference === 'SLO-2')
  // By the order that names them now, and no longer by the one that is over.
  expect(second?.protection.map(({ protectionOrderId }) => protectionOrderId).toSorted()).toEqual(
    [String(orders['ORDER-1']), String(orders['ORDER-2'])].toSorted(),
  )
  const page = await read()
  expect(page).toContain('Bescherming nu door ORDER-2')
  expect(page).not.toContain('Bescherming nu door ORDER-3')
  expect(page).toContain('1 jan 2028')
})

it('an order that has ended joins no case, and none joins it', async () => {
  for (const name of ['ORDER-7', 'ORDER-8']) orders[name] = await order(name, 'RECL-A', ['SLO-1'])
  const ended = await world.call('supervisor', 'POST', of('ORDER-7', '_end'), { reason: 'over' })
  expect(ended.status, JSON.stringify(ended.body)).toBe(200)
  expect((await join('ORDER-8', 'ORDER-7')).status).toBe(409)
  expect((await join('ORDER-7', 'ORDER-8')).status).toBe(409)
  expect(await findCaseId(world.database.pool, orders['ORDER-8'] ?? '')).toBeNull()
})
