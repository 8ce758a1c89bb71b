import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { applyFix } from '../../src/core/engine/engine.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { home, makeBan, makeEngine, makeFix, makeOrder, startMs } from '../core/engine-world.ts'
import { followEffects, listViolations } from './random-world.ts'
import { createRandom } from './random.ts'
import { evaluateFromScratch } from './reference-evaluator.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 60
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)
const radiusMeters = 200
const order = makeOrder({
  locationBans: [makeBan({ area: { type: 'circle', ...home, radiusMeters } })],
})

it('the engine tells of a rest beside a border what a plain reading of the policy tells', () => {
  let [breachCount, quietCount] = [0, 0]
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const { fixes, isEntering } = makeRest(seed)
    const engine = makeEngine({ orders: [order], reportIntervalSeconds: 60 })
    const effects: Effect[] = fixes.flatMap((fix) => applyFix(engine, fix))
    const found = listViolations(followEffects(effects)).filter((line) => line.includes('breach'))
    const personOf = () => 'offender'
    const expected = evaluateFromScratch([order], fixes, [], personOf, 60, defaultLimits)
      .filter(({ kind }) => kind === 'location-ban-breach')
      .map(({ subjectId, kind, startMs: fromMs, endMs }) => {
        const seconds = endMs === null ? 'open' : (endMs - startMs) / 1000
        return `${subjectId} ${kind} ${(fromMs - startMs) / 1000} ${seconds}`
      })
    expect(found, `seed ${seed}`).toEqual(expected.toSorted())
    if (isEntering) expect(found.length, `seed ${seed} enters`).toBeGreaterThan(0)
    breachCount += found.length
    if (found.length === 0) quietCount++
  }
  if (runs < usualRuns) return
  expect(breachCount).toBeGreaterThan(runs / 4)
  expect(quietCount).toBeGreaterThan(runs / 15)
}, 600_000)

/** An hour some metres outside, with single readings astray, and of some a stay well inside. */
function makeRest(seed: number): { fixes: Fix[]; isEntering: boolean } {
  const random = createRandom(seed)
  const outside = random.between(15, 60)
  const isEntering = random.chance(0.4)
  const fixes = Array.from({ length: 70 }, (_, at) => {
    const isInside = isEntering && at >= 62
    const astray = at > 20 && random.chance(0.08) ? random.between(0, 110) : 0
    const east = isInside ? radiusMeters - 70 : radiusMeters + outside - astray
    const accuracyMeters = random.between(8, 30)
    return makeFix(60 * at, east + random.between(-12, 12), random.between(-12, 12), {
      accuracyMeters,
    })
  })
  return { fixes, isEntering }
}
