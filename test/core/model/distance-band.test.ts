import { expect, it } from 'vitest'
import { distanceBand, tellDistance } from '../../../src/core/model/distance-band.ts'

it('a distance is told as a band in two languages, each with its unit once where it can be', () => {
  const told = [0, 49.9, 50, 347, 350, 999.9, 1_000, 4_999, 9_999, 10_000, 80_000].map((meters) => [
    meters,
    tellDistance(meters, 'en'),
    tellDistance(meters, 'nl'),
  ])
  expect(told).toEqual([
    [0, 'less than 50 m', 'minder dan 50 m'],
    [49.9, 'less than 50 m', 'minder dan 50 m'],
    [50, '50 to 100 m', '50 tot 100 m'],
    [347, '200 to 350 m', '200 tot 350 m'],
    [350, '350 to 500 m', '350 tot 500 m'],
    [999.9, '500 m to 1 km', '500 m tot 1 km'],
    [1_000, '1 to 2 km', '1 tot 2 km'],
    [4_999, '2 to 5 km', '2 tot 5 km'],
    [9_999, '5 to 10 km', '5 tot 10 km'],
    [10_000, 'more than 10 km', 'meer dan 10 km'],
    [80_000, 'more than 10 km', 'meer dan 10 km'],
  ])
  expect(tellDistance(null, 'nl')).toBe('een onbekende afstand')
})

it('the band of a distance holds it, whatever it is', () => {
  for (let meters = 0; meters < 12_000; meters += 7.3) {
    const { fromMeters, belowMeters } = distanceBand(meters)
    expect((fromMeters ?? 0) <= meters && meters < (belowMeters ?? Infinity)).toBe(true)
  }
})

it('a band ends at what an order allows, on the side where the distance lies', () => {
  const told = ([meters, allowed]: readonly [number, number]) => tellDistance(meters, 'nl', allowed)
  expect(
    (
      [
        [290, 300],
        [300, 300],
        [290, 200],
        [290, 1_500],
        [1_700, 1_500],
      ] as const
    ).map(told),
  ).toEqual(['200 tot 300 m', '300 tot 350 m', '200 tot 350 m', '200 tot 350 m', '1,5 tot 2 km'])
  expect(tellDistance(30, 'en', 25)).toBe('25 to 50 m')
  expect(tellDistance(12_000, 'en', 15_000)).toBe('10 to 15 km')
})
