import { metersBetween } from '../../../geo/distance.ts'
import { containsPosition } from '../../../geo/containment.ts'
import type { BanShape } from '../../../geo/ban-shape.ts'
import { boxAround } from '../../core/roads/enter-network.ts'
import { featuresIn, middleOf } from '../../core/roads/near-features.ts'
import type { Place } from '../../core/roads/points-on-edges.ts'
import type { FeatureKind, StreetMap } from '../../core/roads/street-map.ts'

/**
 * The week of somebody who keeps to the ban and otherwise lives on: to the second address five days
 * a week, to every other address one evening, twice to a shop, once to a doctor, twice out at the
 * weekend. What lies inside the ban is not gone to.
 */
export function planWeek(
  map: StreetMap,
  shape: BanShape,
  [home, work, ...others]: readonly LabelledPlace[],
): Trip[] {
  if (home === undefined) return []
  const isAllowed = (place: Place) => !containsPosition(shape, place.longitude, place.latitude)
  const nearest = (kinds: readonly FeatureKind[]): LabelledPlace | undefined =>
    featuresIn(map, boxAround(home, nearMeters), kinds)
      .map((feature) => ({
        label: feature.name === '' ? feature.kind : feature.name,
        ...middleOf(feature),
      }))
      .filter(isAllowed)
      .toSorted((one, other) => metersBetween(home, one) - metersBetween(home, other))[0]
  const trips: Trip[] = []
  const add = (day: number, hour: number, stayHours: number, to: LabelledPlace | undefined) => {
    if (to !== undefined && isAllowed(to)) trips.push({ day, hour, stayHours, to })
  }
  for (let day = 0; day < 5; day++) add(day, 8, 8.5, work)
  for (const [index, other] of others.entries()) add(index % 5, 19, 2, other)
  const shop = nearest(['shop', 'mall'])
  add(1, 18, 0.5, shop)
  add(5, 11, 0.75, shop)
  add(2, 19, 1, nearest(['doctor', 'hospital', 'pharmacy']))
  add(5, 15, 3, nearest(['station', 'town-hall']))
  add(6, 14, 3, nearest(['wood', 'water', 'station']))
  return trips.toSorted((one, other) => one.day - other.day || one.hour - other.hour)
}

export type LabelledPlace = Place & { readonly label: string }

/**
 * There and back: the day of the week from Monday on, the hour of leaving, the time spent there.
 */
export type Trip = {
  readonly day: number
  readonly hour: number
  readonly stayHours: number
  readonly to: LabelledPlace
}

/** Daily life is within so many metres of home. */
const nearMeters = 5_000
