import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { saveDisbelief } from '../../../src/store/alerts/save-disbelief.ts'
import { sealPlaces } from '../../../src/store/keys/sealed-places.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(() => database.pool.query('truncate disbelieved_fixes'))
afterAll(() => database.drop())

const recordedAtMs = 1_795_000_010_000

/** What is said of a fix, so many seconds after it was recorded. */
function decide(seconds: number, reasons: readonly string[], longitude = 5): Effect {
  return {
    type: 'fix-disbelieved',
    deviceId: '0192f000-0000-7000-8000-000000000001',
    recordedAtMs,
    longitude,
    latitude: 52,
    reasons,
    learnedAtMs: recordedAtMs + 1000 * seconds,
  }
}

async function listDecisions(longitude = 5): Promise<(readonly [number, string])[]> {
  const deviceId = '0192f000-0000-7000-8000-000000000001'
  const row = { ownerId: deviceId, recordedAtMs, longitude, latitude: 52 }
  // The same place of the same fix is sealed the same.
  const [sealed] = await sealPlaces(database.pool, [row])
  const { rows } = await database.pool.query<{ seconds: number; reasons: string[] }>(
    `select extract(epoch from learned_at - recorded_at)::float8 as seconds, reasons
       from disbelieved_fixes where place = decode($1, 'hex') order by learned_at`,
    [sealed?.place],
  )
  return rows.map(({ seconds, reasons }) => [seconds, reasons.join(' ')] as const)
}

const save = (...effects: Effect[]) => saveDisbelief(database.pool, effects)

it('the reason why a fix was not believed is kept, once', async () => {
  const effect = decide(1, ['teleport', 'frozen'])
  await save(effect)
  await save(effect)
  await save(decide(2, ['teleport', 'frozen']))
  expect(await listDecisions()).toEqual([[1, 'teleport frozen']])
})

it('a fix believed after all is kept so, beside the earlier doubt', async () => {
  const effects = [decide(1, ['teleport']), decide(60, []), decide(90, [])]
  for (const effect of effects) await save(effect)
  expect(await listDecisions()).toEqual([
    [1, 'teleport'],
    [60, ''],
  ])
})

it('a fix doubted again is kept so', async () => {
  await save(decide(1, ['teleport']), decide(60, []), decide(90, ['teleport']))
  expect(await listDecisions()).toEqual([
    [1, 'teleport'],
    [60, ''],
    [90, 'teleport'],
  ])
})

it('a fix that was never doubted leaves nothing to keep', async () => {
  await save(decide(1, []))
  expect(await listDecisions()).toEqual([])
})

it('the later of two decisions learned at one moment is taken', async () => {
  await save(decide(1, ['teleport']))
  await save(decide(60, ['frozen']), decide(60, []))
  expect(await listDecisions()).toEqual([
    [1, 'teleport'],
    [60, ''],
  ])
  await save(decide(60, ['frozen']))
  expect(await listDecisions()).toEqual([
    [1, 'teleport'],
    [60, 'frozen'],
  ])
})

it('the same decisions saved again change nothing, together or one by one', async () => {
  const effects = [decide(1, ['teleport']), decide(3, ['teleport']), decide(60, [])]
  await save(...effects)
  const first = await listDecisions()
  await save(...effects)
  for (const effect of effects) await save(effect)
  expect(await listDecisions()).toEqual(first)
})

it('the fixes of one moment are told apart', async () => {
  await save(decide(1, ['teleport']), decide(1, ['null-island'], 0), decide(60, []))
  expect(await listDecisions()).toEqual([
    [1, 'teleport'],
    [60, ''],
  ])
  expect(await listDecisions(0)).toEqual([[1, 'null-island']])
})
