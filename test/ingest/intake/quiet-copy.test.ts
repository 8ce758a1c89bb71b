import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { snapshotMsDefault } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import { createEvaluator } from '../../../src/ingest/evaluator/evaluator.ts'
import { createIntakePresence } from '../../../src/ingest/intake/intake-presence.ts'
import { createLocalDoorbell } from '../../../src/live/doorbell.ts'
import { noteIntakeAlive } from '../../../src/store/evaluator/reception.ts'
import { setQuiet } from '../../../src/store/pg/quiet.ts'
import { addCase, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { createShiftedDatabase, type ShiftedDatabase } from '../../support/shifted-clock.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: ShiftedDatabase
let stop: () => Promise<void> = async () => {}
let aheadMs = 0
const nowMs = (): number => Date.now() + aheadMs

beforeAll(async () => {
  database = await createShiftedDatabase()
})
afterEach(() => stop())
afterAll(() => database.drop())

const dayMs = 86_400_000

it('a restored copy calls out no silence, and its devices have a whole allowance once it goes live', async () => {
  const { pool } = database
  const deviceIds: string[] = []
  for (let index = 0; index < 20; index += 1) {
    const { deviceId } = await addCase(pool, { atMs: nowMs(), reportIntervalSeconds: 20 })
    deviceIds.push(deviceId)
  }
  await hear(deviceIds)
  await noteIntakeAlive(pool, 0)

  // Restored a day later, and up for some minutes.
  await setQuiet(pool, true)
  aheadMs = dayMs
  await database.jump(aheadMs)
  stop = await start()
  await look()
  await letPass(150_000)
  await look()
  expect(await listKinds()).toEqual([])
  await stop()

  await setQuiet(pool, false)
  stop = await start()
  await look()
  // Detection was behind for a day, which is said once.
  expect(await listKinds()).toEqual(['detection-behind'])

  // All but one report here now.
  await letPass(30_000)
  await hear(deviceIds.slice(1))
  await letPass(37_000)
  await look()
  expect((await listKinds()).filter((kind) => kind !== 'detection-behind')).toEqual([
    'device-silent',
  ])
}, 60_000)

async function hear(deviceIds: readonly string[]): Promise<void> {
  const fixes = deviceIds.map((deviceId) =>
    makeFix(deviceId, nowMs() - 1, farAway, { receivedAtMs: nowMs() }),
  )
  await journalFixes(database.pool, fixes)
}

async function letPass(ms: number): Promise<void> {
  aheadMs += ms
  await database.pass(aheadMs)
}

async function listKinds(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ kind: string }>(
    'select kind from alerts order by kind',
  )
  return rows.map(({ kind }) => kind)
}

/** The intake's sign of life and an evaluator, as a server has them. */
async function start(): Promise<() => Promise<void>> {
  const { pool } = database
  const log = createSilentLog()
  const shared = { log, clock: { nowMs }, shard: 0 }
  const presence = createIntakePresence({
    ...shared,
    db: pool,
    intake: { isStoring: () => true, notePlace: () => {} },
  })
  await presence.start()
  const evaluator = createEvaluator({
    ...shared,
    pool,
    limits: defaultLimits,
    doorbell: createLocalDoorbell({ log, pollMs: 20 }),
    snapshotMs: snapshotMsDefault,
  })
  evaluator.start()
  evaluatedAtMs = () => evaluator.stats().evaluatedAtMs ?? 0
  return async () => {
    await evaluator.stop()
    await presence.stop()
    stop = async () => {}
  }
}

let evaluatedAtMs = (): number => 0

/** Long enough for a sign of life, should one be given, and two looks of the evaluator after it. */
async function look(): Promise<void> {
  const untilMs = nowMs() + 7_200
  await waitUntil('the evaluator has looked', () => evaluatedAtMs() > untilMs)
}
