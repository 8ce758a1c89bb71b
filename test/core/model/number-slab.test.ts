import { expect, it } from 'vitest'
import {
  createNumberSlab,
  readNumber,
  takePlace,
  writeNumber,
} from '../../../src/core/model/number-slab.ts'

it('a number is kept where it was put, however often a place that it names gives the slab a larger array', () => {
  const slab = createNumberSlab()
  const places = Array.from({ length: 200 }, () => takePlace(slab, 1))
  for (const place of places) writeNumber(slab, place, takePlace(slab, 7))
  expect(places.map((place) => readNumber(slab.numbers, place))).toEqual(
    places.map((place) => 200 + 7 * place),
  )
  expect(readNumber(slab.numbers, slab.numbers.length)).toBeNaN()
})
