import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { advanceTo, applyFix } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { dossierRow, pairRow } from '../../../src/core/quiet/quiet-rows.ts'
import type { QuietMode } from '../../../src/core/quiet/trail.ts'
import { countWaiting } from '../../../src/core/quiet/trail.ts'
import {
  home,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
} from '../engine-world.ts'

/** The offender and the victim here, seen each ten seconds for two minutes, the last at 120 s. */
function makeStay(
  [east, north]: Spot,
  [victimEast, victimNorth]: Spot,
  quietMode: QuietMode = 'on',
): Engine {
  const proximityBans = [makePair({ separationMeters: 200, approachMeters: 2_000 })]
  const orders = [makeOrder({ proximityBans })]
  const engine = makeEngine({ orders, reportIntervalSeconds: 10, quietMode })
  for (let seconds = 0; seconds <= 120; seconds += 10) {
    advanceTo(engine, startMs + seconds * 1_000)
    applyFix(engine, makeVictimFix(seconds, victimEast + (seconds % 4), victimNorth))
    applyFix(engine, makeFix(seconds, east + (seconds % 4), north))
  }
  return engine
}

const fast = { speedMetersPerSecond: 12 }
const inBan = [0, 0] as const
const besideBan = [1_080, 1_080] as const
const faraway = [20_000, 0] as const
const nearVictim = [20_000, 1_200] as const

function trailOf(engine: Engine) {
  const trail = engine.dossiers.get('offender')?.trail
  if (trail === undefined) throw new Error('expected a dossier of the offender')
  return trail
}

function isPutOff(engine: Engine, fix: Fix): boolean {
  const before = countWaiting(trailOf(engine))
  applyFix(engine, fix)
  const bits = trailOf(engine).quiet.slab.numbers[trailOf(engine).at + dossierRow.judgedBits] ?? 0
  return countWaiting(trailOf(engine)) > before && bits >= 2 ** before
}

describe('what goes on and stays as it is', () => {
  it.each<[string, Engine, Fix]>([
    ['deep in a ban', makeStay(inBan, faraway), makeFix(130, 3)],
    ['beside a ban', makeStay(besideBan, faraway), makeFix(130, 1_083, 1_080)],
    ['in an approach of two', makeStay(faraway, nearVictim), makeFix(130, 20_003)],
    ['the same of the victim', makeStay(faraway, nearVictim), makeVictimFix(130, 20_003, 1_200)],
  ])('a fix %s waits to be judged', (_, engine, fix) => {
    expect(isPutOff(engine, fix)).toBe(true)
  })

  it('a fix deep in a wide ban waits as long as its error leaves the border far', () => {
    const area = { type: 'circle', ...home, radiusMeters: 3_000 } as const
    const ban = { ...makeBan(), area }
    const [halfway, near] = [1_400, 2_950].map((east) => {
      const engine = makeEngine({
        orders: [makeOrder({ locationBans: [ban] })],
        reportIntervalSeconds: 10,
        quietMode: 'on',
      })
      for (let seconds = 0; seconds <= 120; seconds += 10) {
        advanceTo(engine, startMs + seconds * 1_000)
        applyFix(engine, makeFix(seconds, seconds % 4, 0))
      }
      return isPutOff(engine, makeFix(240, east, 0, { speedMetersPerSecond: 16 }))
    })
    expect([halfway, near]).toEqual([true, false])
  })

  it.each<[string, Engine, Fix]>([
    ['near the border from within', makeStay(inBan, faraway), makeFix(220, 450, 0, fast)],
    ['near the band from beside', makeStay(besideBan, faraway), makeFix(220, 960, 780, fast)],
    ['coarse', makeStay(inBan, faraway), makeFix(130, 3, 0, { accuracyMeters: 200 })],
    ['nearer by half', makeStay(faraway, nearVictim), makeFix(220, 20_000, 480, fast)],
    ['at the edge of the band', makeStay(faraway, nearVictim), makeFix(220, 20_000, -790, fast)],
    ['of a device that has not shown it', makeStay(inBan, faraway), byOther(130)],
  ])('a fix %s is judged at once', (_, engine, fix) => {
    expect(isPutOff(engine, fix)).toBe(false)
  })

  it.each([
    ['in a ban', inBan, faraway],
    ['beside a ban', besideBan, faraway],
    ['in an approach', faraway, nearVictim],
  ] as const)('half an hour %s tells the same, and most of it waits', (_, place, victim) => {
    const engines = (['off', 'on', 'checked'] as const).map((mode) => makeStay(place, victim, mode))
    let waited = 0
    for (let seconds = 130; seconds < 1_930; seconds += 10) {
      const fixes = [
        makeFix(seconds, place[0] + (seconds % 7), place[1]),
        makeVictimFix(seconds + 5, victim[0], victim[1] + (seconds % 3)),
      ]
      for (const fix of fixes) {
        const before = engines.map((engine) => countWaiting(trailOf(engine)))
        const [judged, ...others] = engines.map((engine) => applyFix(engine, fix))
        for (const effects of others) expect(effects).toEqual(judged)
        if (countWaiting(trailOf(engines[1]!)) > (before[1] ?? 0)) waited++
      }
    }
    expect(waited).toBeGreaterThan(300)
  })

  it.each<[string, Spot, Spot, Spot]>([
    ['out of a ban', inBan, faraway, [1_500, 0]],
    ['into a ban', besideBan, faraway, [0, 0]],
    ['past a ban', besideBan, faraway, [600, -1_500]],
    ['out of the band of two', faraway, nearVictim, [20_000, -1_500]],
    ['slowly out of that band', [20_000, -650], nearVictim, [20_000, -1_050]],
    ['up to somebody', faraway, nearVictim, [20_000, 1_150]],
  ])('a way %s tells the same at each step', (_, place, victim, to) => {
    const engines = (['off', 'on', 'checked'] as const).map((mode) => makeStay(place, victim, mode))
    const told: string[] = []
    for (let step = 1; step <= 60; step++) {
      const share = Math.max(0, step - 20) / 40
      const fixes = [
        makeFix(
          120 + step * 10,
          place[0] + share * (to[0] - place[0]) + (step % 3),
          place[1] + share * (to[1] - place[1]),
          { speedMetersPerSecond: step > 20 ? 5 : 0 },
        ),
        makeVictimFix(125 + step * 10, victim[0] + (step % 4), victim[1]),
      ]
      for (const fix of fixes) {
        const [judged, ...others] = engines.map((engine) => [
          ...advanceTo(engine, fix.receivedAtMs),
          ...applyFix(engine, fix),
        ])
        for (const effects of others) expect(effects, `step ${step}`).toEqual(judged)
        for (const { type } of judged ?? []) told.push(type)
      }
    }
    expect(told.length).toBeGreaterThan(0)
  })

  it('what no proof expected is told with the next fix, and a checked engine fails', () => {
    const hurried = makeFix(180, 20_000, 300, { speedMetersPerSecond: 6 })
    const next = makeFix(190, 20_000, 310)
    const spoil = (engine: Engine): Engine => {
      const { quiet, at } = trailOf(engine)
      const pairAt = quiet.slab.numbers[at + dossierRow.pairsAt] ?? 0
      quiet.slab.numbers[pairAt + pairRow.isHurryTold] = 1
      return engine
    }
    const judged = makeStay(faraway, nearVictim, 'off')
    const isTold = (engine: Engine, fix: Fix): boolean =>
      applyFix(engine, fix).some(({ type }) => type === 'alert-revised')
    expect(isTold(judged, hurried)).toBe(true)
    const engine = spoil(makeStay(faraway, nearVictim))
    expect(isTold(engine, hurried)).toBe(false)
    expect(engine.dossiers.get('offender')?.state.episodes).toHaveLength(1)
    expect(isTold(engine, next)).toBe(true)
    const checked = spoil(makeStay(faraway, nearVictim, 'checked'))
    applyFix(checked, hurried)
    expect(() => checked.dossiers.get('offender')?.state).toThrow('a quiet fix is believed')
  })
})

type Spot = readonly [east: number, north: number]

function byOther(seconds: number): Fix {
  return makeFix(seconds, 3, 0, { deviceId: 'offender-device-2' })
}
