import { expect, it } from 'vitest'
import { applyFix } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { makeEngine, makeFix, makeOrder, makePair, startMs } from '../core/engine-world.ts'
import { followEffects, listViolations } from './random-world.ts'
import { createRandom } from './random.ts'
import type { Random } from './random.ts'
import { evaluateFromScratch } from './reference-evaluator.ts'
import { runsOr, seedOr } from './seed.ts'

const firstSeed = seedOr(1)
const usualRuns = 60
const runs = runsOr(usualRuns)

it('the engine finds the stays of two people on slow plans that a plain reading of the policy finds', () => {
  let breachCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const intervalSeconds = random.integer(120, 600)
    const pair = makePair({ separationMeters: 500, approachMeters: 1000 })
    const fixes = makeJourneys(random, intervalSeconds)
    // Half of them come into force while the two travel, or sit together.
    const validFromMs = startMs + 1000 * (random.chance(0.5) ? -86_400 : random.integer(1, 14_000))
    const orders = [makeOrder({ validFromMs, locationBans: [], proximityBans: [pair] })]
    const engine = makeEngine({ orders, reportIntervalSeconds: intervalSeconds })
    const effects = fixes.flatMap((fix) => applyFix(engine, fix))
    const found = listViolations(followEffects(effects)).filter(
      (line) => !line.includes('proximity-passage'),
    )
    const stays = evaluateFromScratch(orders, fixes, [], personOf, intervalSeconds, defaultLimits)
    const expected = stays.map(
      ({ subjectId, kind, startMs: fromMs, endMs }) =>
        `${subjectId} ${kind} ${(fromMs - startMs) / 1000} ${endMs === null ? 'open' : (endMs - startMs) / 1000}`,
    )
    breachCount += stays.filter(({ kind }) => kind === 'proximity-breach').length
    expect(found, `seed ${seed}`).toEqual(expected.toSorted())
  }
  if (runs >= usualRuns) expect(breachCount).toBeGreaterThan(runs / 4)
}, 600_000)

/** Both in one vehicle for a while, at rest for a while, and each for himself; reports get lost. */
function makeJourneys(random: Random, intervalSeconds: number): Fix[] {
  const fixes: Fix[] = []
  const ways = ['offender', 'victim'].map((person) => ({ person, east: 0, north: 0, pace: 0 }))
  const nextSeconds = ways.map(() => random.integer(0, intervalSeconds))
  for (let seconds = 0; seconds < 4 * 3600; seconds++) {
    if (seconds % 1800 === 0) {
      const isOneVehicle = random.chance(0.6)
      for (const way of ways) {
        if (isOneVehicle) Object.assign(way, { east: 0, north: 0 })
        way.pace = isOneVehicle ? 0 : random.between(-10, 10)
      }
    }
    const common = Math.floor(seconds / 3600) % 2 === 0 ? 25 : 0
    for (const [at, way] of ways.entries()) {
      way.east += common + way.pace
      if (seconds < nextSeconds[at]!) continue
      nextSeconds[at] =
        seconds + intervalSeconds * (random.chance(0.1) ? 2 : 1) + random.integer(0, 3)
      fixes.push(
        makeFix(seconds, way.east, way.north, {
          deviceId: `${way.person}-device`,
          speedMetersPerSecond: random.chance(0.7) ? Math.abs(common + way.pace) : null,
        }),
      )
    }
  }
  return fixes
}

function personOf(fix: Fix): string {
  return fix.deviceId.replace(/-device.*$/, '')
}
