import { describe, expect, it } from 'vitest'
import { findReachMeters } from '../../../src/core/belief/whereabouts.ts'
import {
  applyFix,
  restoreSnapshot,
  situationOf,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { applyAll, makeEngine, makeFix, startMs } from '../engine-world.ts'

const coarse = { accuracyMeters: 900, source: 'network' } as const
const { heldRadiusMeters } = defaultLimits

/** At rest for five minutes, seen each minute. */
function resting(eastMeters: number): Fix[] {
  return [0, 1, 2, 3, 4, 5].map((minutes) => makeFix(60 * minutes - 300, eastMeters + minutes))
}

/** Along a line, seen each minute, up to the start. */
function going(metersPerSecond: number, minutes: number, toMeters: number = 0): Fix[] {
  return Array.from({ length: minutes + 1 }, (_, minute) => {
    const seconds = 60 * (minute - minutes)
    return makeFix(seconds, toMeters + metersPerSecond * seconds)
  })
}

function situate(fixes: readonly Fix[]) {
  const engine = makeEngine()
  applyAll(engine, fixes)
  return situationOf(engine, 'offender')
}

function reachAfter(fixes: readonly Fix[], seconds: number): number {
  return findReachMeters(situate(fixes).whereabouts!, defaultLimits, startMs + 1_000 * seconds)
}

describe('rest is a place', () => {
  const cases: [name: string, fixes: Fix[], restSeconds: number | null][] = [
    ['five minutes at one place are rest', resting(0), 300],
    ['four are not', resting(0).slice(1), null],
    ['a slow walk of half an hour is not', going(0.5, 30), null],
    ['a walk of half an hour is not', going(1.4, 30), null],
    [
      'two reports of one place, ten minutes apart, are rest',
      [makeFix(-600, 9), makeFix(0, 0)],
      600,
    ],
    ['after a walk it begins anew', [...going(1.4, 30), ...later(resting(0), 310)], 310],
    ['whoever says to be moving is not at rest', [...resting(0), moving(60)], null],
    [
      'wide radii make no rest of a slow walk',
      going(0.8, 30).map((fix) => ({ ...fix, accuracyMeters: 300 })),
      null,
    ],
  ]
  it.each(cases)('rest is a place: %s', (_name, fixes, restSeconds) => {
    const { restSinceMs, lastBelievedAtMs } = situate(fixes)
    expect(restSinceMs).toBe(restSeconds === null ? null : lastBelievedAtMs! - 1_000 * restSeconds)
  })

  it('rest is a place: whoever is put elsewhere by two coarse positions is not at rest', () => {
    const away = [makeFix(600, 9_000, 0, coarse), makeFix(700, 9_000, 0, coarse)]
    expect(situate([...resting(0), ...away.slice(1)]).restSinceMs).toBe(startMs - 300_000)
    expect(situate([...resting(0), ...away]).restSinceMs).toBeNull()
  })
})

describe('whereabouts', () => {
  it('the whereabouts of a person at rest do not grow', () => {
    expect(reachAfter(resting(0), 0)).toBe(20 + heldRadiusMeters)
    expect(reachAfter(resting(0), 10_000)).toBe(20 + heldRadiusMeters)
  })

  it('the whereabouts of a person under way grow at the pace last seen, and no slower than on foot', () => {
    expect(reachAfter([moving(0)], 1_000)).toBe(20 + heldRadiusMeters + 9_000)
    expect(reachAfter(going(0.5, 30), 1_000)).toBe(20 + heldRadiusMeters + 1_500)
  })

  it('the whereabouts of a person under way are bounded by a coarse position that agrees', () => {
    const seen = [moving(0), makeFix(900, 500, 0, coarse)]
    expect(reachAfter(seen, 1_000)).toBe(2 * (1_800 + heldRadiusMeters) + 150)
  })

  it('the whereabouts of a person are where coarse positions put the device, when they do so twice', () => {
    const away = makeFix(700, 9_000, 0, coarse)
    const { whereabouts } = situate([...resting(0), makeFix(600, 9_000, 0, coarse), away])
    expect(whereabouts).toMatchObject({
      longitude: away.longitude,
      latitude: away.latitude,
      radiusMeters: 1_800 + heldRadiusMeters,
    })
  })

  it('the whereabouts of a person survive a snapshot', () => {
    const engine = makeEngine()
    applyAll(engine, [...going(1.4, 10, -200), makeFix(30, -150)])
    const restored = makeEngine()
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    for (const one of [engine, restored]) applyFix(one, makeFix(60, -150))
    const [one, other] = [engine, restored].map((each) => {
      const situation = situationOf(each, 'offender')
      const { danger, isNearDanger } = situation
      return { ...situation, danger, isNearDanger, listLastPlaces: situation.listLastPlaces() }
    })
    expect(other).toEqual(one)
  })
})

describe('what is near', () => {
  it('what is near is measured to the band and to the border', () => {
    // 500 m of ban and 500 m of band, about the start.
    const { danger } = situate(resting(1_195))
    expect(danger!.bandMeters).toBeCloseTo(200, 0)
    expect(danger!.leftMeters).toBeCloseTo(700, 0)
  })

  it('what is near is closing in only on whoever goes towards it', () => {
    expect(situate(going(-1.4, 10, 1_200)).danger!.closingMeters).toBeCloseTo(700, 0)
    expect(situate(going(1.4, 10, 1_200)).danger!.closingMeters).toBe(Infinity)
    expect(situate(resting(1_195)).danger!.closingMeters).toBe(Infinity)
  })
})

function moving(second: number): Fix {
  return makeFix(second, 10, 0, { speedMetersPerSecond: 9 })
}

function later(fixes: readonly Fix[], seconds: number): Fix[] {
  return fixes.map((fix) => ({
    ...fix,
    recordedAtMs: fix.recordedAtMs + 1_000 * seconds,
    receivedAtMs: fix.receivedAtMs + 1_000 * seconds,
  }))
}
