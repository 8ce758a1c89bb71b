import type { Reading, Stretch, Terms } from './reference-tellings.ts'
import { listTellings, readingsOf } from './reference-tellings.ts'

/**
 * Which approaches of one area call somebody, from when on, and what is told again of each. Slow
 * and plain, and written from the policy: listed is a further one of a day that is no worse than
 * those somebody was called for, and one that passes by. Breaches and habits are left out.
 */
export function rankApproaches(
  readings: readonly Reading[],
  stays: readonly Stretch[],
  terms: Terms,
): string[] {
  const past: Ranked[] = []
  return stays.flatMap((stay) => {
    const inside = readingsOf(readings, stay).filter(({ isInside }) => isInside)
    const [first, ...later] = inside as [Reading, ...Reading[]]
    const day = findDay(first, past)
    const isListed = day !== null || isPassing(first)
    const told = listTellings(readings, stay, terms, day?.nearest ?? null)
    const rises = later.find(
      (now) => told.includes(`nearer ${now.atMs}`) || isWorse(now, first, day),
    )
    const calledMs = isListed ? (rises?.atMs ?? null) : first.atMs
    past.push({
      ...stay,
      calledMs,
      isOfWay: calledMs === null && day === null,
      longest: inside.at(-1)!.atMs - first.atMs,
      nearest: Math.min(...inside.map(({ meters }) => meters)),
      fastest: Math.max(0, ...inside.map(({ closing }) => closing)),
    })
    const raised = `${isListed ? (day === null ? 'passing' : 'day') : 'called'} ${first.atMs}`
    const risen = isListed && rises !== undefined ? [`risen ${rises.atMs}`] : []
    return [raised, ...[...told, ...risen].toSorted((one, other) => timeOf(one) - timeOf(other))]
  })
}

/** What a further approach of the day is measured against; null when it is none, or is worse. */
function findDay(first: Reading, past: readonly Ranked[]): Day | null {
  const called = past.filter(({ calledMs }) => calledMs !== null && calledMs >= first.atMs - dayMs)
  if (called.length === 0) return null
  const nearest = Math.min(...called.map((one) => one.nearest))
  const fastest = Math.max(...called.map((one) => one.fastest))
  if (nearest > 50 && first.meters <= nearest / 2) return null
  if (isFaster(first, fastest)) return null
  const isUsualHour = past.some((one) => !one.isOfWay && isAboutTheHour(one, first.atMs))
  const longest = Math.max(...called.map((one) => one.longest))
  return isUsualHour ? { nearest, fastest, longest } : null
}

function isAboutTheHour({ startMs, leftMs }: Stretch, atMs: number): boolean {
  const days = Array.from({ length: 15 }, (_, count) => atMs - count * dayMs)
  return days.some((ms) => ms >= startMs - threeHoursMs && ms <= (leftMs ?? ms) + threeHoursMs)
}

function isWorse(now: Reading, first: Reading, day: Day | null): boolean {
  if (day === null) return !isPassing(now)
  const lasted = now.atMs - first.atMs
  const isLonger = lasted > 900_000 && lasted > 2 * day.longest
  return isFaster(now, day.fastest) || isLonger || lasted > 3_600_000
}

function isFaster({ closing }: Reading, fastest: number): boolean {
  return closing > 2.5 && closing > 2 * fastest
}

/** Rather along the border than at it, and it takes longer to get there than police need. */
function isPassing({ meters, ahead, towards }: Reading): boolean {
  return meters > 50 && ahead !== null && towards <= 0.5 && meters > 900 * ahead
}

function timeOf(line: string): number {
  return Number(line.split(' ')[1])
}

type Day = { readonly nearest: number; readonly fastest: number; readonly longest: number }

type Ranked = Stretch &
  Day & {
    readonly calledMs: number | null
    /** Listed for its way alone, and nobody was called: that makes no hour usual. */
    readonly isOfWay: boolean
  }

const dayMs = 86_400_000
const threeHoursMs = 10_800_000
