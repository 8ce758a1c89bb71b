import { describe, expect, it } from 'vitest'
import { createBodyBudget, defaultBodyLimits } from '../../../src/http/door/body-budget.ts'

const megabyte = 1024 * 1024
const limits = { bytesMax: 10 * megabyte, clientBytesMax: 6 * megabyte }

describe('the memory for bodies', () => {
  it('the memory for bodies is refused with a 503 beyond its bound, and there again once an answer is made', () => {
    const budget = createBodyBudget(limits)
    const holds = ['a', 'b', 'c'].map((client) => budget.open(client))
    for (const hold of holds.slice(0, 2)) hold.take(5 * megabyte)
    expect(() => holds[2]?.take(megabyte)).toThrow(
      expect.objectContaining({ code: 'overloaded', status: 503 }),
    )
    expect(budget.stats()).toMatchObject({ heldBytes: 10 * megabyte, refusedCount: 1 })
    holds[0]?.release()
    holds[2]?.take(megabyte)
    expect(budget.stats().heldBytes).toBe(6 * megabyte)
  })

  it('the memory for bodies is shared: one client cannot take what is left for the others', () => {
    const budget = createBodyBudget(limits)
    budget.open('a').take(4 * megabyte)
    const second = budget.open('a')
    expect(() => second.take(3 * megabyte)).toThrow(expect.objectContaining({ code: 'overloaded' }))
    budget.open('b').take(3 * megabyte)
    second.take(2 * megabyte)
    expect(budget.stats().heldBytes).toBe(9 * megabyte)
  })

  it('the memory for bodies may shrink while the budget is full, and what is given back is given back once', () => {
    const budget = createBodyBudget(limits)
    const [first, second] = [budget.open('a'), budget.open('b')]
    first.take(6 * megabyte)
    second.take(4 * megabyte)
    first.take(2 * megabyte)
    expect(budget.stats().heldBytes).toBe(6 * megabyte)
    first.release()
    first.release()
    second.release()
    expect(budget.stats()).toEqual({ heldBytes: 0, refusedCount: 0, clientCount: 0 })
  })

  it('the memory for bodies counts a request with an empty body too', () => {
    const budget = createBodyBudget(limits)
    budget.open('a').take(0)
    expect(budget.stats().heldBytes).toBe(16 * 1024)
  })

  it('the memory for bodies leaves room for other clients beside one that fills its share', () => {
    expect(defaultBodyLimits.clientBytesMax).toBeLessThanOrEqual(defaultBodyLimits.bytesMax / 2)
  })
})
