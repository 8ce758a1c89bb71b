import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { advanceTo, applyFix } from '../../../src/core/engine/engine.ts'
import { createStanding, wantedInMs } from '../../../src/ingest/evaluator/standing.ts'
import { makeEngine, makeFix, startMs } from '../../core/engine-world.ts'
import {
  addCase,
  banCentre,
  farAway,
  journalFixes,
  makeFix as makeBanFix,
} from '../../support/journal-world.ts'
import { openRound } from '../../support/open-round.ts'
import { waitUntil } from '../../support/wait-until.ts'

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
    await journalFixes(pool, [makeBanFix(deviceId, atMs, farAway)])
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

it('devices are asked at the first look of a second and at no other, whatever is saved in between', () => {
  const engine = makeEngine({})
  advanceTo(engine, startMs)
  const standing = createStanding(engine, { states: [], wanted: new Map(), sightings: [] })
  const look = (atMs: number) => standing.collectWanted(startMs + atMs)
  expect(look(100)).toMatchObject({ isEmpty: true })
  applyFix(engine, makeFix(0, 0))
  expect(look(200), 'he is inside, and the second is not over').toBeNull()
  expect(look(1_030)).toMatchObject({ isEmpty: false })
  expect(look(1_040)).toBeNull()
  expect([wantedInMs(startMs + 1_040), wantedInMs(startMs + 2_000)]).toEqual([960, 1_000])
})

it('a command to a device says the whole second on which it was decided', async () => {
  const { pool } = database
  const atMs = Date.now()
  const { deviceId } = await addCase(pool, { atMs })
  await journalFixes(pool, [makeBanFix(deviceId, atMs, banCentre)])
  await withRound(async (round) => {
    await waitUntil('it was decided', async () => {
      await round.step()
      return (await readCommandMs(deviceId)) !== null
    })
  })
  const commandMs = await readCommandMs(deviceId)
  expect((commandMs ?? 1) % 1_000).toBe(0)
})

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

async function readCommandMs(deviceId: string): Promise<number | null> {
  const { rows } = await database.pool.query<{ atMs: number }>(
    'select (extract(epoch from at) * 1000)::float8 as "atMs" from device_commands where device_id = $1',
    [deviceId],
  )
  return rows[0]?.atMs ?? null
}

async function countStates(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(distinct protection_order_id)::int as count from protection_states',
  )
  return rows[0]?.count ?? 0
}
