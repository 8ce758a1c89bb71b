import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  tell,
} from '../engine-world.ts'

const order = makeOrder({
  locationBans: [],
  proximityBans: [makePair({ separationMeters: 500, approachMeters: 600 })],
})
const network = { speedMetersPerSecond: 0, source: 'network' } as const

function breaches(fixes: readonly Fix[]): string[] {
  return tell(applyAll(makeEngine({ orders: [order] }), fixes)).filter((line) =>
    line.startsWith('raised proximity-breach'),
  )
}

/** A phone on a train: a place, from where it came, and the same place again and again. */
function ride(fromMeters: number, radii: readonly number[]): Fix[] {
  return [
    makeFix(-300, fromMeters, 0, { ...network, accuracyMeters: 110 }),
    ...radii.map((accuracyMeters, count) =>
      makeFix(31 * count, 0, 0, { ...network, accuracyMeters }),
    ),
  ]
}
const her = makeVictimFix(74, 250, 0, { speedMetersPerSecond: 14 })

describe('a device that gives its place again with a larger radius', () => {
  it.each([
    ['came there in traffic, and knows no better', ride(-4_700, [110, 540, 940]), []],
    [
      'came there in traffic, and was well seen there before',
      ride(-4_700, [10, 540, 940]),
      ['raised proximity-breach 74'],
    ],
    ['gave the place once', ride(-4_700, [110]), ['raised proximity-breach 74']],
    ['came there on foot', ride(-400, [110, 540, 940]), ['raised proximity-breach 74']],
    [
      'came there in traffic, and gives another place since that is coarse',
      [...ride(-4_700, [110]), makeFix(62, 300, 0, { ...network, accuracyMeters: 940 })],
      ['raised proximity-breach 74'],
    ],
    [
      'came there in traffic, and is seen there again',
      [...ride(-4_700, [110, 540]), makeFix(70, 20, 0, { accuracyMeters: 20 })],
      ['raised proximity-breach 74'],
    ],
  ])('it begins a breach by that place or not, when its wearer %s', (_, fixes, told) => {
    expect(breaches([...fixes, her])).toEqual(told)
  })
})
