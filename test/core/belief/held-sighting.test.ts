import { describe, expect, it } from 'vitest'
import { situationOf } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { applyAll, makeEngine, makeFix, startMs } from '../engine-world.ts'

const coarse = { accuracyMeters: 900, source: 'network' } as const

/** At rest for two minutes, seen each minute. */
function resting(eastMeters: number): Fix[] {
  return [-120, -60, 0].map((second) => makeFix(second, eastMeters + second / 60))
}

function situate(fixes: readonly Fix[]) {
  const engine = makeEngine()
  applyAll(engine, fixes)
  return situationOf(engine, 'offender')
}

describe('a sighting is held', () => {
  const standing = { speedMetersPerSecond: 0.2 }
  const cases: [name: string, fixes: Fix[], isHeld: boolean][] = [
    ['of whoever was seen to rest', resting(0), true],
    ['of whoever stood between two reports far apart', [makeFix(-600, 0), makeFix(0, 20)], true],
    [
      'not of whoever turns up far away after a night without a word, however slow that would be',
      [...resting(0), makeFix(43_200, 40_000)],
      false,
    ],
    ['not of whoever is under way', [...resting(0), makeFix(60, 600)], false],
    [
      'not of whoever says that he moves, though he came no further',
      [...resting(0), makeFix(60, 10, 0, { speedMetersPerSecond: 9 })],
      false,
    ],
    [
      'not after a stop as short as a train makes',
      [makeFix(-200, 9_000), makeFix(-60, 0, 0, standing), makeFix(0, 0, 0, standing)],
      false,
    ],
    ['not of a first fix', [makeFix(0, 0, 0, standing)], false],
    ['while a coarse position agrees', [...resting(0), makeFix(120, 1_500, 0, coarse)], true],
    [
      'while one coarse position disagrees, for it may be a wrong mast',
      [...resting(0), makeFix(600, 9_000, 0, coarse)],
      true,
    ],
    [
      'not when two in a row disagree',
      [...resting(0), makeFix(600, 9_000, 0, coarse), makeFix(700, 9_000, 0, coarse)],
      false,
    ],
  ]
  it.each(cases)('a sighting is held: %s', (_name, fixes, isHeld) => {
    const { heldUntilMs, lastBelievedAtMs } = situate(fixes)
    expect(heldUntilMs).toBe(isHeld ? lastBelievedAtMs! + defaultLimits.heldSightingMsMax : null)
  })
})

describe('the pace at the last sighting', () => {
  const phone = { deviceId: 'offender-device-2' }
  /**
   * A phone that lies at home, each minute for eighteen, the last 20 s before the start; and a
   * monitor that goes so fast, each minute up to the start but for those in between.
   */
  const besideHome = (metersPerSecond: number, lastBefore = -60): Fix[] =>
    Array.from({ length: 19 }, (_, n) => 60 * (n - 18)).flatMap((second) => [
      makeFix(second - 20, 9_000, (second / 60) % 3, phone),
      ...(second <= lastBefore || second === 0 ? [makeFix(second, metersPerSecond * second)] : []),
    ])
  const cases: [name: string, fixes: Fix[], metersPerSecond: number][] = [
    ['of one device is that of its move', [makeFix(-60, -600), makeFix(0, 0)], 10],
    [
      'is that of the device that was seen, not of the way from where another one lies',
      besideHome(10),
      10,
    ],
    [
      'is no less than a walk where that one hardly moved',
      besideHome(1),
      defaultLimits.ageingSpeedMetersPerSecondMin,
    ],
    [
      'is not known where that one was not seen for long, and another one lies far off',
      besideHome(1, -420),
      defaultLimits.ageingSpeedMetersPerSecond,
    ],
    [
      'is that from another device, where that one was not seen for long and both are worn',
      [makeFix(-1_200, -20_000), makeFix(-20, -500, 0, phone), makeFix(0, 0)],
      25,
    ],
  ]
  it.each(cases)('the pace at the last sighting %s', (_name, fixes, metersPerSecond) => {
    const { whereabouts, lastBelievedAtMs } = situate(fixes)
    expect(lastBelievedAtMs).toBe(startMs)
    expect(whereabouts!.paceMetersPerSecond).toBeCloseTo(metersPerSecond, 1)
  })
})
