/**
 * Leaves out what would say something about few people: counts from one to four, and as many more
 * as it takes so that none of them follows from the rest. The groups divide the same total each by
 * something else; a total that would give one of them away is left out with all of them.
 */
export function suppress(total: number, groups: readonly Counts[]): Suppressed {
  const shown = groups.map((counts) => hide(counts))
  if (isSmall(total) || shown.includes(null))
    return { total: total === 0 ? 0 : null, groups: groups.map(hideAll) }
  return { total, groups: shown.map((group, place) => group ?? hideAll(groups[place] ?? {})) }
}

export type Counts = Readonly<Record<string, number>>
export type ShownCounts = Readonly<Record<string, number | null>>

type Suppressed = { readonly total: number | null; readonly groups: readonly ShownCounts[] }

/** Counts below are left out. */
export const smallestCount = 5

/**
 * What is left out together adds up to something that is known. Where it is ten or more, and one of
 * it is not small, it can be divided in more ways than one knows.
 */
const hiddenSumMin = 2 * smallestCount

/**
 * Which others are left out beside the small ones goes by their names alone: by their sizes, which
 * one it was would say how large it is. Null: with the total known nothing can hide them.
 */
function hide(counts: Counts): ShownCounts | null {
  const small = Object.keys(counts).filter((name) => isSmall(counts[name] ?? 0))
  if (small.length === 0) return counts
  const others = Object.keys(counts)
    .filter((name) => (counts[name] ?? 0) >= smallestCount)
    .toSorted()
  const sum = (names: readonly string[]): number =>
    names.reduce((total, name) => total + (counts[name] ?? 0), 0)
  const enough = others.findIndex(
    (_name, place) => sum([...small, ...others.slice(0, place + 1)]) >= hiddenSumMin,
  )
  if (enough === -1) return null
  const hidden = new Set([...small, ...others.slice(0, enough + 1)])
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, hidden.has(name) ? null : count]),
  )
}

/** Nought is shown: it says that there was nobody. */
function hideAll(counts: Counts): ShownCounts {
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, count === 0 ? 0 : null]),
  )
}

function isSmall(count: number): boolean {
  return count > 0 && count < smallestCount
}
