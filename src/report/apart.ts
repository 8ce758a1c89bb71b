/** Counts below are left out. */
export const smallestCount = 5

/**
 * What is left out together adds up to something that is known. Where it is ten or more, and one of
 * it is not small, it can be divided in more ways than one knows.
 */
export const hiddenSumMin = 2 * smallestCount

/**
 * Whether two divisions of the same things, told side by side, give no small number away. Who knows
 * what never goes together can take parts of one from parts of the other: of what stands in some
 * parts of one, less the parts of the other that stand in these alone, the rest is known. It must
 * be nothing or not small; and where something left out is in it, large enough to hide that.
 */
export function isApart(pairs: readonly Pair[], one: Way, other: Way): boolean {
  const cells = pairs.map(({ names, count }) => ({
    names,
    blocks: [one.get(names[0]) ?? names[0], other.get(names[1]) ?? names[1]] as const,
    isLeftOut: one.has(names[0]) || other.has(names[1]),
    count,
  }))
  const [few, many] = countBlocks(cells, 0) < countBlocks(cells, 1) ? [0, 1] : [1, 0]
  const columns = [...new Set(cells.map(({ blocks }) => blocks[few] ?? ''))]
  const rows = [...Map.groupBy(cells, ({ blocks }) => blocks[many] ?? '').values()]
  for (let chosen = 1; chosen < 2 ** columns.length; chosen += 1) {
    const within = new Set(columns.filter((_, place) => (chosen & (1 << place)) !== 0))
    const isIn = ({ blocks }: Cell): boolean => within.has(blocks[few] ?? '')
    const rest = rows.filter((row) => !row.every(isIn)).flatMap((row) => row.filter(isIn))
    if (!isSafe(rest)) return false
  }
  return true
}

/** How a division is told: what is left out, and in which block whose sum is known. */
export type Way = ReadonlyMap<string, string>

/** How many things have both names. */
export type Pair = { readonly names: readonly [string, string]; readonly count: number }

type Cell = Pair & { readonly blocks: readonly [string, string]; readonly isLeftOut: boolean }

function countBlocks(cells: readonly Cell[], side: 0 | 1): number {
  return new Set(cells.map(({ blocks }) => blocks[side])).size
}

function isSafe(cells: readonly Cell[]): boolean {
  const sum = sumOf(cells)
  if (sum === 0) return true
  if (!cells.some(({ isLeftOut }) => isLeftOut)) return sum >= smallestCount
  return sum >= hiddenSumMin && ([0, 1] as const).every((side) => hasLarge(cells, side))
}

function hasLarge(cells: readonly Cell[], side: 0 | 1): boolean {
  return [...Map.groupBy(cells, ({ names }) => names[side]).values()].some(
    (own) => sumOf(own) >= smallestCount,
  )
}

function sumOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0)
}
