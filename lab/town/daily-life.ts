import type { BanSchedule, LocationBan } from '../../src/core/model/registry.ts'
import { addOrder, addWearer, circleAround, makeBan, makeProximityBan, report } from './cast.ts'
import type { Cast, Wearer } from './cast.ts'
import { schoolName, streetName, workplaceName } from '../simulate/names.ts'
import type { Stretch } from './observe.ts'
import { between, pick, wholeBetween } from '../../src/replay/seeded-random.ts'
import type { Random } from '../../src/replay/seeded-random.ts'
import {
  offsetSpot,
  railwayNorthMeters,
  randomCrossing,
  rectangle,
  ringOf,
  stationEastMeters,
  wayAlongRingRoad,
  wayAlongStreets,
} from './town-map.ts'
import type { Box, Spot } from './town-map.ts'
import { endOf, rest, startTrack, travel } from './town-track.ts'
import type { Track } from './town-track.ts'

/**
 * People who do nothing wrong. Offenders live in the south of the town, what they must keep away
 * from lies in the north: three kilometres and more, so no noise or gap of theirs can be a breach.
 */
export function addQuietPeople(cast: Cast): void {
  const victims = Array.from({ length: cast.plan.quietVictimCount }, () => {
    const victim = addWearer(cast, 'victim', 1, quietInterval(cast), cast.plan.startMs)
    liveADay(cast, victim, northernBox, ['walk', 'bicycle', 'car'])
    return victim
  })
  for (let index = 0; index < cast.plan.quietOffenderCount; index++) {
    const vendorIndex = index % 2 === 0 ? 0 : 1
    const { startMs } = cast.plan
    const offender = addWearer(cast, 'offender', vendorIndex, quietInterval(cast), startMs)
    const linked = victims[index % Math.max(1, victims.length)]
    addOrder(
      cast,
      offender.personId,
      [quietBan(cast, index)],
      linked === undefined ? [] : [makeProximityBan(cast, linked.personId, 500)],
      { fromMs: startMs, untilMs: startMs + 60 * 86_400_000 },
    )
    liveADay(cast, offender, southernBox, ['walk', 'bicycle', 'car', 'train'])
  }
}

type Mode = 'walk' | 'bicycle' | 'car' | 'train'

const southernBox: Box = {
  westMeters: -3_400,
  eastMeters: 3_400,
  southMeters: -3_600,
  northMeters: -1_800,
}
const northernBox: Box = {
  westMeters: -3_400,
  eastMeters: 3_400,
  southMeters: 1_800,
  northMeters: 3_600,
}

const speeds = { walk: 1.4, bicycle: 4.8, car: 11, train: 25 } as const
const ringRoadMetersPerSecond = 19

function quietInterval(cast: Cast): number {
  const [minimum, maximum] = cast.plan.quietIntervalSeconds
  return wholeBetween(cast.random, minimum, maximum)
}

/** Home, work, shop, home; stopping everywhere for a while. */
function liveADay(cast: Cast, wearer: Wearer, box: Box, modes: readonly Mode[]): void {
  const { random, plan } = cast
  const home = randomCrossing(random, box)
  const departureMs = plan.startMs + between(random, plan.departureMs[0], plan.departureMs[1])
  const track = startTrack(departureMs, home)
  const work = randomCrossing(random, box)
  const shop = randomCrossing(random, box)
  const gaps: Stretch[] = []
  for (const goal of [work, shop, home]) {
    const setOutMs = endOf(track).atMs
    goTo(random, track, goal, pick(random, modes))
    // One stretch of each trip has no sky: a tunnel, an underpass, a car park.
    const middleMs = (setOutMs + endOf(track).atMs) / 2
    gaps.push({ fromMs: middleMs, untilMs: middleMs + 1.9 * wearer.intervalMs })
    rest(track, between(random, 600_000, 2_400_000))
  }
  const deadMs = plan.startMs + between(random, 0.2, 0.8) * plan.durationMs
  report(cast, wearer, track, {
    accuracyMeters: [4, 18],
    networkShare: 0.01,
    gaps,
    deadZones: [{ fromMs: deadMs, untilMs: deadMs + 1.8 * wearer.intervalMs }],
  })
}

function goTo(random: Random, track: Track, goal: Spot, mode: Mode): void {
  const from: Spot = endOf(track)
  if (mode === 'train') {
    const boarding = nearestStation(from)
    const leaving = nearestStation(goal)
    travel(track, wayAlongStreets(random, from, boarding), speeds.walk)
    rest(track, between(random, 60_000, 240_000))
    travel(track, [leaving], speeds.train)
    travel(track, wayAlongStreets(random, leaving, goal), speeds.walk)
    return
  }
  if (mode === 'car' && Math.abs(from.eastMeters) > 2_000) {
    travel(track, wayAlongRingRoad(from, goal), ringRoadMetersPerSecond)
    return
  }
  travel(track, wayAlongStreets(random, from, goal), speeds[mode])
}

function nearestStation(spot: Spot): Spot {
  const distance = (eastMeters: number): number => Math.abs(eastMeters - spot.eastMeters)
  const eastMeters = stationEastMeters.toSorted((one, other) => distance(one) - distance(other))[0]!
  return { eastMeters, northMeters: railwayNorthMeters }
}

/**
 * Every shape a court imposes: circle, polygon, several parts with a hole, and one by the clock.
 */
function quietBan(cast: Cast, index: number): LocationBan {
  const { random, map } = cast
  const center = randomCrossing(random, northernBox)
  switch (index % 4) {
    case 0:
      return makeBan(cast, `woning ${streetName(random)}`, circleAround(cast, center, 250), 500)
    case 1: {
      const ring = ringOf(map, rectangle(center, 300, 180))
      const geometry = { type: 'Polygon', coordinates: [ring] } as const
      return makeBan(cast, workplaceName(random), { type: 'geometry', geometry }, 500)
    }
    case 2: {
      const outer = ringOf(map, rectangle(center, 400, 300))
      const hole = ringOf(map, rectangle(center, 120, 80).toReversed())
      const annex = ringOf(map, rectangle(offsetSpot(center, 0, -800), 100, 100))
      const coordinates = [[outer, hole], [annex]]
      const geometry = { type: 'MultiPolygon', coordinates } as const
      return makeBan(cast, `wijk rond ${streetName(random)}`, { type: 'geometry', geometry }, 400)
    }
    default: {
      const ring = ringOf(map, rectangle(center, 150, 150))
      const geometry = { type: 'Polygon', coordinates: [ring] } as const
      return makeBan(cast, schoolName(random), { type: 'geometry', geometry }, 300, schoolHours)
    }
  }
}

const schoolHours: BanSchedule = {
  timeZone: 'Europe/Amsterdam',
  weekly: [
    {
      days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      from: '07:30',
      until: '16:00',
    },
  ],
  exceptions: [],
}
