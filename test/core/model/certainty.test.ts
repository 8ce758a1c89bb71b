import { expect, it } from 'vitest'
import { certaintyOf } from '../../../src/core/model/certainty.ts'

it.each([
  [null, 'unknown'],
  [0, 'possible'],
  [0.699, 'possible'],
  [0.7, 'likely'],
  [0.949, 'likely'],
  [0.95, 'almostCertain'],
  [0.989, 'almostCertain'],
  [0.99, 'certain'],
  [1, 'certain'],
] as const)('the word for a probability of %s is %s', (probability, word) => {
  expect(certaintyOf(probability)).toBe(word)
})
