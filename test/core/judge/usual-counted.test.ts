import { expect, it } from 'vitest'
import type { Episode, Lower } from '../../../src/core/judge/episode.ts'
import { findUsual } from '../../../src/core/judge/habit.ts'
import { defaultLimits as limits } from '../../../src/core/model/limits.ts'
import { createBanRule } from '../../../src/core/rules/ban-versions.ts'
import { makeBan, makeOrder, startMs } from '../engine-world.ts'

const day = 86_400_000
const rule = createBanRule(0, makeOrder(), makeBan(), { fromMs: -Infinity, limits })

/** Of ten minutes, so far from the border at the nearest, and listed for this. */
function approach(
  index: number,
  nearestMeters: number,
  lower: Lower | null,
  isCalled = lower === null,
): Episode {
  const fromMs = startMs + index * day
  return {
    id: index,
    kind: 'location-ban-approach',
    rule,
    startMs: fromMs,
    settledMs: fromMs,
    endMs: fromMs + 600_000,
    ceasesAtMs: Infinity,
    isCovered: false,
    nearestMeters,
    fastestMetersPerSecond: 0,
    lower,
    calledMs: isCalled ? fromMs : null,
    lastInsideMs: fromMs + 600_000,
    isOfRest: false,
    tellings: [],
  }
}

const listed: readonly [string, Lower | null, number, boolean?][] = [
  ['that somebody was called for, as near as it was', null, 120],
  ['listed as usual and called out since, as near as it was', usual(200), 120, true],
  ['listed as usual, no nearer than what was usual', usual(200), 200],
  ['listed as usual and further off, as far', usual(90), 120],
  ['listed as a further one of a day, no nearer than the one called for', ofDay(180), 180],
  ['listed as a further one of a day and further off, as far', ofDay(60), 120],
]

it.each(listed)('an approach counts for what is usual: %s', (_name, lower, meters, isCalled) => {
  const episodes = Array.from({ length: 9 }, (_, index) => approach(index, 120, lower, isCalled))
  expect(findUsual(episodes, rule, startMs + 9 * day, limits)).toEqual({
    usualMeters: meters,
    longestMs: 600_000,
  })
})

it('an approach counts for nothing of what is usual when it was listed for passing by', () => {
  const episodes = Array.from({ length: 9 }, (_, index) => approach(index, 120, { by: 'passing' }))
  expect(findUsual(episodes, rule, startMs + 9 * day, limits)).toBeNull()
})

function usual(usualMeters: number): Lower {
  return { by: 'habit', usualMeters, longestMs: 600_000 }
}

function ofDay(nearestMeters: number): Lower {
  return { by: 'day', nearestMeters, metersPerSecond: 1, longestMs: 600_000 }
}
