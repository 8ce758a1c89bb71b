import fc from 'fast-check'
import { expect, it } from 'vitest'
import { smallestCount } from '../../src/report/apart.ts'
import { suppress, type Counts } from '../../src/report/suppress.ts'

const byName = [{ nameOf: (name: string) => name }]

function thingsOf(counts: Counts): readonly string[] {
  return Object.entries(counts).flatMap(([name, count]) => Array<string>(count).fill(name))
}

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
  const names = Object.keys(counts)
  expect(suppress(thingsOf(counts), [{ nameOf: (name) => name, names }])).toEqual({
    total,
    groups: [shown],
  })
})

it('a total that one division of it would give away is left out of every other one', () => {
  const divisions = [{ nameOf: () => 'a' }, ...byName]
  expect(suppress(thingsOf({ x: 3, y: 3 }), divisions)).toEqual({
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
      const { total, groups } = suppress(thingsOf(real), byName)
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
        const seen = suppress(thingsOf(world), byName)
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

/** Things of which each has a kind and a priority: how many of each pair there are. */
type Cells = Readonly<Record<string, number>>
const twoDivisions = [
  { nameOf: (pair: string) => pair.split(' ')[1] ?? '' },
  { nameOf: (pair: string) => pair.split(' ')[0] ?? '' },
]
const tell = (cells: Cells) => suppress(thingsOf(cells), twoDivisions)

it('a kind of one priority does not follow from that priority and the other kinds of it', () => {
  // Beside "panic" the first by name would be left out, and P1 less "breach" is "panic".
  const cells = { 'breach P1': 50, 'panic P1': 3, 'battery P3': 30, 'silent P2': 40 }
  expect(tell(cells)).toEqual({
    total: 123,
    groups: [
      { P1: 53, P2: 40, P3: 30 },
      { battery: null, breach: null, panic: null, silent: 40 },
    ],
  })
})

it('what few of a kind were at another priority does not follow, though nothing told is small', () => {
  expect(tell({ 'breach P1': 50, 'near P1': 3, 'near P2': 30, 'silent P2': 40 }).groups[1]).toEqual(
    { breach: null, near: null, silent: 40 },
  )
})

it('parts of a division that tell on another one are told from the first on, as far as they can be', () => {
  const answers = {
    nameOf: (pair: string) => pair.split(' ').slice(1).join(' '),
    divides: { place: 0, partOf: (name: string) => name.slice(0, 2) },
  }
  const outcome = { nameOf: (pair: string) => pair.split(' ')[0] ?? '' }
  const priority = { nameOf: (pair: string) => pair.split(' ')[1] ?? '' }
  // Open, less who was not answered, is whoever was answered and is open: three.
  const things = thingsOf({
    'open P1 not': 9,
    'open P1 yes': 3,
    'open P2 not': 9,
    'closed P1 yes': 30,
    'closed P2 yes': 30,
  })
  expect(suppress(things, [priority, outcome, answers]).groups).toEqual([
    { P1: 42, P2: 39 },
    { closed: 60, open: 21 },
    { 'P1 not': 9, 'P1 yes': 33, 'P2 not': null, 'P2 yes': null },
  ])
})

it('whoever knows the rule, both divisions, and what never goes together cannot tell a small count', () => {
  const pairs = ['a P1', 'b P1', 'b P2', 'c P2', 'd P1', 'd P2']
  const drawn = fc.tuple(
    fc.subarray(pairs, { minLength: 2, maxLength: 4 }),
    fc.array(fc.integer({ min: 1, max: 13 }), { minLength: 4, maxLength: 4 }),
  )
  let leftOutCount = 0
  fc.assert(
    fc.property(drawn, ([names, numbers]) => {
      const real = Object.fromEntries(names.map((name, place) => [name, numbers[place] ?? 1]))
      const seen = tell(real)
      const text = JSON.stringify(seen)
      const secrets = secretsOf(real, seen.groups)
      leftOutCount += secrets.size
      for (const other of near(real, seen.total)) {
        if (secrets.size === 0) break
        const open = [...secrets].filter(([, secret]) => secret.of(other) !== secret.is)
        if (open.length === 0 || JSON.stringify(tell(other)) !== text) continue
        for (const [name] of open) secrets.delete(name)
      }
      expect([...secrets.keys()]).toEqual([])
    }),
    { numRuns: 300 },
  )
  expect(leftOutCount).toBeGreaterThan(50)
})

/** Each name and each pair of which there are few. */
function secretsOf(real: Cells, groups: readonly Readonly<Record<string, number | null>>[]) {
  const secrets = new Map<string, { is: number; of: (cells: Cells) => number }>()
  const add = (name: string, of: (cells: Cells) => number): void => {
    if (of(real) < smallestCount) secrets.set(name, { is: of(real), of })
  }
  for (const [place, group] of groups.entries()) {
    const nameOf = twoDivisions[place]?.nameOf
    for (const [name, shown] of Object.entries(group))
      if (shown === null)
        add(name, (cells) =>
          Object.entries(cells).reduce(
            (sum, [pair, count]) => sum + (nameOf?.(pair) === name ? count : 0),
            0,
          ),
        )
  }
  for (const pair of Object.keys(real)) add(pair, (cells) => cells[pair] ?? 0)
  return secrets
}

/** Worlds of the same pairs with some more of one and fewer of another. */
function* near(real: Cells, total: number | null): Generator<Cells> {
  const pairs = Object.keys(real)
  const steps = [0, 1, -1, 2, -2, 3, -3, 4, -4]
  for (let nth = 1; nth < steps.length ** pairs.length; nth += 1) {
    let rest = nth
    let sum = 0
    const other: Record<string, number> = {}
    for (const pair of pairs) {
      const step = steps[rest % steps.length] ?? 0
      rest = Math.floor(rest / steps.length)
      other[pair] = (real[pair] ?? 0) + step
      sum += step
    }
    if ((total === null || sum === 0) && Object.values(other).every((count) => count > 0))
      yield other
  }
}
