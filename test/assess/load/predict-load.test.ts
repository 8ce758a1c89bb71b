import { beforeAll, describe, expect, it } from 'vitest'
import { distanceMeters } from '../../../geo/distance.ts'
import { predictLoad } from '../../../src/assess/load/predict-load.ts'
import { liveWeeks } from '../../../src/assess/load/live-weeks.ts'
import { checkAlertLoad, type PredictedLoad } from '../../../src/core/enforceability/load-check.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { dayMs } from '../../../src/core/model/units.ts'
import { findWays } from '../../../src/core/roads/find-way.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { mapOf } from '../../support/street-map.ts'

let map: StreetMap
let across: PredictedLoad | null

beforeAll(async () => {
  map = await mapOf(drawGridTown(30))
  across = predictLoad(ban(0), map, defaultLimits)
})

const home = { label: 'home', ...gridPlace(-2_500, 10) }
const work = { label: 'work', ...gridPlace(2_500, 10) }

function ban(north: number, radiusMeters = 400) {
  return {
    ...nothingKnown,
    ban: { kind: 'circle', ...gridPlace(0, north), radiusMeters },
    approachMeters: 200,
    offenderFixedAddresses: [home, work],
    travelModes: ['bicycle'],
    reportIntervalSeconds: 60,
  } as const
}

describe('the calls that a ban would make of an ordinary life', () => {
  it('a ban across the way to work calls on every day of work, there and back', () => {
    const load = across
    expect(load).toMatchObject({
      passagesPerWeek: 10,
      causes: ['work'],
      weekCount: 4,
      seedCount: 5,
      isRecorded: false,
    })
    // Ten passages in seven days; each a breach at least.
    expect(load!.perDayMedian).toBeGreaterThan(1.2)
    expect(load!.perDayMedian).toBeLessThan(3)
    expect(load!.perDayWorst).toBeGreaterThanOrEqual(load!.perDayMedian)
    expect(checkAlertLoad(load!, defaultLimits).result).toBe('red')
  })

  it('a ban beside the way calls nobody', () => {
    const load = predictLoad(ban(2_000), map, defaultLimits)
    expect(load).toMatchObject({ perDayMedian: 0, perDayWorst: 0, passagesPerWeek: 0, causes: [] })
    expect(checkAlertLoad(load!, defaultLimits).result).toBe('green')
  })

  it('the same question has the same answer, and tells how far it is', () => {
    const told: number[] = []
    const again = predictLoad(ban(0), map, defaultLimits, (percent) => told.push(percent))
    expect(again).toEqual(across)
    expect(told).toEqual([20, 40, 60, 80, 100])
  })

  it('nothing is predicted of somebody without a home, a place that stays, an interval of reports, or a way', () => {
    const none = { ...ban(0), offenderFixedAddresses: null }
    expect(predictLoad(none, map, defaultLimits)).toBeNull()
    const moving = { ...ban(0), ban: { kind: 'proximity', separationMeters: 500 } } as const
    expect(predictLoad(moving, map, defaultLimits)).toBeNull()
    const rare = { ...ban(0), reportIntervalSeconds: null }
    expect(predictLoad(rare, map, defaultLimits)).toBeNull()
    const away = { label: 'away', ...gridPlace(90_000, 0) }
    const far = { ...ban(0), offenderFixedAddresses: [away, work] }
    expect(predictLoad(far, map, defaultLimits)).toBeNull()
  })

  it('a place inside the ban is not gone to', () => {
    const inside = { label: 'club', ...gridPlace(0, 10) }
    const load = predictLoad(
      { ...ban(0), offenderFixedAddresses: [home, inside] },
      map,
      defaultLimits,
    )
    expect(load).toBeNull()
  })

  it.each([
    [0.4, 'green'],
    [0.41, 'amber'],
    [1, 'amber'],
    [1.01, 'red'],
  ])('%d calls a day are %s', (perDayMedian, result) => {
    const load = {
      perDayMedian,
      perDayWorst: 2,
      passagesPerWeek: 3,
      causes: [],
      weekCount: 4,
      seedCount: 5,
      isRecorded: false,
    }
    expect(checkAlertLoad(load, defaultLimits).result).toBe(result)
  })
})

describe('the ways of an ordinary life', () => {
  it('the second way keeps off the first, and neither is longer than it says', () => {
    const [first, second] = findWays(map, home, { ...gridPlace(-2_000, 1_000) }, 'bicycle')
    const shared = second!.edges.filter((edge) => first!.edges.includes(edge))
    expect(shared.length).toBeLessThan(first!.edges.length)
    for (const way of [first!, second!]) {
      let meters = 0
      for (const [index, place] of way.line.entries()) {
        const before = way.line[index - 1]
        if (before === undefined) continue
        meters += distanceMeters(before.longitude, before.latitude, place.longitude, place.latitude)
      }
      // 1,500 m by a grid, at 18 km/h.
      expect(meters).toBeGreaterThan(1_480)
      expect(meters).toBeLessThan(1_600)
    }
    expect(first!.atSeconds.at(-1)).toBeCloseTo(1_500 / 5, -1.5)
  })

  it('a simulated monitor reports on its step, at home at night and at work by day, within its accuracy', () => {
    const fromMs = Date.UTC(2026, 0, 5)
    const ways = findWays(map, home, work, 'bicycle')
    const trip = { day: 0, hour: 8, stayHours: 8, to: work }
    const life = {
      deviceId: 'd',
      home,
      fromMs,
      weekCount: 1,
      reportIntervalSeconds: 60,
      outings: [{ trip, ways }],
    }
    const fixes = [...liveWeeks(life, 7)]
    expect(fixes).toHaveLength((7 * dayMs) / 60_000)
    expect(
      new Set(fixes.slice(1).map((fix, at) => fix.recordedAtMs - fixes[at]!.recordedAtMs)),
    ).toEqual(new Set([60_000]))
    const gapAt = (hour: number, place: { longitude: number; latitude: number }) => {
      const fix = fixes.find(({ recordedAtMs }) => recordedAtMs >= fromMs + hour * 3_600_000)!
      return distanceMeters(fix.longitude, fix.latitude, place.longitude, place.latitude)
    }
    expect(gapAt(3, home)).toBeLessThan(60)
    expect(gapAt(12, work)).toBeLessThan(60)
    expect(gapAt(22, home)).toBeLessThan(60)
    const within = fixes.filter(
      (fix) =>
        fix.recordedAtMs > fromMs + 2 * dayMs &&
        distanceMeters(fix.longitude, fix.latitude, home.longitude, home.latitude) <=
          fix.accuracyMeters!,
    )
    expect(
      within.length / fixes.filter((fix) => fix.recordedAtMs > fromMs + 2 * dayMs).length,
    ).toBeCloseTo(0.68, 1)
  })
})
