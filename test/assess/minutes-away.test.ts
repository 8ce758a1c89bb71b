import { beforeAll, expect, it } from 'vitest'
import { metersBetween } from '../../geo/distance.ts'
import { placesAway } from '../../src/assess/minutes-away.ts'
import { fastestRoadSpeeds } from '../../src/core/model/road-classes.ts'
import type { StreetMap } from '../../src/core/roads/street-map.ts'
import { drawGridTown, gridPlace } from '../support/grid-town.ts'
import { mapOf } from '../support/street-map.ts'

let map: StreetMap
beforeAll(async () => {
  map = await mapOf(drawGridTown(12))
})

const home = gridPlace(0, 0)
const car = { mode: 'car', seconds: 40 } as const

it('places so far away lie on the roads as far as the time goes along two streets', () => {
  const meters = (fastestRoadSpeeds.car.residential / 3.6) * car.seconds
  const found = placesAway(map, [home], car)
  expect(found.length).toBeGreaterThan(8)
  for (const place of found) {
    // Along streets it is as far as the time goes, and so straight between that and its root.
    const straight = metersBetween(home, place)
    expect(straight).toBeLessThan(meters + 30)
    expect(straight).toBeGreaterThan(meters / Math.SQRT2 - 60)
  }
})

it('the nearer of two places counts, and no road is away from a place far from any', () => {
  const other = gridPlace(400, 0)
  const both = placesAway(map, [home, other], car)
  const one = placesAway(map, [home], car)
  const east = (places: typeof both) => Math.max(...places.map(({ longitude }) => longitude))
  expect(east(both)).toBeGreaterThan(east(one))
  expect(placesAway(map, [gridPlace(20_000, 0)], car)).toEqual([])
})
