import { expect, it } from 'vitest'
import { advanceTo, applyFix, applyRegistryChange } from '../../../src/core/engine/engine.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import { countWaiting, type QuietMode } from '../../../src/core/quiet/trail.ts'
import { makeBan, makeEngine, makeFix, makeOrder, place, startMs } from '../engine-world.ts'

/**
 * Far from everything, and the last report was held up for longer than clocks differ; then an order
 * begins about that very place. What is told at once, and what when newer ones would have come.
 */
function play(quietMode: QuietMode): { readonly isQuiet: boolean; readonly told: Effect[][] } {
  const engine = makeEngine({ orders: [makeOrder()], reportIntervalSeconds: 60, quietMode })
  for (const seconds of [0, 60, 120]) {
    advanceTo(engine, startMs + seconds * 1_000)
    applyFix(engine, makeFix(seconds, 10_000 + seconds))
  }
  applyFix(engine, makeFix(180, 10_180, 0, { receivedAtMs: startMs + 220_000 }))
  const trail = engine.dossiers.get('offender')?.trail
  const isQuiet = trail !== undefined && countWaiting(trail) > 0
  const area = { type: 'circle', ...place(10_180, 0), radiusMeters: 500 } as const
  const locationBans = [makeBan(), makeBan({ id: 'about', area })]
  const protectionOrder = makeOrder({ version: 2, locationBans })
  applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, startMs + 221_000)
  const told = [222, 226].map((seconds) => advanceTo(engine, startMs + seconds * 1_000))
  return { isQuiet, told }
}

it('a quiet report that was held up puts off what an order begins, as one judged in full does', () => {
  const [off, on, checked] = (['off', 'on', 'checked'] as const).map(play)
  expect([off, on, checked].map((one) => one?.isQuiet)).toEqual([false, true, true])
  expect(on?.told).toEqual(off?.told)
  expect(checked?.told).toEqual(off?.told)
  expect(off?.told.map((effects) => effects.length > 0)).toEqual([false, true])
})
