import { loadSnapshots } from '../../src/store/evaluator/evaluator-snapshots.ts'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { explainAlert } from '../../src/explain/explain.ts'
import { snapshotMsDefault } from '../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator, type Evaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { makePartitions } from '../../src/store/history/partitions.ts'
import { copyHistory } from '../../workers/copy-history.ts'
import { registerDevices, reportAt, startIntake, vendorRequest } from '../ingest/support.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addCase, banCentre, journalFixes, makeFix } from '../support/journal-world.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

/** What a version of tomorrow, or a bad restore, may leave in the journal. */
const damaged: readonly (readonly [kind: number, hex: string])[] = [
  [1, ''],
  [1, 'ff'],
  [1, '00'.repeat(64)],
  [2, 'deadbeef'],
  [3, '7b7d'],
  [4, '7b7d'],
]

let database: TestDatabase
const running = new Set<Evaluator>()

beforeAll(async () => {
  database = await createTestDatabase()
  await makePartitions(database.pool, { nowMs: Date.now() })
})
afterEach(async () => {
  await Promise.all([...running].map((evaluator) => evaluator.stop()))
  running.clear()
})
afterAll(() => database.drop())

it.each(damaged)(
  'a damaged row of kind %i that holds x%s stops neither intake nor detection nor history, and one alert tells',
  async (kind, hex) => {
    const { pool } = database
    const nowMs = Date.now()
    const { offenderId, deviceId } = await addCase(pool, { atMs: nowMs })
    const { rows } = await pool.query<{ id: number }>(
      `select journal_append(0::smallint, $1::smallint, 1, decode($2, 'hex')) as id`,
      [kind, hex],
    )
    const damagedId = rows[0]?.id ?? 0
    // A process that begins now has the row at the end of its journal.
    const serial = `AM-${kind}-${hex.length}`
    const { vendorId } = await registerDevices(pool, `Vendor of ${serial}`, [serial])
    const intake = startIntake(pool)
    const taken = await intake.acceptFixes(vendorRequest(vendorId, [[serial, reportAt(1)]]))
    expect(taken).toMatchObject({ acceptedCount: 1, refused: [] })
    const newest = damaged.findIndex((row) => row[0] === kind && row[1] === hex)
    expect(intake.stats().unreadableRowCount).toBe(Math.min(newest + 1, 4))
    const inside = await journalFixes(pool, [makeFix(deviceId, nowMs - 2_000, banCentre)])
    // Started anew each time, so that the row is read by loading as well as in turn.
    const evaluator = await startAndRead(inside)
    expect(await alertCodes(damagedId)).toEqual(['poison'])
    const [alert] = await breachesOf(offenderId)
    expect(alert).toBeDefined()
    expect(evaluator.stats()).toMatchObject({ poison: 1, failures: 0 })
    await copyHistory({ pool, log: createSilentLog() })
    const explained = await explainAlert(pool, {
      alertId: alert?.id ?? '',
      shard: 0,
      limits: defaultLimits,
    })
    expect(explained.obstacles).toEqual([])
    expect(explained.outcome).toBe('same')
  },
)

it('a breach after 500 damaged rows is told as soon as after so many that can be read', async () => {
  const { pool } = database
  const nowMs = Date.now()
  const { offenderId, deviceId } = await addCase(pool, { atMs: nowMs })
  await pool.query(
    `select journal_append(0::smallint, (1 + i % 4)::smallint, 1, 'damaged')
       from generate_series(1, 500) as i`,
  )
  const inside = await journalFixes(pool, [makeFix(deviceId, nowMs - 2_000, banCentre)])
  const before = await countPoison()
  const evaluator = await startAndRead(inside)
  expect(await breachesOf(offenderId)).toHaveLength(1)
  expect(evaluator.stats()).toMatchObject({ poison: 500, failures: 0, reloads: 1 })
  const after = await countPoison()
  expect(after.rows - before.rows).toBe(500)
  // Row by row these would be as many commits as rows; a step reads 64 of them.
  expect(after.commits - before.commits).toBeLessThanOrEqual(10)
})

it.each(['null', '[]', '{}', '{"format":', '7'])(
  'a snapshot that holds %s is passed over, and the journal is read from its start',
  async (text) => {
    const { pool } = database
    const before = await pool.query('select id from alerts order by id')
    await pool.query(`update evaluator_snapshots set state = convert_to($1, 'UTF8')`, [text])
    const { rows } = await pool.query<{ id: number }>('select max(id) as id from journal')
    const evaluator = await startAndRead(rows[0]?.id ?? 0)
    expect(evaluator.stats()).toMatchObject({ failures: 0, reloads: 1 })
    expect((await pool.query('select id from alerts order by id')).rows).toEqual(before.rows)
  },
)

it('a snapshot that somebody touched after it was sealed is passed over, and the journal is read from its start', async () => {
  const { pool } = database
  const before = await pool.query('select id from alerts order by id')
  const { rowCount } = await pool.query(
    'update evaluator_snapshots set state = set_byte(state, length(state) - 1, 255 - get_byte(state, length(state) - 1))',
  )
  expect(rowCount).toBeGreaterThan(0)
  const { rows } = await pool.query<{ id: number }>('select max(id) as id from journal')
  const evaluator = await startAndRead(rows[0]?.id ?? 0)
  expect(evaluator.stats()).toMatchObject({ failures: 0, reloads: 1 })
  expect((await pool.query('select id from alerts order by id')).rows).toEqual(before.rows)
})

it('a snapshot of which only the head can be read is found when it is needed, and the journal is read from its start', async () => {
  const { pool } = database
  const before = await pool.query('select id from alerts order by id')
  const cases = (await loadSnapshots(pool, 0, 'window:')).filter(({ scope }) =>
    scope.startsWith('case:'),
  )
  for (const { scope, state } of cases) {
    const head = state.split('\n')[0]?.replaceAll('true', 'false') ?? ''
    await pool.query('update evaluator_snapshots set state = $2 where scope = $1', [
      scope,
      Buffer.from(`${head}\n{}`),
    ])
  }
  const { rows } = await pool.query<{ id: number }>('select max(id) as id from journal')
  expect(cases.length).toBeGreaterThan(0)
  const evaluator = await startAndRead(rows[0]?.id ?? 0)
  await waitUntil('memory is loaded anew', () => evaluator.stats().reloads === 2)
  await waitUntil('the journal is read again', () => evaluator.stats().lagMs === 0)
  expect(evaluator.stats()).toMatchObject({ failures: 1, reloads: 2, poison: 0 })
  expect((await pool.query('select id from alerts order by id')).rows).toEqual(before.rows)
})

async function startAndRead(journalId: number): Promise<Evaluator> {
  const log = createSilentLog()
  const evaluator = createEvaluator({
    pool: database.pool,
    clock: systemClock,
    log,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs: snapshotMsDefault,
  })
  running.add(evaluator)
  evaluator.start()
  await waitUntil('the journal is read', () => {
    const stats = evaluator.stats()
    return (stats.journalId ?? 0) >= journalId && stats.lagMs === 0
  })
  return evaluator
}

async function countPoison(): Promise<{ readonly rows: number; readonly commits: number }> {
  const { rows } = await database.pool.query<{ rows: number; commits: number }>(
    `select count(*)::int as rows, count(distinct xmin::text)::int as commits
       from quarantined_fixes where code = 'poison'`,
  )
  return rows[0] ?? { rows: 0, commits: 0 }
}

async function alertCodes(journalId: number): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ code: string }>(
    `select evidence -> 'facts' ->> 'code' as code from alerts
      where (evidence -> 'facts' ->> 'journalId')::bigint = $1`,
    [journalId],
  )
  return rows.map(({ code }) => code)
}

async function breachesOf(offenderId: string) {
  const { rows } = await database.pool.query<{ id: string }>(
    `select id from alerts where offender_id = $1 and kind = 'location-ban-breach'`,
    [offenderId],
  )
  return rows
}
