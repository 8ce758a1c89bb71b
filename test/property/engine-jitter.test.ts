import { expect, it } from 'vitest'
import { applyFix } from '../../src/core/engine/engine.ts'
import { makeEngine, makeFix } from '../core/engine-world.ts'
import { createRandom } from './random.ts'
import { runsOr, seedOr } from './seed.ts'

const runs = runsOr(20)
const firstSeed = seedOr(1)

/**
 * Somebody comes up to the border, stays for two hours and goes; his device scatters by 5 to 50 m.
 * Each sigma is one per axis, so the radius that holds 68 % is half as much again.
 */
it('a jitter at a boundary makes one episode of one stay', () => {
  for (const sigmaMeters of [5, 10, 20, 35, 50]) {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      for (const offsetMeters of [-sigmaMeters, 0]) {
        const random = createRandom(seed * 100 + sigmaMeters)
        const engine = makeEngine()
        const raised = new Map<string, number>()
        for (let minute = -30; minute < 150; minute += 0.5) {
          const isThere = minute >= 0 && minute < 120
          const eastMeters = isThere ? 500 + offsetMeters : 500 + 1500
          const fix = makeFix(
            minute * 60,
            eastMeters + random.normal() * sigmaMeters,
            random.normal() * sigmaMeters,
            { accuracyMeters: Math.max(5, 1.51 * sigmaMeters) },
          )
          for (const effect of applyFix(engine, fix)) {
            if (effect.type !== 'alert-raised') continue
            raised.set(effect.alert.kind, (raised.get(effect.alert.kind) ?? 0) + 1)
          }
        }
        const label = `seed ${seed}, sigma ${sigmaMeters} m, ${offsetMeters} m from the border`
        expect(raised.get('location-ban-breach'), label).toBe(1)
        expect(raised.get('location-ban-approach') ?? 0, label).toBeLessThanOrEqual(1)
      }
    }
  }
}, 600_000)
