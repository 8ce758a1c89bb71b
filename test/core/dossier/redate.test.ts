import { expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import { applyFix, rejudge } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { createPlain, jitter, makePlainFix, plainMs, plainPair } from '../plain-world.ts'

const hour = 3600

it('fixes that have left the window are dated anew from stored history', () => {
  const { engine } = createPlain({ locationBans: [], proximityBans: [plainPair] })
  const stored: Fix[] = []
  const told: Effect[] = []
  const needed: number[] = []
  const take = (fix: Fix): void => {
    stored.push(fix)
    for (const effect of applyFix(engine, fix)) {
      if (effect.type === 'rejudge-needed') needed.push((effect.fromMs - plainMs) / 1000)
      else told.push(effect)
    }
  }
  // The window holds a quarter of an hour.
  for (let t = 0; t < 1800; t += 5) take(makePendantFix(t))
  for (let t = 1800; t < 2400; t += 60) {
    take(makePendantFix(t))
    const receivedAtMs = plainMs + (t + 1) * 1000
    take(makePlainFix(t - hour, jitter(t, [0, 0]), { receivedAtMs }))
  }
  // What came before it was plain lies an hour back, and is no longer at hand.
  expect(needed.slice(0, 5)).toEqual([0, 60, 120, 180, 240].map((t) => 1800 - hour + t))
  expect(needed.at(-1)).toBe(1800 - hour)
  const breach = told.find((effect) => effect.type === 'alert-raised')?.alert
  expect(breach).toMatchObject({ kind: 'proximity-breach', priority: 'P1', late: false })
  expect(breach?.occurredAtMs).toBe(plainMs + 2_101_000)
  const effects = rejudge(engine, 'offender', stored, plainMs - hour * 1000, plainMs + 2_400_000)
  const moved = effects.find(({ type }) => type === 'alert-revised')
  expect(moved).toMatchObject({
    alertId: breach?.id,
    revision: { kind: 'moved', occurredAtMs: plainMs + 1_801_000 },
  })
})

function makePendantFix(t: number): Fix {
  return makePlainFix(t, jitter(t, [68, 0]), { deviceId: 'pendant' })
}
