import { describe, expect, it } from 'vitest'
import { cellOf, widenToCells } from '../../../src/http/answers/coarse-cell.ts'

const boxAt = (longitude: number, latitude: number, size: number) => ({
  west: longitude,
  south: latitude,
  east: longitude + size,
  north: latitude + size,
})

describe('a search by whole squares', () => {
  const { longitude, latitude } = cellOf({ longitude: 4.8952, latitude: 52.3702 })

  it('small boxes anywhere in one square ask the same', () => {
    const asked = [-0.02, -0.001, 0, 0.015].map((shift) =>
      widenToCells(boxAt(longitude + shift, latitude + shift, 1e-6)),
    )
    for (const one of asked) expect(one).toEqual(asked[0])
  })

  it('what is asked holds the box, and squares of five kilometres at most on each side', () => {
    const box = boxAt(longitude - 0.1, latitude - 0.1, 0.2)
    const asked = widenToCells(box)
    expect(asked.west).toBeLessThanOrEqual(box.west)
    expect(asked.south).toBeLessThanOrEqual(box.south)
    expect(asked.east).toBeGreaterThanOrEqual(box.east)
    expect(asked.north).toBeGreaterThanOrEqual(box.north)
    expect(box.south - asked.south).toBeLessThan(0.046)
    expect(asked.east - box.east).toBeLessThan(0.08)
  })
})
