import { describe, expect, it } from 'vitest'
import { replayRecorded } from '../../../src/assess/load/replay-recorded.ts'
import { checkAlertLoad } from '../../../src/core/enforceability/load-check.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import type { StoredFix } from '../../../src/core/enforceability/reception-check.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { gridPlace } from '../../support/grid-town.ts'

const minuteMs = 60_000
const options = { intervalMs: minuteMs, limits: defaultLimits, onStep: () => {} }
const proposal = {
  ...nothingKnown,
  ban: { kind: 'circle', ...gridPlace(0, 0), radiusMeters: 500 },
  approachMeters: 200,
} as const

describe('calls by positions that were stored', () => {
  it('a way through the ban each noon is a call a day, and the sentence says so of the recorded days', () => {
    const load = replayRecorded(proposal, daysOf(10, 0), options)!
    expect(load.isRecorded).toBe(true)
    expect(load.perDayMedian).toBeGreaterThanOrEqual(1)
    expect(load.perDayMedian).toBeLessThan(4)
    const check = checkAlertLoad(load, defaultLimits)
    expect(check.result).toBe('red')
    expect(check.sentence).toContain('By the positions of the last 10 days')
    expect(check.sentenceNl).toContain('per week')
  })

  it('the same way past the ban calls nobody, nor does a monitor that was silent for a day', () => {
    const past = daysOf(10, 3_000)
    expect(replayRecorded(proposal, past, options)).toMatchObject({ perDayMedian: 0 })
    const silent = past.filter((_fix, index) => index < 2_000 || index > 3_500)
    expect(replayRecorded(proposal, silent, options)).toMatchObject({ perDayMedian: 0 })
  })

  it('too few positions, too few days and a distance to a person are unknown, not calm', () => {
    expect(replayRecorded(proposal, daysOf(2, 0), options)).toBeNull()
    expect(replayRecorded(proposal, [], options)).toBeNull()
    const moving = { ...proposal, ban: { kind: 'proximity', separationMeters: 500 } } as const
    expect(replayRecorded(moving, daysOf(10, 0), options)).toBeNull()
  })
})

/** At home in the west, and at noon for an hour through the middle, so far north of it. */
function daysOf(dayCount: number, northMeters: number): StoredFix[] {
  const startMs = Date.UTC(2026, 10, 2)
  return Array.from({ length: dayCount * 1_440 }, (_, index) => {
    const minute = (index % 1_440) - 720
    const east = minute >= 0 && minute <= 60 ? -3_000 + 100 * minute : minute < 0 ? -3_000 : 3_000
    // Home again in the evening along the way round.
    const back =
      minute > 60 ? { east: 3_000, north: 3_000 + northMeters } : { east, north: northMeters }
    const place = minute > 400 ? gridPlace(-3_000, northMeters) : gridPlace(back.east, back.north)
    const recordedAtMs = startMs + index * minuteMs
    return { recordedAtMs, receivedAtMs: recordedAtMs + 2_000, ...place, accuracyMeters: 10 }
  })
}
