import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { alignJournalAlerts } from '../../src/store/alerts/raise-journal-altered.ts'
import { inTransaction } from '../../src/store/pg/pool.ts'
import { runReconcile } from '../../src/reconcile.ts'
import { createJournalWatch, type JournalWatch } from '../../workers/watch-journal.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { registerDevices, reportAt, startIntake, vendorRequest } from '../ingest/support.ts'

let database: TestDatabase
let vendorId = ''
let second = 0
let nowMs = Date.now()
beforeAll(async () => {
  database = await createTestDatabase()
  vendorId = (await registerDevices(database.pool, 'V', ['AM-1'])).vendorId
})
afterAll(() => database.drop())

const startWatch = () =>
  createJournalWatch({
    pool: database.pool,
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
  const intake = startIntake(pool)
  for (let row = 0; row < 4; row += 1) {
    second += 1
    await intake.acceptFixes(vendorRequest(vendorId, [['AM-1', reportAt(second)]]))
  }
  await intake.close()
  await pool.query(
    "update journal set committed_at = to_timestamp($1::float8 / 1000) - interval '1 minute'",
    [nowMs],
  )
  const { rows } = await pool.query<{ id: number }>('select id from journal order by id')
  ids = rows.map(({ id }) => id)
})

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
  return await runReconcile(database.pool, span, { nowMs, retentionDays: 90 })
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
