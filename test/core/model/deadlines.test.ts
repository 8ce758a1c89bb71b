import { describe, expect, it } from 'vitest'
import {
  createDeadlines,
  findFirstDueMs,
  takeDue,
  wake,
} from '../../../src/core/model/deadlines.ts'
import { createRandom } from '../../support/random.ts'

describe('deadlines', () => {
  it('the deadlines of nothing are none', () => {
    const deadlines = createDeadlines()
    expect(findFirstDueMs(deadlines)).toBeNull()
    expect(takeDue(deadlines, Infinity)).toBeNull()
  })

  it('deadlines come in the order of time, each item at the earliest moment asked for', () => {
    const deadlines = createDeadlines()
    const items = ['a', 'b', 'c'].map((id) => ({ id, dueMs: Infinity }))
    wake(deadlines, items[0]!, 300)
    wake(deadlines, items[1]!, 200)
    wake(deadlines, items[2]!, 100)
    wake(deadlines, items[0]!, 50)
    wake(deadlines, items[0]!, 400)
    expect(findFirstDueMs(deadlines)).toBe(50)
    expect([1, 2, 3, 4].map(() => takeDue(deadlines, 250)?.id)).toEqual(['a', 'c', 'b', undefined])
    expect(findFirstDueMs(deadlines)).toBeNull()
  })

  it('deadlines do not come before their moment', () => {
    const deadlines = createDeadlines()
    wake(deadlines, { id: 'a', dueMs: Infinity }, 100)
    expect(takeDue(deadlines, 99)).toBeNull()
    expect(takeDue(deadlines, 100)?.id).toBe('a')
  })

  it('an item that is moved forward again and again from a moment months away is kept a few times', () => {
    const deadlines = createDeadlines()
    const items = Array.from({ length: 50 }, (_, number) => ({ id: `${number}`, dueMs: Infinity }))
    const monthsMs = 8e9
    for (let nowMs = 0; nowMs < 200; nowMs++) {
      for (const item of items) {
        wake(deadlines, item, monthsMs)
        wake(deadlines, item, nowMs)
      }
      for (const _ of items) expect(takeDue(deadlines, nowMs)).not.toBeNull()
      expect(takeDue(deadlines, nowMs)).toBeNull()
    }
    for (const item of items) wake(deadlines, item, monthsMs)
    expect(deadlines.items.length).toBeLessThan(1_100)
    expect(findFirstDueMs(deadlines)).toBe(monthsMs)
  })

  it.each([1, 2, 3])(
    'deadlines agree with a plain search over a thousand moves (seed %d)',
    (seed) => {
      const random = createRandom(seed)
      const deadlines = createDeadlines()
      const items = Array.from({ length: 40 }, (_, number) => ({
        id: `${number}`,
        dueMs: Infinity,
      }))
      for (let move = 0; move < 1_000; move++) {
        const item = items[Math.floor(random() * items.length)]!
        if (random() < 0.6) wake(deadlines, item, Math.floor(random() * 10_000))
        const earliest = Math.min(...items.map(({ dueMs }) => dueMs))
        expect(findFirstDueMs(deadlines) ?? Infinity).toBe(earliest)
        if (random() < 0.4) {
          const taken = takeDue(deadlines, Infinity)
          expect(taken === null).toBe(earliest === Infinity)
          if (taken !== null) expect(taken.dueMs).toBe(Infinity)
        }
      }
    },
  )
})
