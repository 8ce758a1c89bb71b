import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAssessmentKeeper } from '../../workers/keep-assessments.ts'
import { turnDatabaseTo } from '../support/database-clock.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
})
afterAll(async () => {
  await world.close()
})

const circle = { longitude: 5.1, latitude: 52.1, radiusMeters: 1_000 }
const url = '/v1/enforceability-assessments'

it('an assessment without an order goes after two years, and one of an order that ended as long ago keeps its answer alone', async () => {
  const [alone, ofEnded, ofActive] = [await keep(), await keep(), await keep()]
  const ended = await order(ofEnded, 'ended')
  await order(ofActive, 'active')
  const { pool } = world.database
  const worker = await world.database.connectAs('worker')
  const log = createSilentLog()
  const keepAt = async (text: string): Promise<void> => {
    const clock = { nowMs: () => Date.parse(text) }
    await turnDatabaseTo(pool, clock.nowMs())
    await createAssessmentKeeper({ pool: worker, clock, log })()
  }
  await pool.query(`update protection_orders set status = 'ended' where id = $1`, [ended])
  await keepAt('2028-11-20T00:00:00Z')
  expect((await read(alone)).status).toBe(200)
  expect((await read(`${ofEnded}/advice`)).status).toBe(200)
  await keepAt('2029-11-27T00:00:00Z')
  expect((await read(alone)).status).toBe(404)
  expect((await read(ofEnded)).body['verdict']).toBe('NOT_ENFORCEABLE')
  const gone = await read(`${ofEnded}/advice?edition=court`)
  expect(gone.status).toBe(404)
  expect(gone.body['detail'] ?? gone.body['title']).toContain('erased')
  expect((await read(`${ofActive}/advice?edition=court`)).status).toBe(200)
  expect(await rowOf(ofEnded)).not.toContain('5.1023')
  const keys = await pool.query<{ scope: string; isDestroyed: boolean }>(
    `select scope, wrapped is null as "isDestroyed" from data_keys
      where scope = any($1) order by destroyed_at nulls last, scope`,
    [[alone, ofEnded].map((id) => `assessment/${id}`)],
  )
  expect(keys.rows.map(({ isDestroyed }) => isDestroyed)).toEqual([true, false])
  expect(keys.rows[0]?.scope).toBe(`assessment/${alone}`)
})

it('an assessment lies with its verdict in the open and no place, label or page', async () => {
  const id = await keep()
  const text = await rowOf(id)
  expect(text).toContain('NOT_ENFORCEABLE')
  expect(text).not.toMatch(/5\.1023|52\.1|<html|Advies|locatieverbod/i)
  expect(await read(id)).toMatchObject({ status: 200, body: { verdict: 'NOT_ENFORCEABLE' } })
  expect((await read(`${id}/advice?edition=file`)).text).toContain('<html')
})

async function rowOf(id: string): Promise<string> {
  const { rows } = await world.database.pool.query<{ text: string }>(
    'select row_to_json(e)::text as text from enforceability_assessments e where id = $1',
    [id],
  )
  return rows[0]?.text ?? ''
}

async function keep(): Promise<string> {
  const victimAddresses = [{ label: 'home', longitude: 5.1023, latitude: 52.1, secret: true }]
  const made = await world.call('supervisor', 'POST', url, { circle, victimAddresses, keep: true })
  return String(made.body['id'])
}

async function order(assessmentId: string, reference: string): Promise<string> {
  const person = { role: 'offender', reference: `RECL-${reference}` }
  const offender = await world.call('supervisor', 'POST', '/v1/persons', person)
  const made = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference,
    legalBasis: 'liberty-restricting-measure',
    offenderId: offender.body['id'],
    validFrom: '2026-11-01T00:00:00Z',
    validUntil: '2027-11-01T00:00:00Z',
    locationBans: [{ label: 'home', circle }],
    assessmentId,
  })
  return String(made.body['id'])
}

async function read(path: string) {
  const answer = await world.app.inject({
    method: 'GET',
    url: `${url}/${path}`,
    headers: { authorization: `Bearer ${world.tokens.supervisor}` },
  })
  const isJson = String(answer.headers['content-type']).includes('json')
  const body = isJson ? answer.json<Record<string, unknown>>() : {}
  return { status: answer.statusCode, body, text: answer.body }
}
