import { describe, expect, it } from 'vitest'
import type { Box } from '../../geo/box-index.ts'
import { buildBoxTree, markTouching } from '../../geo/box-tree.ts'
import { createRandom } from '../property/random.ts'

function touching(boxes: readonly Box[], area: Box): number[] {
  const tree = buildBoxTree(boxes.map((box, item) => ({ ...box, item })))
  const marks = new Uint8Array(boxes.length)
  markTouching(tree, area, marks)
  return [...marks.keys()].filter((item) => marks[item] === 1)
}

const unit: Box = { west: 0, south: 0, east: 1, north: 1 }

describe('a tree of boxes that do not change', () => {
  it.each<[string, Box, number[]]>([
    ['a box that overlaps the area is found', { west: 0.5, south: 0.5, east: 2, north: 2 }, [0]],
    ['a box that holds the area is found', { west: 0.5, south: 0.5, east: 0.5, north: 0.5 }, [0]],
    ['a box that lies within the area is found', { west: -1, south: -1, east: 2, north: 2 }, [0]],
    ['a box that shares one corner is found', { west: 1, south: 1, east: 2, north: 2 }, [0]],
    ['a box beside the area is not found', { west: 1.001, south: 0, east: 2, north: 1 }, []],
    ['a box above the area is not found', { west: 0, south: -2, east: 1, north: -0.001 }, []],
  ])('%s', (_, area, expected) => {
    expect(touching([unit], area)).toEqual(expected)
  })

  it('a tree of no boxes finds nothing', () => {
    expect(touching([], unit)).toEqual([])
  })

  it('an item of several boxes is found by each of them', () => {
    const tree = buildBoxTree([
      { ...unit, item: 0 },
      { west: 10, south: 10, east: 11, north: 11, item: 0 },
    ])
    const marks = new Uint8Array(1)
    markTouching(tree, { west: 10.5, south: 10.5, east: 10.5, north: 10.5 }, marks)
    expect([...marks]).toEqual([1])
  })

  it('a tree of any size finds what looking at every box finds', () => {
    const random = createRandom(5)
    const makeBox = (sizeMax: number): Box => {
      const [west, south] = [random.between(-180, 179), random.between(-90, 89)]
      const size = random.between(0, sizeMax)
      return { west, south, east: west + size, north: south + size * random.between(0, 1) }
    }
    for (let count = 1; count < 300; count += random.integer(1, 9)) {
      const boxes = Array.from({ length: count }, () => makeBox(20))
      const area = makeBox(random.chance(0.5) ? 40 : 0)
      const expected = [...boxes.keys()].filter((at) => overlaps(boxes[at]!, area))
      expect(touching(boxes, area), `${count} boxes`).toEqual(expected)
    }
  })
})

function overlaps(one: Box, other: Box): boolean {
  return (
    one.west <= other.east &&
    one.east >= other.west &&
    one.south <= other.north &&
    one.north >= other.south
  )
}
