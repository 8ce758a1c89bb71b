import { afterAll, beforeAll, expect, it } from 'vitest'
import { findKeyState } from '../../src/store/keys/data-keys.ts'
import { listRelocations } from '../../src/store/cases/relocations.ts'
import { createRetentionKeeper } from '../../workers/keep-retention.ts'
import { turnDatabaseTo } from '../support/database-clock.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { createSilentLog } from '../support/silent-log.ts'

/**
 * A woman whose case ends, and a child whose case goes on: they were one case when she moved. And
 * an aunt with a case of her own that ends, who lives with the child.
 */
let world: TestApp
let worker: TestApp['machinery']
const ids: Record<string, string> = {}
const endedMs = Date.parse('2026-11-24T12:00:00Z')
const dayMs = 86_400_000
const oldPlace = { longitude: 5.123457, latitude: 52.098763 }
const oldAddress = { text: 'Oudeweg 7', ...oldPlace }

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
  ids['offender'] = await make('/v1/persons', { role: 'offender', reference: 'RECL-1' })
  for (const name of ['woman', 'child', 'aunt'])
    ids[name] = await make('/v1/persons', { role: 'victim', reference: `SLO-${name}` })
  await order('hers', 'woman', '2027-11-01T00:00:00Z', [])
  await order('aunts', 'aunt', '2027-11-01T00:00:00Z', [])
  const home = { label: 'woning', circle: { ...oldPlace, radiusMeters: 300 } }
  await order('childs', 'child', '2036-11-01T00:00:00Z', [home])
  await call('POST', 'childs', '_join-case', { withOrderId: ids['hers'] })
  await make(`/v1/protection-orders/${ids['childs']}/household-links`, {
    personId: ids['child'],
    memberId: ids['aunt'],
    relation: 'other',
    since: '2026-09-01T00:00:00Z',
  })
  for (const name of ['woman', 'aunt']) {
    const moved = { movedAt: '2026-11-22T00:00:00Z', oldAddress }
    await make(`/v1/persons/${ids[name]}/relocations`, moved)
  }
  world.clock.timeMs = endedMs
  await turnDatabaseTo(world.database.pool, endedMs)
  for (const name of ['hers', 'aunts']) {
    const ended = await call('POST', name, '_end', { reason: 'verhuisd' })
    expect(ended.status, JSON.stringify(ended.body)).toBe(200)
  }
})
afterAll(() => world.close())

async function make(url: string, body: object): Promise<string> {
  const made = await world.call('supervisor', 'POST', url, body)
  expect([url, made.status], JSON.stringify(made.body)).toEqual([url, 201])
  return String(made.body['id'])
}

const call = (method: string, name: string, path: string, body?: object) =>
  world.call('supervisor', method, `/v1/protection-orders/${ids[name]}/${path}`, body)

async function order(name: string, victim: string, validUntil: string, locationBans: object[]) {
  ids[name] = await make('/v1/protection-orders', {
    reference: name,
    legalBasis: 'liberty-restricting-measure',
    offenderId: ids['offender'],
    validFrom: '2026-11-01T00:00:00Z',
    validUntil,
    locationBans,
    proximityBans: [{ victimId: ids[victim], separationMeters: 1000 }],
  })
}

async function pass(days: number): Promise<void> {
  const nowMs = endedMs + days * dayMs
  await turnDatabaseTo(world.database.pool, nowMs)
  const clock = { nowMs: () => nowMs }
  await createRetentionKeeper({ pool: worker, clock, log: createSilentLog() })()
}

/** What the case of the child says of whom. */
async function readCase() {
  const { pool } = world.database
  const moves = await listRelocations(pool, ids['childs'] ?? '')
  const { rows } = await pool.query<{ name: string; questions: number }>(
    `select p.reference as name, (select count(*)::int from relocation_questions q
        where q.relocation_id = m.id and q.answered_at is null and q.over_at is null) as questions
       from relocations m join persons p on p.id = m.person_id where m.protection_order_id = $1 order by m.id`,
    [ids['childs']],
  )
  const texts = moves.map(({ oldAddress: old, personId }) => [personId, old?.text ?? null])
  return { texts: Object.fromEntries(texts), rows }
}

it('an old address goes out of a case that does not name whoever lived there with their own, and what was asked there stays', async () => {
  const { aunt = '', childs, woman = '' } = ids
  const scope = `case/${childs}/person/${woman}`
  const { pool } = world.database
  expect(await readCase()).toEqual({
    texts: { [woman]: 'Oudeweg 7', [aunt]: 'Oudeweg 7' },
    rows: [
      { name: 'SLO-woman', questions: 1 },
      { name: 'SLO-aunt', questions: 1 },
    ],
  })
  expect(await findKeyState(pool, scope)).toBe('there')
  await pass(1_826)
  expect((await readCase()).texts).toMatchObject({ [woman]: 'Oudeweg 7' })
  await pass(1_828)
  expect(await readCase()).toEqual({
    // Whoever lives with the child stays: where she is is where the child is.
    texts: { [woman]: null, [aunt]: 'Oudeweg 7' },
    rows: [
      { name: `erased ${woman}`, questions: 1 },
      { name: 'SLO-aunt', questions: 1 },
    ],
  })
  // No copy of the database opens it any more, and the case of the child does.
  expect(await findKeyState(pool, scope)).toBe('destroyed')
  expect(await findKeyState(pool, `case/${childs}`)).toBe('there')
  const running = await world.call('supervisor', 'GET', `/v1/protection-orders/${childs}`)
  expect(running.body['locationBans']).toMatchObject([{ label: 'woning' }])
})

it('whoever lived with a case is erased with that one, where no other has them', async () => {
  const { pool } = world.database
  await pool.query(`update protection_orders set status = 'ended' where id = $1`, [ids['childs']])
  await pool.query(`update alerts set status = 'closed', outcome = 'confirmed'`)
  await pass(2 * 1_828 + 10)
  const { rows } = await pool.query('select reference from persons where id = $1', [ids['aunt']])
  expect(rows).toEqual([{ reference: `erased ${ids['aunt']}` }])
  expect((await readCase()).rows).toEqual([])
})
