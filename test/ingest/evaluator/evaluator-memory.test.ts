import { afterAll, beforeAll, expect, it } from 'vitest'
import { pushToHeap } from '../../../src/core/model/heap.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { loadMemory } from '../../../src/ingest/evaluator/evaluator-memory.ts'
import { ClockFailure } from '../../../src/ingest/evaluator/judge-row.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createSilentLog } from '../../support/silent-log.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('an invariant broken by the passing of time fails as the clock, and time stands still while the clock is held', async () => {
  let isClockHeld = false
  const memory = await loadMemory(database.pool, {
    shard: 0,
    limits: defaultLimits,
    log: createSilentLog(),
    isClockHeld: () => isClockHeld,
  })
  // What is in no state to be judged fails when its deadline has come.
  const broken = JSON.parse('{}')
  memory.engine.deadlinesMs.set(broken, 1_000)
  pushToHeap(memory.engine.deadlinesInOrder, 1_000, broken)
  expect(memory.advance(999)).toEqual([])
  expect(() => memory.advance(1_000)).toThrow(ClockFailure)
  isClockHeld = true
  expect(memory.advance(2_000)).toEqual([])
  expect(memory.clockMs()).toBe(1_000)
})
