import { randomUUID } from 'node:crypto'
import { createRandom, type Random } from '../property/random.ts'
import type { TestDatabase } from '../support/database.ts'

/**
 * A year made at random, of which the maker keeps its own list: what an order counts for is written
 * beside its story by hand. At least five of everything together, so that no cell is left out.
 */
export async function makeYear(into: TestDatabase, seed: number) {
  database = into
  random = createRandom(seed)
  await makeOrders()
  await makeAlerts()
  await makeTellings()
  await makeOutages()
  return { orders: expected, alerts: listed, tellings }
}

let database: TestDatabase
let random: Random
const own = '00000000-0000-7000-8000-000000000001'
const bases = ['liberty-restricting-measure', 'prosecutor-behaviour-order'] as const
const verdicts = ['NOT_ENFORCEABLE', 'ENFORCEABLE', null] as const

/** Acts with their moment and the end after them; hours in force in 2025 of Amsterdam. */
const stories = [
  {
    acts: [
      ['impose', '2025-02-01', '2025-04-01'],
      ['extend', '2025-03-20', '2025-06-30'],
      ['lift', '2025-06-01', '2025-06-30'],
    ],
    ends: ['extended-in-time', 'lifted'],
    hours: 120 * 24,
  },
  { acts: [['impose', '2025-03-01', '2025-04-01']], ends: ['no-decision'], hours: 31 * 24 },
  {
    acts: [
      ['impose', '2025-01-10', '2025-02-10'],
      ['extend', '2025-02-15', '2025-03-15'],
      ['confirm-stop', '2025-03-15T12:00', '2025-03-15'],
    ],
    ends: ['extended-late', 'stop-confirmed'],
    hours: (31 + 28) * 24,
  },
  {
    acts: [
      ['impose', '2025-05-01', '2025-06-01'],
      ['confirm-stop', '2025-06-10', '2025-06-01'],
    ],
    ends: ['stop-confirmed-late'],
    hours: 31 * 24,
  },
  {
    // From before the year: ten days of it, and the hour before midnight in UTC.
    acts: [
      ['impose', '2024-12-01', '2025-01-11'],
      ['confirm-stop', '2025-01-11T06:00', '2025-01-11'],
    ],
    ends: ['stop-confirmed'],
    hours: 10 * 24 + 1,
  },
  {
    // Goes on after the year, which ends an hour before midnight in UTC; lifted when it is over.
    acts: [
      ['impose', '2025-12-22', '2026-03-01'],
      ['lift', '2026-01-01', '2026-03-01'],
    ],
    ends: [],
    hours: 10 * 24 - 1,
  },
] as const

const expected = {
  imposed: new Map<string, number>(),
  advice: new Map<string, number>(),
  carried: new Map<string, number>(),
  ends: new Map<string, number>(),
  hours: 0,
}
const orderIds: string[] = []

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

async function makeOrders(): Promise<void> {
  const { pool } = database
  const offender = await insertPerson('offender')
  const orders: object[] = []
  const actRows: object[] = []
  for (const legalBasis of bases)
    for (const verdict of verdicts) {
      const assessment = await insertAssessment(verdict)
      for (const { acts, ends, hours } of stories) {
        const isCarried = acts[0][1] < '2025'
        for (let nth = random.integer(5, 7); nth > 0; nth -= 1) {
          add(isCarried ? expected.carried : expected.imposed, legalBasis)
          if (!isCarried) add(expected.advice, verdict ?? 'not-assessed')
          for (const end of ends) add(expected.ends, end)
          expected.hours += hours
          const id = randomUUID()
          orderIds.push(id)
          orders.push({ id, basis: legalBasis })
          for (const [place, [act, at, until]] of acts.entries())
            actRows.push({
              id,
              nth: place + 1,
              act,
              at: at.includes('T') ? `${at}Z` : `${at}T00:00Z`,
              until: `${until}T00:00Z`,
              assessment: place === 0 ? assessment : null,
            })
        }
      }
    }
  await pool.query(
    `insert into protection_orders (id, reference, legal_basis, offender_id, valid_from, valid_until)
     select id, id, basis, $2, now(), now() + interval '1 day' from json_to_recordset($1) as x (id uuid, basis text)`,
    [JSON.stringify(orders), offender],
  )
  await pool.query(
    `insert into order_acts (protection_order_id, order_version, act, at, effective_at, valid_until, extension_count,
                             by_id, by_kind, findings, assessment_id)
     select id, nth, act, at, at, until, 0, gen_random_uuid(), 'person', '{}', assessment
       from json_to_recordset($1) as x (id uuid, nth int, act text, at timestamptz, until timestamptz, assessment uuid)`,
    [JSON.stringify(actRows)],
  )
}

async function insertPerson(role: string): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into persons (role, reference) values ($1, 'r') returning id`,
    [role],
  )
  return rows[0]?.id ?? ''
}

async function insertAssessment(verdict: string | null): Promise<string | null> {
  if (verdict === null) return null
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into enforceability_assessments (organisation_id, label, made_at, made_by_kind, made_by, question, answer,
                                             limits_version, advice_court, advice_file)
     values ($1, '', now(), 'person', gen_random_uuid(), '{}', $2, '1', '', '') returning id`,
    [own, { verdict }],
  )
  return rows[0]?.id ?? null
}

type Listed = {
  readonly id: string
  readonly kind: string
  readonly priority: string
  /** At the end of the year. */
  readonly outcome: string
  /** Until the first answer; null: there was none in the year. */
  readonly seconds: number | null
}
const listed: Listed[] = []
const kinds = [
  ['location-ban-breach', 'P1'],
  ['panic', 'P1'],
  ['device-silent', 'P2'],
  ['location-ban-breach', 'P2'],
  ['battery-low', 'P3'],
] as const

async function makeAlerts(): Promise<void> {
  for (const [kind, priority] of kinds)
    for (const outcome of ['confirmed', 'false-alarm', 'device-fault', 'open', 'unanswered'])
      for (let nth = random.integer(5, 9); nth > 0; nth -= 1) {
        const seconds = outcome === 'unanswered' ? null : random.integer(5, 600)
        const of = outcome === 'unanswered' ? 'open' : outcome
        const one = { id: randomUUID(), kind, priority, outcome: of, seconds }
        listed.push(one)
        noteAlert(one, random.integer(0, 363), random.chance(0.5))
      }
  // Of no order, of the last second before the year, and of the first one after it.
  const stray = { kind: 'panic', priority: 'P1', outcome: 'confirmed', seconds: 9 }
  for (let nth = 0; nth < 5; nth += 1) {
    noteAlert({ ...stray, id: randomUUID() }, 100, false, null)
    noteAlert({ ...stray, id: randomUUID() }, -1 / 86_400, false)
    noteAlert({ ...stray, id: randomUUID() }, 365, false)
  }
  const { pool } = database
  await pool.query(
    `insert into alerts (id, kind, priority, protection_order_id, occurred_at, learned_at, late, reason, evidence)
     select id, kind, 'P3', "order", now(), now(), false, '', '{}'
       from json_to_recordset($1) as x (id uuid, kind text, "order" uuid)`,
    [JSON.stringify(alertRows)],
  )
  await pool.query(
    `insert into alert_events (sequence, alert_id, type, data, at)
     select nextval('alert_event_sequence'), id, type, data, to_timestamp(at / 1000)
       from json_to_recordset($1) as x (id uuid, type text, at float8, data jsonb)`,
    [JSON.stringify(eventRows)],
  )
}

const alertRows: object[] = []
const eventRows: object[] = []
const yearStart = Date.parse('2024-12-31T23:00:00Z')
const yearEnd = Date.parse('2025-12-31T23:00:00Z')

function noteAlert(
  { id, kind, priority, outcome, seconds }: Listed,
  day: number,
  isAcknowledged: boolean,
  orderId: string | null = orderIds[random.integer(0, orderIds.length - 1)] ?? null,
): void {
  const atMs = Math.round(yearStart + day * 86_400_000)
  const answeredMs = atMs + (seconds ?? 0) * 1000
  const events: [string, number, object][] = [
    ['raised', atMs, { kind, priority, status: 'open', facts: {} }],
  ]
  const closed = (of: string, ms: number) =>
    events.push(['closed', ms, { status: 'closed', facts: { outcome: of } }])
  if (seconds !== null && (outcome === 'open' || isAcknowledged))
    events.push(['acknowledged', answeredMs, { status: 'acknowledged', facts: {} }])
  if (outcome !== 'open') {
    // Some were closed as something else before.
    if (random.chance(0.3)) closed('permitted', answeredMs)
    closed(outcome, answeredMs + (events.length > 1 ? 1000 : 0))
  }
  // What comes of it after the year is not of the year.
  if (outcome === 'open') closed('test', yearEnd)
  else if (random.chance(0.3)) closed('test', yearEnd + 1000)
  alertRows.push({ id, kind, order: orderId })
  for (const [type, at, data] of events) eventRows.push({ id, type, at, data })
}

const wishes = [
  ['within', []],
  ['outside', ['hours']],
  ['not-asked', ['not-asked']],
] as const
const truths = [
  ['false', 'false-alarm'],
  ['not-false', 'confirmed'],
  ['not-known', 'open'],
] as const
const tellings: { readonly wish: string; readonly outcome: string; readonly truth: string }[] = []

async function makeTellings(): Promise<void> {
  const victim = await insertPerson('victim')
  const rows: object[] = []
  const tell = (alert: string | null, outside: readonly string[], outcome: string, at: string) =>
    rows.push({ alert, outside, outcome, at })
  for (const [wish, outside] of wishes)
    for (const outcome of ['reached', 'sent', 'no-answer'])
      for (const [truth, of] of truths)
        for (let nth = random.integer(5, 7); nth > 0; nth -= 1) {
          const about = listed.filter((one) => one.outcome === of)
          const alertId = about[random.integer(0, about.length - 1)]?.id ?? null
          tell(of === 'open' && nth > 3 ? null : alertId, outside, outcome, '2025-07-01')
          tellings.push({ wish, outcome, truth })
        }
  tell(null, [], 'reached', '2024-12-31T22:59:59Z')
  tell(null, [], 'reached', '2025-12-31T23:00:00Z')
  await database.pool.query(
    `insert into person_tellings (organisation_id, person_id, alert_id, topic, channel, text, ground, outside_wishes,
                                  outcome, at, told_by)
     select $1, $2, alert, 'danger', 'call', '', 'desk', outside, outcome, at, gen_random_uuid()
       from json_to_recordset($3) as x (alert uuid, outside text[], outcome text, at timestamptz)`,
    [own, victim, JSON.stringify(rows)],
  )
}

async function makeOutages(): Promise<void> {
  for (const [at, minutes] of [
    ['2025-02-01T10:00:00Z', 12],
    ['2025-09-01T10:00:00Z', 30],
    ['2026-01-01T10:00:00Z', 99],
  ] as const) {
    const fromMs = Date.parse(at)
    await database.pool.query(
      `insert into journal (id, shard, kind, entry_count, payload, committed_at)
       values (nextval('journal_id'), 0, 4, 1, convert_to($1, 'UTF8'), $2)`,
      [JSON.stringify({ fromMs, untilMs: fromMs + minutes * 60_000 }), at],
    )
  }
  await database.pool.query(
    `insert into floods (started_at, ended_at, peak)
     values ('2025-03-01', '2025-03-02', 9), ('2026-03-01', '2026-03-02', 9)`,
  )
}
