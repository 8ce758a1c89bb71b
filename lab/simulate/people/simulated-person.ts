import type { Surroundings } from '../cases/case-stream.ts'
import { addKnot, createPersonTrack } from './person-track.ts'
import type { PersonTrack } from './person-track.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Region, Town } from '../region/region.ts'
import type { Router } from '../region/region-route.ts'

/** Somebody on their way through the days: where they are now is the end of their track. */
export type Person = {
  readonly random: Random
  readonly router: Router
  readonly track: PersonTrack
  /** Arcs this person keeps away from; null is none. */
  blocked: Uint8Array | null
  /** What the ways in `ways` keep away from. */
  blockedInWays: Uint8Array | null
  readonly habits: Habits
  place: Place
  /** False for whom the railway runs through a ban. */
  mayTakeTrain: boolean
  /** Ways found before, by their ends and mode, with nothing kept away from and with `blocked`. */
  readonly freeWays: Map<string, readonly number[] | null>
  readonly ways: Map<string, readonly number[] | null>
}

/** A door a few metres from a road node. */
export type Place = {
  readonly node: number
  readonly eastMeters: number
  readonly northMeters: number
  readonly around: Surroundings
}

export type Habits = {
  readonly home: Place
  readonly work: Place | null
  readonly errands: readonly Place[]
  readonly friends: readonly Place[]
  readonly hasCar: boolean
  readonly likesBicycle: number
  readonly paceFactor: number
  /** Every trip to work begins with a wait here. */
  readonly busStop: Place | null
}

export function createPerson(
  random: Random,
  router: Router,
  habits: Habits,
  startMs: number,
): Person {
  const { home } = habits
  return {
    random,
    router,
    track: createPersonTrack(startMs, home.eastMeters, home.northMeters),
    blocked: null,
    blockedInWays: null,
    habits,
    place: home,
    mayTakeTrain: true,
    freeWays: new Map(),
    ways: new Map(),
  }
}

/** What is kept away from, from now on. */
export function setBlocked(person: Person, blocked: Uint8Array | null): void {
  // Ways found for one set of arcs to keep away from are not those for another.
  if (blocked !== null && blocked !== person.blockedInWays) {
    person.ways.clear()
    person.blockedInWays = blocked
  }
  person.blocked = blocked
}

export function nowOf(person: Person): number {
  return person.track.atMs[person.track.count - 1]!
}

/** Stays where the person is; nothing when that time has passed. */
export function stayUntil(person: Person, untilMs: number): void {
  const { track, place } = person
  const last = track.count - 1
  addKnot(track, {
    atMs: untilMs,
    east: track.east[last]!,
    north: track.north[last]!,
    mode: 'rest',
    around: place.around,
  })
}

export function makePlace(
  random: Random,
  region: Region,
  node: number,
  around: Surroundings,
): Place {
  const away = around === 'indoors' ? between(random, 10, 25) : 0
  const angle = between(random, 0, 2 * Math.PI)
  return {
    node,
    eastMeters: region.nodeEast[node]! + away * Math.cos(angle),
    northMeters: region.nodeNorth[node]! + away * Math.sin(angle),
    around,
  }
}

export function pickNode(random: Random, town: Town): number {
  return town.nodes[Math.floor(random.next() * town.nodes.length)]!
}

export function planeMetersBetween(one: Place, other: Place): number {
  return Math.hypot(one.eastMeters - other.eastMeters, one.northMeters - other.northMeters)
}
