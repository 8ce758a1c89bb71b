import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dayMs } from '../../../src/core/model/units.ts'
import { CorruptJournal } from '../../../src/errors.ts'
import {
  loadSnapshots,
  saveSnapshots,
  usualSnapshotKey,
} from '../../../src/store/evaluator/evaluator-snapshots.ts'
import { pruneJournal } from '../../../src/store/history/retention.ts'
import { decodeFixes, encodeFixes } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal, readJournal } from '../../../src/store/journal/journal.ts'
import { sealFixes } from '../../../src/store/keys/sealed-fixes.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { makeFix } from '../../support/journal-world.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const ids = [
  '0192f3a4-5b6c-7d8e-9f00-112233445566',
  '0192f3a4-5b6c-7d8e-9f00-112233445567',
] as const
const place = { longitude: 5.1234567, latitude: 52.7654321 }
const fixes = ids.map((id, at) => makeFix(id, 1_795_000_000_000 + at, place))
const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

it('a row of fixes tells statements its devices and no place, and gives back what was sealed', async () => {
  const plain = encodeFixes(fixes)
  expect(plain.includes(double(place.longitude)), 'what is looked for is there to find').toBe(true)
  const payload = await sealFixes(database.pool, plain, Date.now())
  expect(payload.includes(double(place.longitude))).toBe(false)
  expect(payload.includes(Buffer.from(ids[1].replaceAll('-', ''), 'hex'))).toBe(true)
  await append(1, payload)
  await append(1, plain)
  const rows = await read(1)
  expect(rows.map((row) => decodeFixes(row.payload))).toEqual([fixes, fixes])
})

it.each([
  ['of which a byte was changed', (row: Buffer) => row.fill(row.at(-1)! ^ 1, row.length - 1)],
  [
    'whose device was exchanged',
    (row: Buffer) => {
      const at = row.indexOf(Buffer.from(ids[1].replaceAll('-', ''), 'hex')) + 15
      return row.fill(row[at]! ^ 1, at, at + 1)
    },
  ],
])('a sealed row %s is a damaged one, and those behind it are read', async (_, touch) => {
  const { pool } = database
  const shard = 2
  await append(shard, await sealFixes(pool, encodeFixes(fixes), Date.now()))
  await append(shard, await sealFixes(pool, encodeFixes(fixes), Date.now()))
  const [first, second] = await pool
    .query<{ id: number; payload: Buffer }>(
      'select id, payload from journal where shard = $1 order by id desc limit 2',
      [shard],
    )
    .then(({ rows }) => rows.toReversed())
  const touched = touch(Buffer.from(first!.payload))
  // Whoever does it on purpose mends the checksum too.
  touched.writeUInt32LE(crc32(touched.subarray(12), crc32(touched.subarray(0, 8))), 8)
  await pool.query('update journal set payload = $2 where id = $1', [first!.id, touched])
  const rows = (await read(shard)).slice(-2)
  expect(() => decodeFixes(rows[0]!.payload)).toThrow(CorruptJournal)
  expect([rows[1]!.id, decodeFixes(rows[1]!.payload)]).toEqual([second!.id, fixes])
})

it('the key of a day ends when no row of it is left, and not before', async () => {
  const { pool } = database
  const shard = 3
  await pool.query('delete from journal')
  await append(shard, await sealFixes(pool, encodeFixes(fixes), Date.now()))
  const age = (days: number) =>
    pool.query(
      `update data_keys set made_at = now() - make_interval(days => $1) where scope like 'journal/%'`,
      [days],
    )
  const isLeft = async () => {
    const { rows } = await pool.query(
      `select from data_keys where scope like 'journal/%' and wrapped is not null`,
    )
    return rows.length > 0
  }
  await age(90)
  await pool.query(`update journal set committed_at = now() - interval '90 days'`)
  await pruneJournal(pool, { shard: 0, beforeMs: Date.now() - 60 * dayMs })
  expect(await isLeft(), 'a row of it is left').toBe(true)
  await pool.query('delete from journal')
  await pruneJournal(pool, { shard: 0, beforeMs: Date.now() - 60 * dayMs })
  expect(await isLeft()).toBe(false)
})

it('a row that is left of one day keeps the keys of no other day', async () => {
  const { pool } = database
  await pool.query(`delete from journal; delete from data_keys where scope like 'journal/%'`)
  const nowMs = Date.now()
  for (const days of [90, 80, 70]) {
    const payload = await sealFixes(pool, encodeFixes(fixes), nowMs - days * dayMs)
    await append(4, payload)
  }
  await pool.query(
    `update data_keys set made_at = (split_part(scope, '/', 2) || 'T12:00:00Z')::timestamptz where scope like 'journal/%'`,
  )
  await pool.query(`delete from journal where id <> (select min(id) from journal)`)
  await pool.query(`update journal set committed_at = now() - interval '90 days'`)
  await pruneJournal(pool, { shard: 0, beforeMs: nowMs - 60 * dayMs })
  const { rows } = await pool.query<{ isLeft: boolean }>(
    `select wrapped is not null as "isLeft" from data_keys where scope like 'journal/%' order by scope`,
  )
  expect(rows.map(({ isLeft }) => isLeft)).toEqual([true, false, false])
})

it('what detection remembers lies sealed, is read where it lay open before, and is empty where it was touched', async () => {
  const { pool } = database
  const state = `{"longitude":${place.longitude}}`
  const snapshots = ['case:a', 'case:b', 'watch'].map((scope) => ({ scope, state }))
  await inTransaction(pool, (tx) =>
    saveSnapshots(tx, {
      shard: 6,
      journalId: 1,
      clockMs: 1,
      keyScope: usualSnapshotKey,
      isEverything: false,
      later: 'later:',
      snapshots,
    }),
  )
  const { rows } = await pool.query<{ state: Buffer }>('select state from evaluator_snapshots')
  expect(rows).toHaveLength(3)
  for (const row of rows) expect(row.state.includes('5.1234567')).toBe(false)
  await pool.query(`update evaluator_snapshots set state = $1 where scope = 'watch'`, [state])
  await pool.query(
    `update evaluator_snapshots set state = (select state from evaluator_snapshots where scope = 'case:a')
      where scope = 'case:b'`,
  )
  expect(await loadSnapshots(pool, 6, 'later:')).toEqual([
    { scope: 'case:a', state },
    { scope: 'case:b', state: '' },
    { scope: 'watch', state },
  ])
})

async function append(shard: number, payload: Buffer): Promise<void> {
  await appendJournal(database.pool, { shard, kind: journalKinds.fixes, entryCount: 2, payload })
}

async function read(shard: number) {
  return await readJournal(database.pool, { shard, afterId: 0, limit: 100 })
}
