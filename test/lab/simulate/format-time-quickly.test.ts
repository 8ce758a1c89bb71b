import { expect, it } from 'vitest'
import { formatInstant } from '../../../src/schemas/common.ts'
import { createTimeFormatter } from '../../../lab/simulate/format-time-quickly.ts'
import { createRandom } from '../../support/random.ts'

it('the quick writer of times writes a time as everybody else does, in any order', () => {
  const seed = 8
  const random = createRandom(seed)
  const quickly = createTimeFormatter()
  const times = [0, 999, 3_599_999, 3_600_000, Date.UTC(2026, 2, 29, 1), Date.UTC(1999, 11, 31) - 1]
  for (let round = 0; round < 20_000; round++) times.push(Math.floor(random() * 2e12))
  for (const timeMs of times) {
    expect(quickly(timeMs), `seed ${seed}`).toBe(formatInstant(timeMs))
    expect(quickly(timeMs + 1_500)).toBe(formatInstant(timeMs + 1_500))
  }
})
