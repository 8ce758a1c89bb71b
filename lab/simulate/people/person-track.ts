import type { Surroundings, TravelMode } from '../cases/case-stream.ts'
import { surroundings, travelModes } from '../cases/case-stream.ts'

/**
 * Where a person truly is, as knots in the plane of the region; the last knot
 * is where the person is now.
 */
export type PersonTrack = {
  count: number
  atMs: Float64Array
  east: Float64Array
  north: Float64Array
  /** Of the stretch from this knot to the next. */
  modes: Uint8Array
  surroundings: Uint8Array
}

export function createPersonTrack(atMs: number, east: number, north: number): PersonTrack {
  const track: PersonTrack = {
    count: 1,
    atMs: new Float64Array(initialCapacity),
    east: new Float64Array(initialCapacity),
    north: new Float64Array(initialCapacity),
    modes: new Uint8Array(initialCapacity),
    surroundings: new Uint8Array(initialCapacity),
  }
  track.atMs[0] = atMs
  track.east[0] = east
  track.north[0] = north
  track.surroundings[0] = surroundings.indexOf('indoors')
  return track
}

/** From the last knot straight to this place, there at this time. */
export function addKnot(track: PersonTrack, { atMs, east, north, mode, around }: Knot): void {
  const last = track.count - 1
  track.modes[last] = travelModes.indexOf(mode)
  track.surroundings[last] = surroundings.indexOf(around)
  if (atMs <= track.atMs[last]!) return
  if (track.count === track.atMs.length) grow(track)
  track.atMs[track.count] = atMs
  track.east[track.count] = east
  track.north[track.count] = north
  track.modes[track.count] = travelModes.indexOf('rest')
  track.surroundings[track.count] = surroundings.indexOf(around)
  track.count++
}

type Knot = {
  readonly atMs: number
  readonly east: number
  readonly north: number
  /** How the way here was gone. */
  readonly mode: TravelMode
  readonly around: Surroundings
}

/**
 * The knot whose stretch the moment lies in, looked for from `hint` on; both only ever go forward.
 */
export function knotAt(track: PersonTrack, atMs: number, hint: number): number {
  let knot = hint
  while (knot + 1 < track.count && track.atMs[knot + 1]! <= atMs) knot++
  return knot
}

/** How far along its stretch, as a share. */
export function shareAlong(track: PersonTrack, knot: number, atMs: number): number {
  if (knot + 1 >= track.count) return 0
  const fromMs = track.atMs[knot]!
  return Math.max(0, Math.min(1, (atMs - fromMs) / (track.atMs[knot + 1]! - fromMs)))
}

const initialCapacity = 256

function grow(track: PersonTrack): void {
  const capacity = 2 * track.atMs.length
  for (const name of ['atMs', 'east', 'north'] as const) {
    const larger = new Float64Array(capacity)
    larger.set(track[name])
    track[name] = larger
  }
  for (const name of ['modes', 'surroundings'] as const) {
    const larger = new Uint8Array(capacity)
    larger.set(track[name])
    track[name] = larger
  }
}
