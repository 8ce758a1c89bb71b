import { describe, expect, it } from 'vitest'
import type { Box } from '../../geo/box-index.ts'
import { buildStillIndex } from '../../geo/still-index.ts'
import { createRandom } from '../support/random.ts'

describe('an index of boxes that stay', () => {
  it('an index of boxes that stay finds what looking at every box finds', () => {
    const random = createRandom(66)
    const box = (size: number): Box => {
      const west = random() * 10
      const south = random() * 10
      return { west, south, east: west + random() * size, north: south + random() * size }
    }
    const boxes = Array.from({ length: 500 }, () => box(0.3))
    const index = buildStillIndex(boxes.length, (item) => boxes[item]!)
    for (let round = 0; round < 200; round++) {
      const area = box(2)
      const touching = boxes.flatMap((one, item) =>
        one.west <= area.east &&
        one.east >= area.west &&
        one.south <= area.north &&
        one.north >= area.south
          ? [item]
          : [],
      )
      expect(index.search(area).toSorted((one, other) => one - other)).toEqual(touching)
    }
  })

  it('an index of no box finds none', () => {
    const index = buildStillIndex(0, () => ({ west: 0, south: 0, east: 0, north: 0 }))
    expect(index.search({ west: -180, south: -90, east: 180, north: 90 })).toEqual([])
  })
})
