import { afterAll, beforeAll, expect, it } from 'vitest'
import { createJudgingLag, type JudgingLagDeps } from '../../../src/ingest/intake/judging-lag.ts'
import { openEvaluatorPlace } from '../../../src/store/evaluator/evaluator-place.ts'
import { createSilentLog } from '../../support/silent-log.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { addCase, farAway, journalFixes, makeFix } from '../../support/journal-world.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const nowMs = Date.parse('2026-11-28T12:00:00Z')

it('judging that is behind in another process, or in a step that does not end, is known here', async () => {
  const { pool } = database
  const stages: Record<string, ReturnType<JudgingLagDeps['own']>> = {
    'no evaluator': null,
    'another one leads': { lagMs: null, evaluatedAtMs: null },
    'a step does not end': { lagMs: 0, evaluatedAtMs: nowMs - 3_001 },
    'it leads': { lagMs: 1_700, evaluatedAtMs: nowMs - 3_000 },
  }
  const lags = Object.entries(stages).map(([name, own]) => {
    const log = createSilentLog()
    const clock = { nowMs: () => nowMs }
    return { name, lag: createJudgingLag({ db: pool, log, clock, shard: 0, own: () => own }) }
  })
  for (const { lag } of lags) lag.start()
  const read = () => Object.fromEntries(lags.map(({ name, lag }) => [name, lag.lagMs()]))
  const none = { 'no evaluator': 0, 'another one leads': 0, 'a step does not end': 0 }
  expect(read()).toEqual({ ...none, 'it leads': 1_700 })

  const { deviceId } = await addCase(pool, { atMs: nowMs })
  await journalFixes(pool, [makeFix(deviceId, nowMs, farAway)])
  await pool.query(`update journal set committed_at = clock_timestamp() - interval '9 seconds'`)
  // Nobody has ever judged here, and nobody waits for it.
  await new Promise((resolve) => void setTimeout(resolve, 1_200))
  expect(read()).toEqual({ ...none, 'it leads': 1_700 })

  await openEvaluatorPlace(pool, 0)
  const behind = Object.keys(none)
  await waitUntil('three know it', () => behind.every((name) => (read()[name] ?? 0) > 7_900))
  for (const name of behind) expect(read()[name]).toBeLessThan(60_000)

  await pool.query('update journal_positions set journal_id = (select max(id) from journal)')
  await waitUntil('it is judged', () => behind.every((name) => read()[name] === 0))
  expect(read()['it leads']).toBe(1_700)
  for (const { lag } of lags) await lag.stop()
})
