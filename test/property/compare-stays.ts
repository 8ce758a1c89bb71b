import { expect } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import { advanceTo, applyDeviceEvent, applyFix } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { makeEngine, startMs } from '../core/engine-world.ts'
import type { RandomWorld } from './random-world.ts'
import { followEffects, listViolations } from './random-world.ts'
import { evaluateFromScratch } from './reference-evaluator.ts'

/** That the engine finds the stays of a world that a plain reading finds, which are answered. */
export function expectSameStays(
  world: RandomWorld,
  name: string,
  untilMs = startMs + 86_400_000,
): string[] {
  const engine = makeEngine(world)
  const sorted = world.fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
  const effects: Effect[] = world.events.flatMap((event) => applyDeviceEvent(engine, event))
  effects.push(...sorted.flatMap((fix) => applyFix(engine, fix)))
  // Behind the long upload in which all of it came.
  effects.push(...advanceTo(engine, startMs + 86_400_000))
  const found = listViolations(followEffects(effects)).filter(
    (line) => !line.includes('proximity-passage'),
  )
  const { orders, fixes, events } = world
  const stays = evaluateFromScratch(orders, fixes, events, personOf, 30, defaultLimits, untilMs)
  const seconds = (ms: number): number => (ms - startMs) / 1000
  const expected = stays
    .map(
      ({ subjectId, kind, startMs: fromMs, endMs }) =>
        `${subjectId} ${kind} ${seconds(fromMs)} ${endMs === null ? 'open' : seconds(endMs)}`,
    )
    .toSorted()
  expect(found, name).toEqual(expected)
  return expected
}

export function personOf(fix: Fix): string {
  return fix.deviceId.replace(/-device.*$/, '')
}
