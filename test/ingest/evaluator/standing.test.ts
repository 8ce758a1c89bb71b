import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { openRound } from '../../support/open-round.ts'

let database: TestDatabase
const closers: (() => void)[] = []
beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(() => {
  for (const close of closers.splice(0)) close()
})
afterAll(() => database.drop())

/** More than are put together in one step after a start. */
const caseCount = 260

it('a start says that all is judged from its first step on, before every dossier is whole', async () => {
  const { pool } = database
  const atMs = Date.now()
  for (let count = 0; count < caseCount; count += 1) {
    const { deviceId } = await addCase(pool, { atMs })
    await journalFixes(pool, [makeFix(deviceId, atMs, farAway)])
  }
  await withRound(async (round) => {
    while ((await round.step()) === 0);
    await round.finish()
  })
  await pool.query(
    `update journal_positions set updated_at = now() - interval '50 seconds' where reader = 'protection'`,
  )
  await withRound(async (round) => {
    await round.step()
    expect(await readNoteAge()).toBeLessThan(10)
    expect(await countStates()).toBe(caseCount)
  })
}, 60_000)

async function withRound(
  work: (round: Awaited<ReturnType<typeof openRound>>) => Promise<void>,
): Promise<void> {
  const client = await database.pool.connect()
  try {
    await work(await openRound(database, client, (close) => closers.push(close)))
  } finally {
    client.release(true)
  }
}

async function readNoteAge(): Promise<number> {
  const { rows } = await database.pool.query<{ age: number }>(
    `select extract(epoch from now() - updated_at)::float8 as age from journal_positions where reader = 'protection'`,
  )
  return rows[0]?.age ?? Infinity
}

async function countStates(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(distinct protection_order_id)::int as count from protection_states',
  )
  return rows[0]?.count ?? 0
}
