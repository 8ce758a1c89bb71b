import { describe, expect, it } from 'vitest'
import { createPlain, jitter, plainBan, plainPair } from '../plain-world.ts'
import type { Place, Plain } from '../plain-world.ts'

const hour = 3600
/** Some 9,000 km away. */
const china: Place = [7_475_000, -3_278_000]

describe('a jump to where nobody can be', () => {
  it('a jump to where nobody can be that stays there ends no breach, and is told', () => {
    const world = createPlain()
    world.fix(0, [0, 0])
    world.fix(60, [7, 0])
    for (let at = 120; at <= hour; at += 60) world.fix(at, jitter(at, china))
    expect(world.told('breach')).toEqual(['raised location-ban-breach P1 1'])
    const [raised, ...more] = world.told('unreliable')
    expect(raised).toBe('raised position-unreliable P2 360.001')
    expect(more).toEqual([])
    expect(world.state().state).toBe('unknown')
  })

  it('a jump to where nobody can be ends no breach after two hours inside either', () => {
    const world = createPlain()
    for (let at = 0; at < 2 * hour; at += 60) world.fix(at, jitter(at, [0, 0]))
    for (let at = 2 * hour; at < 3 * hour; at += 60) world.fix(at, jitter(at, china))
    expect(world.told('ended location-ban-breach')).toEqual([])
    expect(world.told('raised position-unreliable P2')).toHaveLength(1)
  })

  it('a jump to where nobody can be ends a breach once an airliner could have flown there: seven hours', () => {
    const world = createPlain()
    world.fix(0, [0, 0])
    for (let at = 60; at < 8 * hour; at += 60) world.fix(at, jitter(at, china))
    const [ended] = world.told('ended location-ban-breach')
    const seconds = Number(ended?.split(' ').at(-1))
    expect(seconds).toBeGreaterThan(6.2 * hour)
    expect(seconds).toBeLessThan(7.5 * hour)
    expect(world.told('ended position-unreliable')).toHaveLength(1)
  })

  it.each([
    [540, []],
    [604, ['ended location-ban-breach 604']],
  ])('a jump of 54.2 km, seen there from %i s on for a minute, at 90 m/s', (seconds, ended) => {
    const world = createPlain()
    world.fix(0, [0, 0])
    for (const after of [0, 30, 61]) world.fix(seconds + after, [54_200, after])
    expect(world.told('ended location-ban-breach')).toEqual(ended)
  })

  it('a jump to where nobody can be is told as P3 while nothing is open, wherever it is', () => {
    const world = createPlain()
    for (let at = 0; at < 1800; at += 60) world.fix(at, jitter(at, [9000, 0]))
    for (let at = 1800; at < hour; at += 60) world.fix(at, jitter(at, china))
    expect(world.told('unreliable')).toEqual([
      expect.stringContaining('raised position-unreliable P3'),
    ])
  })

  it.each([
    ['one stray position tells nothing', [1800], 0],
    ['two that agree are told until they are five minutes old', [1800, 1860], 1],
  ])('a jump to where nobody can be: %s', (_name, strays, count) => {
    const world = createPlain()
    for (let at = 0; at < hour; at += 60) {
      world.fix(at, jitter(at, strays.includes(at) ? china : [9000, 0]))
    }
    expect(world.told('raised')).toHaveLength(count)
    expect(world.told('ended')).toEqual(count === 0 ? [] : ['ended position-unreliable 2221'])
  })
})

describe('jumps of one device within a day', () => {
  /** A minute each at the false place, and at the other one at these seconds. */
  function showInTurn(shown: Place, atSeconds: readonly number[], untilSeconds: number) {
    const world = createPlain()
    for (let at = 0; at < untilSeconds; at += 60) {
      world.fix(at, jitter(at, atSeconds.includes(at) ? shown : [30_000, 0]))
    }
    return world
  }

  it('a place in the ban shown once in 17 minutes between false ones opens at the third, and that the device jumps calls somebody', () => {
    const world = showInTurn([0, 0], [1800, 2820, 3840], 3960)
    expect(world.told('raised')).toEqual([
      'raised location-ban-breach P1 3841',
      expect.stringContaining('raised position-unreliable P2 39'),
    ])
  })

  it('a place in the ban shown once in seven hours opens at the third too', () => {
    const shown = [7 * hour, 14 * hour, 21 * hour]
    const world = showInTurn([0, 0], shown, 21 * hour + 60)
    expect(world.told('raised location-ban-breach')).toEqual([
      `raised location-ban-breach P1 ${21 * hour + 1}`,
    ])
  })

  it.each([
    ['two', [hour, 2 * hour]],
    ['a third after more than a day', [hour, 2 * hour, 26 * hour]],
  ])('jumps of one device within a day tell nobody: %s', (_name, shown) => {
    const world = showInTurn([60_000, 0], shown, 27 * hour)
    expect(world.told('position-unreliable')).toEqual([])
  })

  it('jumps of one device that lead to one place, one after the other, are one', () => {
    const world = showInTurn([60_000, 0], [hour, hour + 60, hour + 120, 2 * hour], 4 * hour)
    expect(world.told('ended position-unreliable')).toHaveLength(1)
    expect(world.told('raised position-unreliable')).toHaveLength(1)
  })

  it('jumps of one device far from everything are listed, for a day', () => {
    const world = showInTurn([60_000, 0], [hour, 2 * hour, 3 * hour], 28 * hour)
    const told = world.told('position-unreliable')
    expect(told).toEqual([
      expect.stringContaining('raised position-unreliable P3'),
      expect.stringContaining('ended position-unreliable'),
    ])
    const endedAt = Number(told[1]?.split(' ').at(-1))
    expect(endedAt).toBeGreaterThan(25 * hour)
    expect(endedAt).toBeLessThan(25 * hour + 300)
  })
})

describe('an ordinary journey ends a breach', () => {
  it('100 km away an hour and a half later', () => {
    const world = createPlain()
    world.fix(0, [0, 0])
    world.fix(60, [7, 0])
    for (const at of [5400, 5460, 5520]) world.fix(at, jitter(at, [100_000, 0]))
    expect(world.told('ended location-ban-breach')).toEqual(['ended location-ban-breach 5400'])
  })

  it('1,500 km away by a flight that nobody saw, two hours and more later', () => {
    const world = createPlain()
    world.fix(0, [0, 0])
    for (const at of [7260, 7320, 7380]) world.fix(at, jitter(at, [1_500_000, 0]))
    expect(world.told('ended location-ban-breach')).toEqual(['ended location-ban-breach 7320'])
  })
})

describe('true and false positions in turn are told at the second true one', () => {
  it('true and false positions in turn are told at the second true one in eleven fixes', () => {
    const world = createPlain()
    const east = [8000, 8001, 0, 8000, 1, 8001, 2, 8000, 0, 8001, 1]
    for (const [index, metres] of east.entries()) world.fix(60 * index, [metres, 0])
    expect(world.told('raised location-ban-breach')).toEqual(['raised location-ban-breach P1 241'])
  })

  it.each([
    [60, 20_000, 'tf'],
    [30, 8000, 'tf'],
    [5, 500, 'tf'],
    [10, 1000, 'tff'],
    [60, 5500, 'tff'],
    [60, 9_000_000, 'tff'],
  ])('every %i s, %i m apart, as %s', (interval, metres, pattern) => {
    const world = createPlain()
    for (const at of [-120, -60]) world.fix(at, jitter(at, [metres, 0]))
    const shown = (index: number): Place =>
      pattern.at(index % pattern.length) === 't' ? [0, 0] : [metres, 0]
    for (let index = 0; index < 120; index++) {
      world.fix(interval * index, jitter(interval * index, shown(index)))
    }
    const [first] = world.told('raised location-ban-breach')
    expect(Number(first?.split(' ').at(-1))).toBeLessThanOrEqual(interval * pattern.length + 1)
  })

  it('true and false positions in turn are told at the second true one and end nothing while both go on', () => {
    const world = createPlain()
    for (const at of [-120, -60]) world.fix(at, jitter(at, china))
    for (let at = 0; at < 2 * hour; at += 60) {
      world.fix(at, jitter(at, (at / 60) % 3 === 0 ? [0, 0] : china))
    }
    expect(world.told('location-ban-breach')).toHaveLength(1)
    expect(world.told('raised position-unreliable P2')).toHaveLength(1)
  })
})

describe('positions in turn at any number of places', () => {
  /** The first is believed before; the second is the ban; the others lie about, on no way. */
  const listPlaces = (count: number, metres: number): Place[] => [
    [metres, 0],
    [0, 0],
    ...Array.from({ length: count - 2 }, (_, index): Place => {
      const side = index % 2 === 0 ? 1 : -1
      return [(index - 1) * 0.5 * metres, side * (1 + 0.2 * index) * metres]
    }),
  ]

  it.each([
    [60, 8000, 3, 480],
    [60, 8000, 4, 480],
    [60, 8000, 9, 660],
    [60, 9_000_000, 3, 480],
    [15, 3000, 3, 120],
    [15, 3000, 5, 150],
    [15, 3000, 40, 660],
    [5, 1000, 4, 60],
  ])(
    'a stay in the ban is told: every %i s, %i m apart, %i places',
    (interval, metres, count, until) => {
      const world = createPlain()
      for (const at of [-120, -60]) world.fix(at, jitter(at, [metres, 0]))
      const places = listPlaces(count, metres)
      for (let report = 0; report * interval < 3600; report++) {
        const at = report * interval
        world.fix(at, jitter(at, places.at(report % count) ?? [0, 0]))
      }
      const breach = world.told('raised location-ban-breach P1')
      expect(breach).toHaveLength(1)
      expect(Number(breach[0]?.split(' ').at(-1))).toBeLessThanOrEqual(until)
      expect(world.told('ended location-ban-breach')).toEqual([])
      expect(world.state().state).not.toBe('protected')
    },
  )

  it.each([3, 5, 7])('nearness to a person whose device gives %i places is told', (count) => {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    const places = listPlaces(count, 60_000)
    for (const at of [-120, -60]) world.fix(at, jitter(at, [60_000, 0]), { deviceId: 'pendant' })
    for (let report = 0; report < 60; report++) {
      const at = report * 60
      const place = places.at(report % count) ?? [0, 0]
      world.fix(at, jitter(at, [10, 10]))
      world.fix(at + 5, jitter(at, place), { deviceId: 'pendant' })
    }
    const [first] = world.told('raised proximity-breach P1')
    expect(Number(first?.split(' ').at(-1))).toBeLessThanOrEqual(600)
  })

  it('one stray position in a quarter of an hour tells nothing and is believed by nobody', () => {
    const world = createPlain()
    for (let at = 0; at < 6 * hour; at += 60) {
      const isStray = at % 900 === 420
      world.fix(at, jitter(at, isStray ? [(at % 3600) * 10 + 60_000, at] : [9000, 0]))
    }
    expect(world.told('raised location-ban')).toEqual([])
  })
})

it('the other person is looked for where the doubtful positions say, too', () => {
  const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
  for (let at = 0; at < 600; at += 60) {
    world.fix(at, jitter(at, [60_000, 0]))
    world.fix(at + 5, jitter(at, [0, 0]), { deviceId: 'pendant' })
  }
  for (let at = 600; at < 780; at += 60) {
    world.fix(at, jitter(at, [50, 0]))
    world.fix(at + 5, jitter(at, [0, 0]), { deviceId: 'pendant' })
  }
  expect(world.told('raised proximity-breach')).toHaveLength(1)
})

it('two devices put apart each tell their own story, and leaving is seen by each', () => {
  const world = createPlain()
  for (let at = 0; at < 600; at += 60) world.fix(at, jitter(at, [0, 0]))
  for (let at = 600; at < 900; at += 60) world.fix(at, jitter(at, [3000, 0]))
  expect(world.told('ended location-ban-breach')).toEqual(['ended location-ban-breach 600'])
})

describe('a former home that a receiver gives now and then', () => {
  /** Far away; the place in the ban once in so many minutes, each time to the last digit or not. */
  const live = (everyMinutes: number, hours: number, placeOf: (at: number) => Place): number => {
    const world = createPlain()
    for (let at = 0; at < hours * hour; at += 60) {
      const isThere = at % (everyMinutes * 60) === 7 * 60
      world.fix(at, isThere ? placeOf(at) : jitter(at, [20_000, 0]))
    }
    return world.told('raised location-ban-breach').length
  }

  it('a former home given once in two hours is told once a day', () => {
    expect(live(120, 24, () => [0, 0])).toBe(1)
    expect(live(120, 36, () => [0, 0])).toBe(2)
  })

  it('a former home that is measured anew is told each time', () => {
    expect(live(120, 24, (at) => jitter(at, [0, 0]))).toBe(10)
  })

  it('a former home given more than once in an hour is told each time: somebody may be there', () => {
    expect(live(20, 4, () => [0, 0])).toBeGreaterThan(8)
  })
})

describe('a small ban and a device that jumps', () => {
  /** In the ban for four hours, shown each sixth minute and coarsely; else somewhere else anew. */
  const showBetween = (world: Plain, placeOf: (at: number) => Place): void => {
    for (let at = 0; at < 3600; at += 60) world.fix(at, [30_000, 0])
    for (let at = 3600; at < 5 * 3600; at += 60) {
      const stray = at / 60
      const isTrue = stray % 6 === 0
      if (isTrue) world.fix(at, placeOf(at), { accuracyMeters: 60 })
      else world.fix(at, [30_000 + 3000 * (stray % 7), 20_000 * (stray % 5)])
    }
  }
  const area = { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 50 } as const
  const terms = { locationBans: [{ ...plainBan, area }] }

  it('a small ban is opened by two coarse positions within half an hour of a device that jumps', () => {
    const world = createPlain(terms)
    showBetween(world, (at) => jitter(at, [-4, -3]))
    const [first] = world.told('raised location-ban-breach')
    expect(first).toContain('P1')
    expect(Number(first?.split(' ').at(-1))).toBeLessThan(3600 + 1800)
  })

  it('a small ban is not opened by coarse positions beside it', () => {
    const world = createPlain(terms)
    showBetween(world, (at) => jitter(at, [90, 0]))
    expect(world.told('raised location-ban-breach')).toEqual([])
  })
})
