import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createOrderKeeper } from '../../workers/keep-orders.ts'
import { createTestApp, type TestApp } from '../support/http-app.ts'
import { createSilentLog } from '../support/silent-log.ts'

/**
 * Two orders from their decision to the closed file, by the calls of partners and staff and the
 * sweep of the worker, hour by hour where it matters.
 */
let world: TestApp
let worker: Awaited<ReturnType<TestApp['database']['connectAs']>>
beforeAll(async () => {
  world = await createTestApp()
  worker = await world.database.connectAs('worker')
})
afterAll(() => world.close())

const at = (text: string): number => Date.parse(text)
const hour = 3_600_000

/** The worker looks each hour, or so, from now until then; what it asks is the answer. */
async function passUntil(text: string, stepMs = hour): Promise<readonly string[]> {
  const asked: string[] = []
  while (world.clock.timeMs < at(text)) {
    world.clock.timeMs = Math.min(world.clock.timeMs + stepMs, at(text))
    const nowMs = world.clock.timeMs
    const since = await askedRows()
    await createOrderKeeper({
      pool: worker,
      clock: { nowMs: () => nowMs },
      log: createSilentLog(),
      limits: defaultLimits,
      onEvent: () => {},
    })()
    for (const [key, row] of await askedRows()) {
      if (since.get(key)?.count !== row.count) asked.push(`${row.task} ${row.audience}`)
    }
  }
  return asked
}

type Asked = { readonly task: string; readonly audience: string; readonly count: number }

async function askedRows(): Promise<ReadonlyMap<string, Asked>> {
  const { rows } = await world.database.pool.query<Asked & { readonly id: string }>(
    'select id, task, audience, asked_count as count from order_reminders where over_at is null',
  )
  return new Map(rows.map((row) => [row.id, row]))
}

async function decide(document: object): Promise<Record<string, unknown>> {
  const answer = await world.call('supervisor', 'POST', '/v1/decisions', document)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

type Life = {
  readonly state: string
  readonly end: Record<string, unknown>
  readonly missing: string[]
  readonly next: { readonly id: string; readonly task: string } | null
  readonly acts: { readonly act: string }[]
}
async function lifeOf(id: unknown): Promise<Life> {
  return (await world.call('operator', 'GET', `/v1/protection-orders/${String(id)}/life`))
    .body as Life
}

const operate = (id: unknown, name: string, body: object) =>
  world.call('supervisor', 'POST', `/v1/protection-orders/${String(id)}/${name}`, body)

const area = { label: 'woning', circle: { longitude: 5.12, latitude: 52.09, radiusMeters: 500 } }
const supervision = { body: 'Reclassering Nederland', electronicMonitoring: true }

it('a temporary home ban of ten days over the night the clock goes forward is extended to 28, lapses undecided over a night, and its stop is confirmed', async () => {
  world.clock.timeMs = at('2027-03-20T17:30+01:00')
  const { protectionOrderId: id } = await decide({
    source: 'mayor',
    documentReference: 'BM-27/1',
    act: 'impose',
    supervision,
    order: {
      reference: 'THV-27/1',
      legalBasis: 'temporary-home-ban',
      offenderReference: 'RECL-1',
      validFrom: '2027-03-20T17:00:00+01:00',
      validUntil: '2027-03-30T17:00:00+02:00',
      locationBans: [area],
    },
  })
  expect(await lifeOf(id)).toMatchObject({ state: 'active', end: { verdict: 'as-counted' } })
  // The tenth day may end as it begins, at midnight: four days before, 26 March, and two, 28 March.
  const asked = await passUntil('2027-03-28T01:00+01:00')
  expect(asked[0]).toBe('prepare case-lead')
  expect(asked).toContain('ask-for-decision mayor')
  expect((await lifeOf(id)).state).toBe('ending')

  const { protectionOrderId: same } = await decide({
    source: 'mayor',
    documentReference: 'BM-27/2',
    act: 'extend',
    order: { reference: 'THV-27/1', validUntil: '2027-04-17T17:00:00+02:00' },
  })
  expect(same).toBe(id)
  expect(await lifeOf(id)).toMatchObject({
    state: 'active',
    missing: [],
    end: { verdict: 'as-counted', extensionCount: 1, longestEnd: null },
  })
  expect((await lifeOf(id)).end['afterLast']).toContain('civil ban')
  const again = { reference: 'THV-27/1', validUntil: '2027-05-17T17:00:00+02:00' }
  const byProsecutor = await world.call('supervisor', 'POST', '/v1/decisions', {
    source: 'prosecutor',
    documentReference: 'OM-27/9',
    act: 'extend',
    order: again,
  })
  expect(byProsecutor.status).toBe(409)

  await passUntil('2027-04-17T16:00+02:00')
  const overnight = await passUntil('2027-04-18T08:00+02:00')
  // From its last second on the coordinator is asked each hour, the whole night.
  expect(overnight.filter((row) => row === 'confirm-stop coordinator')).toHaveLength(16)
  // What was asked before the end is part of that question.
  expect(overnight.length).toBeLessThanOrEqual(18)
  expect((await lifeOf(id)).state).toBe('lapsed')
  expect((await operate(id, '_end', { reason: 'moved away' })).status).toBe(200)
  expect((await lifeOf(id)).state).toBe('stopped')
  expect(await passUntil('2027-04-19T08:00+02:00')).toEqual([])
  expect((await operate(id, '_close', { reason: 'Told by the contact point.' })).status).toBe(200)
  const life = await lifeOf(id)
  expect(life.state).toBe('closed')
  expect(life.acts.map(({ act }) => act)).toEqual(['impose', 'extend', 'confirm-stop', 'close'])
})

it('a prosecutor order of ninety days is extended three times, once after it had lapsed, and is lifted when another measure holds', async () => {
  world.clock.timeMs = at('2027-09-01T14:30+02:00')
  const { protectionOrderId: id } = await decide({
    source: 'prosecutor',
    documentReference: 'OM-27/100',
    act: 'impose',
    supervision,
    order: {
      reference: '09/100-27',
      legalBasis: 'prosecutor-behaviour-order',
      offenderReference: 'RECL-2',
      validFrom: '2027-09-01T14:00:00+02:00',
      // Ninety days later the clock has gone back: the same time of day.
      validUntil: '2027-11-30T14:00:00+01:00',
      locationBans: [area],
      proximityBans: [{ victimReference: 'SLO-2', separationMeters: 1000 }],
    },
  })
  const extend = async (number: number, validUntil: string) =>
    await decide({
      source: 'cjib',
      documentReference: `OM-27/100-V${number}`,
      act: 'extend',
      decidedBy: 'prosecutor',
      order: { reference: '09/100-27', validUntil },
    })
  const first = await passUntil('2027-11-05T12:00+01:00', 12 * hour)
  expect(first).toContain('prepare case-lead')
  // Nobody answered for three days: whoever answers for them is asked.
  expect(first).toContain('prepare supervisor')
  await extend(1, '2028-02-28T14:00:00+01:00')
  expect((await lifeOf(id)).state).toBe('active')
  // The second extension is forgotten for a day.
  await passUntil('2028-02-29T15:00+01:00', 12 * hour)
  expect((await lifeOf(id)).state).toBe('lapsed')
  await extend(2, '2028-05-28T14:00:00+02:00')
  expect(await lifeOf(id)).toMatchObject({ state: 'active', missing: ['extend: after-the-end'] })
  await extend(3, '2028-08-26T14:00:00+02:00')
  const life = await lifeOf(id)
  expect(life.end).toMatchObject({ extensionCount: 3, verdict: 'as-counted', longestEnd: null })
  expect(life.end['afterLast']).toContain('art. 38v')
  const lifted = { documentReference: 'RB-28/5', decidedBy: 'court', reason: 'a 38v measure holds' }
  expect((await operate(id, '_end', lifted)).status).toBe(200)
  expect((await operate(id, '_close', { reason: 'Monitor stays for the measure.' })).status).toBe(
    200,
  )
  expect((await lifeOf(id)).acts.map(({ act }) => act)).toEqual([
    'impose',
    'extend',
    'extend',
    'extend',
    'lift',
    'close',
  ])
})
