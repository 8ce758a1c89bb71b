import { expect, it } from 'vitest'
import { findReportedMs, listReported } from '../../../src/core/belief/reported.ts'
import { createTrack } from '../../../src/core/belief/track.ts'
import { toCaseFix } from '../../../src/core/fixes/case-fix.ts'
import { defaultLimits as limits } from '../../../src/core/model/limits.ts'
import { makeFix, startMs } from '../engine-world.ts'

it('each device is listed once, with its last report', () => {
  const track = createTrack()
  expect(listReported(track)).toEqual([])
  track.last = toCaseFix(makeFix(90, 0), 0, 7, limits)
  track.heardBefore = [7, startMs, 8, startMs + 60_000]
  const reported = [
    [7, startMs + 90_000],
    [8, startMs + 60_000],
  ]
  expect(listReported(track)).toEqual(reported)
  expect([7, 8, 9].map((slot) => findReportedMs(track, slot))).toEqual([
    startMs + 90_000,
    startMs + 60_000,
    null,
  ])
})
