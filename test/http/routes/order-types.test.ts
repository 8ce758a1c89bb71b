import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { bodyExamples } from '../../../src/http/openapi/body-examples.ts'
import { orderTypesSchema } from '../../../src/schemas/order-type.ts'
import { createForgottenPlanner, createOrderKeeper } from '../../../workers/keep-orders.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'
import { proveFor, signInAs, type TestPerson } from '../../support/signed-in.ts'
import { createSilentLog } from '../../support/silent-log.ts'

let world: TestApp
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>
let first: TestPerson
let second: TestPerson
let offenderId = ''
let orderCount = 0
const startedMs = Date.parse('2026-11-23T18:30:00Z')
const hour = 3_600_000
const day = 24 * hour

beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
  first = await signInAs(world, { roles: ['supervisor'], displayName: 'A. Eerst' })
  second = await signInAs(world, { roles: ['supervisor'], displayName: 'B. Twee' })
  const person = { role: 'offender', reference: 'o' }
  offenderId = String((await world.call('supervisor', 'POST', '/v1/persons', person)).body['id'])
})
afterAll(() => world.close())

type Answer = Record<string, unknown>

/** A table of its own, whatever is delivered: two steps, and one extension of thirty days. */
const step = (amount: number, to: string, task: string) => ({
  before: { amount, unit: 'days' },
  to,
  task,
  answerWithinHours: 24,
  everyHours: null,
  priority: 'P3',
})
const own = {
  statute: 'art. 1 of a law of this test',
  term: { amount: 60, unit: 'days' },
  extensionTerm: { amount: 30, unit: 'days' },
  extensionCountMax: 1,
  maximum: { amount: 90, unit: 'days' },
  extendedBy: ['court'],
  reminders: [step(20, 'case-lead', 'prepare'), step(10, 'coordinator', 'decide')],
  afterExtension: [step(5, 'coordinator', 'decide')],
  reviewEvery: null,
  afterEnd: { to: 'supervisor', task: 'confirm-stop', answerWithinHours: 3 },
  afterLast: 'Ask for another measure.',
  confidence: { term: 'high', extensions: 'high', maximum: 'high', reminders: 'judgement' },
  source: 'A lawyer of this test.',
}

async function typeOf(legalBasis: string): Promise<Answer> {
  const { body } = await world.call('operator', 'GET', '/v1/order-types')
  return (body['items'] as Answer[]).find((row) => row['legalBasis'] === legalBasis) ?? {}
}

const put = (legalBasis: string, body: object) =>
  world.call('supervisor', 'PUT', `/v1/order-types/${legalBasis}`, body)

async function impose(legalBasis: string, daysAgo: number, days: number): Promise<string> {
  world.clock.timeMs = startedMs
  orderCount += 1
  const validFromMs = startedMs - daysAgo * day
  const answer = await world.call('supervisor', 'POST', '/v1/protection-orders', {
    reference: `KIND-${orderCount}`,
    legalBasis,
    offenderId,
    validFrom: new Date(validFromMs).toISOString(),
    validUntil: new Date(validFromMs + days * day).toISOString(),
    locationBans: [
      { label: 'home', circle: { longitude: 5.1, latitude: 52.1, radiusMeters: 300 } },
    ],
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body['id'])
}

type Life = {
  readonly acts: readonly Answer[]
  readonly reminders: readonly Answer[]
  readonly missing: readonly string[]
  readonly end: Answer
}

async function lifeOf(id: string): Promise<Life> {
  const answer = await world.call('operator', 'GET', `/v1/protection-orders/${id}/life`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body as Life
}

async function keep(nowMs: number): Promise<void> {
  world.clock.timeMs = nowMs
  const clock = { nowMs: () => nowMs }
  const deps = { pool: worker, clock, log: createSilentLog(), limits: defaultLimits }
  await createForgottenPlanner(deps)()
  await createOrderKeeper({ ...deps, onEvent: () => {} })()
}

/** What is asked how long before the end, by which version. */
const ladderOf = async (id: string) =>
  (await lifeOf(id)).reminders.map((row) => [
    row['task'],
    (Date.parse(String(row['endsAt'])) - Date.parse(String(row['dueAt']))) / day,
    row['typeVersion'],
  ])

describe('kinds of order', () => {
  it('the kinds of order are read as data, with how sure we are of each', async () => {
    const { body, status } = await world.call('operator', 'GET', '/v1/order-types')
    expect(status).toBe(200)
    expect(orderTypesSchema.safeParse(body).success).toBe(true)
    expect(body['items']).toHaveLength(11)
    expect(await typeOf('temporary-home-ban')).toMatchObject({
      version: 0,
      term: { amount: 10, unit: 'days' },
      maximum: { amount: 28, unit: 'days' },
      extendedBy: ['mayor'],
      confidence: { term: 'high' },
    })
  })

  it('a kind of order is set anew by two people, and by nobody over the change of another', async () => {
    const path = '/v1/order-types/mayor-area-ban'
    const asked = await first.call('PUT', path, { basedOnVersion: 0, ...own, reason: 'New law.' })
    expect(asked, JSON.stringify(asked.body)).toMatchObject({
      status: 202,
      body: { weakens: ['order-type-otherwise'] },
    })
    const changes = asked.body['changes'] as Answer[]
    expect(changes).toContainEqual({ what: 'extendedBy', before: 'mayor', after: 'court' })
    expect((await typeOf('mayor-area-ban'))['version']).toBe(0)
    const id = String(asked.body['id'])
    await proveFor(world, second, `confirmProposal ${id}`)
    expect((await second.call('POST', `/v1/proposals/${id}/_confirm`, {})).status).toBe(200)
    expect(await typeOf('mayor-area-ban')).toMatchObject({
      ...own,
      version: 1,
      changedBy: first.staffId,
      confirmedBy: second.staffId,
    })
    expect((await put('mayor-area-ban', { basedOnVersion: 0, ...own })).status).toBe(409)
  })

  it('a kind of order that nobody can be reminded by is refused, each fault at its place', async () => {
    const reminders = [own.reminders[1], own.reminders[0]]
    const maximum = { amount: 5, unit: 'days' }
    const body = { basedOnVersion: 0, ...own, reminders, maximum }
    const refused = await put('civil-ban', body)
    expect(refused.status).toBe(400)
    expect((refused.body['errors'] as Answer[]).map(({ pointer }) => pointer)).toEqual([
      '/reminders/1/before',
      '/reminders/1',
      '/maximum',
    ])
    const weak = { ...own, afterEnd: { ...own.afterEnd, to: 'case-lead' } }
    expect((await put('civil-ban', { basedOnVersion: 0, ...weak })).status).toBe(400)
    expect((await typeOf('civil-ban'))['version']).toBe(0)
  })

  it('orders that run are reminded by a new version within a look, and what was asked stays asked', async () => {
    const asked = await impose('special-condition', 300, 365)
    const ahead = await impose('special-condition', 10, 600)
    await keep(startedMs)
    const [before] = (await lifeOf(asked)).reminders
    expect(before).toMatchObject({ askedCount: 1, answer: null, typeVersion: 0 })
    expect((await ladderOf(ahead)).every(([, , version]) => version === 0)).toBe(true)
    const set = await put('special-condition', { basedOnVersion: 0, ...own })
    expect(set, JSON.stringify(set.body)).toMatchObject({ status: 200, body: { version: 1 } })
    await keep(startedMs + 1)
    expect((await ladderOf(ahead)).map(([task, , version]) => [task, version])).toEqual([
      ['prepare', 1],
      ['decide', 1],
      ['confirm-stop', 1],
    ])
    const after = (await lifeOf(asked)).reminders
    expect(after[0]).toEqual(before)
    expect(after.slice(1).every(({ typeVersion }) => typeVersion === 1)).toBe(true)
    // Nothing is planned twice by looking again.
    const ladder = await ladderOf(asked)
    await keep(startedMs + 2)
    expect(await ladderOf(asked)).toEqual(ladder)
  })

  it('what is done to an order is judged by its kind as it is then, and says by which version', async () => {
    const id = await impose('special-condition', 10, 60)
    const extend = (days: number, decidedBy: string) =>
      world.call('supervisor', 'POST', `/v1/protection-orders/${id}/_extend`, {
        validUntil: new Date(startedMs + days * day).toISOString(),
        documentReference: 'RB-1',
        decidedBy,
      })
    const refused = await extend(80, 'prosecutor')
    expect(JSON.stringify(refused.body)).toContain('art. 1 of a law of this test')
    expect((await extend(80, 'court')).status).toBe(200)
    const once = await lifeOf(id)
    expect(once.acts.at(-1)).toMatchObject({ act: 'extend', findings: [], typeVersion: 1 })
    expect(once.end).toMatchObject({ extensionCountMax: 1, afterLast: own.afterLast })
    // Extended, it is asked about by the other ladder.
    expect((await ladderOf(id)).map(([task]) => task)).toEqual(['decide', 'confirm-stop'])
    expect(
      (await put('special-condition', { basedOnVersion: 1, ...own, extensionCountMax: 9 })).status,
    ).toBe(200)
    await extend(85, 'court')
    expect(
      (await lifeOf(id)).acts.map(({ act, findings, typeVersion }) => [act, findings, typeVersion]),
    ).toEqual([
      ['impose', ['no-document'], 1],
      ['extend', [], 1],
      ['extend', ['beyond-maximum'], 2],
    ])
  })

  it('an order that has lapsed is asked about of whom its kind says, and so often', async () => {
    const id = await impose('special-condition', 59, 60)
    await keep(startedMs + day)
    const asked = async () =>
      (await lifeOf(id)).reminders.map(({ askedCount, audience }) => [audience, askedCount])
    expect(await asked()).toEqual([['supervisor', 1]])
    await keep(startedMs + day + 3 * hour - 1)
    expect(await asked()).toEqual([['supervisor', 1]])
    await keep(startedMs + day + 3 * hour)
    expect(await asked()).toEqual([['coordinator', 2]])
  })

  it('a step that is urgent by its kind is called out when nobody answers it, though another alert lists the end', async () => {
    const reminders = [{ ...own.reminders[1], priority: 'P1' }]
    await put('civil-ban', { basedOnVersion: 0, ...own, reminders })
    const id = await impose('civil-ban', 51, 60)
    await keep(startedMs)
    await keep(startedMs + day)
    const { body } = await world.call('operator', 'GET', '/v1/alerts?kind=end-unanswered')
    const items = body['items'] as Answer[]
    expect(items.filter(({ protectionOrderId }) => protectionOrderId === id)).toMatchObject([
      { priority: 'P1', clearedAt: null },
    ])
  })

  it('what has no fixed end is reviewed again and again; only a review quiets it until the next', async () => {
    const id = await impose('pretrial-suspension', 29, 700)
    const review = async () => (await lifeOf(id)).reminders.find(({ task }) => task === 'review')
    const answer = async (value: string) =>
      world.call(
        'supervisor',
        'POST',
        `/v1/order-reminders/${String((await review())?.['id'])}/_answer`,
        {
          answer: value,
        },
      )
    expect(await review()).toMatchObject({ dueAt: new Date(startedMs + day).toISOString() })
    await keep(startedMs + day)
    expect((await answer('in-hand')).status).toBe(200)
    await keep(startedMs + 3 * day)
    expect((await review())?.['answer']).toBe('in-hand')
    await keep(startedMs + 4 * day)
    expect(await review()).toMatchObject({ answer: null, askedCount: 1 })
    expect((await answer('reviewed')).status).toBe(200)
    await keep(startedMs + 30 * day)
    expect(await review()).toMatchObject({
      answer: 'reviewed',
      dueAt: new Date(startedMs + 31 * day).toISOString(),
    })
    await keep(startedMs + 31 * day)
    expect(await review()).toMatchObject({ answer: null, needsDecision: false })
    const other = await impose('temporary-home-ban', 9, 10)
    await keep(startedMs)
    const [step] = (await lifeOf(other)).reminders
    const path = `/v1/order-reminders/${String(step?.['id'])}/_answer`
    expect((await world.call('supervisor', 'POST', path, { answer: 'reviewed' })).status).toBe(400)
  })

  it('the example of the API is taken', async () => {
    const example = bodyExamples['replaceOrderType'] as object
    expect((await put('tbs-conditional-end', example)).status).toBe(200)
  })

  it('two kinds are set by one person at once, each for somebody else to confirm', async () => {
    const bases = ['mayor-area-ban', 'european-protection-order'] as const
    for (const legalBasis of bases) {
      const { version } = await typeOf(legalBasis)
      const body = { ...own, basedOnVersion: version }
      const asked = await first.call('PUT', `/v1/order-types/${legalBasis}`, body)
      expect(asked.status, JSON.stringify(asked.body)).toBe(202)
      const again = await first.call('PUT', `/v1/order-types/${legalBasis}`, body)
      expect(again.status).toBe(409)
    }
  })
})
