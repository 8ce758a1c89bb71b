import { expect, it } from 'vitest'
import { advanceInPieces } from '../../../src/ingest/evaluator/advance-in-pieces.ts'

/** Due items that take so long each; how many are judged before others get their turn. */
function countJudged(dueCount: number, msEach: number): number {
  let left = dueCount
  const advance = (_toMs: number, bound: { readonly countMax: number }) => {
    for (let count = 0; count < bound.countMax && left > 0; count += 1) {
      left -= 1
      const untilMs = performance.now() + msEach
      while (performance.now() < untilMs);
    }
    return []
  }
  advanceInPieces({ advance, isDueLeft: () => left > 0 }, 0)
  return dueCount - left
}

it('what is due is judged until ten milliseconds are over, and the rest later', () => {
  expect(countJudged(10_000, 2)).toBe(10)
  expect(countJudged(7, 2)).toBe(7)
})

it('what is due and quickly judged is bounded by its number', () => {
  expect(countJudged(10_000, 0)).toBeLessThanOrEqual(100)
  expect(countJudged(10_000, 0)).toBeGreaterThanOrEqual(10)
})

it('a clock that is held is not asked for ever', () => {
  let askedCount = 0
  const advance = () => {
    askedCount += 1
    return []
  }
  advanceInPieces({ advance, isDueLeft: () => true }, 0)
  expect(askedCount).toBeLessThanOrEqual(10)
})
