/**
 * Which visits to one band call somebody, where each is at one distance, more than a day after the
 * one before, and nobody is ever in the area. Slow and plain, and written from the policy: near it
 * five times on three days of a fortnight, no nearer than on the middle visit, no longer than twice
 * the longest, and at about the hour; who stays for four hours on three of the days, at any hour.
 */
export function rankVisits(visits: readonly Visit[]): string[] {
  const past: Counted[] = []
  return visits.flatMap((visit) => {
    const known = findKnown(past, visit)
    const isListed = known !== null && visit.meters >= known.meters - 50
    const longest = known?.minutes ?? Infinity
    const isDrawnOut = isListed && visit.minutes > Math.max(15, 2 * longest)
    const isCalled = !isListed || isDrawnOut
    past.push({
      ...visit,
      meters: isCalled ? visit.meters : Math.max(visit.meters, known.meters),
      minutes: isCalled ? visit.minutes : Math.min(visit.minutes, longest),
      leftMinute: visit.atMinute + visit.minutes + 10,
    })
    return isListed ? ['P3', ...(isDrawnOut ? ['P3 to P2 lasting'] : [])] : ['P2']
  })
}

/** What is usual; null while nothing is, or not at this hour. */
function findKnown(past: readonly Counted[], { atMinute }: Visit): Known | null {
  const lately = past.filter((one) => one.leftMinute >= atMinute - 14 * dayMinutes)
  const nights = countDays(lately.filter(({ minutes }) => minutes >= 240))
  if (lately.length < 5 || countDays(lately) < 3) return null
  const middle = lately.map(({ meters }) => meters).toSorted((one, other) => one - other)[
    lately.length >> 1
  ]
  if (middle === undefined) return null
  if (nights >= 3) return { meters: middle, minutes: null }
  const isUsualHour = lately.some((one) =>
    Array.from({ length: 15 }, (_, count) => atMinute - count * dayMinutes).some(
      (minute) => minute >= one.atMinute - 180 && minute <= one.leftMinute + 180,
    ),
  )
  const minutes = Math.max(...lately.map((one) => one.minutes))
  return isUsualHour ? { meters: middle, minutes } : null
}

function countDays(visits: readonly Counted[]): number {
  return new Set(visits.map(({ atMinute }) => Math.floor(atMinute / dayMinutes))).size
}

/** `atMinute` counts from midnight, UTC. */
export type Visit = {
  readonly atMinute: number
  readonly minutes: number
  readonly meters: number
}

/**
 * What nobody was called for counts as no nearer and no longer than what was known before it.
 * `leftMinute`: first seen elsewhere.
 */
type Counted = Visit & { readonly leftMinute: number }

/** `minutes` is null of whoever lives there. */
type Known = { readonly meters: number; readonly minutes: number | null }

const dayMinutes = 1_440
