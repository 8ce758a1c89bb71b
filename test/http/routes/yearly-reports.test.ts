import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeReport } from '../../../src/report/make-report.ts'
import { printReport } from '../../../src/report/print-report.ts'
import { listAlertsOf, listTellingsOf } from '../../../src/store/report/yearly-facts.ts'
import { createTestApp, type TestApp } from '../../support/http-app.ts'

let world: TestApp
beforeAll(async () => {
  world = await createTestApp()
  await fill()
})
afterAll(() => world.close())

const dayMs = 86_400_000

/** Nine orders imposed in 2025, six of them against the advice, with twelve alerts each but one. */
async function fill(): Promise<void> {
  const { pool } = world.database
  const person = await pool.query<{ id: string }>(
    `insert into persons (role, reference) values ('offender', 'o') returning id`,
  )
  for (let place = 0; place < 9; place += 1) {
    const at = new Date(Date.parse('2025-02-01T00:00:00Z') + place * dayMs).toISOString()
    const { rows } = await pool.query<{ id: string }>(
      `with made as (
         insert into protection_orders (reference, legal_basis, offender_id, valid_from, valid_until)
         values ('R' || $1::int, 'liberty-restricting-measure', $2, $3, '2025-06-01T00:00:00Z') returning id),
       advised as (
         insert into enforceability_assessments (organisation_id, label, made_at, made_by_kind, made_by, question, answer,
                                                 limits_version, advice_court, advice_file)
         select '00000000-0000-7000-8000-000000000001', '', $3, 'person', gen_random_uuid(), '{}',
                '{"verdict": "NOT_ENFORCEABLE"}', '1', '', '' where $1::int < 5 returning id)
       insert into order_acts (protection_order_id, order_version, act, at, effective_at, valid_until, extension_count,
                               by_id, by_kind, findings, assessment_id)
       select made.id, 1, 'impose', $3, $3, '2025-06-01T00:00:00Z', 0, gen_random_uuid(), 'person', '{}', advised.id
         from made left join advised on true returning protection_order_id as id`,
      [place, person.rows[0]?.id, at],
    )
    for (let alert = 0; alert < (place === 0 ? 1 : 12); alert += 1)
      await addAlert(rows[0]?.id ?? '', alert)
  }
  // A third of all alerts were none: eight of these were about such a one.
  await pool.query(
    `with victim as (insert into persons (role, reference) values ('victim', 'v') returning id),
     closed as (
       select alert_id, data #>> '{facts,outcome}' = 'false-alarm' as was_false,
              row_number() over (partition by data #>> '{facts,outcome}' order by alert_id) as place
         from alert_events where type = 'closed')
     insert into person_tellings (organisation_id, person_id, alert_id, topic, channel, text, ground, outside_wishes,
                                  outcome, at, told_by)
     select '00000000-0000-7000-8000-000000000001', victim.id, alert_id, 'danger', 'call', '', 'desk',
            case when place <= 3 then '{hours}'::text[] when place <= 9 then '{not-asked}' else '{}' end, 'reached', '2025-04-01', gen_random_uuid()
       from closed, victim where place <= case when was_false then 8 else 16 end`,
  )
  await pool.query(
    `insert into journal (id, shard, kind, entry_count, payload, committed_at)
     values (nextval('journal_id'), 0, 4, 1, convert_to('{"fromMs": 1746000000000, "untilMs": 1746000600000}', 'UTF8'), '2025-05-01')`,
  )
}

async function addAlert(orderId: string, place: number): Promise<void> {
  const id = randomUUID()
  const { pool } = world.database
  const at = `2025-03-${String(place + 1).padStart(2, '0')}T10:00:00Z`
  await pool.query(
    `insert into alerts (id, kind, priority, protection_order_id, occurred_at, learned_at, late, reason, evidence)
     values ($1, 'location-ban-breach', 'P1', $2, $3, $3, false, '', '{}')`,
    [id, orderId, at],
  )
  const events = [
    ['raised', 0, { kind: 'location-ban-breach', priority: 'P1', status: 'open', facts: {} }],
    ['acknowledged', 30, { status: 'acknowledged', facts: {} }],
    [
      'closed',
      90,
      { status: 'closed', facts: { outcome: place % 3 === 0 ? 'false-alarm' : 'confirmed' } },
    ],
  ] as const
  for (const [type, seconds, data] of events) {
    await pool.query(
      `insert into alert_events (sequence, alert_id, type, data, at)
       values (nextval('alert_event_sequence'), $1, $2, $3, $4::timestamptz + $5::int * interval '1 second')`,
      [id, type, JSON.stringify(data), at, seconds],
    )
  }
}

async function ask(year: number, of = ''): Promise<string> {
  const { status, body } = await world.call('supervisor', 'GET', `/v1/yearly-reports/${year}${of}`)
  expect(status).toBe(200)
  return of === '' ? JSON.stringify(body) : String(body['text'])
}

describe('the report of a year', () => {
  it('the report of a year says what was imposed, forgotten, called and answered, without few people', async () => {
    const report = JSON.parse(await ask(2025))
    expect(report.orders).toEqual({
      imposed: { total: null, byType: { 'liberty-restricting-measure': null } },
      // Five against the advice and four without one: neither may follow from the other.
      imposedByAdvice: { NOT_ENFORCEABLE: null, 'not-assessed': null },
      carriedOver: { total: 0, byType: {} },
      ends: {
        total: 9,
        byDecision: {
          'extended-in-time': 0,
          'extended-late': 0,
          lifted: 0,
          'no-decision': 9,
          'stop-confirmed': 0,
          'stop-confirmed-late': 0,
        },
      },
    })
    expect(report.alerts).toMatchObject({
      total: 97,
      byOutcome: { confirmed: 64, 'false-alarm': 33 },
      caseDays: 1044,
      perCaseDay: { confirmed: 0.0613, 'false-alarm': 0.0316 },
      answers: [
        { priority: 'P1', answered: 97, unanswered: 0, medianSeconds: 30, p95Seconds: 30 },
        { priority: 'P2', answered: 0 },
        { priority: 'P3', answered: 0 },
      ],
    })
    expect(report.victimsTold).toEqual({
      total: 24,
      byWishes: { 'not-asked': 11, outside: 6, within: 7 },
      byOutcome: { reached: 24 },
      byTruth: { false: 8, 'not-false': 16 },
    })
    expect(report.outages).toEqual({ count: 1, minutes: 10, longestMinutes: 10, floods: 0 })
  })

  it('the events of a year are read a few times in all, and not again for each alert', async () => {
    const client = await world.database.pool.connect()
    const count = async (sql: string): Promise<number> =>
      Number((await client.query<{ n: string }>(sql)).rows[0]?.n)
    const readCount = async (): Promise<number> => {
      await client.query('select pg_stat_force_next_flush()')
      return await count(
        `select seq_tup_read + coalesce(idx_tup_fetch, 0) as n from pg_stat_user_tables where relname = 'alert_events'`,
      )
    }
    const before = await readCount()
    const period = { fromMs: Date.parse('2025-01-01'), untilMs: Date.parse('2026-01-01') }
    expect(await listAlertsOf(client, period)).toHaveLength(97)
    expect(await listTellingsOf(client, period)).toHaveLength(24)
    const read = (await readCount()) - before
    const events = await count('select count(*) as n from alert_events')
    client.release()
    expect([read > 0, read < 10 * events], `${read} of ${events}`).toEqual([true, true])
  })

  it('told twice it is the same to the byte, whatever was done after the year', async () => {
    const [first, page] = [await ask(2025), await ask(2025, '/page')]
    const { pool } = world.database
    await pool.query(
      `update alerts set priority = 'P3', status = 'closed', outcome = 'test';
       update protection_orders set status = 'ended', valid_until = '2030-01-01T00:00:00Z'`,
    )
    await pool.query(
      `insert into order_acts (protection_order_id, order_version, act, at, effective_at, valid_until, extension_count,
                               by_id, by_kind, findings)
       select id, 2, 'extend', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z', '2027-01-01T00:00:00Z', 1, gen_random_uuid(), 'person', '{}'
         from protection_orders`,
    )
    expect(await ask(2025)).toBe(first)
    expect(await ask(2025, '/page')).toBe(page)
  })

  it('a year is told once it is over in Amsterdam: two standings of one year would tell of few people by what is between them', async () => {
    const statusAt = async (time: string): Promise<number> => {
      world.clock.timeMs = Date.parse(time)
      return (await world.call('supervisor', 'GET', '/v1/yearly-reports/2026')).status
    }
    expect(await statusAt('2026-11-26T12:00:00Z')).toBe(404)
    expect(await statusAt('2026-12-31T22:59:59Z')).toBe(404)
    expect(await statusAt('2026-12-31T23:00:00Z')).toBe(200)
  })

  it('the page of a report has every count in a table with a caption, and loads nothing', async () => {
    const page = await ask(2025, '/page')
    expect(page.match(/<caption>/g)?.length).toBeGreaterThan(6)
    expect(page).toContain('verlopen zonder besluit</th><td>9</td>')
    expect(page).toContain('anders dan gewenst')
    expect(page).not.toMatch(/<script|<link|<img|https?:/)
  })

  it('the answers of a priority are left out where its count is', () => {
    const alert = (priority: string) => ({
      kind: 'panic',
      priority,
      outcome: 'open',
      answerSeconds: 3,
    })
    const report = makeReport({
      year: 2025,
      period: { fromMs: 0, untilMs: 1 },
      acts: [],
      alerts: [
        ...Array(3).fill(alert('P1')),
        ...Array(9).fill(alert('P2')),
        ...Array(20).fill(alert('P3')),
      ],
      tellings: [],
      outages: null,
    })
    expect(report.alerts.byPriority).toEqual({ P1: null, P2: null, P3: 20 })
    expect(report.alerts.answers.map(({ answered }) => answered)).toEqual([null, null, 20])
    expect(printReport(report)).toContain('<td>–</td>')
  })
})
