import { expect, it } from 'vitest'
import {
  advanceTo,
  applyFix,
  applyOutage,
  findLatestMs,
  setClockBack,
} from '../../../src/core/engine/engine.ts'
import { makeEngine, makeFix, startMs, tell } from '../engine-world.ts'

const hourMs = 3_600_000

it('a device heard by a clock that was an hour ahead is silent one allowance after the clock is right again', () => {
  const engine = makeEngine({ victims: [] })
  applyFix(engine, makeFix(0, 6_000))
  const aheadMs = startMs + hourMs
  applyOutage(engine, { fromMs: startMs + 2_000, untilMs: aheadMs })
  applyFix(engine, makeFix(3_600, 6_000))
  advanceTo(engine, aheadMs + 5_000)
  expect(findLatestMs(engine)).toBeGreaterThanOrEqual(aheadMs)
  const rightMs = startMs + 15_000
  setClockBack(engine, rightMs)
  expect(findLatestMs(engine)).toBe(rightMs)
  // Three reports of thirty seconds may be missed.
  expect(tell(advanceTo(engine, rightMs + 60_000)).join()).not.toContain('device-silent')
  expect(tell(advanceTo(engine, rightMs + 300_000)).join()).toContain('raised device-silent')
})
