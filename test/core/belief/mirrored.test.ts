import { describe, expect, it } from 'vitest'
import { applyRegistryChange } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  applyAll,
  home,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  startMs,
  tell,
} from '../engine-world.ts'

const swap = (fix: Fix): Fix => ({ ...fix, longitude: fix.latitude, latitude: fix.longitude })
const flip = (fix: Fix, east = -1, north = -1): Fix => ({
  ...fix,
  longitude: east * fix.longitude,
  latitude: north * fix.latitude,
})
const seen = makeFix(0, 9000)
const next = makeFix(60, 9100)

describe('coordinates read the wrong way', () => {
  const cases: [name: string, fix: Fix, reasons: string][] = [
    ['exchanged', swap(next), 'teleport coordinates-swapped'],
    ['longitude without its sign', flip(next, -1, 1), 'teleport coordinates-sign-flipped'],
    ['latitude without its sign', flip(next, 1, -1), 'teleport coordinates-sign-flipped'],
    ['both without', flip(next), 'teleport coordinates-sign-flipped'],
    ['exchanged, and it is somewhere else too', swap(makeFix(60, 40_000)), 'teleport'],
    ['a jump like any other', makeFix(60, 60_000), 'teleport'],
  ]
  it.each(cases)('coordinates read the wrong way: %s', (_name, fix, reasons) => {
    expect(tell(applyAll(makeEngine(), [seen, fix]))).toEqual([`disbelieved 60 ${reasons}`])
  })
})

it('coordinates read the wrong way do not become believed by agreeing with each other, however long', () => {
  const wrong = Array.from({ length: 70 }, (_, minute) => swap(makeFix(60 * (minute + 1), 9000)))
  const told = tell(applyAll(makeEngine(), [seen, ...wrong]))
  expect(told.filter((line) => line.includes('coordinates-swapped'))).toHaveLength(70)
  expect(told.at(-1)).toMatch(/coordinates-swapped/)
})

it('coordinates read the wrong way leave an open breach open', () => {
  const fixes = [
    makeFix(0, 100),
    ...[60, 120, 180, 240].map((second) => swap(makeFix(second, 100))),
  ]
  expect(tell(applyAll(makeEngine(), fixes)).filter((line) => line.includes('breach'))).toEqual([
    'raised location-ban-breach 0',
  ])
})

it('a breach read right again is found at once', () => {
  const fixes = [seen, swap(next), swap(makeFix(120, 9200)), makeFix(600, 300)]
  expect(tell(applyAll(makeEngine(), fixes)).at(-1)).toBe('raised location-ban-breach 600')
})

it('a person who lives near the mirror of their own home is believed on both sides of the line', () => {
  const line = { longitude: 0, latitude: 51.5 }
  const fixes = [-0.004, -0.001, 0.002, 0.005, 0.001, -0.003].map((longitude, index) =>
    makeFix(60 * index, 0, 0, { ...line, longitude }),
  )
  expect(home.longitude).not.toBe(0)
  expect(tell(applyAll(makeEngine({ orders: [makeOrder()] }), fixes))).toEqual([])
})

const address = { id: 'address', label: 'home', ...home, radiusMeters: 100 }
it.each([
  ['ban', { locationBans: [makeBan()], proximityBans: [makePair()] }],
  [
    'address',
    { proximityBans: [makePair(), { ...makePair(), id: 'more', fixedAddresses: [address] }] },
  ],
] as const)(
  'coordinates are not read the other way by its %s that came later, when what was before is judged again',
  (_, added) => {
    const order = makeOrder({ locationBans: [], proximityBans: [makePair()] })
    const engine = makeEngine({ orders: [order] })
    const told = applyAll(engine, [flip(makeFix(60, 0), -1, 1)])
    const protectionOrder = { ...order, ...added, version: 2 }
    const change = { type: 'protection-order', protectionOrder } as const
    told.push(...applyRegistryChange(engine, change, startMs + 120_000))
    told.push(...applyAll(engine, [flip(makeFix(30, 0), -1, 1), flip(makeFix(180, 0), -1, 1)]))
    expect(tell(told)).toEqual(['disbelieved 180 coordinates-sign-flipped'])
  },
)
