import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { alignJournalAlerts } from '../../src/store/alerts/raise-journal-altered.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { pruneJournal } from '../../src/store/history/retention.ts'
import { runReconcile } from '../../src/reconcile.ts'
import { createJournalWatch, type JournalWatch } from '../../workers/watch-journal.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { registerDevices, reportAt, startIntake, vendorRequest } from '../ingest/support.ts'

let database: TestDatabase
let workerPool: pg.Pool
let backupPool: pg.Pool
let vendorId = ''
let second = 0
let nowMs = Date.now()
beforeAll(async () => {
  database = await createTestDatabase()
  workerPool = await database.connectAs('worker')
  backupPool = await database.connectAs('backup')
  vendorId = (await registerDevices(database.pool, 'V', ['AM-1'])).vendorId
})
afterAll(() => database.drop())

const startWatch = () =>
  createJournalWatch({
    pool: workerPool,
    clock: { nowMs: () => nowMs },
    log: createSilentLog(),
    limits: defaultLimits,
    shard: 0,
    onEvent: () => {},
  })
let watch: JournalWatch
let ids: readonly number[] = []
beforeEach(async () => {
  const { pool } = database
  // Later than any tally of the test before; its rows are gone, as if they were too old.
  nowMs += 2 * 86_400_000
  await pool.query('truncate journal, journal_waiting')
  await pool.query('update alerts set cleared_at = now()')
  watch = startWatch()
  ids = []
  await appendRows(4)
})

const appendRows = async (count: number) => {
  const { pool } = database
  const intake = startIntake(pool)
  for (let row = 0; row < count; row += 1) {
    second += 1
    await intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(second)]]))
  }
  await intake.close()
  await pool.query(
    "update journal set committed_at = to_timestamp($1::float8 / 1000) - interval '1 minute' where id > $2",
    [nowMs, ids.at(-1) ?? 0],
  )
  const { rows } = await pool.query<{ id: number }>(
    'select id from journal where id > $1 order by id',
    [ids.at(-1) ?? 0],
  )
  ids = [...ids, ...rows.map(({ id }) => id)]
}
const countTallies = async () =>
  (
    await database.pool.query(
      `select from audit_entries where convert_from(body, 'UTF8')::jsonb ->> 'name' = 'tallyJournal'`,
    )
  ).rowCount ?? 0
const countRows = async () => (await database.pool.query('select from journal')).rowCount
/** Every reader has read all, and no turn is to come. */
const copyAll = async () => {
  await database.pool.query('truncate journal_waiting')
  await database.pool.query(
    `insert into journal_positions (reader, shard, journal_id)
     select unnest(array['evaluator', 'evaluator-snapshot', 'history']), 0, max(id) from journal
     on conflict (reader, shard) do update set journal_id = excluded.journal_id`,
  )
}

const listStanding = async () => {
  const { rows } = await database.pool.query<{ priority: string; what: string; place: number }>(
    `select priority, evidence -> 'facts' ->> 'what' as what, (evidence -> 'facts' ->> 'journalId')::float8 as place
       from alerts where kind = 'position-unreliable' and cleared_at is null order by 2, 3`,
  )
  return rows.map(({ priority, what, place }) => [priority, what, ids.indexOf(place)])
}
const edit = (text: string, place: number) => database.pool.query(text, [ids[place]])
const reconcile = async () => {
  const day = Math.floor(nowMs / 86_400_000)
  const span = { fromDay: day, untilDay: day }
  return await runReconcile(backupPool, span, { nowMs, retentionDays: 90 })
}

it('a journal as it was written calls nobody', async () => {
  await watch.run()
  nowMs += 20 * 60_000
  await watch.run()
  expect(await listStanding()).toEqual([])
  expect(watch.alteredRowCount()).toBe(0)
})

it('people are called about a row that was taken away, once and not anew by the next process, and the alert ends when it is closed', async () => {
  await edit('delete from journal where id = $1', 2)
  await watch.run()
  expect(await listStanding()).toEqual([['P1', 'behind-a-gap', 3]])
  expect(watch.alteredRowCount()).toBe(1)
  await startWatch().run()
  expect(await listStanding()).toHaveLength(1)
  await database.pool.query(
    "update alerts set status = 'closed', outcome = 'confirmed' where cleared_at is null",
  )
  await watch.run()
  expect(await listStanding()).toEqual([])
  nowMs += 60_000
  await startWatch().run()
  expect(await listStanding()).toEqual([])
})

it('a row that was taken away is told by the next look where this one could not be finished', async () => {
  await edit('delete from journal where id = $1', 2)
  await database.pool.query('alter table alert_events rename to not_there')
  await expect(watch.run()).rejects.toThrow('alert_events')
  await database.pool.query('alter table not_there rename to alert_events')
  await watch.run()
  expect(await listStanding()).toEqual([['P1', 'behind-a-gap', 3]])
  expect(watch.alteredRowCount()).toBe(1)
})

it('a gap is told however many other rows are not as they were', async () => {
  const found = Array.from({ length: 12 }, (_, place) => {
    return { journalId: place, committedAtMs: nowMs, what: 'not-as-recorded' } as const
  })
  const gap = { journalId: ids[3] ?? 0, committedAtMs: nowMs, what: 'behind-a-gap' } as const
  const work = { shard: 0, found: [...found, gap], nowMs, limits: defaultLimits }
  await inTransaction(database.pool, (tx) => alignJournalAlerts(tx, work))
  const standing = await listStanding()
  expect(standing).toHaveLength(11)
  expect(standing[0]).toEqual(['P1', 'behind-a-gap', 3])
})

it.each([
  ['the last row of a writer that is taken away', 'delete from journal where id = $1'],
  ['a row that no seal binds and somebody changes', 'update journal set kind = 4 where id = $1'],
  [
    'a row that is laid between others',
    `insert into journal (id, shard, kind, entry_count, payload) select $1::bigint - 1000000, 0, 5, 1, ''`,
  ],
])('%s is told by what the record says of the journal', async (_what, text) => {
  // The third is laid between the tally before and its first row.
  const before = ids[0] ?? 0
  await database.pool.query('update journal set id = id + 5000000')
  await database.pool.query("select setval('journal_id', max(id)) from journal")
  ids = ids.map((id) => id + 5_000_000)
  await database.pool.query(
    `insert into journal (id, shard, kind, entry_count, payload, committed_at)
     values ($1, 0, 5, 1, '', to_timestamp($2::float8 / 1000) - interval '2 minutes')`,
    [before, nowMs],
  )
  await watch.run()
  expect((await reconcile()).output).toContain('0 of 1 stretches not as the record says')
  await edit(text, 3)
  await watch.run()
  expect(await listStanding()).toEqual([['P2', 'not-as-recorded', 3]])
  const { output, exitCode } = await reconcile()
  expect(output).toContain('1 of 1 stretches not as the record says')
  expect(exitCode).toBe(1)
})

it('rows that are too old to be kept leave no gap behind them', async () => {
  const { pool } = database
  await copyAll()
  await pool.query(
    "update journal set committed_at = committed_at - interval '61 days' where id < $1",
    [ids[2]],
  )
  await pruneJournal(pool, { shard: 0, beforeMs: nowMs - 60 * 86_400_000 })
  expect(await countRows()).toBe(2)
  await watch.run()
  expect(await listStanding()).toEqual([])
  expect((await reconcile()).output).toContain('0 not where they were written')
})

it('a row with an id that was never given out is told, and hides nothing that comes after it', async () => {
  const { pool } = database
  await pool.query(
    `insert into journal (id, shard, kind, entry_count, payload) values (9000000000000000, 0, 5, 1, '')`,
  )
  await watch.run()
  expect(await listStanding()).toEqual([['P1', 'never-given-out', -1]])
  await pool.query('delete from journal where id = 9000000000000000')
  await appendRows(3)
  await edit('delete from journal where id = $1', 5)
  await watch.run()
  expect(await listStanding()).toEqual([
    ['P1', 'behind-a-gap', 6],
    ['P1', 'never-given-out', -1],
  ])
  nowMs += 11 * 60_000
  await watch.run()
  expect((await reconcile()).output).toContain('0 of 2 stretches')
})

it('a clock that was far ahead once does not keep the journal from the record', async () => {
  const before = await countTallies()
  nowMs += 5 * 3_600_000
  await watch.run()
  nowMs -= 5 * 3_600_000
  await appendRows(2)
  await watch.run()
  expect(await countTallies()).toBe(before + 2)
})

it('a turn that was given to another row is told, though the digits stand in the same order', async () => {
  const { pool } = database
  await pool.query(`update journal set kind = 5, payload = '', turn_of = 123 where id = $1`, [
    ids[2],
  ])
  await startWatch().run()
  await edit("update journal set turn_of = 12, payload = '3' where id = $1", 2)
  await startWatch().run()
  expect(await listStanding()).toContainEqual(['P2', 'not-as-recorded', 3])
})

it('a row that no seal binds is missed within a minute, before it is on record', async () => {
  const { pool } = database
  await watch.run()
  await appendRows(1)
  await pool.query("update journal set kind = 4, payload = '' where id = $1", [ids[4]])
  await watch.run()
  await edit('delete from journal where id = $1', 4)
  await watch.run()
  expect(await listStanding()).toEqual([['P2', 'not-as-read', 4]])
  nowMs += 11 * 60_000
  await watch.run()
  expect(await listStanding()).toHaveLength(1)
})

it('a stretch that is changed again after people closed what they were told of it is told again', async () => {
  await watch.run()
  await edit('update journal set lane = 1 where id = $1', 0)
  await watch.run()
  expect(await listStanding()).toHaveLength(1)
  await database.pool.query(
    "update alerts set status = 'closed', outcome = 'confirmed' where cleared_at is null",
  )
  await watch.run()
  expect(await listStanding()).toEqual([])
  await edit('update journal set entry_count = 2 where id = $1', 0)
  await watch.run()
  expect(await listStanding()).toHaveLength(1)
})

it('what the record says of the journal is found without the list by which people look for an act', async () => {
  const { pool } = database
  await watch.run()
  await pool.query('alter table audit_subjects disable trigger all')
  await pool.query('delete from audit_subjects')
  await pool.query('alter table audit_subjects enable trigger all')
  await edit('delete from journal where id = $1', 3)
  expect((await reconcile()).output).toContain('1 of 1 stretches not as the record says')
  await watch.run()
  expect(await listStanding()).toEqual([['P2', 'not-as-recorded', 3]])
})
