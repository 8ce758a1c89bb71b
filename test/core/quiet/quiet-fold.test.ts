import { expect, it } from 'vitest'
import { metersBetween } from '../../../geo/distance.ts'
import { createTrack, extendTrack } from '../../../src/core/belief/track.ts'
import type { Track } from '../../../src/core/belief/track-state.ts'
import type { Plans } from '../../../src/core/belief/witness.ts'
import type { CaseFix } from '../../../src/core/fixes/case-fix.ts'
import { createFixWindow, insertFix } from '../../../src/core/fixes/fix-window.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { QuietFold } from '../../../src/core/quiet/quiet-fold.ts'
import { createRandom } from '../../property/random.ts'
import type { Random } from '../../property/random.ts'

const plans: Plans = {
  limits: defaultLimits,
  confirmWindows: [[{ fromMs: -Infinity, windowMs: 20_000 }]],
}

it('many fixes read at once leave the track that one after the other leaves', () => {
  const fold = new QuietFold()
  let readCount = 0
  let fixCount = 0
  for (let seed = 1; seed <= 80; seed++) {
    const random = createRandom(seed)
    const fixes = makeFixes(random)
    const [one, other] = [createTrack(), createTrack()]
    for (let at = 0; at < fixes.length;) {
      const count = random.integer(1, 20)
      const some = fixes.slice(at, at + count)
      for (const fix of some) readAlone(one, fix)
      readCount += readAtOnce(fold, other, some)
      fixCount += some.length
      at += count
      expect(other, `seed ${seed}, fix ${at}`).toEqual(one)
      expect(listShared(other), `seed ${seed}, fix ${at}`).toEqual(listShared(one))
    }
  }
  // The first of a track and places given again after a jump are read alone, and hardly any other.
  expect(readCount).toBeGreaterThan(0.9 * fixCount)
  expect(readCount).toBeLessThan(fixCount)
})

/** How many of them were read by numbers. */
function readAtOnce(fold: QuietFold, track: Track, fixes: readonly CaseFix[]): number {
  const window = createFixWindow()
  for (const fix of fixes) insertFix(window, window.count, fix)
  const indexes = Int32Array.from(fixes.keys())
  let readCount = 0
  for (let at = 0; at < fixes.length; at++) {
    const next = fold.read(track, { window, indexes, count: fixes.length }, at, plans)
    readCount += next - at
    at = next
    const alone = fixes[at]
    if (alone !== undefined) readAlone(track, alone)
  }
  return readCount
}

function readAlone(track: Track, fix: CaseFix): void {
  const movedMeters = track.sighting === null ? 0 : metersBetween(track.sighting, fix)
  extendTrack(track, fix, 0, movedMeters, plans)
}

/** Which of a track's fixes are one object with its sighting: judges compare them so. */
function listShared(track: Track): readonly string[] {
  const { sighting, previous, provenStarts } = track
  const names = Object.entries(track)
    .filter(([, value]) => value !== null && value === sighting)
    .map(([name]) => name)
  const isChained = previous !== null && track.chainBefore === previous
  return [...names, provenStarts[0] === sighting ? 'proven' : '', isChained ? 'chained' : '']
}

/** One device that walks, drives, rests, errs by more or less, and gives a position again. */
function makeFixes(random: Random): readonly CaseFix[] {
  let recordedAtMs = 1_700_000_000_000
  let [longitude, latitude, speed] = [5, 52, 0]
  const fixes: CaseFix[] = []
  const interval = random.chance(0.2) ? 120_000 : 10_000
  for (let count = 0; count < 160; count++) {
    recordedAtMs += random.chance(0.03) ? random.integer(60_000, 300_000) : interval
    if (random.chance(0.1)) speed = random.chance(0.5) ? 0 : random.between(0, 40)
    longitude += (speed * interval * random.between(0.5, 1)) / 70e6
    latitude += speed === 0 && random.chance(0.5) ? 0 : random.normal() * 3e-5
    // The one before it again, by a wider radius, would prove nothing.
    const again = random.chance(0.03) ? fixes[random.integer(0, fixes.length - 3)] : undefined
    fixes.push({
      personSlot: 0,
      deviceSlot: 0,
      recordedAtMs,
      receivedAtMs: recordedAtMs + 500,
      longitude: again?.longitude ?? longitude,
      latitude: again?.latitude ?? latitude,
      accuracyMeters:
        speed === 0 || again !== undefined ? 8 : random.chance(0.2) ? random.between(20, 90) : 10,
      speedMetersPerSecond: random.chance(0.7) ? speed : Number.NaN,
      sequence: count,
      satellites: random.chance(0.7) ? 1 : -1,
      clockBehindMs: 0,
    })
  }
  return fixes
}
