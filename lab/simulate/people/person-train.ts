import { addKnot } from './person-track.ts'
import type { Person, Place } from './simulated-person.ts'
import { nowOf } from './simulated-person.ts'
import type { Railway } from '../region/region.ts'

/** By index; null when there is no railway. */
export function nearestStation(person: Person, place: Place): number | null {
  const { railway } = person.router.region
  if (railway === null) return null
  let best = 0
  let bestMeters = Infinity
  for (const [station, point] of railway.stationPoints.entries()) {
    const meters = Math.hypot(
      railway.east[point]! - place.eastMeters,
      railway.north[point]! - place.northMeters,
    )
    if (meters < bestMeters) {
      bestMeters = meters
      best = station
    }
  }
  return best
}

/**
 * Onto the platform, the next train by the timetable, and along the line. The timetable is the same
 * for everybody, so two people at one station at one time sit in one train.
 */
export function rideTrain(
  person: Person,
  railway: Railway,
  boarding: number,
  leaving: number,
): void {
  const { track } = person
  walkToPlatform(person, railway, boarding)
  const direction = leaving > boarding ? 1 : -1
  const fromPoint = railway.stationPoints[boarding]!
  const departureMs =
    Math.ceil((nowOf(person) + boardingMs) / headwayMs) * headwayMs + boarding * staggerMs
  addKnot(track, {
    atMs: departureMs,
    east: railway.east[fromPoint]!,
    north: railway.north[fromPoint]!,
    mode: 'rest',
    around: 'open',
  })
  const toPoint = railway.stationPoints[leaving]!
  for (let point = fromPoint; point !== toPoint; point += direction) {
    const next = point + direction
    const east = railway.east[next]!
    const north = railway.north[next]!
    const meters = Math.hypot(east - railway.east[point]!, north - railway.north[point]!)
    const isUnderground = railway.isTunnel[Math.min(point, next)] === 1
    const untilMs = nowOf(person) + (meters / trainMetersPerSecond) * 1000
    addKnot(track, {
      atMs: untilMs,
      east,
      north,
      mode: 'train',
      around: isUnderground ? 'tunnel' : 'carriage',
    })
    if (next !== toPoint && railway.stationPoints.includes(next)) {
      addKnot(track, { atMs: untilMs + dwellMs, east, north, mode: 'rest', around: 'carriage' })
    }
  }
}

/** A stopping train between its stops. */
const trainMetersPerSecond = 29
const dwellMs = 50_000
const headwayMs = 900_000
const staggerMs = 70_000
const boardingMs = 20_000
const walkingMetersPerSecond = 1.3

function walkToPlatform(person: Person, railway: Railway, station: number): void {
  const { track } = person
  const point = railway.stationPoints[station]!
  const last = track.count - 1
  const meters = Math.hypot(
    railway.east[point]! - track.east[last]!,
    railway.north[point]! - track.north[last]!,
  )
  const untilMs = nowOf(person) + (meters / walkingMetersPerSecond) * 1000
  addKnot(track, {
    atMs: untilMs,
    east: railway.east[point]!,
    north: railway.north[point]!,
    mode: 'walk',
    around: 'open',
  })
}
