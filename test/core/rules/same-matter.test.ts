import { describe, expect, it } from 'vitest'
import type { BanArea } from '../../../src/core/model/registry.ts'
import {
  amendBanRule,
  createBanRule,
  createPairRule,
} from '../../../src/core/rules/ban-versions.ts'
import { isOfSameMatter, isSameArea } from '../../../src/core/rules/same-matter.ts'
import { makeBan, makeOrder, makePair } from '../engine-world.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

const at = (fromMs: number) => ({ fromMs, limits: defaultLimits })

type Ring = readonly (readonly [number, number])[]

const shell: Ring = [
  [5, 52],
  [5.1, 52],
  [5.1, 52.1],
  [5, 52.1],
  [5, 52],
]
const hole: Ring = [
  [5.02, 52.02],
  [5.02, 52.04],
  [5.04, 52.04],
  [5.02, 52.02],
]
const turnedHole: Ring = [hole[1]!, hole[2]!, hole[0]!, hole[1]!]
const far: Ring = shell.map(([longitude, latitude]) => [longitude + 1, latitude])

function areaOf(...polygons: readonly (readonly Ring[])[]): BanArea {
  return { type: 'geometry', geometry: { type: 'MultiPolygon', coordinates: polygons } }
}
const onePolygon: BanArea = {
  type: 'geometry',
  geometry: { type: 'Polygon', coordinates: [shell, hole] },
}
const circle: BanArea = { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 100 }

describe('two areas', () => {
  it.each<[string, BanArea, BanArea]>([
    ['one circle', circle, { ...circle }],
    ['a polygon and its multipolygon', onePolygon, areaOf([shell, hole])],
    ['a ring the other way round', onePolygon, areaOf([shell.toReversed(), hole])],
    ['a ring from another corner', onePolygon, areaOf([shell, turnedHole])],
    ['a corner written twice', onePolygon, areaOf([[shell[0]!, ...shell], hole])],
    ['parts in another order', areaOf([shell], [far]), areaOf([far], [shell])],
  ])('two areas that are %s are one', (_name, one, other) => {
    expect(isSameArea(one, other)).toBe(true)
  })

  it.each<[string, BanArea, BanArea]>([
    ['another radius', circle, { ...circle, radiusMeters: 101 }],
    ['another middle', circle, { ...circle, longitude: 5.00001 }],
    ['a hole less', onePolygon, areaOf([shell])],
    ['its hole filled by a part', onePolygon, areaOf([shell], [hole])],
    ['a part more', areaOf([shell]), areaOf([shell], [far])],
    [
      'its corners joined otherwise',
      areaOf([shell]),
      areaOf([[shell[0]!, shell[2]!, shell[1]!, shell[3]!, shell[0]!]]),
    ],
  ])('two areas are two with %s', (_name, one, other) => {
    expect(isSameArea(one, other)).toBe(false)
    expect(isSameArea(other, one)).toBe(false)
  })
})

describe('two bans', () => {
  const order = makeOrder()

  it('two bans of one area are of one matter until one of them is about another area', () => {
    const one = createBanRule(0, order, makeBan(), at(-Infinity))
    const other = createBanRule(
      1,
      order,
      makeBan({ id: 'other', approachMeters: 50 }),
      at(-Infinity),
    )
    expect(isOfSameMatter(one, other, 0, Infinity)).toBe(true)
    expect(isOfSameMatter(one, one, 0, Infinity)).toBe(false)
    amendBanRule(other, order, makeBan({ id: 'other', area: circle }), at(1_000))
    expect(isOfSameMatter(one, other, 0, 999)).toBe(true)
    expect(isOfSameMatter(one, other, 0, 1_000)).toBe(false)
    expect(isOfSameMatter(one, other, 2_000, Infinity)).toBe(false)
  })

  it('two bans of two people are of one matter for the one that keeps them further apart', () => {
    const rule = (slot: number, victimId: string, separationMeters: number) =>
      createPairRule(slot, 1, order, makePair({ victimId, separationMeters }), -Infinity)
    expect(isOfSameMatter(rule(0, 'victim', 500), rule(1, 'victim', 500), 0, 1)).toBe(true)
    expect(isOfSameMatter(rule(0, 'victim', 600), rule(1, 'victim', 500), 0, 1)).toBe(true)
    expect(isOfSameMatter(rule(0, 'victim', 500), rule(1, 'victim', 600), 0, 1)).toBe(false)
    expect(isOfSameMatter(rule(0, 'victim', 500), rule(1, 'other', 500), 0, 1)).toBe(false)
    const area = createBanRule(0, order, makeBan(), at(-Infinity))
    expect(isOfSameMatter(area, rule(1, 'victim', 500), 0, 1)).toBe(false)
  })
})
