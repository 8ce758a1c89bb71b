import { expect, it } from 'vitest'
import { plainText } from '../../../src/core/model/plain-text.ts'

it.each([
  ['  Coöperatie  weg ', 'cooperatie weg'],
  ['ÉÉN', 'een'],
  ["'s-Gravenhage", "'s-gravenhage"],
  ['\t', ''],
])('the text %j is compared as %j', (text, expected) => {
  expect(plainText(text)).toBe(expected)
})
