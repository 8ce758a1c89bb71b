import { describe, expect, it } from 'vitest'
import { createPlain, jitter, makePlainFix, plainBan } from '../plain-world.ts'
import type { Place } from '../plain-world.ts'
import type { Fix } from '../../../src/core/model/fix.ts'

const minute = 60
const hour = 60 * minute

describe('two places for one moment, for an hour', () => {
  it.each([
    ['equal radii', 10, 10],
    ['none given', null, null],
    ['the false one better', 5, 10],
  ])(
    'the one inside of two places for each moment, %s, is told, and so is the doubt',
    (_name, falseRadius, trueRadius) => {
      const world = createPlain()
      for (let at = 0; at < hour; at += minute) {
        const values = { accuracyMeters: falseRadius, sequence: at / 30 }
        world.fix(at, jitter(at, [3000, 0]), values)
        world.fix(at, jitter(at, [0, 0]), { accuracyMeters: trueRadius, sequence: at / 30 + 1 })
      }
      expect(world.told('raised location-ban-breach')).toHaveLength(1)
      expect(world.told('ended location-ban-breach')).toEqual([])
      const [doubt] = world.told('raised position-unreliable P2')
      expect(Number(doubt?.split(' ').at(-1))).toBeLessThan(10 * minute)
    },
  )

  it('a device in two places is told as P2 where neither is in a ban', () => {
    const world = createPlain()
    for (let at = 0; at < hour; at += minute) {
      for (const east of [3000, 5000]) world.fix(at, jitter(at, [east, 0]))
    }
    expect(world.told('raised')).toEqual([expect.stringContaining('position-unreliable P2')])
  })

  it('a device in two places that their radii explain is not told', () => {
    const world = createPlain()
    for (let at = 0; at < hour; at += minute) {
      for (const east of [3000, 3030]) world.fix(at, jitter(at, [east, 0]))
    }
    expect(world.told('raised')).toEqual([])
  })
})

it('a device that stamps to the minute is found within that minute', () => {
  const world = createPlain({ locationBans: [{ ...plainBan, approachMeters: 0 }] })
  world.fix(0, [650, 500])
  const places: Place[] = [
    [650, 500],
    [0, 0],
    [30, 0],
    [0, 40],
  ]
  for (const [sequence, place] of places.entries()) world.fix(60, place, { sequence })
  world.fix(120, [650, 510])
  expect(world.told('raised location-ban-breach')).toHaveLength(1)
})

describe('mirrored coordinates', () => {
  const swap = (fix: Fix) => ({ longitude: fix.latitude, latitude: fix.longitude })
  const flip = (fix: Fix) => ({ longitude: -fix.longitude, latitude: fix.latitude })
  const kinds = [
    ['exchanged', swap],
    ['without the sign', flip],
  ] as const

  it.each(kinds)('coordinates %s end no breach, however long', (_name, mirror) => {
    const world = createPlain()
    for (const at of [-120, -60]) world.fix(at, jitter(at, [0, 0]))
    for (let at = 0; at < 9 * hour; at += minute) {
      const place = jitter(at, [0, 0])
      world.fix(at, place, mirror(makePlainFix(at, place)))
    }
    expect(world.told('ended')).toEqual([])
    expect(world.told('raised position-unreliable P2')).toHaveLength(1)
  })

  it.each(kinds)(
    'coordinates %s from the first fix on are told, and protect nobody',
    (_name, mirror) => {
      const world = createPlain()
      for (let at = 0; at < 30 * minute; at += minute) {
        const place = jitter(at, [0, 0])
        world.fix(at, place, mirror(makePlainFix(at, place)))
      }
      expect(world.told('raised')).toEqual([expect.stringContaining('position-unreliable P3')])
      expect(world.state().state).toBe('unknown')
    },
  )

  it.each([
    [9000, 1],
    [13_000, 0],
  ])(
    'mirrored coordinates %i m beside the ban, from the first fix on, are told %i times',
    (east, count) => {
      const world = createPlain()
      for (let at = 0; at < 30 * minute; at += minute) {
        const place = jitter(at, [east, 0])
        world.fix(at, place, swap(makePlainFix(at, place)))
      }
      expect(world.told('raised position-unreliable')).toHaveLength(count)
    },
  )
})
