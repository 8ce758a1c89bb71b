import { describe, expect, it } from 'vitest'
import { applyRegistryChange } from '../../../src/core/engine/engine.ts'
import { createRandom } from '../../property/random.ts'
import { createPlain, jitter, plainBan, plainMs, plainPair } from '../plain-world.ts'
import type { Place, Plain } from '../plain-world.ts'

const minute = 60
const lives: Place = [1800, 0]

/** At home until the second minute, on the way until the third, in the ban for five minutes. */
function goIn(world: Plain, home: (at: number) => Place, leavesAt: number, insideAt: number): void {
  for (let at = 0; at < leavesAt; at += minute) world.fix(at, home(at))
  for (let at = leavesAt; at < insideAt; at += minute) {
    const left = 1 - (at - leavesAt) / (insideAt - leavesAt)
    world.fix(at, jitter(at, [lives[0] * left, 0]))
  }
  for (let at = insideAt; at < insideAt + 5 * minute; at += minute)
    world.fix(at, jitter(at, [5, 0]))
}

function give(world: Plain, home: (at: number) => Place, fromAt: number, untilAt: number): void {
  for (let at = fromAt; at < untilAt; at += minute) world.fix(at, home(at))
}

const ended = (world: Plain): string[] => world.told('ended location-ban-breach')

describe('a place of rest that a receiver remembers', () => {
  const exact = (): Place => lives
  const wandering = (at: number): Place => [lives[0] + ((at * 7) % 5) / 8, ((at * 3) % 4) / 8]
  const inTurn = (at: number): Place => [lives[0] + 12 * ((at / minute) % 2), 0]
  const farInTurn = (at: number): Place => [lives[0] + 60 * ((at / minute) % 2), 0]

  it.each([
    ['after a way of 8 minutes', exact, 20, 28],
    ['after a way of 21 minutes', exact, 20, 41],
    ['after a way of two hours', exact, 20, 140],
    ['which a network moves by some centimetres', wandering, 20, 41],
    ['of two that come in turn', inTurn, 30, 60],
    ['of two that come in turn, 60 m apart', farInTurn, 30, 60],
  ] as const)(
    'a place of rest that a receiver remembers ends no breach for two hours and more: %s',
    (_name, home, leaves, inside) => {
      const world = createPlain()
      goIn(world, home, leaves * minute, inside * minute)
      const from = (inside + 5) * minute
      give(world, home, from, from + 170 * minute)
      expect(ended(world)).toEqual([])
    },
  )

  it('a place of rest given on and on ends a breach after three hours, or nobody would ever be home', () => {
    const world = createPlain()
    goIn(world, exact, 20 * minute, 41 * minute)
    give(world, exact, 46 * minute, 240 * minute)
    expect(ended(world)).toHaveLength(1)
  })

  it('a place of rest that is measured anew ends a breach as ever', () => {
    const world = createPlain()
    goIn(world, exact, 20 * minute, 41 * minute)
    give(world, exact, 46 * minute, 60 * minute)
    for (let at = 60 * minute; at < 63 * minute; at += minute) world.fix(at, jitter(at, lives))
    expect(ended(world)).toHaveLength(1)
  })

  it('a place of rest to which the way was seen ends a breach as ever', () => {
    const world = createPlain()
    goIn(world, exact, 20 * minute, 41 * minute)
    for (let at = 46; at < 67; at++) world.fix(at * minute, jitter(at, [(at - 46) * 85, 0]))
    give(world, exact, 67 * minute, 80 * minute)
    expect(ended(world)).toHaveLength(1)
  })

  it('a place of rest that a receiver remembers as soon as its wearer has come by car and gone in ends no breach', () => {
    const world = createPlain()
    give(world, exact, 0, 20 * minute)
    for (const at of [20, 21, 22])
      world.fix(at * minute, jitter(at, [1800 - (at - 19) * 600 + 5, 0]))
    give(world, exact, 23 * minute, 60 * minute)
    expect(world.told('raised location-ban-breach')).toHaveLength(1)
    expect(ended(world)).toEqual([])
  })

  it('a place of rest about which a good receiver wandered all night ends a breach as ever', () => {
    const world = createPlain()
    const night = 8 * 60
    const random = createRandom(3)
    const wander = (): Place => [lives[0] + 1.2 * random.normal(), 1.2 * random.normal()]
    goIn(world, wander, night * minute, (night + 21) * minute)
    give(world, wander, (night + 26) * minute, (night + 36) * minute)
    expect(ended(world)).toHaveLength(1)
  })

  it('a place of rest of two days ago is no memory', () => {
    const world = createPlain()
    const later = 2 * 24 * 60
    for (let at = 0; at < 30; at++) world.fix(at * minute, lives)
    for (let at = 30; at < later; at += 30) world.fix(at * minute, jitter(at, [9000, 0]))
    for (let at = later; at < later + 5; at++) world.fix(at * minute, jitter(at, [5, 0]))
    for (let at = later + 5; at < later + 9; at++) world.fix(at * minute, lives)
    expect(ended(world)).toHaveLength(1)
  })

  it('a place of rest on a plan of ten minutes ends a breach after half an hour: the way lies between two reports', () => {
    const world = createPlain()
    const device = { id: 'monitor', vendorId: 'vendor', serialNumber: 'monitor' } as const
    const plan = { kind: 'ankle-monitor', reportIntervalSeconds: 600 } as const
    applyRegistryChange(world.engine, { type: 'device', device: { ...device, ...plan } }, plainMs)
    for (let at = 0; at < 40; at += 10) world.fix(at * minute, [6000, 0])
    for (let at = 40; at < 60; at += 10) world.fix(at * minute, [40 - at / 2, 0])
    for (let at = 60; at <= 90; at += 10) world.fix(at * minute, [6000, 0])
    expect(ended(world)).toHaveLength(1)
  })

  it('a place of rest that a receiver remembers ends no breach of two people either', () => {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    const pendant = { deviceId: 'pendant' }
    for (let at = 0; at < 210; at++) {
      world.fix(at * minute, jitter(at, [0, 20]), pendant)
      const way: Place = at < 40 ? [lives[0] * (1 - (at - 20) / 20), 0] : [5, 0]
      const isFromMemory = at < 20 || at >= 45
      world.fix(at * minute + 5, isFromMemory ? lives : jitter(at, way))
    }
    expect(world.told('raised proximity-breach')).toHaveLength(1)
    expect(world.told('ended proximity-breach')).toEqual([])
  })

  it('a place of rest is remembered by a ban larger than the way to it', () => {
    const area = { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 900 } as const
    const world = createPlain({ locationBans: [{ ...plainBan, area }] })
    goIn(world, exact, 20 * minute, 41 * minute)
    give(world, exact, 46 * minute, 120 * minute)
    expect(ended(world)).toEqual([])
  })
})
