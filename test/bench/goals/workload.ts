import type { Fix } from '../../../src/core/model/fix.ts'
import { createRandom, type Random } from '../../support/random.ts'

/**
 * A seeded country whose truth can be told exactly: every coordinate is a whole number of 1e-7
 * degrees. Offenders live some kilometres from the one they may not approach, with one to three
 * areas each (a polygon around the victim, irregular ones, and now and then a shared municipality
 * of thousands of vertices); everybody walks, cycles or drives to places about home and rests
 * there. `nextRound` moves all of them on by one interval.
 */
export function createWorkload(options: WorkloadOptions): Workload {
  const random = createRandom(options.seed)
  const rings = makeTowns(random).map((town) =>
    makeRing(random, town, { radiusMeters: 3_000 + 4_000 * random(), roughness: 0.25 }, 2_000),
  )
  const victimCount = Math.ceil(options.offenderCount / 2)
  const homes = Array.from({ length: victimCount }, () => placeAbout(random, town(random), 5_000))
  const orders: WorkOrder[] = []
  const offenderHomes: Place[] = []
  for (let offender = 0; offender < options.offenderCount; offender += 1) {
    const victim = offender >> 1
    const victimHome = homes[victim] ?? middle
    const home = placeAbout(random, victimHome, 6_000)
    offenderHomes.push(home)
    const areas = addAreas(random, rings, victimHome, home)
    const neighbour = Math.min(victimCount - 1, victim + 1)
    const hasTwo = random() < 0.1 && neighbour !== victim
    orders.push({ areas, victims: hasTwo ? [victim, neighbour] : [victim] })
  }
  const walkers = [...offenderHomes, ...homes].map((home) =>
    makeWalker(random, home, options.intervalMs),
  )
  const deviceIds = walkers.map((_, at) => deviceName(at, options.offenderCount))
  return {
    ...options,
    victimCount,
    rings,
    orders,
    deviceIds,
    nextRound: () => moveAll(random, walkers, options),
  }
}

export type WorkloadOptions = {
  readonly seed: number
  readonly offenderCount: number
  readonly intervalMs: number
  readonly startMs: number
}

export type Workload = WorkloadOptions & {
  readonly victimCount: number
  /** The area's corners, x and y in turn, in units of 1e-7 degree; not closed. */
  readonly rings: readonly Int32Array[]
  /** By offender. */
  readonly orders: readonly WorkOrder[]
  /** Offenders first, then victims. */
  readonly deviceIds: readonly string[]
  readonly nextRound: () => Round
}

export type WorkOrder = { readonly areas: readonly number[]; readonly victims: readonly number[] }

/** One fix of everybody, in the order in which they are recorded. */
export type Round = {
  readonly device: Int32Array
  readonly x: Int32Array
  readonly y: Int32Array
  readonly atMs: Float64Array
  readonly accuracyMeters: Float64Array
  readonly speed: Float64Array
}

/**
 * The fixes of a round as the journal gives them: an object each, its device id a string that no
 * map has met, so that its hash is still to be worked out.
 */
export function fixesOf(workload: Workload, round: Round): Fix[] {
  return Array.from(round.device, (device, at) => ({
    deviceId: Buffer.from(workload.deviceIds[device] ?? '', 'latin1').toString('latin1'),
    recordedAtMs: round.atMs[at] ?? 0,
    receivedAtMs: round.atMs[at] ?? 0,
    longitude: (round.x[at] ?? 0) / unitsPerDegree,
    latitude: (round.y[at] ?? 0) / unitsPerDegree,
    accuracyMeters: round.accuracyMeters[at] ?? 0,
    speedMetersPerSecond: round.speed[at] ?? 0,
    headingDegrees: null,
    source: 'gnss',
    hdop: null,
    satellites: null,
    batteryFraction: null,
    sequence: null,
  }))
}

export const unitsPerDegree = 1e7
export const separationMeters = 500
export const approachMeters = 2_000

function deviceName(at: number, offenderCount: number): string {
  const number = String(at).padStart(12, '0')
  return `${at < offenderCount ? '0ffe0de0' : '71c71100'}-0000-7000-8000-${number}`
}

type Place = { readonly longitude: number; readonly latitude: number }

type Walker = {
  readonly home: Place
  readonly reachMeters: number
  readonly phaseMs: number
  longitude: number
  latitude: number
  goal: Place
  speed: number
  restMs: number
}

const middle: Place = { longitude: 5.2, latitude: 52.1 }

function makeTowns(random: Random): Place[] {
  return Array.from({ length: 60 }, () => town(random))
}

/** Thirty towns on a fixed lattice, the first of them drawn most often. */
function town(random: Random): Place {
  const at = Math.floor(30 * random() * random())
  return { longitude: 3.8 + (at % 6) * 0.55, latitude: 51.2 + Math.floor(at / 6) * 0.4 }
}

function placeAbout(random: Random, about: Place, reachMeters: number): Place {
  const angle = 2 * Math.PI * random()
  return shift(about, reachMeters * Math.sqrt(random()), angle)
}

function shift(from: Place, meters: number, angle: number): Place {
  const perDegree = 111_320
  return {
    longitude:
      from.longitude +
      (meters * Math.cos(angle)) / (perDegree * Math.cos((from.latitude * Math.PI) / 180)),
    latitude: from.latitude + (meters * Math.sin(angle)) / perDegree,
  }
}

function addAreas(random: Random, rings: Int32Array[], victimHome: Place, home: Place): number[] {
  const around = { radiusMeters: 300 + 1_700 * random(), roughness: 0 }
  const areas = [rings.push(makeRing(random, victimHome, around, 32)) - 1]
  const more = Math.floor(3 * random())
  for (let count = 0; count < more; count += 1) {
    if (random() < 0.15) {
      const shared = Math.floor(60 * random())
      if (!areas.includes(shared)) areas.push(shared)
      continue
    }
    const size = { radiusMeters: 150 + 1_200 * random(), roughness: 0.35 }
    const corners = 20 + Math.floor(180 * random())
    areas.push(rings.push(makeRing(random, placeAbout(random, home, 7_000), size, corners)) - 1)
  }
  return areas
}

/** A star-shaped ring: it never crosses itself, whatever its roughness. */
function makeRing(
  random: Random,
  centre: Place,
  size: { readonly radiusMeters: number; readonly roughness: number },
  corners: number,
): Int32Array {
  const waves = Array.from({ length: 6 }, (_, at) => ({
    phase: 2 * Math.PI * random(),
    height: (size.roughness * random()) / (at + 1),
  }))
  const ring = new Int32Array(2 * corners)
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = (corner / corners) * 2 * Math.PI
    let share = 1
    for (const [at, wave] of waves.entries()) {
      share += wave.height * Math.cos((at + 1) * angle + wave.phase)
    }
    const at = shift(centre, size.radiusMeters * Math.max(0.3, share), angle)
    ring[2 * corner] = Math.round(at.longitude * unitsPerDegree)
    ring[2 * corner + 1] = Math.round(at.latitude * unitsPerDegree)
  }
  return ring
}

function makeWalker(random: Random, home: Place, intervalMs: number): Walker {
  const kind = random()
  const reachMeters = kind < 0.5 ? 1_500 : kind < 0.75 ? 5_000 : 25_000
  const at = placeAbout(random, home, reachMeters / 2)
  const restMs = random() < 0.45 ? 900_000 * random() : 0
  // Within the interval, so that rounds follow one another in the order in which they are recorded.
  const phaseMs = Math.floor((intervalMs - 1) * random())
  const walker = { home, reachMeters, phaseMs, ...at, goal: home }
  const made: Walker = { ...walker, speed: 1, restMs }
  chooseGoal(random, made)
  return made
}

function chooseGoal(random: Random, walker: Walker): void {
  walker.goal = placeAbout(random, walker.home, walker.reachMeters)
  const pace =
    walker.reachMeters === 1_500 ? [0.8, 1] : walker.reachMeters === 5_000 ? [3, 3] : [8, 22]
  walker.speed = (pace[0] ?? 1) + (pace[1] ?? 1) * random()
}

const roundNumbers = new WeakMap<Walker[], number>()

function moveAll(random: Random, walkers: Walker[], options: WorkloadOptions): Round {
  const number = roundNumbers.get(walkers) ?? 0
  roundNumbers.set(walkers, number + 1)
  const count = walkers.length
  const order = Array.from(walkers.keys()).sort(
    (left, right) => (walkers[left]?.phaseMs ?? 0) - (walkers[right]?.phaseMs ?? 0) || left - right,
  )
  const round = {
    device: Int32Array.from(order),
    x: new Int32Array(count),
    y: new Int32Array(count),
    atMs: new Float64Array(count),
    accuracyMeters: new Float64Array(count),
    speed: new Float64Array(count),
  }
  for (const [at, device] of order.entries()) {
    const walker = walkers[device]
    if (walker === undefined) continue
    if (number > 0) move(random, walker, options.intervalMs)
    const accuracyMeters = 5 + Math.floor(45 * random() * random())
    const seen = shift(walker, (accuracyMeters / 1.51) * rayleigh(random), 2 * Math.PI * random())
    round.x[at] = Math.round(seen.longitude * unitsPerDegree)
    round.y[at] = Math.round(seen.latitude * unitsPerDegree)
    round.atMs[at] = options.startMs + number * options.intervalMs + walker.phaseMs
    round.accuracyMeters[at] = accuracyMeters
    round.speed[at] = walker.restMs > 0 ? 0 : walker.speed
  }
  return round
}

function move(random: Random, walker: Walker, intervalMs: number): void {
  const restMs = Math.min(intervalMs, walker.restMs)
  walker.restMs -= restMs
  const stepMeters = (walker.speed * (intervalMs - restMs)) / 1_000
  if (stepMeters === 0) return
  const east =
    (walker.goal.longitude - walker.longitude) * Math.cos((walker.latitude * Math.PI) / 180)
  const meters = 111_320 * Math.hypot(east, walker.goal.latitude - walker.latitude)
  const share = meters <= stepMeters ? 1 : stepMeters / meters
  walker.longitude += (walker.goal.longitude - walker.longitude) * share
  walker.latitude += (walker.goal.latitude - walker.latitude) * share
  if (share < 1) return
  walker.restMs = random() < 0.5 ? 600_000 * random() : 0
  chooseGoal(random, walker)
}

/** How far a normal error in two directions reaches, in standard deviations of one. */
function rayleigh(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random()))
}
