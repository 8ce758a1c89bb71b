import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { decodeFixes, encodeFixes } from '../../../src/store/journal/journal-codec.ts'
import { journalKinds } from '../../../src/store/journal/journal-kinds.ts'
import { appendJournal, readJournal } from '../../../src/store/journal/journal.ts'
import { inTransaction } from '../../../src/store/pg/pool.ts'
import { createTestDatabase } from '../../support/database.ts'
import type { TestDatabase } from '../../support/database.ts'

const deviceId = '0192f3a4-5b6c-7d8e-9f00-112233445566'
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ connectionCountMax: 12 })
})
afterAll(() => database.drop())

it('the journal gives back what was appended, in order, by shard', async () => {
  const { pool } = database
  const fixes = [makeFix(1), makeFix(2)]
  const first = await append(3, encodeFixes(fixes), 2)
  await append(4, encodeFixes([makeFix(3)]), 1)
  const second = await append(3, encodeFixes([makeFix(4)]), 1)
  const rows = await readJournal(pool, { shard: 3, afterId: 0, limit: 10 })
  expect(rows.map(({ id, entryCount }) => [id, entryCount])).toEqual([
    [first, 2],
    [second, 1],
  ])
  expect(decodeFixes(rows[0]?.payload ?? Buffer.alloc(0))).toEqual(fixes)
  expect(await readJournal(pool, { shard: 3, afterId: first, limit: 10 })).toHaveLength(1)
})

it('the second of two appends waits for the first to commit, so that ids appear in order', async () => {
  const { pool } = database
  const entry = {
    shard: 9,
    kind: journalKinds.fixes,
    entryCount: 1,
    payload: encodeFixes([makeFix(1)]),
  }
  const read = (): Promise<number[]> =>
    readJournal(pool, { shard: 9, afterId: 0, limit: 9 }).then((rows) => rows.map(({ id }) => id))
  let second: Promise<number> = Promise.resolve(0)
  const first = await inTransaction(pool, async (tx) => {
    const id = await appendJournal(tx, entry)
    second = appendJournal(pool, entry)
    await expect
      .poll(async () => {
        const { rows } = await pool.query<{ count: number }>(
          `select count(*) from pg_locks where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database())`,
        )
        return rows[0]?.count
      })
      .toBe(1)
    expect(await read()).toEqual([])
    return id
  })
  expect(await read()).toContain(first)
  expect(await second).toBeGreaterThan(first)
  expect(await read()).toEqual([first, await second])
})

it('the journal never shows a reader a gap that is filled later, with eight appending at once and some giving up', async () => {
  const { pool } = database
  const payload = encodeFixes([makeFix(1)])
  const appenders = 8
  const rounds = 40
  let running = appenders
  const appendMany = async (appender: number): Promise<number[]> => {
    const ids: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      if ((round + appender) % 5 === 0) {
        // Draws an id and gives up: the gap must stay empty for ever.
        await expect(
          inTransaction(pool, async (tx) => {
            await appendJournal(tx, { shard: 7, kind: journalKinds.fixes, entryCount: 1, payload })
            throw new Error('give up')
          }),
        ).rejects.toThrow('give up')
        continue
      }
      ids.push(
        await inTransaction(pool, async (tx) => {
          await tx.query('select count(*) from vendors')
          return appendJournal(tx, { shard: 7, kind: journalKinds.fixes, entryCount: 1, payload })
        }),
      )
    }
    running -= 1
    return ids
  }
  const read = async (): Promise<number[]> => {
    const seen: number[] = []
    for (;;) {
      const isLast = running === 0
      const rows = await readJournal(pool, { shard: 7, afterId: seen.at(-1) ?? 0, limit: 3 })
      seen.push(...rows.map(({ id }) => id))
      if (isLast && rows.length === 0) return seen
    }
  }
  const [seen, ...written] = await Promise.all([
    read(),
    ...Array.from({ length: appenders }, (_, appender) => appendMany(appender)),
  ])
  const expected = written.flat().toSorted((a, b) => a - b)
  expect(expected).toHaveLength((appenders * rounds * 4) / 5)
  expect(seen).toEqual(expected)
})

function append(shard: number, payload: Buffer, entryCount: number): Promise<number> {
  return appendJournal(database.pool, { shard, kind: journalKinds.fixes, entryCount, payload })
}

function makeFix(atMs: number): Fix {
  return {
    deviceId,
    recordedAtMs: atMs,
    receivedAtMs: atMs + 1,
    longitude: 4.9,
    latitude: 52.4,
    accuracyMeters: 12,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: 'gnss',
    hdop: null,
    satellites: null,
    batteryFraction: null,
    sequence: null,
  }
}
