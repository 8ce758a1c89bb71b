import { describe, expect, it } from 'vitest'
import type { Plain } from '../plain-world.ts'
import { createPlain, wearSecond } from '../plain-world.ts'
import type { Way } from '../several-monitors.ts'
import { callsOf, wearAll } from '../several-monitors.ts'

/** 2.2 km from the middle at the start, at 11 m/s. */
const wayIn = (seconds: number): number => 2_200 - 11 * seconds
const atHome: Way = () => 9_000

describe('a monitor of two that was called for and is lost again', () => {
  /** The other one lies at home; this one has given no position since hours before. */
  const lose = (back: Way, minutes = 40) => {
    const first: Way = (seconds) => (seconds < -600 * 60 ? wayHome(seconds) : back(seconds))
    return callsOf(wearAll([first, atHome], -660, minutes), 'position-unreliable').filter((line) =>
      line.startsWith('P2 offender-device '),
    )
  }
  const wayHome = (seconds: number): number => 9_000 + 11 * Math.max(0, seconds + 605 * 60)

  it('a monitor lost in a car and called for is called for again once it is lost on the way in', () => {
    const calls = lose((seconds) => (seconds < -300 || seconds > 0 ? 'heard' : wayIn(seconds)))
    expect(calls).toHaveLength(2)
    expect(calls[1]).toMatch(/^P2 offender-device [345]$/)
  })

  it('a monitor called for and seen for minutes on the way out stays the same trouble', () => {
    const out: Way = (seconds) =>
      seconds < -300 || seconds > 0 ? 'heard' : 5_000 + 11 * (seconds + 300)
    expect(lose(out)).toHaveLength(1)
  })

  it('a monitor called for that gives one position each twelve minutes on its way in is called for once', () => {
    const glimpsed: Way = (seconds) =>
      seconds >= 0 && seconds % 720 === 0 ? 8_000 - seconds : 'heard'
    expect(lose(glimpsed, 80)).toHaveLength(1)
  })
})

describe('a monitor switched off on the way in while the spare lies at home', () => {
  const silenceOf = (first: Way, second: Way): string[] =>
    callsOf(wearAll([first, second], -60, 20), 'device-silent').filter((line) =>
      line.includes(' offender-device '),
    )
  const fromHome = (seconds: number): number => Math.min(9_000, wayIn(seconds))
  const untilStart =
    (way: (seconds: number) => number): Way =>
    (seconds) =>
      seconds > 0 ? 'silent' : way(seconds)

  it('a silent monitor last seen on the way in is called for as that of a wearer of one', () => {
    const alone = silenceOf(untilStart(fromHome), () => 'silent')
    expect(alone).toEqual(['P2 offender-device 3'])
    expect(silenceOf(untilStart(fromHome), atHome)).toEqual(alone)
  })

  it('a silent monitor last seen on the way out is listed first', () => {
    const out = (seconds: number): number => 9_000 + 11 * Math.max(0, seconds + 600)
    expect(silenceOf(untilStart(out), atHome)[0]).toBe('P3 offender-device 3')
  })

  it('a monitor long lost on the way in and heard now and then is listed each time', () => {
    const hours: Way = (seconds) => {
      if (seconds <= -300 * 60) return fromHome(seconds + 300 * 60)
      return seconds > 0 ? 'silent' : 'heard'
    }
    const [line] = callsOf(wearAll([hours, atHome], -360, 8), 'device-silent')
    expect(line).toBe('P3 offender-device 3')
  })
})

describe('an offender who vanishes on the way in', () => {
  /** Comes at 11 m/s to 2.2 km from the middle, and is heard for an hour without a position. */
  function driveUp(world: Plain, isTowards: boolean, every: number, accuracyMeters: number): void {
    for (let at = -600; at <= 0; at += every) {
      const place = isTowards ? ([2200 - 11 * at, 0] as const) : ([2200, 11 * at] as const)
      world.fix(at, place, { accuracyMeters, speedMetersPerSecond: 11 })
    }
  }

  function vanish(world: Plain, fromSeconds: number): number {
    for (let at = fromSeconds; at <= 3600; at += 60) world.heard(at)
    const called = world.told('position-unreliable P2')[0]
    return called === undefined ? Infinity : Number(called.split(' ').at(-1))
  }

  it.each([
    ['towards', true, 0, 900],
    ['past', false, 1800, Infinity],
  ])(
    'an offender who waits for a minute at a light, on the way %s an area, is called for by that way',
    (_, isTowards, fromSeconds, untilSeconds) => {
      const world = createPlain()
      driveUp(world, isTowards, 60, 10)
      for (const at of [60, 120]) world.fix(at, [2200, 0], { speedMetersPerSecond: 0 })
      const seconds = vanish(world, 180)
      expect(seconds).toBeGreaterThan(fromSeconds)
      expect(seconds).toBeLessThanOrEqual(untilSeconds)
    },
  )

  it.each([1, 3])(
    'an offender on foot whose two monitors report within %i s, 32 m apart by noise, is not called for by that pace',
    (seconds) => {
      const world = createPlain()
      wearSecond(world.engine)
      for (let at = -900; at <= 180; at += 60) {
        const east = 2650 - 1.25 * Math.min(at, 0)
        world.fix(at, [east, 0])
        world.fix(at + seconds, [east - 32, 0], { deviceId: 'second' })
      }
      for (let at = 240; at <= 2400; at += 60) {
        world.heard(at)
        world.heard(at, 'second')
      }
      expect(world.told('position-unreliable P2')).toEqual([])
    },
  )

  it('an offender in a car who is seen for ten seconds before the monitor says nothing more is called for by them', () => {
    const world = createPlain()
    for (const at of [-10, -5, 0]) world.fix(at, [2200 - 11 * at, 0])
    expect(vanish(world, 60)).toBeLessThanOrEqual(900)
  })

  it.each([
    ['two minutes, towards an area two kilometres off,', 2, 2200, 1, 0, 900],
    ['four minutes, towards an area two kilometres off,', 4, 2200, 1, 0, 900],
    [
      'two minutes, towards an area six kilometres off, as who comes home,',
      2,
      6300,
      1,
      1800,
      Infinity,
    ],
    ['three minutes, past an area,', 3, 2200, -1, 1800, Infinity],
  ])(
    'an offender who waits at a light for %s whose last report on the way was of just before it, is called for by the road',
    (_, minutes, standsAt, towards, fromSeconds, untilSeconds) => {
      const world = createPlain()
      for (let at = -607; at < 0; at += 60) {
        world.fix(at, [standsAt - 11 * towards * at, 0], { speedMetersPerSecond: 11 })
      }
      for (let at = 0; at <= minutes * 60; at += 60) {
        world.fix(at, [standsAt, 0], { speedMetersPerSecond: 0 })
      }
      const seconds = vanish(world, (minutes + 1) * 60) - minutes * 60
      expect(seconds).toBeGreaterThan(fromSeconds)
      expect(seconds).toBeLessThanOrEqual(untilSeconds)
    },
  )

  it.each([
    ['towards', true, 0, 600],
    ['past', false, 1800, Infinity],
  ])(
    'an offender whose reports lie closer than each errs, on the way %s an area, is called for by that way',
    (_, isTowards, fromSeconds, untilSeconds) => {
      const world = createPlain()
      driveUp(world, isTowards, 10, 60)
      const seconds = vanish(world, 60)
      expect(seconds).toBeGreaterThan(fromSeconds)
      expect(seconds).toBeLessThanOrEqual(untilSeconds)
    },
  )
})
