import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acknowledgeAlert } from '../../../src/store/alerts/alert-actions.ts'
import { lockAlertEvents } from '../../../src/store/alerts/alert-events.ts'
import { escalateDue } from '../../../src/store/alerts/escalations.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { saveEffects } from '../../../src/store/alerts/save-effects.ts'
import { answerAt, raised, saveContextAt, raiseAlertAt } from '../../support/alert-drafts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const T = 1_795_000_000_000
const actor = '0192f000-0000-7000-8000-000000000001'

/** One transaction that says how often it had to begin. */
function counted<T>(work: (tx: pg.PoolClient) => Promise<T>) {
  const turn: { beginCount: number; done: Promise<unknown> } = {
    beginCount: 0,
    done: Promise.resolve(),
  }
  turn.done = inTransaction(database.pool, async (tx) => {
    turn.beginCount += 1
    return await work(tx)
  })
  return turn
}

async function waitForWaiting(count: number): Promise<void> {
  await waitUntil(`${count} transactions wait`, async () => {
    const { rows } = await database.pool.query(
      `select 1 from pg_locks l join pg_stat_activity a using (pid)
        where not l.granted and a.datname = current_database()`,
    )
    return rows.length === count
  })
}

/**
 * Lets the two start in this order while somebody else holds what both will need,
 * and then lets them go on.
 */
async function race<One, Other>(
  hold: (tx: pg.PoolClient) => Promise<unknown>,
  one: (tx: pg.PoolClient) => Promise<One>,
  other: (tx: pg.PoolClient) => Promise<Other>,
) {
  const letGo = Promise.withResolvers<void>()
  const isHeld = Promise.withResolvers<void>()
  const holding = inTransaction(database.pool, async (tx) => {
    await hold(tx)
    isHeld.resolve()
    await letGo.promise
  })
  await isHeld.promise
  const first = counted(one)
  await waitForWaiting(1)
  const second = counted(other)
  await waitForWaiting(2)
  letGo.resolve()
  await Promise.all([holding, first.done, second.done])
  return [first.beginCount, second.beginCount]
}

describe('the order in which alerts are changed', () => {
  it('an alert lets detection and an operator meet without either having to begin again', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    const begun = await race(
      lockAlertEvents,
      (tx) =>
        saveEffects(
          tx,
          [raised(), { type: 'alert-ended', alertId, clearedAtMs: T + 10, learnedAtMs: T + 10 }],
          saveContextAt(T),
        ),
      (tx) => acknowledgeAlert(tx, answerAt(T, alertId, actor)),
    )
    expect(begun).toEqual([1, 1])
  })

  it('an alert lets an operator answer while the ladder is at its next step', async () => {
    const alertId = await raiseAlertAt(database.pool, T)
    const begun = await race(
      (tx) => tx.query('select 1 from alerts where id = $1 for update', [alertId]),
      (tx) => acknowledgeAlert(tx, answerAt(T, alertId, actor)),
      (tx) => escalateDue(tx, { nowMs: T + 61_000, limit: 100 }),
    )
    expect(begun).toEqual([1, 1])
    const { rows } = await database.pool.query<{ type: string }>(
      'select type from alert_events where alert_id = $1 order by sequence',
      [alertId],
    )
    expect(rows.map(({ type }) => type)).toEqual(['raised', 'acknowledged'])
  })
})

it('the number of an event is its moment, so that no gap tells of events elsewhere, and rises by chance when the clock does not', async () => {
  const { pool } = database
  const readClock = async () =>
    (
      await pool.query<{ now: number }>(
        'select (extract(epoch from clock_timestamp()) * 1e6)::float8 as now',
      )
    ).rows[0]?.now ?? 0
  const append = async () => {
    const alertId = await raiseAlertAt(pool, T)
    const { rows } = await pool.query<{ sequence: number }>(
      'select sequence from alert_events where alert_id = $1',
      [alertId],
    )
    return Number(rows[0]?.sequence)
  }
  const beforeMicroseconds = await readClock()
  const first = await append()
  expect(first).toBeGreaterThanOrEqual(Math.floor(beforeMicroseconds))
  expect(first).toBeLessThanOrEqual(await readClock())
  const aheadMicroseconds = first + 3_600_000_000
  await pool.query("select setval('alert_event_sequence', $1)", [aheadMicroseconds])
  const steps: number[] = []
  for (let last = aheadMicroseconds; steps.length < 8; last += steps.at(-1) ?? 0)
    steps.push((await append()) - last)
  expect(Math.min(...steps)).toBeGreaterThan(0)
  expect(new Set(steps).size).toBeGreaterThan(1)
})
