import { describe, expect, it } from 'vitest'
import type { Plain } from '../plain-world.ts'
import { createPlain, jitter, plainPair } from '../plain-world.ts'

const daySeconds = 86_400
const stepSeconds = 120
const paceMetersPerSecond = 12

/** Seen at one place for two hours and more, and lost there, on each of so many days. */
function liveAt(plain: Plain, east: number, days: number): void {
  for (let day = 0; day < days; day++) {
    const from = day * daySeconds
    for (let at = 0; at <= 130 * 60; at += stepSeconds) see(plain, from + at, [east, 0])
    for (let at = 131 * 60; at <= 142 * 60; at += stepSeconds) plain.heard(from + at)
    see(plain, from + 4 * 3_600, [east, 9_000])
    see(plain, from + 4 * 3_600 + stepSeconds, [east, 9_000])
  }
}

/**
 * By car for eight minutes, to that place and no further, and seen there for so long; heard for
 * three hours from then on.
 */
function driveTo(plain: Plain, day: number, to: Place, way: Place, waitSeconds = 0): number {
  const from = day * daySeconds
  const seconds = 480
  const place = (at: number): Place => {
    const left = paceMetersPerSecond * (seconds - at)
    return [to[0] + way[0] * left, to[1] + way[1] * left]
  }
  for (let at = 0; at <= seconds; at += stepSeconds) see(plain, from + at, place(at))
  for (let at = 60; at <= waitSeconds; at += 60) see(plain, from + seconds + at, to)
  for (let at = waitSeconds + 60; at <= 3 * 3_600; at += 60) {
    plain.heard(from + seconds + at)
    plain.fix(from + seconds + at, jitter(at, [0, 0]), { deviceId: 'pendant' })
  }
  return from + seconds + waitSeconds
}
type Place = readonly [east: number, north: number]

function see(plain: Plain, seconds: number, place: Place): void {
  plain.fix(seconds, jitter(seconds, place))
}

const southwards: Place = [0, 1]
const westwards: Place = [1, 0]

/** Minutes from the last position to the first call. */
function findCallMinutes(plain: Plain, lastSeconds: number, kind: string): number | null {
  const calls = plain
    .told(kind)
    .filter((line) => line.includes(' P2 '))
    .map((line) => (Number(line.split(' ').at(-1)) - lastSeconds) / 60)
  const minutes = calls.find((one) => one >= 0)
  return minutes === undefined ? null : Math.floor(minutes)
}

describe('an offender whose position is lost on the way home', () => {
  it.each([
    [150, 1, 200],
    [150, 2, 200],
    // Where it was never lost before: an hour from when the pace last seen leads to an area.
    [72, 2, 450],
    [72, 0, 200],
  ])(
    'an offender whose position is lost on the way home calls after %d minutes (lost there on %d days before, %d m short of it)',
    (minutes, days, shortMeters) => {
      const plain = createPlain()
      liveAt(plain, 9_000, days)
      const lastSeconds = driveTo(plain, days, [9_000, shortMeters], southwards)
      expect(findCallMinutes(plain, lastSeconds, 'position-unreliable')).toBe(minutes)
      if (minutes > 100) {
        const isListed = (line: string): boolean => line.includes('P3')
        expect(plain.told('position-unreliable').some(isListed)).toBe(true)
      }
    },
  )

  it.each([
    ['where it was never lost', 0, 3_300, 5],
    ['at home', 1, 3_300, 150],
    ['400 m short of home, as at a light', 1, 3_700, 5],
    ['at home, so near that all of the way leads there', 1, 1_000, 5],
  ] as const)(
    'an offender who is seen for three minutes more %s, on the way towards an area, calls then or later',
    (_, days, east, minutes) => {
      const plain = createPlain()
      liveAt(plain, east === 1_000 ? 1_000 : 3_300, days)
      const lastSeconds = driveTo(plain, days, [east, 0], westwards, 180)
      expect(findCallMinutes(plain, lastSeconds, 'position-unreliable')).toBe(minutes)
    },
  )

  it('an offender whose position is lost at home, on the way towards an area, calls at once', () => {
    const plain = createPlain()
    liveAt(plain, 1_000, 2)
    const lastSeconds = driveTo(plain, 2, [900, 0], westwards)
    expect(findCallMinutes(plain, lastSeconds, 'position-unreliable')).toBe(5)
  })

  it('an offender whose position is lost on the way home is no unknown distance to call for, as one at rest there is none', () => {
    const play = (shortMeters: number): [Plain, number] => {
      const plain = createPlain({ locationBans: [], proximityBans: [plainPair] })
      liveAt(plain, 3_000, 1)
      return [plain, driveTo(plain, 1, [3_000, shortMeters], southwards)]
    }
    const [home, homeSeconds] = play(200)
    expect(findCallMinutes(home, homeSeconds, 'protection-degraded')).toBeNull()
    expect(findCallMinutes(home, homeSeconds, 'position-unreliable')).toBe(150)
    expect(home.state().state).toBe('unknown')
    const [elsewhere, elsewhereSeconds] = play(450)
    expect(findCallMinutes(elsewhere, elsewhereSeconds, 'protection-degraded')).toBe(10)
  })
})
