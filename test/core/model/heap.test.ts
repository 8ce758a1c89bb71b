import { expect, it } from 'vitest'
import { createHeap, popFromHeap, pushToHeap } from '../../../src/core/model/heap.ts'
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
