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

  it.each([1, 2, 3, 4, 5])(
    'deadlines agree with a plain map through sweep after sweep: none is lost, and each comes once (seed %d)',
    (seed) => {
      const random = createRandom(seed)
      const deadlines = createDeadlines<{ id: string; dueMs: number }>()
      const items = Array.from({ length: 700 }, (_, number) => ({
        id: `${number}`,
        dueMs: Infinity,
      }))
      const dueMs = new Map<string, number>()
      let wokenCount = 0
      let entriesMax = 0
      for (let nowMs = 0; nowMs < 2_000; nowMs++) {
        for (let count = 0; count < 30; count++) {
          const item = items[Math.floor(random() * items.length)]!
          // Few moments, so that many are due at once, and one again when it was before.
          const ms = nowMs + 5 * Math.floor(random() * (random() < 0.5 ? 10 : 1_000))
          const isMoved = ms < (dueMs.get(item.id) ?? Infinity)
          wake(deadlines, item, ms)
          if (isMoved) dueMs.set(item.id, ms)
          if (isMoved) wokenCount++
        }
        entriesMax = Math.max(entriesMax, deadlines.items.length)
        const expected = [...dueMs].flatMap(([id, ms]) => (ms <= nowMs ? [id] : []))
        const taken: string[] = []
        for (
          let item = takeDue(deadlines, nowMs);
          item !== null;
          item = takeDue(deadlines, nowMs)
        ) {
          taken.push(item.id)
        }
        expect(taken.toSorted()).toEqual(expected.toSorted())
        for (const id of taken) dueMs.delete(id)
        const firstMs = dueMs.size === 0 ? null : Math.min(...dueMs.values())
        expect(findFirstDueMs(deadlines)).toBe(firstMs)
      }
      // Swept more than once.
      expect(wokenCount).toBeGreaterThan(4 * entriesMax)
    },
  )
})
