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
 * What is left out together adds up to something that is known. Two counts that are hidden, and
 * together make ten or more, can be divided in more ways than one knows.
 */
const hiddenSumMin = 2 * smallestCount

/** Null: with the total known nothing can hide them. */
function hide(counts: Counts): ShownCounts | null {
  const bySize = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([name, count], [other, more]) => count - more || (name < other ? -1 : 1))
  const hidden = new Set(bySize.filter(([, count]) => isSmall(count)).map(([name]) => name))
  if (hidden.size === 0) return counts
  const sum = (): number =>
    bySize.reduce((total, [name, count]) => total + (hidden.has(name) ? count : 0), 0)
  for (const [name] of bySize) {
    if (hidden.size >= 2 && sum() >= hiddenSumMin) break
    hidden.add(name)
  }
  if (hidden.size < 2 || sum() < hiddenSumMin) return null
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
