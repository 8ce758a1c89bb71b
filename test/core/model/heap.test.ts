import { expect, it } from 'vitest'
import {
  createHeap,
  popFromHeap,
  pushToHeap,
  readFirstKey,
  sweepHeap,
} from '../../../src/core/model/heap.ts'
import { createRandom } from '../../property/random.ts'

it('an empty heap has no first item', () => {
  expect(popFromHeap(createHeap())).toBeNull()
})

it.each([1, 2, 3])(
  'a heap gives items as a sorted list would, ties by their number (seed %d)',
  (seed) => {
    const random = createRandom(seed)
    const heap = createHeap<string>()
    const waiting: { key: number; tie: number }[] = []
    const name = ({ key, tie }: { key: number; tie: number }): string => `${key}/${tie}`
    for (let tie = 0; tie < 2_000; tie++) {
      const entry = { key: random.integer(0, 50), tie }
      pushToHeap(heap, entry.key, name(entry), tie)
      waiting.push(entry)
      if (random.chance(0.6)) continue
      waiting.sort((one, other) => one.key - other.key || one.tie - other.tie)
      expect(popFromHeap(heap)).toBe(name(waiting.shift()!))
    }
    waiting.sort((one, other) => one.key - other.key || one.tie - other.tie)
    for (const entry of waiting) expect(popFromHeap(heap)).toBe(name(entry))
    expect(popFromHeap(heap)).toBeNull()
  },
)

it.each([1, 2, 3])(
  'a heap that is swept gives what is of use as before, each once, and stays small (seed %d)',
  (seed) => {
    const random = createRandom(seed)
    const heap = createHeap<string>()
    const keys = new Map<string, number>()
    let countMax = 0
    for (let move = 0; move < 20_000; move++) {
      const item = `${random.integer(0, 300)}`
      const key = move + random.integer(1, 100_000)
      keys.set(item, key)
      pushToHeap(heap, key, item)
      sweepHeap(heap, (one, keyOf) => keys.get(one) === keyOf)
      countMax = Math.max(countMax, heap.items.length)
    }
    expect(countMax).toBeLessThan(1_100)
    const order = [...keys].toSorted(([, one], [, other]) => one - other).map(([item]) => item)
    const given: string[] = []
    while (heap.items.length > 0) {
      const key = readFirstKey(heap)
      const item = popFromHeap(heap)!
      if (keys.get(item) === key) given.push(item)
    }
    expect(given).toEqual(order)
  },
)
