import { hiddenSumMin, isApart, smallestCount, type Pair, type Way } from './apart.ts'

/**
 * Leaves out what would say something about few people: counts from one to four, and as many more
 * as it takes so that none of them follows from the rest, nor from two divisions together: where
 * nearly every kind has one priority, a kind follows from the priorities and the other kinds. The
 * divisions are of the same things, the first one is told first; a total that would give one of
 * them away is left out with all of them.
 */
export function suppress<One>(
  all: readonly One[],
  divisions: readonly Division<One>[],
): Suppressed {
  const counts = divisions.map(({ nameOf, names }) => count(all, nameOf, names))
  const told: Way[] = []
  for (const [place, { nameOf, divides }] of divisions.entries()) {
    const own = counts[place] ?? {}
    const parent = divides === undefined ? undefined : told[divides.place]
    const ways =
      parent === undefined || divides === undefined
        ? listWays(own)
        : listWaysWithin(own, parent, divides.partOf)
    const others = told.flatMap((way, at) => {
      const other = divisions[at]
      return other === undefined || at === divides?.place
        ? []
        : [{ way, pairs: listPairs(all, nameOf, other.nameOf) }]
    })
    // The last way tells nothing.
    const way =
      ways.find((one) => others.every(({ pairs, way: other }) => isApart(pairs, one, other))) ??
      ways.at(-1)
    if (way === undefined || isSmall(all.length))
      return { total: all.length === 0 ? 0 : null, groups: counts.map(hideAll) }
    told.push(way)
  }
  return { total: all.length, groups: counts.map((own, place) => show(own, told[place])) }
}

export type Division<One> = {
  readonly nameOf: (one: One) => string
  /** Said with nought where there is none of it. */
  readonly names?: readonly string[]
  /** It divides each part of an earlier one further. */
  readonly divides?: { readonly place: number; readonly partOf: (name: string) => string }
}

export type Counts = Readonly<Record<string, number>>
export type ShownCounts = Readonly<Record<string, number | null>>

type Suppressed = { readonly total: number | null; readonly groups: readonly ShownCounts[] }

/** All that is left out has one sum. */
const leftOut = ' '

/**
 * From what tells the most to what tells nothing. Which others are left out beside the small ones
 * goes by their names alone: by their sizes, which one it was would say how large it is. None:
 * with the total known nothing can hide them.
 */
function listWays(counts: Counts): readonly Way[] {
  const { small, others } = divide(counts)
  const sum = (names: readonly string[]): number =>
    names.reduce((total, name) => total + (counts[name] ?? 0), 0)
  return Array.from({ length: others.length + 1 }, (_, more) => [
    ...small,
    ...others.slice(0, more),
  ])
    .filter(
      (hidden) =>
        hidden.length === 0 || (hidden.length > small.length && sum(hidden) >= hiddenSumMin),
    )
    .map((hidden) => new Map(hidden.map((name) => [name, leftOut])))
}

/** Each part by itself; then without the last part, the last two, and so on. */
function listWaysWithin(
  counts: Counts,
  parent: Way,
  partOf: (name: string) => string,
): readonly Way[] {
  const names = Object.keys(counts).filter((name) => counts[name] !== 0)
  const parts = [...Map.groupBy(names, partOf)].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Array.from({ length: parts.length + 1 }, (_, fewer) => {
    const way = new Map<string, string>()
    for (const [place, [part, own]] of parts.entries()) {
      const isTold = !parent.has(part) && place < parts.length - fewer
      const within = isTold
        ? listWays(Object.fromEntries(own.map((name) => [name, counts[name] ?? 0])))[0]
        : undefined
      for (const name of own)
        if (within === undefined || within.has(name)) way.set(name, parent.get(part) ?? `${part} `)
    }
    return way
  })
}

function divide(counts: Counts) {
  const names = Object.keys(counts).toSorted()
  return {
    small: names.filter((name) => isSmall(counts[name] ?? 0)),
    others: names.filter((name) => (counts[name] ?? 0) >= smallestCount),
  }
}

function show(counts: Counts, way: Way | undefined): ShownCounts {
  return Object.fromEntries(
    Object.entries(counts).map(([name, own]) => [name, way?.has(name) === true ? null : own]),
  )
}

/** Nought is shown: it says that there was nobody. */
function hideAll(counts: Counts): ShownCounts {
  return Object.fromEntries(
    Object.entries(counts).map(([name, own]) => [name, own === 0 ? 0 : null]),
  )
}

function count<One>(
  all: readonly One[],
  nameOf: (one: One) => string,
  names: readonly string[] = [],
): Counts {
  const counts = new Map<string, number>(names.map((name) => [name, 0]))
  for (const one of all) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1)
  return Object.fromEntries([...counts].toSorted(([name], [other]) => (name < other ? -1 : 1)))
}

function listPairs<One>(
  all: readonly One[],
  nameOf: (one: One) => string,
  otherOf: (one: One) => string,
): readonly Pair[] {
  return [...Map.groupBy(all, nameOf)].flatMap(([name, own]) =>
    [...Map.groupBy(own, otherOf)].map(([other, both]) => ({
      names: [name, other] as const,
      count: both.length,
    })),
  )
}

function isSmall(own: number): boolean {
  return own > 0 && own < smallestCount
}
