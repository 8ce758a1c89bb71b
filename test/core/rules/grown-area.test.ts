import { describe, expect, it } from 'vitest'
import type { BanArea } from '../../../src/core/model/registry.ts'
import { isGrownBeyondBand } from '../../../src/core/rules/grown-area.ts'
import { home } from '../engine-world.ts'

type Corner = readonly [eastMeters: number, northMeters: number]

/** Rings by metres from the home, each an area of its own. */
function areaOf(...shells: readonly (readonly Corner[])[]): BanArea {
  const coordinates = shells.map((shell) => [
    [...shell, ...shell.slice(0, 1)].map(
      ([east, north]) =>
        [home.longitude + east / 68_500, home.latitude + north / 111_320] as [number, number],
    ),
  ])
  return { type: 'geometry', geometry: { type: 'MultiPolygon', coordinates } }
}

const box = (west: number, south: number, east: number, north: number): readonly Corner[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
]

const isGrown = (was: BanArea, is: BanArea, approachMeters: number, left = 1_000_000): boolean =>
  isGrownBeyondBand({ area: was, approachMeters }, { area: is }, { left })

const bent: readonly Corner[] = [
  [0, 0],
  [3_000, 0],
  [3_000, 300],
  [300, 300],
  [300, 3_000],
  [0, 3_000],
]

describe('an area that grows beyond its band', () => {
  it('a ban in the shape of an L whose gap is filled has grown beyond its band, within the same box', () => {
    expect(isGrown(areaOf(bent), areaOf(box(0, 0, 3_000, 3_000)), 500)).toBe(true)
  })

  it('a ban of two parts whose gap is filled has grown beyond its band, though each new corner is an old one', () => {
    const parts = areaOf(box(0, 0, 300, 300), box(3_000, 0, 3_300, 300))
    expect(isGrown(parts, areaOf(box(0, 0, 3_300, 300)), 500)).toBe(true)
    expect(isGrown(parts, areaOf(box(0, 0, 3_300, 300)), 1_400)).toBe(false)
  })

  it('a strip a metre wide to a far place has grown beyond its band', () => {
    const strip = box(299, 1_000, 2_000, 1_001)
    expect(isGrown(areaOf(bent), areaOf(bent, strip), 500)).toBe(true)
  })

  it('a ban that grows by less than its band has not grown beyond it, in any shape', () => {
    const wider: readonly Corner[] = [
      [-300, -300],
      [3_300, -300],
      [3_300, 600],
      [600, 600],
      [600, 3_300],
      [-300, 3_300],
    ]
    expect(isGrown(areaOf(bent), areaOf(wider), 500)).toBe(false)
    expect(isGrown(areaOf(bent), areaOf(wider), 280)).toBe(true)
    expect(isGrown(areaOf(bent), areaOf(bent), 0)).toBe(false)
  })

  it('a ban that has shrunk has not grown beyond its band', () => {
    expect(isGrown(areaOf(bent), areaOf(box(10, 10, 290, 290)), 0)).toBe(false)
  })

  it('what cannot be compared with so little effort says so by what is left of it', () => {
    const effort = { left: 50 }
    const before = { area: areaOf(bent), approachMeters: 500 }
    isGrownBeyondBand(before, { area: areaOf(box(0, 0, 3_000, 3_000)) }, effort)
    expect(effort.left).toBeLessThan(0)
  })
})
