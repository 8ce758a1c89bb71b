import fc from 'fast-check'
import { expect, it } from 'vitest'
import { smallestCount, suppress, type Counts } from '../../src/report/suppress.ts'

it.each([
  ['nothing where nothing is small', { a: 5, b: 9, c: 0 }, 14, { a: 5, b: 9, c: 0 }],
  [
    'a small one, with another that it would follow from',
    { a: 4, b: 9, c: 30 },
    43,
    { a: null, b: null, c: 30 },
  ],
  [
    'two small ones that together are known, with a third',
    { a: 1, b: 1, c: 20 },
    22,
    { a: null, b: null, c: null },
  ],
  [
    'beside a small one whichever comes first by name, whatever its size',
    { a: 30, b: 9, c: 4 },
    43,
    { a: null, b: 9, c: null },
  ],
  [
    'one that is not small, as three fours are the only three that make twelve',
    { a: 20, b: 4, c: 4, d: 4 },
    32,
    { a: null, b: null, c: null, d: null },
  ],
  [
    'everything, and the total, where nothing can hide it',
    { a: 2, b: 3, c: 0 },
    null,
    { a: null, b: null, c: 0 },
  ],
])('the counts of a report leave out %s', (_what, counts: Counts, total, shown) => {
  const sum = Object.values(counts).reduce((all, one) => all + one, 0)
  expect(suppress(sum, [counts])).toEqual({ total, groups: [shown] })
})

it('a total that one division of it would give away is left out of every other one', () => {
  expect(suppress(6, [{ a: 6 }, { x: 3, y: 3 }])).toEqual({
    total: null,
    groups: [{ a: null }, { x: null, y: null }],
  })
})

it('whoever knows the rule, the total and what is shown cannot tell any count that is left out', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(counts, (numbers) => {
      const real = Object.fromEntries(numbers.map((count, place) => [`n${place}`, count]))
      const sum = numbers.reduce((all, one) => all + one, 0)
      const { total, groups } = suppress(sum, [real])
      const shown = groups[0] ?? {}
      const hidden = Object.keys(shown).filter((name) => shown[name] === null)
      for (const [name, count] of Object.entries(real))
        if (count > 0 && count < smallestCount) expect(hidden).toContain(name)
      const possible = hidden.map(() => new Set<number>())
      for (const guess of guesses(hidden.length, sum + 6)) {
        const world = {
          ...real,
          ...Object.fromEntries(hidden.map((name, at) => [name, guess[at] ?? 0])),
        }
        const all = Object.values(world).reduce((one, other) => one + other, 0)
        if (total !== null && all !== total) continue
        const seen = suppress(all, [world])
        if (JSON.stringify(seen) !== JSON.stringify({ total, groups })) continue
        for (const [at, count] of guess.entries()) possible[at]?.add(count)
      }
      for (const values of possible) expect(values.size).toBeGreaterThan(1)
    }),
    { numRuns: 150, examples: [[[11, 11, 4]], [[20, 4, 4, 4]], [[1, 5, 5, 20]]] },
  )
})

/** Every division of at most `sum` over so many counts, none of them nought. */
function guesses(length: number, sum: number): number[][] {
  if (length === 0) return [[]]
  return Array.from({ length: Math.max(0, sum - length + 1) }, (_, place) => place + 1).flatMap(
    (first) => guesses(length - 1, sum - first).map((rest) => [first, ...rest]),
  )
}
