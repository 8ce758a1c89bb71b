import type { Surroundings } from '../cases/case-stream.ts'
import { addKnot } from './person-track.ts'
import type { Person, Place } from './simulated-person.ts'
import { planeMetersBetween, nowOf } from './simulated-person.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { RoadMode } from '../region/region.ts'
import { roadClasses, roadSpeeds } from '../region/region.ts'
import { findWay } from '../region/region-route.ts'
import { nearestStation, rideTrain } from './person-train.ts'

/** Travels to the place the way this person would; there at the end of the track. */
export function goTo(person: Person, place: Place, mode: JourneyMode | null = null): void {
  if (place === person.place) return
  const chosen = mode ?? chooseMode(person, place)
  if (chosen === 'train') goByTrain(person, place)
  else goByRoad(person, place, chosen)
}

export type JourneyMode = RoadMode | 'train'

/**
 * Over the road network, keeping away from bans as long as there is another
 * way, be it in somebody's car.
 */
export function goByRoad(person: Person, place: Place, mode: RoadMode): void {
  for (const tried of [mode, 'car', 'walk'] as const) {
    const way = findOwnWay(person, person.place.node, place.node, tried, person.blocked)
    if (way === null) continue
    followWay(person, way, tried)
    arriveAt(person, place)
    return
  }
  for (const tried of [mode, 'walk'] as const) {
    const way = findOwnWay(person, person.place.node, place.node, tried, null)
    if (way === null) continue
    followWay(person, way, tried)
    arriveAt(person, place)
    return
  }
}

/** The arcs of the fastest way; through bans when there is no other. */
export function wayFor(
  person: Person,
  fromNode: number,
  toNode: number,
  mode: RoadMode,
): readonly number[] | null {
  return (
    findOwnWay(person, fromNode, toNode, mode, person.blocked) ??
    findOwnWay(person, fromNode, toNode, mode, null)
  )
}

function findOwnWay(
  person: Person,
  fromNode: number,
  toNode: number,
  mode: RoadMode,
  blocked: Uint8Array | null,
): readonly number[] | null {
  const ways = blocked === null ? person.freeWays : person.ways
  const key = `${fromNode} ${toNode} ${mode}`
  const known = ways.get(key)
  if (known !== undefined) return known
  const way = findWay(person.router, fromNode, toNode, mode, blocked)
  ways.set(key, way)
  return way
}

/**
 * Along the arcs, with the stops at crossings and bus stops that make ways take
 * longer than their length.
 */
export function followWay(person: Person, way: readonly number[], mode: RoadMode): void {
  const { random, track, habits } = person
  const { region } = person.router
  const speeds = roadSpeeds[mode]
  const isOnFoot = mode === 'walk' || mode === 'bicycle'
  const factor = between(random, 0.93, 1.07) * (isOnFoot ? habits.paceFactor : 1)
  let sinceStopMeters = 0
  if (way.length > 0) leaveDoor(person, region.arcFrom[way[0]!]!, mode)
  for (const arc of way) {
    const kind = region.arcClass[arc]!
    const lengthMeters = region.arcMeters[arc]!
    const node = region.arcTo[arc]!
    const around = aroundArc(person, arc)
    const untilMs = nowOf(person) + (lengthMeters / (speeds[kind]! * factor)) * 1000
    const east = region.nodeEast[node]!
    const north = region.nodeNorth[node]!
    addKnot(track, { atMs: untilMs, east, north, mode, around })
    sinceStopMeters += lengthMeters
    const stopMs = stopAfter(person, mode, kind, lengthMeters, sinceStopMeters)
    if (stopMs > 0) {
      addKnot(track, { atMs: untilMs + stopMs, east, north, mode: 'rest', around })
      sinceStopMeters = 0
    }
  }
}

/** The last few metres, from the road to the door. */
export function arriveAt(person: Person, place: Place): void {
  const { track } = person
  const last = track.count - 1
  const meters = Math.hypot(
    place.eastMeters - track.east[last]!,
    place.northMeters - track.north[last]!,
  )
  const untilMs = nowOf(person) + (meters / doorMetersPerSecond) * 1000
  addKnot(track, {
    atMs: untilMs,
    east: place.eastMeters,
    north: place.northMeters,
    mode: 'walk',
    around: 'open',
  })
  person.place = place
}

const doorMetersPerSecond = 1.2
const canyonMeters = 650
const trainMetersMin = 7_500

function leaveDoor(person: Person, node: number, mode: RoadMode): void {
  const { region } = person.router
  const { track } = person
  const last = track.count - 1
  const east = region.nodeEast[node]!
  const north = region.nodeNorth[node]!
  const meters = Math.hypot(east - track.east[last]!, north - track.north[last]!)
  const speed = mode === 'walk' ? doorMetersPerSecond : 1.5 * doorMetersPerSecond
  addKnot(track, {
    atMs: nowOf(person) + (meters / speed) * 1000,
    east,
    north,
    mode: 'walk',
    around: 'open',
  })
}

function aroundArc(person: Person, arc: number): Surroundings {
  const { region } = person.router
  switch (roadClasses[region.arcClass[arc]!]!) {
    case 'motorway-tunnel':
      return 'tunnel'
    case 'canyon':
      return 'canyon'
    case 'unknown': {
      const node = region.arcTo[arc]!
      const isCentral = region.towns.some(
        (town) =>
          Math.hypot(
            region.nodeEast[node]! - town.eastMeters,
            region.nodeNorth[node]! - town.northMeters,
          ) < canyonMeters,
      )
      return isCentral ? 'canyon' : 'open'
    }
    case 'street':
    case 'ring':
    case 'country':
    case 'motorway':
    case 'ramp':
      return 'open'
  }
}

/** Chances are per metre, so that a network drawn in short arcs does not stop people more often. */
const lightsPerMeter = 0.0006
const busStopMeters = 450

function stopAfter(
  person: Person,
  mode: RoadMode,
  kind: number,
  lengthMeters: number,
  sinceStopMeters: number,
): number {
  const { random } = person
  const name = roadClasses[kind]!
  if (name === 'motorway' || name === 'motorway-tunnel') return 0
  if (mode === 'bus' && sinceStopMeters >= busStopMeters) return between(random, 12_000, 30_000)
  const chance = lightsPerMeter * lengthMeters * (mode === 'walk' ? 0.5 : 1)
  return random.next() < chance ? between(random, 5_000, 35_000) : 0
}

function chooseMode(person: Person, place: Place): JourneyMode {
  const { random, habits, router } = person
  const meters = planeMetersBetween(person.place, place)
  const chance = random.next()
  if (meters < 900) return chance < 0.7 ? 'walk' : 'bicycle'
  if (meters < 5_500) {
    if (chance < habits.likesBicycle) return 'bicycle'
    return habits.hasCar ? 'car' : 'bus'
  }
  if (habits.hasCar && chance < 0.8) return 'car'
  const hasTrain = router.region.railway !== null && person.mayTakeTrain
  if (hasTrain && meters > trainMetersMin) return 'train'
  return habits.hasCar ? 'car' : 'bus'
}

/** Door to station, the train, station to door; by bus when both ends have the same station. */
function goByTrain(person: Person, place: Place): void {
  const { railway } = person.router.region
  const boarding = railway === null ? null : nearestStation(person, person.place)
  const leaving = railway === null ? null : nearestStation(person, place)
  if (railway === null || boarding === null || leaving === null || boarding === leaving) {
    goByRoad(person, place, 'bus')
    return
  }
  const mode = person.random.next() < person.habits.likesBicycle ? 'bicycle' : 'walk'
  const toStation = wayFor(person, person.place.node, railway.stationNodes[boarding]!, mode)
  if (toStation !== null) followWay(person, toStation, mode)
  rideTrain(person, railway, boarding, leaving)
  const fromStation = wayFor(person, railway.stationNodes[leaving]!, place.node, 'walk')
  if (fromStation !== null) followWay(person, fromStation, 'walk')
  arriveAt(person, place)
}
