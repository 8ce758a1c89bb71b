import { expect, it } from 'vitest'
import { checkAlertLoad } from '../../../src/core/enforceability/load-check.ts'
import {
  tellAtLeastNl,
  tellAtMostNl,
  tellCoarseNl,
  tellReachNl,
} from '../../../src/core/enforceability/tell-dutch.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

it.each([
  [0, 'minder dan 10 seconden'],
  [9.9, 'minder dan 10 seconden'],
  [26, '20 seconden'],
  [59.9, '50 seconden'],
  [60, '1 minuut'],
  [89, '1 minuut'],
  [90, '1½ minuten'],
  [1_019, '16½ minuten'],
  [3_600, 'meer dan een uur'],
  [Infinity, 'meer dan een uur'],
])('somebody has %d seconds: %s, never more than there is', (seconds, told) => {
  expect(tellAtLeastNl(seconds)).toBe(told)
})

it.each([
  [1, '10 seconden'],
  [50, '50 seconden'],
  [51, '1 minuut'],
  [61, '1½ minuten'],
  [1_020, '17 minuten'],
  [1_021, '17½ minuten'],
])('the police need %d seconds: %s, never less than they do', (seconds, told) => {
  expect(tellAtMostNl(seconds)).toBe(told)
})

it('a distance is told down to tens, and a count with the digits it is good for', () => {
  expect(['349.9', '798', '1000'].map((meters) => tellReachNl(Number(meters)))).toEqual([
    '340 m',
    '790 m',
    '1000 m',
  ])
  expect([0.43, 2.43, 20].map(tellCoarseNl)).toEqual(['0,43', '2,4', '20'])
})

it('what has no name on the map has a Dutch word in the Dutch sentence', () => {
  const load = {
    perDayMedian: 2.43,
    perDayWorst: 2.57,
    passagesPerWeek: 4,
    causes: ['Maxi', 'wood'],
    weekCount: 4,
    seedCount: 5,
    isRecorded: false,
  }
  const { sentence, sentenceNl } = checkAlertLoad(load, defaultLimits)
  expect(sentence).toContain('on the way to Maxi, wood')
  expect(sentenceNl).toContain('op weg naar Maxi, bos')
  expect(sentenceNl).toContain('2,4 meldingen per dag (ten hoogste 2,6;')
})
