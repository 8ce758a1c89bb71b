import { expect, it } from 'vitest'
import { maxOf, minOf, pushAll } from '../../../src/core/model/lists.ts'

const million = Array.from({ length: 1_000_000 }, (_, index) => index)

it('a list of a million is added, and its ends found', () => {
  const all = [-1]
  pushAll(all, million)
  expect(all).toHaveLength(1_000_001)
  expect(all.at(-1)).toBe(999_999)
  expect([minOf(million), maxOf(million)]).toEqual([0, 999_999])
})

it('the ends of nothing, and of what is no number, are those of Math', () => {
  expect([minOf([]), maxOf([])]).toEqual([Math.min(), Math.max()])
  expect([minOf([1, Number.NaN]), maxOf([1, Number.NaN])]).toEqual([Number.NaN, Number.NaN])
})
