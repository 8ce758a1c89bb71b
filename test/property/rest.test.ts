import { expect, it } from 'vitest'
import { applyDeviceEvent, applyFix, situationOf } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { makeEngine, makeFix } from '../core/engine-world.ts'
import { makeRandomWorld } from './random-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { believeAll } from './reference-belief.ts'
import { findRestSeenSince, findRestSince } from './reference-rest.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 32
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

it('the engine finds the rest that a plain reading of the whole past finds', () => {
  const found = { rest: 0, way: 0, gap: 0 }
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const world = makeRandomWorld(random)
    const fixes = [...world.fixes, ...idle(random)]
    // What comes out of order is judged again from memory: nobody stores anything here.
    const engine = makeEngine({ ...world, limits: { caseWindowFixCount: 4_096 } })
    for (const event of world.events) applyDeviceEvent(engine, event)
    for (const fix of fixes) applyFix(engine, fix)
    const judged = believeAll(fixes, world.events, personOf, defaultLimits, world.orders)
    for (const person of ['offender', ...world.victims]) {
      const { restSinceMs, restSeenSinceMs } = situationOf(engine, person)
      const sinceMs = findRestSince(judged, person, defaultLimits)
      expect(restSinceMs, `seed ${seed}, ${person}`).toBe(sinceMs)
      const seenSinceMs = sinceMs === null ? null : findRestSeenSince(judged, person, sinceMs)
      expect(restSeenSinceMs, `seed ${seed}, ${person}`).toBe(seenSinceMs)
      if (seenSinceMs !== sinceMs) found.gap++
      found[restSinceMs === null ? 'way' : 'rest']++
    }
  }
  if (runs < usualRuns) return
  expect(found.rest).toBeGreaterThan(runs / 10)
  expect(found.way).toBeGreaterThan(runs / 10)
  expect(found.gap).toBeGreaterThan(0)
}, 600_000)

/**
 * Half an hour about one place or along a slow way, from where the world leaves off; of some the
 * middle is not seen.
 */
function idle(random: Random): Fix[] {
  const pace = random.chance(0.5) ? 0 : random.between(0.05, 1.5)
  const unseenCount = random.chance(0.5) ? 0 : random.integer(8, 30)
  return Array.from({ length: 60 }, (_, at) =>
    makeFix(8_000 + 30 * at, 3_000 + pace * 30 * at + random.between(-15, 15), 0, {
      accuracyMeters: random.between(5, 40),
    }),
  ).filter((_, at) => at < 15 || at >= 15 + unseenCount)
}

function personOf(fix: Fix): string {
  return fix.deviceId.replace(/-device.*$/, '')
}
