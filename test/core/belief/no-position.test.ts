import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { createPlain, jitter } from '../plain-world.ts'

const untold = { accuracyMeters: null, source: 'gnss' } as const

describe('a fix whose receiver says that it has no position', () => {
  const cases: [name: string, values: Partial<Fix>, isPosition: boolean][] = [
    ['HDOP 99.99 and no satellites', { ...untold, hdop: 99.99, satellites: 0 }, false],
    ['no satellites', { ...untold, satellites: 0 }, false],
    ['no satellites and HDOP 0.9', { ...untold, hdop: 0.9, satellites: 0 }, false],
    ['no satellites and radius 0', { ...untold, accuracyMeters: 0, satellites: 0 }, false],
    ['HDOP 25', { ...untold, hdop: 25, satellites: 5 }, false],
    ['HDOP 20', { ...untold, hdop: 20 }, false],
    ['HDOP 99 of a phone that names no source', { ...untold, source: 'fused', hdop: 99 }, false],
    ['a negative radius', { accuracyMeters: -1 }, false],
    ['HDOP 19.9', { ...untold, hdop: 19.9 }, true],
    ['no word of any', untold, true],
    ['radius 0', { accuracyMeters: 0 }, true],
    ['no satellites and a radius', { accuracyMeters: 20, satellites: 0 }, true],
  ]
  it.each(cases)('%s: ends a breach %#', (_name, values, isPosition) => {
    const world = createPlain()
    for (const at of [0, 60]) world.fix(at, [at / 60, 0], { ...untold, hdop: 0.9, satellites: 9 })
    for (let at = 120; at <= 420; at += 60) world.fix(at, jitter(at, [420, 0]), values)
    // Without a satellite a place may open what its radius says, and ends nothing.
    const canEnd = isPosition && values.satellites !== 0
    expect(world.told('ended location-ban-breach')).toHaveLength(canEnd ? 1 : 0)
  })

  it.each(cases)('%s: opens alone', (_name, values, isPosition) => {
    const world = createPlain()
    world.fix(0, [3000, 0])
    for (const at of [60, 120, 180]) world.fix(at, jitter(at, [0, 0]), values)
    expect(world.told('raised location-ban-breach')).toHaveLength(isPosition ? 1 : 0)
  })

  it('a fix without a position may ask, for a good one to confirm', () => {
    const world = createPlain()
    world.fix(0, [140, 0], { ...untold, satellites: 0 })
    world.fix(30, [141, 0], { ...untold })
    expect(world.told('raised location-ban-breach')).toEqual(['raised location-ban-breach P1 31'])
  })
})

it('a radius of 0 is not the surest there is: 14 m inside is an approach, as when left out', () => {
  for (const accuracyMeters of [0, null, 30]) {
    const world = createPlain()
    world.fix(0, [136, 0], { accuracyMeters })
    expect(world.told('raised')).toEqual(['raised location-ban-approach P2 1'])
  }
})
