import type { DraftBan } from './case-draft.ts'
import { borderMeters, placeBorderMeters } from './case-draft.ts'
import { circleAt, draftBan } from './case-bans.ts'
import { streetName } from '../names.ts'
import type { Habits, Place } from '../people/simulated-person.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Region } from '../region/region.ts'

/** A ban whose border runs 50 m from where the offender lives. */
export function banBesideHome(random: Random, region: Region, habits: Habits): DraftBan {
  const { home } = habits
  const radiusMeters = 300
  const isFree = (ban: DraftBan): boolean =>
    placesOf(habits).every((place) => place === home || isOutside(region, ban, place, 150))
  return propose(isFree, () => {
    const angle = between(random, 0, 2 * Math.PI)
    const meters = radiusMeters + 50
    const east = home.eastMeters + meters * Math.cos(angle)
    const north = home.northMeters + meters * Math.sin(angle)
    return homeBan(random, region, east, north, radiusMeters)
  })
}

/** A ban in whose band the offender waits for the bus. */
export function banBesideBusStop(
  random: Random,
  region: Region,
  habits: Habits,
  busStop: Place,
): DraftBan {
  const radiusMeters = 250
  const isFree = (ban: DraftBan): boolean =>
    placesOf(habits).every((place) => isOutside(region, ban, place, 200))
  return propose(isFree, () => {
    const angle = between(random, 0, 2 * Math.PI)
    const meters = radiusMeters + between(random, 110, 320)
    const east = busStop.eastMeters + meters * Math.cos(angle)
    const north = busStop.northMeters + meters * Math.sin(angle)
    return homeBan(random, region, east, north, radiusMeters)
  })
}

/** A ban whose border the way to work passes at some 200 m. */
export function banBesideWay(
  random: Random,
  region: Region,
  habits: Habits,
  way: readonly number[],
): DraftBan {
  const radiusMeters = 300
  const isFree = (ban: DraftBan): boolean =>
    placesOf(habits).every((place) => isOutside(region, ban, place, 150)) &&
    way.every((arc) => {
      const node = region.arcTo[arc]!
      return borderMeters(region, ban.shape, region.nodeEast[node]!, region.nodeNorth[node]!) > 160
    })
  return propose(isFree, () => {
    const arc = way[Math.floor(between(random, 0.25, 0.75) * way.length)]!
    const from = region.arcFrom[arc]!
    const to = region.arcTo[arc]!
    const alongEast = region.nodeEast[to]! - region.nodeEast[from]!
    const alongNorth = region.nodeNorth[to]! - region.nodeNorth[from]!
    const meters = Math.max(1, Math.hypot(alongEast, alongNorth))
    const side = (random.next() < 0.5 ? -1 : 1) * (radiusMeters + between(random, 190, 230))
    const east = region.nodeEast[to]! - (alongNorth / meters) * side
    const north = region.nodeNorth[to]! + (alongEast / meters) * side
    return homeBan(random, region, east, north, radiusMeters)
  })
}

export function placesOf(habits: Habits): Place[] {
  const work = habits.work === null ? [] : [habits.work]
  const busStop = habits.busStop === null ? [] : [habits.busStop]
  return [habits.home, ...work, ...busStop, ...habits.errands, ...habits.friends]
}

export function isOutside(region: Region, ban: DraftBan, place: Place, meters: number): boolean {
  return placeBorderMeters(region, ban.shape, place) > meters
}

const proposalsMax = 150

/** The last proposal when none is free: the truth says what then happens in it. */
function propose(isFree: (ban: DraftBan) => boolean, make: () => DraftBan): DraftBan {
  let ban = make()
  for (let attempt = 0; attempt < proposalsMax && !isFree(ban); attempt++) ban = make()
  return ban
}

function homeBan(
  random: Random,
  region: Region,
  east: number,
  north: number,
  radiusMeters: number,
): DraftBan {
  const area = circleAt(region, east, north, radiusMeters)
  return draftBan(random, `woning ${streetName(random)}`, area, 500)
}
