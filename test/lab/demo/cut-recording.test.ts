import { describe, expect, it } from 'vitest'
import { destination } from '../../../geo/distance.ts'
import { cutRecording, moveMs } from '../../../lab/demo/cut-recording.ts'
import { createRecordingsCast } from '../../../lab/demo/recordings-cast.ts'
import { castPair, castPart, parts } from '../../../lab/demo/recordings-stories.ts'
import { recordedFix } from '../../../src/replay/importers/recording.ts'
import type { Recording } from '../../../src/replay/importers/recording.ts'

/** A straight ride to the east: a fix every `intervalSeconds`, resting for the first half hour. */
function ride(metersPerSecond: number, intervalSeconds: number, count: number): Recording {
  const fixes = Array.from({ length: count }, (_, index) => {
    const seconds = index * intervalSeconds
    const meters = Math.max(0, seconds - 1_800) * metersPerSecond
    const { longitude, latitude } = destination(5, 52, 90, meters)
    return recordedFix(seconds * 1000, longitude, latitude, { accuracyMeters: 8 })
  })
  return { deviceName: 'ride', fixes }
}

describe('a cut of a recording', () => {
  it('a cut of a recording is where it moves, not where it rests', () => {
    const cut = cutRecording(ride(6, 1, 4_000), 1)!
    expect(cut.squeeze).toBe(1)
    expect(cut.fromMs).toBeGreaterThan(1_700_000)
    expect(cut.reachMeters).toBeGreaterThan(600)
    expect(cut.fixes.at(-1)!.recordedAtMs).toBeLessThanOrEqual(moveMs)
  })

  it('a cut of a recording is squeezed when the device reported rarely, within what speed allows', () => {
    const cut = cutRecording(ride(1.2, 60, 200), 1)!
    expect(cut.squeeze).toBeGreaterThan(2)
    expect(cut.intervalSeconds).toBeLessThanOrEqual(25)
    expect(cut.speedMetersPerSecondMax).toBeLessThanOrEqual(60)
  })

  it('a cut of a recording does not exist where nothing moves', () => {
    expect(cutRecording(ride(0, 1, 4_000), 1)).toBeNull()
  })

  it('a cut of a recording can play every part', () => {
    const cut = cutRecording(ride(6, 1, 4_000), 1)!
    const cast = createRecordingsCast(Date.UTC(2026, 10, 23, 18))
    for (const part of parts) {
      expect(castPart(cast, part, [cut]), part.key).toBe(true)
    }
    expect(castPair(cast, cut, cut, 7_000)).toBe(true)
  })
})
