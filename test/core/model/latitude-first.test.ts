import { expect, it } from 'vitest'
import { isLatitudeFirst } from '../../../src/core/model/latitude-first.ts'

it('what lies in the Netherlands once swapped has its latitude first, and nothing that lies there now', () => {
  for (const [longitude, latitude] of [
    [5.1, 52.1],
    [3.37, 51.37],
    [7.21, 53.2],
    [5.69, 50.76],
  ] as const) {
    expect(isLatitudeFirst(longitude, latitude)).toBe(false)
    expect(isLatitudeFirst(latitude, longitude)).toBe(true)
  }
  expect(isLatitudeFirst(47.14, 9.52)).toBe(false)
})
