import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { restoreSnapshot, takeSnapshots } from '../../../src/core/engine/engine-snapshots.ts'
import { createPlain, jitter, plainMs, plainPair, wearSecond } from '../plain-world.ts'
import type { Place, Plain } from '../plain-world.ts'

const minute = 60
const hour = 3600

/** Two monitors are inside for six minutes; then one is carried off, and the other goes dark. */
function carryOff(
  world: Plain,
  hours: number,
  last: readonly Said[] = [],
  awayMeters = 3000,
): void {
  wearSecond(world.engine)
  const inside = Array.from({ length: 6 }, (_, index): Said => {
    const at = index * minute + 20
    return { at, place: jitter(at, [0, 0]) }
  })
  const said = [...inside, ...last].toSorted((one, other) => one.at - other.at)
  for (let at = 0; at < hours * hour; at += minute) {
    const east = at < 6 * minute ? 0 : Math.min((at - 5 * minute) * 5, awayMeters)
    world.fix(at, jitter(at, [east, 0]), { deviceId: 'second' })
    for (const one of said) {
      if (one.at >= at && one.at < at + minute) world.fix(one.at, one.place, one.values)
    }
  }
}

type Said = { readonly at: number; readonly place: Place; readonly values?: Partial<Fix> }

const endOf = (world: Plain): string[] => world.told('ended location-ban-breach')

describe('a device that goes dark after a step out of a breach', () => {
  const step = 6 * minute + 5

  it.each([
    ['one step of 25 m, by noise', [{ at: step, place: [175, 0] }], 0],
    ['one sharp step of 12 m', [{ at: step, place: [162, 0], values: { accuracyMeters: 4 } }], 0],
    ['one step of 450 m', [{ at: step, place: [600, 0] }], 0],
    [
      'two steps of 450 m, a minute apart, which show that they left',
      [
        { at: step, place: [600, 0] },
        { at: step + minute, place: [610, 0] },
      ],
      1,
    ],
  ] as const)(
    'a device that goes dark after %s keeps a breach from ending, or not',
    (_, last, count) => {
      const world = createPlain()
      carryOff(world, 3, last)
      expect(endOf(world)).toHaveLength(count)
      expect(world.state().state === 'unknown').toBe(count === 0)
    },
  )
})

describe('a device that was given up while a breach went on, and is heard again', () => {
  const isOut = (at: number): boolean => at >= 26 * minute || at === 20 * minute

  it.each([
    ['by one step out', [23], 0],
    ['by one step out on the way off', [26], 0],
    ['by a leaving that it shows too', [26, 27, 28], 1],
  ] as const)(
    'a device that is heard again %s, while the other is carried off, keeps a breach from ending, or not',
    (_, steps, count) => {
      const world = createPlain()
      wearSecond(world.engine)
      for (let at = 0; at < 3 * hour; at += minute) {
        const east = at < 26 * minute ? 600 : Math.min(600 + (at - 26 * minute) * 5, 3000)
        world.fix(at, jitter(at, isOut(at) ? [east, 0] : [0, 0]), { deviceId: 'second' })
        if (at < 6 * minute) world.fix(at + 20, jitter(at, [0, 0]))
        if (steps.some((step) => step * minute === at)) world.fix(at + 20, [600 + at / 20, 0])
      }
      expect(endOf(world)).toHaveLength(count)
      expect(world.state().state === 'unknown').toBe(count === 0)
    },
  )
})

it.each([
  ['four positions on the way out', [600, 1200, 1800, 2400], 1],
  ['one step out', [600], 0],
  ['a step out, one inside and a step out', [600, 0, 1200], 0],
  ['positions on the way out, and one inside', [600, 1200, 1800, 0], 0],
] as const)(
  'a device that shows %s while the other reports from inside keeps a breach from ending, or not',
  (_, steps, count) => {
    const world = createPlain()
    wearSecond(world.engine)
    for (let at = 0; at < 3 * hour; at += minute) {
      const east = at < 30 * minute ? 0 : Math.min((at - 29 * minute) * 5, 3000)
      world.fix(at, jitter(at, [east, 0]), { deviceId: 'second' })
      const step = steps[at / minute - 6]
      if (at < 6 * minute) world.fix(at + 20, jitter(at, [0, 0]))
      else if (step !== undefined) world.fix(at + 20, jitter(at, [step, 0]))
    }
    expect(endOf(world)).toHaveLength(count)
    expect(world.state().state === 'unknown').toBe(count === 0)
  },
)

describe('a position of a device by which a breach is not known to be over', () => {
  it.each([
    ['likelier inside than out', [140, 0], { accuracyMeters: 40 }, 0],
    ['likelier out than inside', [170, 0], { accuracyMeters: 60 }, 0],
    ['just outside, without a radius', [155, 0], { accuracyMeters: null }, 0],
    ['without satellites', [600, 0], { satellites: 0 }, 0],
    ['far off', [3000, 0], {}, 1],
  ] as const)('a position %s settles a breach, or not', (_, place, values, count) => {
    const world = createPlain()
    // Satellites are counted by this monitor.
    const counted: Said = { at: 6 * minute + 1, place: [0, 0], values: { satellites: 9 } }
    carryOff(world, 3, [counted, { at: 2 * hour + 20, place, values }])
    expect(endOf(world)).toHaveLength(count)
  })

  it.each([
    ['one position 450 m off', 600, [[600]], 0],
    ['two positions 450 m off, a minute apart', 600, [[600], [610]], 1],
    ['two positions 450 m off, with a doubtful one between', 600, [[600], [156, 30], [610]], 0],
    ['one position beside the border', 180, [[180]], 0],
    ['four positions beside the border', 180, [[180], [181], [182], [183]], 0],
    ['positions beside the border for twelve minutes', 180, Array<number[]>(13).fill([180]), 1],
  ] as const)(
    'a device by which a breach is not known to be over settles it, or not, by %s',
    (...one) => {
      const [, awayMeters, steps, count] = one
      const world = createPlain()
      const last = steps.map(([east = 0, accuracyMeters = 10], index): Said => {
        const at = 2 * hour + 20 + index * minute
        return { at, place: [east + index / 10, 0], values: { accuracyMeters } }
      })
      carryOff(world, 3, last, awayMeters)
      expect(endOf(world)).toHaveLength(count)
      expect(world.state().state === 'unknown').toBe(count === 0)
    },
  )

  it('what it kept of an hour inside, which comes in late, is told once, and settles nothing', () => {
    const world = createPlain()
    carryOff(world, 1.5)
    expect(world.told('reopened')).toEqual([])
    const receivedAtMs = plainMs + (1.5 * hour + 1) * 1000
    for (let at = 7 * minute + 20; at < 67 * minute; at += minute) {
      world.fix(at, jitter(at, [0, 0]), { receivedAtMs })
    }
    expect(world.told('reopened')).toEqual([`reopened location-ban-breach ${1.5 * hour + 1}`])
    expect(endOf(world)).toEqual([])
    expect(world.state().state).toBe('unknown')
  })

  it('what comes in of it in further pieces is told with each, and not by what comes bit by bit', () => {
    const world = createPlain()
    carryOff(world, 1.5)
    const keep = (from: number, until: number, receivedSecond: (at: number) => number): void => {
      for (let at = from * minute + 20; at < until * minute; at += minute) {
        const receivedAtMs = plainMs + receivedSecond(at) * 1000
        world.fix(at, jitter(at, [0, 0]), { receivedAtMs })
      }
    }
    const told = (): number =>
      world.told('reopened').length + world.told('raised location-ban-breach').length
    keep(7, 40, () => 2 * hour)
    expect(told()).toBe(2)
    keep(40, 70, () => 3 * hour)
    expect(told()).toBe(3)
    keep(70, 80, () => 3 * hour + 5 * minute)
    expect(told()).toBe(3)
    // By more of it, and then by what is newer than anything of the other monitor: it never ended.
    keep(80, 130, () => 4 * hour)
    expect(told()).toBe(5)
    keep(130, 190, (at) => at + 2 * hour)
    expect(told()).toBe(5)
  })

  it('what an older version has told of it is not told again by what comes bit by bit after an update', () => {
    const world = createPlain()
    carryOff(world, 1.5)
    const keep = (from: number, until: number, receivedSecond: number): void => {
      for (let at = from * minute + 20; at < until * minute; at += minute)
        world.fix(at, jitter(at, [0, 0]), { receivedAtMs: plainMs + receivedSecond * 1000 })
    }
    const reopened = (): number => world.told('reopened').length
    keep(7, 40, 2 * hour)
    expect(reopened()).toBe(1)
    for (const { scope, state } of takeSnapshots(world.engine, true)) {
      const older = state
        .replaceAll(/"format":\d+/g, '"format":43')
        .replaceAll(/,"insideLearnedMs":(?:\d+|null)/g, '')
      const isOfDossier = scope.startsWith('case:') || scope.startsWith('window:')
      restoreSnapshot(world.engine, scope, isOfDossier ? older : state)
    }
    keep(40, 50, 2 * hour + 5 * minute)
    expect(reopened()).toBe(1)
    keep(50, 70, 3 * hour)
    expect(reopened()).toBe(2)
  })

  it('a position inside settles it once it is a breach of its own', () => {
    const world = createPlain()
    carryOff(world, 3, [{ at: 2 * hour + 20, place: [140, 0], values: { accuracyMeters: 40 } }])
    expect(endOf(world)).toEqual([])
    world.fix(3 * hour, [0, 0])
    expect(endOf(world)).toHaveLength(1)
    expect(world.told('raised location-ban-breach P1')).toHaveLength(2)
  })

  it('a position while the other person is not seen settles no breach of two people', () => {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    const theirs = Array.from({ length: 120 }, (_, index): Said => {
      const at = index * minute + 5
      return { at, place: jitter(at, [10, 0]), values: { deviceId: 'pendant' } }
    })
    carryOff(world, 2, theirs)
    expect(world.told('ended proximity-breach')).toEqual([])
    world.fix(2 * hour + 10 * minute, [3000, 0])
    expect(world.told('ended proximity-breach')).toEqual([])
    world.fix(2 * hour + 11 * minute, [10, 0], { deviceId: 'pendant' })
    world.fix(2 * hour + 12 * minute, [3000, 5])
    expect(world.told('ended proximity-breach')).toHaveLength(1)
  })
})
