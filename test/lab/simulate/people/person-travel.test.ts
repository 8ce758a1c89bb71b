import { describe, expect, it } from 'vitest'
import { travelModes } from '../../../../lab/simulate/cases/case-stream.ts'
import {
  createPerson,
  makePlace,
  pickNode,
} from '../../../../lab/simulate/people/simulated-person.ts'
import type { Person, Place } from '../../../../lab/simulate/people/simulated-person.ts'
import { chooseHabits, liveDay } from '../../../../lab/simulate/people/person-days.ts'
import { goTo } from '../../../../lab/simulate/people/person-travel.ts'
import type { JourneyMode } from '../../../../lab/simulate/people/person-travel.ts'
import { createRandom } from '../../../../src/replay/seeded-random.ts'
import { generateRegion } from '../../../../lab/simulate/region/region-generated.ts'
import { nearestOfAll } from '../../../../lab/simulate/region/region.ts'
import { createRouter, findWay } from '../../../../lab/simulate/region/region-route.ts'

const seed = 3
const region = generateRegion(createRandom(seed))
const router = createRouter(region)

describe(`travel over the network, seed ${seed}`, () => {
  it('travel keeps to roads and rails from the first crossing to the last', () => {
    const person = somebody(1)
    for (let day = 0; day < 14; day++) liveDay(person, day * 86_400_000, day % 7 < 5)
    const { track } = person
    const offNetwork: string[] = []
    for (let knot = 1; knot + 1 < track.count; knot++) {
      const mode = travelModes[track.modes[knot]!]!
      if (mode === 'rest' || mode === 'walk') continue
      const east = track.east[knot]!
      const north = track.north[knot]!
      const node = nearestOfAll(region, east, north)
      const toRoad = Math.hypot(region.nodeEast[node]! - east, region.nodeNorth[node]! - north)
      const isOnRails = mode === 'train' && north === region.railway!.north[0]
      if (toRoad > 0.01 && !isOnRails) offNetwork.push(`${mode} ${toRoad} m off`)
    }
    expect(offNetwork).toEqual([])
    expect(track.count).toBeGreaterThan(300)
  })

  it.each<readonly [JourneyMode, number, number]>([
    ['walk', 1, 1.7],
    ['bicycle', 3, 6],
    ['car', 9, 32],
    ['bus', 7, 20],
    ['train', 10, 30],
  ])(
    'travel by %s goes door to door at between %d and %d m/s while it moves',
    (mode, slowest, fastest) => {
      const person = somebody(2)
      const far = placeIn(3, 300)
      const before = person.track.count
      goTo(person, far, mode)
      const { track } = person
      let meters = 0
      let seconds = 0
      for (let knot = before; knot + 1 < track.count; knot++) {
        if (travelModes[track.modes[knot]!] !== mode) continue
        meters += Math.hypot(
          track.east[knot + 1]! - track.east[knot]!,
          track.north[knot + 1]! - track.north[knot]!,
        )
        seconds += (track.atMs[knot + 1]! - track.atMs[knot]!) / 1000
      }
      expect(meters).toBeGreaterThan(5_000)
      expect(meters / seconds).toBeGreaterThan(slowest)
      expect(meters / seconds).toBeLessThan(fastest)
      expect(person.place).toBe(far)
    },
  )

  it('travel takes the motorway between far towns, on the carriageway of its direction', () => {
    const from = region.towns[0]!.nodes[312]!
    const to = region.towns[3]!.nodes[312]!
    const eastward = findWay(router, from, to, 'car', null)!
    const westward = findWay(router, to, from, 'car', null)!
    const norths = (way: readonly number[]): number[] =>
      way.map((arc) => region.nodeNorth[region.arcTo[arc]!]!).filter((north) => north < -3_300)
    expect(norths(eastward).length).toBeGreaterThan(20)
    expect(Math.max(...norths(eastward))).toBeLessThan(Math.min(...norths(westward)))
  })

  it('travel goes round what is blocked, and says so when there is no way', () => {
    const from = region.towns[1]!.nodes[0]!
    const to = region.towns[1]!.nodes[24]!
    const free = findWay(router, from, to, 'walk', null)!
    const blocked = new Uint8Array(region.arcTo.length)
    for (const arc of free.slice(4, -4)) blocked[arc] = 1
    const round = findWay(router, from, to, 'walk', blocked)!
    expect(round.some((arc) => blocked[arc] === 1)).toBe(false)
    expect(findWay(router, from, to, 'walk', blocked.fill(1))).toBeNull()
  })
})

function somebody(number: number): Person {
  const random = createRandom(number)
  const habits = chooseHabits(
    random,
    { region, homeTown: region.towns[0]!, otherTowns: [region.towns[2]!], home: null },
    () => true,
  )
  return createPerson(random, router, habits, 0)
}

function placeIn(town: number, number: number): Place {
  const random = createRandom(number)
  return makePlace(random, region, pickNode(random, region.towns[town]!), 'indoors')
}
