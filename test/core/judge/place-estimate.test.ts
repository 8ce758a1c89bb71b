import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { createRandom } from '../../property/random.ts'
import {
  applyAll,
  home,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  startMs,
} from '../engine-world.ts'

const makeRound = (radiusMeters: number) =>
  makeEngine({
    reportIntervalSeconds: 60,
    orders: [
      makeOrder({
        locationBans: [
          makeBan({ area: { type: 'circle', ...home, radiusMeters }, approachMeters: 500 }),
        ],
      }),
    ],
  })

const findBreaches = (radiusMeters: number, fixes: readonly Fix[]) =>
  applyAll(makeRound(radiusMeters), fixes).flatMap((effect) =>
    effect.type === 'alert-raised' && effect.alert.kind === 'location-ban-breach'
      ? [effect.alert]
      : [],
  )

/** A fix a minute, a few metres from fix to fix. */
const stay = (count: number, east: number, accuracyMeters: number, everySeconds = 60) =>
  Array.from({ length: count }, (_, at) =>
    makeFix(everySeconds * at, east + ((at * 7) % 11) - 5, ((at * 5) % 9) - 4, { accuracyMeters }),
  )

describe('readings of one place add up', () => {
  it('a small ban is found broken by a coarse receiver, and the evidence says by how much', () => {
    const [breach] = findBreaches(60, stay(40, 0, 100))
    const minutes = ((breach?.learnedAtMs ?? 0) - startMs) / 60_000
    expect(minutes).toBeGreaterThan(20)
    expect(minutes).toBeLessThan(31)
    const facts: Record<string, unknown> = { ...breach?.evidence.facts }
    expect(facts['placeFixCount']).toBeGreaterThan(20)
    expect(facts['placeEffectiveCount']).toBeLessThan(9)
    expect(facts['fixProbability']).toBeLessThan(0.35)
    expect(breach?.late).toBe(false)
  })

  it.each([
    ['for ten minutes', 60, stay(11, 0, 100)],
    [
      'of one position given again and again',
      60,
      stay(1, 0, 100).flatMap((fix) =>
        Array.from({ length: 60 }, (_, at) => ({
          ...fix,
          recordedAtMs: startMs + 60_000 * at,
          receivedAtMs: startMs + 60_000 * at + 1000,
        })),
      ),
    ],
    ['beside it', 60, stay(60, 60, 100)],
    ['too poor to be believed', 60, stay(60, 0, 500)],
    ['seen three times in the half hour', 60, stay(12, 0, 100, 600)],
  ] as const)('a place says nothing %s', (_name, radius, fixes) => {
    expect(findBreaches(radius, fixes)).toEqual([])
  })

  it('whoever walks round a ban is not in its middle', () => {
    const round = Array.from({ length: 60 }, (_, at) =>
      makeFix(60 * at, 200 * Math.cos(at / 4), 200 * Math.sin(at / 4), { accuracyMeters: 200 }),
    )
    expect(findBreaches(60, round)).toEqual([])
  })
})

describe('against brute force, with errors that drift together', () => {
  const seed = 20_261_125

  /** Minutes of fixes at one place; the errors are one part in common for about two minutes. */
  function drift(
    random: ReturnType<typeof createRandom>,
    minutes: number,
    east: number,
    accuracy: number,
  ) {
    const sigma = accuracy / Math.sqrt(-2 * Math.log(0.32))
    const keep = Math.exp(-60 / 120)
    const normal = () =>
      Math.sqrt(-2 * Math.log(random.between(1e-12, 1))) * Math.cos(random.between(0, 2 * Math.PI))
    let [x, y] = [sigma * normal(), sigma * normal()]
    return Array.from({ length: minutes }, (_, at) => {
      x = keep * x + Math.sqrt(1 - keep * keep) * sigma * normal()
      y = keep * y + Math.sqrt(1 - keep * keep) * sigma * normal()
      return makeFix(60 * at, east + x, y, { accuracyMeters: accuracy })
    })
  }

  it.each([30, 55, 100])(
    'a place %s m outside opens nothing, however its errors drift',
    (outside) => {
      const random = createRandom(seed + outside)
      for (const accuracy of [10, 30]) {
        let byPlace = 0
        for (let run = 0; run < 12; run++) {
          const breaches = findBreaches(150, drift(random, 720, 150 + outside, accuracy))
          byPlace += breaches.filter(({ evidence }) => 'placeFixCount' in evidence.facts).length
        }
        expect(byPlace, `seed ${seed + outside}, accuracy ${accuracy}`).toBe(0)
      }
    },
  )

  it('an honest receiver 35 m outside seldom opens a breach, and who goes in from there is told as ever', () => {
    const random = createRandom(seed)
    let count = 0
    for (let run = 0; run < 6; run++) {
      count += findBreaches(300, drift(random, 3 * 1440, 335, 30)).length
    }
    // Of eighteen days; with any single fix of 95 % there were 15.
    expect(count, `seed ${seed}`).toBeLessThan(5)
    const rest = stay(60, 335, 30)
    const enter = (fixCount: number, east: number) =>
      Array.from({ length: fixCount }, (_, at) =>
        makeFix(60 * (60 + at), east + (at % 3), at % 5, { accuracyMeters: 30 }),
      )
    const minutesUntilTold = (fixes: readonly Fix[]) =>
      findBreaches(300, [...rest, ...fixes]).map(({ learnedAtMs }) =>
        Math.floor((learnedAtMs - startMs) / 60_000),
      )
    expect(minutesUntilTold(enter(1, 250))).toEqual([60])
    expect(minutesUntilTold(enter(2, 265))).toEqual([61])
    expect(minutesUntilTold(enter(1, 265))).toEqual([])
    // No deeper than the receiver is sure: told once its place is no longer surely outside.
    expect(minutesUntilTold(enter(30, 278))).toEqual([71])
  })

  it('a breach in the middle of 60 m with a radius of 100 m is told within three hours', () => {
    const random = createRandom(seed)
    const minutes: number[] = []
    for (let run = 0; run < 40; run++) {
      const [breach] = findBreaches(60, drift(random, 180, 0, 100))
      if (breach !== undefined) minutes.push((breach.learnedAtMs - startMs) / 60_000)
    }
    const sorted = minutes.toSorted((one, other) => one - other)
    process.stdout.write(
      `told in ${sorted.length} of 40, median ${sorted[sorted.length >> 1]} min\n`,
    )
    expect(sorted.length, `seed ${seed}`).toBeGreaterThan(30)
  })
})
