import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { World } from '../engine-world.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
  tell,
} from '../engine-world.ts'

const minute = 60
const hour = 3600
const day = 24 * hour

describe('a breach that goes on is told again when the person is inside', () => {
  it.each([
    ['within 20 minutes of the last time it is one stay', [0, 20 * minute], []],
    ['later than that', [0, 20 * minute + 1], ['again 1201']],
    ['after each such time', [0, hour, 2 * hour], ['again 3600', 'again 7200']],
    ['days later', [0, 3 * day], ['again 259200']],
  ])('%s', (_name, times, told) => {
    expect(causes(times.map((at, index) => makeFix(at, index)))).toEqual(told)
  })

  it('a device that reports seldom has three of its intervals', () => {
    const seldom = { reportIntervalSeconds: 600 }
    expect(causes([makeFix(0, 0), makeFix(30 * minute, 1)], seldom)).toEqual([])
    expect(causes([makeFix(0, 0), makeFix(30 * minute + 1, 1)], seldom)).toEqual(['again 1801'])
  })

  it('one sighting far away does not end it, and the next inside is told', () => {
    const away = makeFix(2 * hour, 9000)
    expect(causes([makeFix(0, 0), away, makeFix(3 * day, 1)])).toEqual(['again 259200'])
    expect(causes([makeFix(0, 0), away, makeFix(2 * hour + 19 * minute, 9001)])).toEqual([])
  })

  it('a reading inside after one outside is told from 5 minutes on', () => {
    const away = makeFix(2 * minute, 1600)
    expect(causes([makeFix(0, 0), away, makeFix(5 * minute, 1)])).toEqual(['inside-again 300'])
    expect(causes([makeFix(0, 0), away, makeFix(5 * minute - 1, 1)])).toEqual([])
    // Nearer than the margin of 50 m is not surely outside.
    expect(causes([makeFix(0, 0), makeFix(2 * minute, 540), makeFix(5 * minute, 1)])).toEqual([])
  })

  it('a device that lies elsewhere is no sign of having been outside', () => {
    const world = {
      reportIntervalSeconds: 300,
      orders: [makeOrder({ locationBans: [], proximityBans: [makePair()] })],
    }
    const phone = { deviceId: 'victim-device-2' }
    const fixes = [0, 1, 2, 3, 4, 5, 6].flatMap((turn) => [
      makeFix(300 * turn, 60, turn),
      makeVictimFix(300 * turn + 50, 0, turn),
      makeVictimFix(300 * turn + 55, 9_000, turn, phone),
    ])
    expect(causes(fixes, world, 'proximity')).toEqual([])
  })

  it('a fix that may not open tells nothing', () => {
    const coarse = makeFix(day, 0, 0, { accuracyMeters: 600 })
    expect(causes([makeFix(0, 0), coarse])).toEqual([])
    expect(causes([makeFix(0, 0), coarse, makeFix(day + 60, 1)])).toEqual([`again ${day + 60}`])
  })

  it('a return says since when nothing was known, and never that the person stayed', () => {
    const told = applyAll(makeEngine(), [makeFix(0, 0), makeFix(3 * day, 1)])
    const [revision] = revisions(told)
    expect(revision).toMatchObject({
      kind: 'repeated',
      cause: 'again',
      recordedAtMs: startMs + 3 * day * 1000,
      notSeenSinceMs: startMs,
      late: false,
      isCall: true,
    })
    expect(revision).toHaveProperty(
      'reason',
      'The offender is inside the banned area (certain, probability over 99 %). ' +
        'Seen there again after 3 days; what lies between is not known.',
    )
  })
})

describe('an approach that goes on', () => {
  it('an approach is told again after 2 hours', () => {
    expect(causes([makeFix(0, 900), makeFix(2 * hour, 901)])).toEqual([])
    expect(causes([makeFix(0, 900), makeFix(2 * hour + 1, 901)])).toEqual(['again 7201'])
  })

  it.each([
    ['half of what was left', [800, 649], ['nearer 600']],
    ['a little more than half', [800, 651], []],
    [
      'half again and again, down to 50 m',
      [900, 699, 598, 548, 520],
      ['nearer 600', 'nearer 1200', 'nearer 1800'],
    ],
    ['nothing below 50 m', [549, 501], []],
  ])('an approach is told nearer at %s', (_name, places, told) => {
    expect(causes(places.map((meters, index) => makeFix(600 * index, meters)))).toEqual(told)
  })

  it('an approach is told once when time runs short at the pace of that moment', () => {
    // From 450 m left: 1 m/s takes 450 s, which is less than a quarter of an hour.
    const standing = [makeFix(0, 950), makeFix(60, 951)]
    expect(causes([...standing, makeFix(120, 890)])).toEqual(['nearer 120'])
    expect(causes([...standing, makeFix(120, 890), makeFix(180, 830)])).toEqual(['nearer 120'])
    // 0.4 m/s takes longer.
    expect(causes([...standing, makeFix(180, 929), makeFix(300, 905)])).toEqual([])
  })

  const second = { deviceId: 'offender-device-2' }

  it('an approach of a wearer of two monitors is not told by the pace from one to the other', () => {
    const standing = [0, 60, 120].flatMap((at) => [
      makeFix(at, 950),
      makeFix(at + 3, 918, 0, second),
    ])
    expect(causes(standing)).toEqual([])
  })

  it('an approach of a wearer of two monitors is told by the pace of each', () => {
    // 0.5 m/s: in half a minute less than both radii, in a minute more.
    const walk = Array.from({ length: 8 }, (_, turn) => {
      const at = 30 * turn
      return makeFix(at, 950 - at / 2, 0, turn % 2 === 0 ? {} : second)
    })
    expect(causes(walk)).toEqual(['nearer 60'])
  })

  it.each([
    [65, []],
    [55, ['nearer 600']],
  ])(
    'an approach that is nearer by 61 m, by radii of %i m, is told or not',
    (accuracyMeters, told) => {
      const fixes = [makeFix(0, 620), makeFix(600, 559, 0, { accuracyMeters })]
      expect(causes(fixes)).toEqual(told)
    },
  )

  it('an approach may come near anew once away for as long as a return takes', () => {
    const near = [makeFix(0, 900), makeFix(600, 560)]
    const away = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((turn) => makeFix(1200 * turn, 990))
    expect(causes([...near, ...away, makeFix(12_000, 560)])).toEqual(['nearer 600', 'nearer 12000'])
  })
})

describe('two people too near each other', () => {
  const orders = [makeOrder({ locationBans: [], proximityBans: [makePair()] })]
  const meet = (places: readonly number[]): Fix[] =>
    places.flatMap((meters, index) => [
      makeVictimFix(600 * index, 0),
      makeFix(600 * index + 5, meters),
    ])

  it.each([
    ['35 m, less than both radii', 345, []],
    ['60 m, more than both radii', 320, ['nearer 605']],
  ])('two people who are nearer by %s are told or not', (_, meters, told) => {
    const fixes = meet([380, meters]).map((fix) => ({ ...fix, accuracyMeters: 40 }))
    expect(causes(fixes, { orders }, 'proximity-breach')).toEqual(told)
  })

  it.each([
    ['for three readings of either', 2, []],
    ['for four', 3, ['nearer 1800']],
    ['for six by less than half of both radii', 4, [], 90],
  ])('two people who are nearer by less than coarse radii are told or not, %s', (...one) => {
    const [, count, told, meters = 25] = one
    const coarse = meet([160, ...Array<number>(count).fill(meters)])
    const fixes = coarse.map((fix) => ({ ...fix, accuracyMeters: 100 }))
    expect(causes(fixes, { orders }, 'proximity-breach')).toEqual(told)
  })

  it.each([
    ['half of what was last told', [900, 450], ['nearer 605']],
    [
      '350, 100 and 50 m',
      [400, 349, 260, 99, 51, 49],
      ['nearer 605', 'nearer 1805', 'nearer 3005'],
    ],
    ['nothing below 50 m', [49, 10], []],
    ['nor a little nearer', [900, 451], []],
  ])('two people are told nearer at %s', (_name, places, told) => {
    expect(causes(meet(places), { orders }, 'proximity-breach')).toEqual(told)
  })

  it('whoever rested beside the other and is not seen for long is told again when seen there, once, and by none of the reports of the other meanwhile', () => {
    const rest = Array.from({ length: 11 }, (_, count) => makeFix(minute * count, count % 3))
    const hers = Array.from({ length: 90 }, (_, count) =>
      makeVictimFix(minute * count + 5, 300 + (count % 3)),
    )
    const back = makeFix(90 * minute, 1)
    const told = causes([...rest, ...hers, back], { orders }, 'proximity-breach')
    expect(told).toEqual([`again ${90 * minute}`])
  })

  it('a telling has the present distance', () => {
    const told = applyAll(makeEngine({ orders }), meet([817, 26]))
    const nearer = revisions(told).find(({ kind }) => kind === 'repeated')
    expect(nearer).toHaveProperty('distanceMeters', expect.closeTo(26, 0))
  })
})

/** What was told of what goes on: why, and in which second. */
function causes(fixes: readonly Fix[], world: World = {}, kind = 'location-ban'): string[] {
  return tell(applyAll(makeEngine(world), fixes)).flatMap((line) => {
    const [, of, revision, cause, at] = line.split(' ')
    return revision === 'repeated' && of?.startsWith(kind) === true ? [`${cause} ${at}`] : []
  })
}

function revisions(effects: readonly Effect[]) {
  return effects.flatMap((effect) => (effect.type === 'alert-revised' ? [effect.revision] : []))
}
