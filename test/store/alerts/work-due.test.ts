import { afterAll, beforeAll, expect, it } from 'vitest'
import { findWorkDue, type Work } from '../../../src/store/alerts/work-due.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const nowMs = Date.UTC(2026, 10, 28, 12)
const minuteMs = 60_000
let database: TestDatabase

beforeAll(async () => {
  // One connection: what is begun below is all that it sees.
  database = await createTestDatabase({ connectionCountMax: 1 })
})
afterAll(() => database.drop())

const proposed = `insert into proposals (organisation_id, act, weakens, changes, proposed_by, proposed_by_kind,
  proposed_role, proposed_at, expires_at, status, reason, enacted_at, task_stage, begins_at, until, decided_by) values
  (uuidv7(), 'suspendProtectionOrder', '{}', '[]', uuidv7(), 'staff', 'supervisor', now()`
const soon = `'2026-11-28T12:01Z'`
const late = `'2027-11-28T12:00Z'`
const alerted = `insert into alerts (id, kind, priority, incident_id, occurred_at, learned_at, raised_at, status, late,
  reason, evidence, organisation_id, recall_at, not_closed_due_at) values
  (uuidv7(), 'panic', 'P1', uuidv7(), now(), now(), now()`

// What a sweep dispatches it delivers too: nobody may hear the bell, and no queue may be there.
const dispatching = ['dispatch', 'deliver'] as const

it.each<[what: string, works: readonly Work[], isTimed: boolean, statement: string]>([
  [
    'an event',
    dispatching,
    false,
    `insert into alert_events (sequence, alert_id, type, data) values (1, uuidv7(), 'raised', '{}')`,
  ],
  [
    'a command',
    dispatching,
    false,
    `insert into device_commands (device_id, report_interval_seconds, at) values (uuidv7(), 5, now())`,
  ],
  [
    'a step of a ladder',
    ['escalate'],
    true,
    `insert into escalations (alert_id, step, target, due_at) values (uuidv7(), 1, 'supervisor', ${soon})`,
  ],
  [
    'a delivery',
    ['deliver'],
    true,
    `insert into webhook_deliveries (webhook_subscription_id, alert_event_sequence, next_attempt_at)
     values (uuidv7(), 1, ${soon})`,
  ],
  [
    'an alert to come back',
    ['recall'],
    true,
    `${alerted}, 'acknowledged', false, '', '{}', uuidv7(), ${soon}, null)`,
  ],
  [
    'an alert taken over and not closed',
    ['recall'],
    true,
    `${alerted}, 'acknowledged', false, '', '{}', uuidv7(), null, ${soon})`,
  ],
  [
    'a proposal nobody answered',
    ['proposals'],
    true,
    `${proposed}, ${soon}, 'open', '', now(), 'proposed', null, null, null)`,
  ],
  [
    'a suspension that is over',
    ['proposals'],
    true,
    `${proposed}, ${late}, 'confirmed', '', now(), 'over', null, ${soon}, uuidv7())`,
  ],
  [
    'a proposal nobody is asked about yet',
    ['proposals'],
    false,
    `${proposed}, ${late}, 'open', '', now(), null, null, null, null)`,
  ],
  [
    'a change that begins',
    ['proposals'],
    true,
    `${proposed}, ${late}, 'planned', '', now(), 'over', ${soon}, null, null)`,
  ],
  [
    'a row of the journal',
    ['history'],
    false,
    `insert into journal (id, shard, kind, entry_count, payload) values (nextval('journal_id'), 0, 1, 1, '\\x00')`,
  ],
])('%s is work for a sweep (%s), from its moment on', async (_what, works, isTimed, statement) => {
  const { pool } = database
  const listDue = async (atMs: number, shard = 0): Promise<readonly string[]> => [
    ...(await findWorkDue(pool, { nowMs: atMs, shard })),
  ]
  expect(await listDue(nowMs + minuteMs)).toEqual([])
  await pool.query('begin')
  // Nobody asks whose the rows are.
  await pool.query('set local session_replication_role = replica')
  await pool.query(statement)
  expect(await listDue(nowMs + minuteMs)).toEqual(works)
  expect(await listDue(nowMs + minuteMs - 1)).toEqual(isTimed ? [] : works)
  expect(await listDue(nowMs + minuteMs, 1)).toEqual(works.includes('history') ? [] : works)
  await pool.query('rollback')
})
