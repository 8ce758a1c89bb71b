import type { Spot } from './town-map.ts'

/** Where somebody truly is: straight stretches between knots, at rest after the last. */
export type Track = { readonly knots: Knot[] }

export type Knot = {
  readonly atMs: number
  readonly eastMeters: number
  readonly northMeters: number
}

export type Whereabouts = {
  readonly eastMeters: number
  readonly northMeters: number
  readonly speedMetersPerSecond: number
  readonly headingDegrees: number
}

export function startTrack(atMs: number, spot: Spot): Track {
  return { knots: [{ atMs, eastMeters: spot.eastMeters, northMeters: spot.northMeters }] }
}

export function rest(track: Track, durationMs: number): void {
  const last = track.knots.at(-1)!
  track.knots.push({ ...last, atMs: last.atMs + durationMs })
}

export function travel(track: Track, way: readonly Spot[], speedMetersPerSecond: number): void {
  for (const { eastMeters, northMeters } of way) {
    const last = track.knots.at(-1)!
    const lengthMeters = Math.hypot(eastMeters - last.eastMeters, northMeters - last.northMeters)
    if (lengthMeters > 0) {
      const durationMs = (lengthMeters / speedMetersPerSecond) * 1000
      track.knots.push({ atMs: last.atMs + durationMs, eastMeters, northMeters })
    }
  }
}

export function endOf(track: Track): Knot {
  return track.knots.at(-1)!
}

export function whereaboutsAt(track: Track, atMs: number): Whereabouts {
  const { knots } = track
  let low = 0
  let high = knots.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (knots[middle]!.atMs <= atMs) {
      low = middle
    } else {
      high = middle - 1
    }
  }
  const from = knots[low]!
  const to = knots[low + 1]
  if (to === undefined || atMs <= from.atMs) {
    const { eastMeters, northMeters } = from
    return { eastMeters, northMeters, speedMetersPerSecond: 0, headingDegrees: 0 }
  }
  const share = (atMs - from.atMs) / (to.atMs - from.atMs)
  const eastMeters = to.eastMeters - from.eastMeters
  const northMeters = to.northMeters - from.northMeters
  const heading = (Math.atan2(eastMeters, northMeters) * 180) / Math.PI
  return {
    eastMeters: from.eastMeters + share * eastMeters,
    northMeters: from.northMeters + share * northMeters,
    speedMetersPerSecond: Math.hypot(eastMeters, northMeters) / ((to.atMs - from.atMs) / 1000),
    headingDegrees: (heading + 360) % 360,
  }
}
