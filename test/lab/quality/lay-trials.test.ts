import { describe, expect, it } from 'vitest'
import { distanceMeters } from '../../../geo/distance.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { createBook, readBook, recordTrial } from '../../../lab/quality/book.ts'
import { layTrials } from '../../../lab/quality/lay-trials.ts'
import { planOf } from '../../../lab/quality/make-scenario.ts'
import type { Run, RunDevice } from '../../../lab/quality/read-runs.ts'
import type { Trial } from '../../../lab/quality/trial.ts'
import { halfOf } from '../../../lab/quality/trial.ts'
import type { RecordedFix } from '../../../src/replay/importers/recording.ts'
import { fixAt, startMs } from './quality-world.ts'

function device(name: string, fixes: readonly RecordedFix[]): RunDevice {
  return { name, fixes, carried: { startMs, endMs: fixes.at(-1)!.recordedAtMs } }
}

/** Ten kilometres east at 5 m/s, a fix every ten seconds. */
const ride = Array.from({ length: 200 }, (_, step) => fixAt(step * 10, step * 50))
const still = Array.from({ length: 200 }, (_, step) => fixAt(step * 60, (step % 3) * 2))

function run(kind: Run['kind'], ...devices: RunDevice[]): Run {
  return { source: 'made/run', kind, devices, plannedRoutes: [] }
}

function circles({ scenario }: Trial) {
  return scenario.registry.protectionOrders[0]!.locationBans.flatMap(({ id, area }) =>
    area.type === 'circle' ? [{ id, ...area }] : [],
  )
}

describe('on a ride', () => {
  const [trial] = layTrials(run('moving', device('one', ride)))

  it('the bans laid on a ride lie on the way, with the true stay in each', () => {
    const stays = trial!.subjects.filter(({ group }) => group === 'stay')
    expect(stays).toHaveLength(9)
    for (const { truths } of stays) {
      expect(truths).toHaveLength(1)
      expect(truths[0]).toMatchObject({ isDue: true })
      const { revealedAtMs, startMs: beginMs } = truths[0]!
      expect(revealedAtMs! - beginMs).toBeGreaterThanOrEqual(0)
      expect(revealedAtMs! - beginMs).toBeLessThanOrEqual(10_000)
    }
  })

  it('the bans laid beside a ride come as near as 200 m and no nearer', () => {
    const passing = circles(trial!).filter(({ id }) => id.startsWith('pass'))
    expect(passing).toHaveLength(8)
    for (const { longitude, latitude, radiusMeters } of passing) {
      const least = Math.min(
        ...ride.map((fix) => distanceMeters(longitude, latitude, fix.longitude, fix.latitude)),
      )
      expect(least - radiusMeters).toBeGreaterThan(194)
      expect(least - radiusMeters).toBeLessThan(206)
    }
  })

  it('a planned route keeps the passing bans off as well', () => {
    const line = ride.map(({ longitude, latitude }) => [longitude, latitude + 0.0045] as const)
    const [planned] = layTrials({ ...run('moving', device('one', ride)), plannedRoutes: [line] })
    const passing = circles(planned!).filter(({ id }) => id.startsWith('pass'))
    for (const { latitude } of passing) expect(latitude).toBeLessThan(ride[0]!.latitude)
  })

  it('the engine finds every stay, and breaks no ban in passing', () => {
    const book = createBook()
    recordTrial(book, trial!, defaultLimits, () => {})
    expect(readBook(book, 'hoede', ['stay'], null)).toMatchObject({ dueCount: 9, foundCount: 9 })
    expect(readBook(book, 'hoede', ['pass-200'], null).falseAlerts).toEqual([])
    expect(readBook(book, 'raw', ['stay'], null).foundCount).toBe(9)
    const other = trial!.half === 'tuning' ? 'held-out' : 'tuning'
    expect(readBook(book, 'hoede', ['stay'], other).dueCount).toBe(0)
  })
})

it('a track of one fix a second is thinned to what a monitor sends', () => {
  const dense = Array.from({ length: 2_000 }, (_, step) => fixAt(step, step * 5))
  const trials = layTrials(run('thinned', device('one', dense)))
  expect(trials.map(({ scenario }) => scenario.fixes.count)).toEqual([134, 34])
  expect(trials.map(({ subjects }) => subjects[0]!.reportIntervalMs)).toEqual([15_000, 60_000])
})

it('the bans beside a phone that lies still have their border 50, 100 and 200 m off on eight sides', () => {
  const [trial] = layTrials(run('still', device('one', still)))
  expect(trial!.subjects.map(({ truths }) => truths.length)).toEqual(
    Array.from({ length: 24 }, () => 0),
  )
  for (const { id, longitude, latitude, radiusMeters } of circles(trial!)) {
    const off =
      distanceMeters(longitude, latitude, still[1]!.longitude, still[1]!.latitude) - radiusMeters
    expect(Math.abs(off - Number(id.split('-')[1]))).toBeLessThan(3)
  }
})

describe('phones carried together', () => {
  const trials = layTrials(run('still', device('one', still), device('two', still)))
  const pair = trials.find(({ subjects }) => subjects[0]!.group === 'together')!

  it('phones carried together are one true meeting, and the same set 2 km off are none', () => {
    const [together, apart] = pair.subjects
    expect(together!.truths).toMatchObject([{ isDue: true, revealedAtMs: startMs }])
    expect(apart).toMatchObject({ group: 'apart-2000', truths: [] })
  })

  it('phones carried together are found as one meeting by the engine', () => {
    const book = createBook()
    recordTrial(book, pair, defaultLimits, () => {})
    const together = readBook(book, 'hoede', ['together'], null)
    expect(together).toMatchObject({ dueCount: 1, foundCount: 1, repeats: 0 })
    expect(readBook(book, 'hoede', ['apart-2000'], null).falseAlerts).toEqual([])
  })

  it('phones carried together are no meeting that must be found when no minute has a good fix of both', () => {
    const late = still.map((fix) => ({ ...fix, accuracyMeters: 101 }))
    const [, , blind] = layTrials(run('still', device('one', still), device('two', late)))
    expect(blind!.subjects[0]!.truths[0]).toMatchObject({ isDue: false })
  })
})

it('the plan of a recording is the interval that nine in ten gaps keep', () => {
  expect(planOf(ride)).toBe(10)
  expect(planOf([fixAt(0, 0)])).toBe(60)
})

it('the half that a source is in follows from its name alone, and both halves are used', () => {
  const names = Array.from({ length: 100 }, (_, index) => `file-${index}`)
  const halves = names.map(halfOf)
  expect(halves).toEqual(names.map(halfOf))
  expect(halves.filter((half) => half === 'tuning').length).toBeGreaterThan(30)
  expect(halves.filter((half) => half === 'held-out').length).toBeGreaterThan(30)
})
