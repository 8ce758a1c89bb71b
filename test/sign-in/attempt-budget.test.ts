import { describe, expect, it } from 'vitest'
import { createRateLimiter } from '../../src/http/door/rate-limit.ts'
import { createAttemptBudget } from '../../src/sign-in/attempt-budget.ts'

function createBudget() {
  const clock = { nowMs: 0 }
  const budget = createAttemptBudget(createRateLimiter(() => clock.nowMs))
  const countAllowed = (count: number, attempt: Partial<Parameters<typeof budget.take>[0]>) =>
    Array.from({ length: count }, () =>
      budget.take({ account: 'anna', browser: null, address: '10.0.0.1', ...attempt }),
    ).filter(({ isAllowed }) => isAllowed).length
  return { clock, countAllowed }
}

describe('the budget of attempts', () => {
  it('one stranger at one address has five attempts at once, and then one in two minutes', () => {
    const { clock, countAllowed } = createBudget()
    expect(countAllowed(100, {})).toBe(5)
    clock.nowMs += 3_600_000
    const inAnHour = Array.from({ length: 60 }, () => {
      clock.nowMs += 60_000
      return countAllowed(100, {})
    }).reduce((sum, count) => sum + count, 0)
    expect(inAnHour).toBeGreaterThan(30)
    expect(inAnHour).toBeLessThan(40)
  })

  it('one stranger never takes the attempts of another address, or of a browser that is known', () => {
    const { countAllowed } = createBudget()
    countAllowed(1_000, {})
    expect(countAllowed(1, { address: '10.0.0.2' })).toBe(1)
    expect(countAllowed(1, { browser: 'b1' })).toBe(1)
  })

  it('a thousand strangers share ten attempts, and the known browser has its own all the same', () => {
    const { countAllowed } = createBudget()
    const allowed = Array.from({ length: 1_000 }, (_, n) =>
      countAllowed(5, { address: `10.1.${n >> 8}.${n & 255}` }),
    ).reduce((sum, count) => sum + count, 0)
    expect(allowed).toBe(10)
    expect(countAllowed(20, { browser: 'b1' })).toBe(10)
  })

  it('one address that tries many names runs out', () => {
    const { countAllowed } = createBudget()
    const allowed = Array.from({ length: 500 }, (_, n) => countAllowed(1, { account: `n${n}` }))
    expect(allowed.reduce((sum, count) => sum + count, 0)).toBe(60)
  })
})
