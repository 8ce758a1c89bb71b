import { expect, it } from 'vitest'
import { createBrake } from '../../../src/ingest/intake/brake.ts'

it.each([
  [0, 0],
  [1_000, 0],
  [1_300, 300],
  [2_000, 1_000],
  [3_600_000, 1_000],
  [Number.NaN, 0],
])('an answer waits for judging that is %d ms behind for %d ms', async (lagMs, waitMs) => {
  const startedAtMs = performance.now()
  await createBrake(() => lagMs).hold()
  const waitedMs = performance.now() - startedAtMs
  expect(waitedMs).toBeGreaterThan(waitMs - 5)
  expect(waitedMs).toBeLessThan(waitMs + 250)
})
