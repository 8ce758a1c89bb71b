import type pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { systemClock as clock } from '../../src/clock.ts'
import { defaultLimits as limits } from '../../src/core/model/limits.ts'
import { createEvaluator, type Evaluator } from '../../src/ingest/evaluator/evaluator.ts'
import { createLocalDoorbell } from '../../src/live/doorbell.ts'
import { makePartitions } from '../../src/store/history/partitions.ts'
import { encodeFixes } from '../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../src/store/journal/journal-kinds.ts'
import { appendJournal } from '../../src/store/journal/journal.ts'
import { pruneWithheld } from '../../src/store/journal/withheld.ts'
import { createDataKeys } from '../../src/store/keys/data-keys.ts'
import { readMasterKeys } from '../../src/store/keys/master-keys.ts'
import { listKeysWaitedFor } from '../../src/store/keys/unusable-keys.ts'
import { sealFixes } from '../../src/store/keys/sealed-fixes.ts'
import { connect } from '../../src/store/pg/pool.ts'
import { copyHistory } from '../../workers/copy-history.ts'
import { createKeyWatch } from '../../workers/watch-keys.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addCase, banCentre, farAway, makeFix, type JournalCase } from '../support/journal-world.ts'
import { testMasterKey } from '../support/master-key.ts'
import { createSilentLog } from '../support/silent-log.ts'
import { waitUntil } from '../support/wait-until.ts'

/** A key of a day that does not open: what was sealed with it waits, and nobody else does. */

let database: TestDatabase
/** Of who takes in: it has the key in mind, as a server that goes on. */
let intake: pg.Pool
let fresh: pg.Pool | null = null
let evaluator: Evaluator | null = null
let [waiting, other] = [] as unknown as [JournalCase, JournalCase]
const log = createSilentLog()

beforeAll(async () => {
  database = await createTestDatabase()
  await makePartitions(database.pool, { nowMs: clock.nowMs() })
  intake = await connectAnew()
})
afterEach(stop)
afterAll(async () => {
  await intake.end()
  await database.drop()
})

it.each([
  ['was touched', touchKey],
  ['was wrapped by a foreign master key', wrapForeign],
  ['was destroyed', destroyKey],
])(
  'rows whose key %s wait: others are judged, people are called, and each is judged once when the key is back',
  async (_how, harm) => {
    const nowMs = clock.nowMs()
    waiting = await addCase(database.pool, { atMs: nowMs })
    other = await addCase(database.pool, { atMs: nowMs })
    await report(waiting, [
      [nowMs - 600_000, farAway],
      [nowMs - 3_000, banCentre],
    ])
    const mend = await harm()
    await start()
    // By a spare key, as intake does that does not open the key of the day either.
    intake = await connectAnew(intake)
    await report(other, [
      [nowMs - 600_000, farAway],
      [nowMs - 2_000, banCentre],
    ])
    await waitUntil('the other is told', async () => (await breachesOf(other)) === 1)
    expect(await breachesOf(waiting)).toBe(0)
    expect(await countPoison()).toBe(0)
    await copy()
    expect(await fixesOf(waiting)).toBe(0)
    expect(await fixesOf(other)).toBe(2)
    await lookAtKeys()
    expect(await toldKeys()).toEqual([{ priority: 'P1', hasWaiting: true, isOver: false }])
    expect(await listKeysWaitedFor(database.pool)).toHaveLength(1)
    // Still, by who begins anew.
    await start()
    expect(await breachesOf(waiting)).toBe(0)
    await mend()
    await start()
    await waitUntil('what waited is told', async () => (await breachesOf(waiting)) === 1)
    await copy()
    expect(await fixesOf(waiting)).toBe(2)
    await lookAtKeys()
    expect(await toldKeys()).toEqual([{ priority: 'P1', hasWaiting: true, isOver: true }])
    const before = await listAlerts()
    // Read from the start again, the same rows end in the same alerts, at one place each.
    await database.pool.query('delete from evaluator_snapshots')
    await database.pool.query(`delete from journal_positions where reader = 'evaluator-snapshot'`)
    await start()
    expect(await listAlerts()).toEqual(before)
    expect(await countTurns()).toBe(1)
    expect(await listKeysWaitedFor(database.pool)).toEqual([])
    // For as long as whoever reads anew comes by their place.
    await pruneWithheld(database.pool)
    expect(await countOf('journal_withheld')).toBe(2)
    expect(evaluator?.stats()).toMatchObject({ failures: 0, poison: 0 })
    await database.pool.query(
      `truncate alerts, alert_events, alert_transitions, escalations cascade`,
    )
    await database.pool.query('delete from journal where turn_of is not null or kind = 1')
    await pruneWithheld(database.pool)
    expect(await countOf('journal_withheld')).toBe(0)
  },
)

it('rows of a destroyed key wait until somebody closes the alert that names it, and end with a note', async () => {
  const nowMs = clock.nowMs()
  waiting = await addCase(database.pool, { atMs: nowMs })
  await report(waiting, [[nowMs - 3_000, banCentre]])
  const { rows } = await database.pool.query<{ id: string }>(
    `update data_keys set wrapped = null, destroyed_at = now() where scope like 'journal/%' and wrapped is not null returning id`,
  )
  expect(rows.length).toBeGreaterThan(0)
  await start()
  await copy()
  await lookAtKeys()
  await lookAtKeys()
  expect(await toldKeys()).toEqual([{ priority: 'P1', hasWaiting: true, isOver: false }])
  expect(await listKeysWaitedFor(database.pool), 'nobody has answered').toHaveLength(1)
  await database.pool.query(
    `update alerts set status = 'closed', closed_at = now(), closed_by = gen_random_uuid(), outcome = 'confirmed'
      where kind = 'key-unreadable'`,
  )
  await lookAtKeys()
  expect(await listKeysWaitedFor(database.pool)).toEqual([])
  expect(await toldKeys()).toEqual([{ priority: 'P1', hasWaiting: true, isOver: true }])
  const notes = await database.pool.query<{ code: string }>(
    `select code from quarantined_fixes where detail like 'The key of the row was destroyed%' order by code`,
  )
  expect(notes.rows.map(({ code }) => code)).toEqual(['history-refused', 'poison'])
  await start()
  expect(await breachesOf(waiting)).toBe(0)
  expect(evaluator?.stats()).toMatchObject({ failures: 0, poison: 0 })
})

async function start(): Promise<void> {
  await stop()
  fresh = await connectAnew()
  evaluator = createEvaluator({
    pool: fresh,
    clock,
    log,
    limits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    shard: 0,
    snapshotMs: 200,
  })
  evaluator.start()
  const { rows } = await fresh.query<{ id: number }>('select max(id) as id from journal')
  await waitUntil('the journal is read', () => {
    const stats = evaluator?.stats()
    return (stats?.journalId ?? 0) >= (rows[0]?.id ?? 0) && stats?.lagMs === 0
  })
}

async function stop(): Promise<void> {
  await evaluator?.stop()
  await fresh?.end()
  evaluator = null
  fresh = null
}

async function connectAnew(former: pg.Pool | null = null): Promise<pg.Pool> {
  await former?.end()
  const masters = readMasterKeys(testMasterKey)
  const keys = createDataKeys({ masters, db: database.pool, elapsedMs: () => performance.now() })
  return await connect(database.url, { keys })
}

async function report(
  { deviceId }: JournalCase,
  fixes: readonly (readonly [atMs: number, place: typeof farAway | typeof banCentre])[],
): Promise<void> {
  const packed = encodeFixes(fixes.map(([atMs, place]) => makeFix(deviceId, atMs, place)))
  const payload = await sealFixes(intake, packed, clock.nowMs())
  await appendJournal(intake, {
    shard: 0,
    kind: journalKinds.fixes,
    entryCount: fixes.length,
    payload,
  })
}

type KeyRow = Record<'id' | 'scope' | 'master_id', string> & { readonly wrapped: Buffer }

/** Of the day itself, and no spare one. */
async function findDayKey(): Promise<KeyRow> {
  const { rows } = await database.pool.query<KeyRow>(
    `select id, scope, master_id, wrapped from data_keys where scope like 'journal/%' order by length(scope) limit 1`,
  )
  return rows[0]!
}

async function restoreKey({ id, scope, master_id, wrapped }: KeyRow): Promise<void> {
  await database.pool.query(
    `insert into data_keys (id, scope, wrapped, master_id) values ($1, $2, $3, $4)
     on conflict (id) do update set wrapped = $3, master_id = $4, destroyed_at = null`,
    [id, scope, wrapped, master_id],
  )
}

async function touchKey(): Promise<() => Promise<void>> {
  const key = await findDayKey()
  await restoreKey({ ...key, wrapped: Buffer.from(key.wrapped.toReversed()) })
  return () => restoreKey(key)
}

async function wrapForeign(): Promise<() => Promise<void>> {
  const key = await findDayKey()
  const foreign = readMasterKeys('ab'.repeat(32)).first
  const wrapped = foreign.wrap(`data-key/${key.id}/${key.scope}`, Buffer.alloc(32))
  await restoreKey({ ...key, wrapped, master_id: foreign.id })
  return () => restoreKey(key)
}

async function destroyKey(): Promise<() => Promise<void>> {
  const key = await findDayKey()
  await database.pool.query(
    'update data_keys set wrapped = null, destroyed_at = now() where id = $1',
    [key.id],
  )
  return () => restoreKey(key)
}

async function copy(): Promise<void> {
  const pool = await connectAnew()
  await copyHistory({ pool, log })
  await pool.end()
}

async function lookAtKeys(): Promise<void> {
  const pool = await connectAnew()
  await createKeyWatch({ pool, clock, log, limits, onEvent: () => {} })()
  await pool.end()
}

async function countOf(text: string, values: readonly unknown[] = []): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count from ${text}`,
    [...values],
  )
  return rows[0]?.count ?? 0
}

const breachesOf = ({ offenderId }: JournalCase) =>
  countOf(`alerts where offender_id = $1 and kind = 'location-ban-breach'`, [offenderId])
const fixesOf = ({ deviceId }: JournalCase) => countOf('fixes where device_id = $1', [deviceId])
const countPoison = () => countOf(`quarantined_fixes where code = 'poison'`)
const countTurns = () => countOf('journal where turn_of is not null')

async function toldKeys(): Promise<readonly unknown[]> {
  const { rows } = await database.pool.query(
    `select priority, (evidence -> 'facts' ->> 'hasWaiting')::boolean as "hasWaiting", cleared_at is not null as "isOver"
       from alerts where kind = 'key-unreadable'`,
  )
  return rows
}

async function listAlerts(): Promise<readonly unknown[]> {
  const { rows } = await database.pool.query('select id, kind, priority from alerts order by id')
  return rows
}
