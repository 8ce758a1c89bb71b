import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { restoreSnapshot, takeSnapshots } from '../../../src/core/engine/engine.ts'
import { followEffects, listViolations } from '../../property/random-world.ts'
import { createRandom } from '../../property/random.ts'
import type { Random } from '../../property/random.ts'
import { applyAll, makeEngine, makeFix, makeOrder, makePair, startMs } from '../engine-world.ts'

const makeTwo = (separationMeters: number, approachMeters = 2000) =>
  makeEngine({
    reportIntervalSeconds: 60,
    orders: [
      makeOrder({
        locationBans: [],
        proximityBans: [makePair({ separationMeters, approachMeters })],
      }),
    ],
  })

const listBreaches = (separationMeters: number, fixes: readonly Fix[]) =>
  applyAll(makeTwo(separationMeters), fixes).flatMap((effect) =>
    effect.type === 'alert-raised' && effect.alert.kind === 'proximity-breach'
      ? [effect.alert]
      : [],
  )

/** The victim at home, the offender `east` of it half a minute later, some metres astray. */
function stayApart(minutes: number, east: number, accuracyMeters: number): Fix[] {
  return Array.from({ length: minutes }, (_, at) => [
    makeFix(60 * at, ((at * 7) % 11) - 5, (at % 9) - 4, {
      accuracyMeters,
      deviceId: 'victim-device',
    }),
    makeFix(60 * at + 30, east + ((at * 5) % 11) - 5, (at % 7) - 3, { accuracyMeters }),
  ]).flat()
}

const minuteOf = (learnedAtMs: number): number => Math.floor((learnedAtMs - startMs) / 60_000)

describe('readings of where two people stay add up', () => {
  it('two coarse devices in one flat are told within half an hour, and the evidence says by how much', () => {
    const [breach, ...more] = listBreaches(100, stayApart(60, 10, 105))
    expect(more).toEqual([])
    expect(minuteOf(breach!.learnedAtMs)).toBeLessThan(30)
    expect(breach!.evidence.facts['placeFixCount']).toBeGreaterThanOrEqual(5)
    expect(breach!.evidence.facts['fixProbability']).toBeLessThan(0.5)
    expect(breach!.probability).toBeGreaterThanOrEqual(0.95)
    // No distance that the two means say stands beside the one that is told.
    expect(Object.keys(breach!.evidence.facts)).not.toContain('apartMeters')
  })

  it.each([
    ['two phones of 400 m, kept 350 m apart', 350, 400],
    ['two phones of 200 m, kept 200 m apart', 200, 200],
    ['two phones of 60 m, kept 50 m apart', 50, 60],
  ])('two coarse devices in one flat are told: %s', (_name, separation, accuracy) => {
    const random = createRandom(7)
    const breaches = listBreaches(separation, driftApart(random, 120, 10, accuracy))
    expect(breaches.length).toBeGreaterThan(0)
  })

  it('one of two who walks about stays at no place', () => {
    const walk = stayApart(60, 0, 105).map((fix, at) =>
      fix.deviceId === 'offender-device'
        ? {
            ...fix,
            ...makeFix(0, 900 * Math.cos(at / 3), 900 * Math.sin(at / 3)),
            recordedAtMs: fix.recordedAtMs,
            receivedAtMs: fix.receivedAtMs,
            accuracyMeters: 105,
          }
        : fix,
    )
    expect(listBreaches(100, walk)).toEqual([])
  })

  it('two who live 300 m apart are not told, and both coming together is', () => {
    const apart = stayApart(120, 300, 105)
    expect(listBreaches(100, apart)).toEqual([])
    const later = stayApart(60, 10, 105).map((fix) => ({
      ...fix,
      recordedAtMs: fix.recordedAtMs + 7_200_000,
      receivedAtMs: fix.receivedAtMs + 7_200_000,
    }))
    expect(listBreaches(100, [...apart, ...later])).toHaveLength(1)
  })

  it('a snapshot in the midst of it changes nothing, and nor does the order of uploads', () => {
    const fixes = stayApart(40, 10, 105)
    const [expected] = listBreaches(100, fixes)
    const engine = makeTwo(100)
    applyAll(engine, fixes.slice(0, 9))
    const restored = makeTwo(100)
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    const told = applyAll(restored, fixes.slice(9)).flatMap((effect) =>
      effect.type === 'alert-raised' && effect.alert.kind === 'proximity-breach'
        ? [effect.alert.id]
        : [],
    )
    expect(told).toEqual([expected!.id])
    const late = [...fixes.filter((_, at) => at % 3 > 0), ...fixes.filter((_, at) => at % 3 === 0)]
    const listed = (given: readonly Fix[]) =>
      listViolations(followEffects(applyAll(makeTwo(100), given)))
    expect(listed(late)).toEqual(listed(fixes))
  })
})

describe('two who stay, against brute force with errors that drift for four minutes', () => {
  it('two who stay are nearer than is kept when they are told so, wherever else they might have been', () => {
    const random = createRandom(20_261_126)
    let told = 0
    let within = 0
    for (let run = 0; run < 120; run++) {
      // Any place about her is as likely as another.
      const apart = 220 * Math.sqrt(random.between(0, 1))
      const [breach] = listBreaches(100, driftApart(random, 90, apart, 110))
      if (breach === undefined || !('placeFixCount' in breach.evidence.facts)) continue
      told++
      if (apart <= 100) within++
    }
    process.stdout.write(`told ${told}, of which within 100 m ${within}\n`)
    expect(told).toBeGreaterThan(5)
    expect(within / told).toBeGreaterThan(0.8)
  }, 120_000)

  it.each([200, 400])(
    'two who live %s m apart for days are never told by their places',
    (apart) => {
      const random = createRandom(apart)
      let count = 0
      for (let run = 0; run < 2; run++) {
        const breaches = listBreaches(100, driftApart(random, 1440, apart, 105))
        count += breaches.filter(({ evidence }) => 'placeFixCount' in evidence.facts).length
      }
      expect(count).toBe(0)
    },
    120_000,
  )
})

/** Each a minute for so long; errors are in common for two minutes, and so new after four. */
function driftApart(random: Random, minutes: number, apart: number, accuracy: number): Fix[] {
  const sigma = accuracy / Math.sqrt(-2 * Math.log(0.32))
  const keep = Math.exp(-60 / 120)
  const normal = () => sigma * random.normal()
  const errors = Array.from({ length: 4 }, normal)
  return Array.from({ length: minutes }, (_, at) => {
    for (const [one, error] of errors.entries()) {
      errors[one] = keep * error + Math.sqrt(1 - keep * keep) * normal()
    }
    const [hers, north, his, more] = errors as [number, number, number, number]
    return [
      makeFix(60 * at, hers, north, { accuracyMeters: accuracy, deviceId: 'victim-device' }),
      makeFix(60 * at + 30, apart + his, more, { accuracyMeters: accuracy }),
    ]
  }).flat()
}
