import type { BanShape } from '../../../geo/ban-shape.ts'
import { compileCircle } from '../../../geo/ban-shape.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { placeAt, type Place } from '../roads/points-on-edges.ts'
import type { StreetMap } from '../roads/street-map.ts'
import { findWideRegions, type WideRegion } from './reach-wide.ts'

/** House numbers inside an area. */
export function countAddresses(map: StreetMap, shape: BanShape): number {
  return listAddresses(map, shape).length
}

/** An area in one piece, with the house numbers in all of it and in each of its regions. */
export function countPart(map: StreetMap, shape: BanShape): CountedPart {
  return {
    shape,
    allCount: countAddresses(map, shape),
    coarse: countWide(map, shape, 4 * squareMeters),
    fine: countWide(map, shape, squareMeters),
  }
}

/**
 * House numbers among which somebody would look who reads an area: those on the same side of every
 * neck that is narrower than 50 m. A strip of two metres to a town hides nobody in that town. More
 * closely looked at where they are fewer than enough, and no more than was counted of another.
 */
export function countHiddenAmong(
  { shape, allCount, coarse, fine }: CountedPart,
  { hidden, enoughCount, leastCount }: Sought,
): HiddenAmong {
  // A circle has no neck.
  if (shape.kind === 'circle') return { isWhole: true, isCut: false, count: allCount }
  const found = coarse(hidden)
  const isCut = found.count < allCount
  // However wide its necks, there are too few.
  if (allCount < enoughCount) return { ...found, isWhole: true, isCut }
  if (found.count >= enoughCount || found.count > leastCount) return { ...found, isCut }
  const closer = fine(hidden)
  // Neither counts a door too many.
  return { ...closer, count: Math.max(found.count, closer.count), isCut }
}

export type CountedPart = {
  readonly shape: BanShape
  readonly allCount: number
  readonly coarse: CountAround
  readonly fine: CountAround
}

type Sought = {
  readonly hidden: Place
  readonly enoughCount: number
  /** What is more decides nothing. */
  readonly leastCount: number
}

/** Up to some five metres more than a neck is wide: see decision 0123. */
const squareMeters = 2
const neckMeters = 50

function countWide(map: StreetMap, shape: BanShape, meters: number): CountAround {
  const regionsAt = findWideRegions(shape, {
    depthMeters: neckMeters / 2,
    squareMeters: meters,
  })
  const counted = new WeakMap<WideRegion, ReadonlySet<number>>()
  const addressesIn = (region: WideRegion): ReadonlySet<number> => {
    const known = counted.get(region)
    if (known !== undefined) return known
    const found = new Set<number>()
    for (const { longitude, latitude, radiusMeters } of region.circles) {
      const circle = compileCircle(longitude, latitude, radiusMeters)
      for (const address of listAddresses(map, circle)) found.add(address)
    }
    counted.set(region, found)
    return found
  }
  return (hidden) => {
    const regions = regionsAt(hidden)
    const found = new Set(regions.flatMap((region) => [...addressesIn(region)]))
    // In a strip that is narrow everywhere nobody looks further than the door.
    return { count: Math.max(1, found.size), isWhole: regions.every(({ isWhole }) => isWhole) }
  }
}

type CountAround = (hidden: Place) => Pick<HiddenAmong, 'count' | 'isWhole'>

export type HiddenAmong = {
  readonly count: number
  /** False: there are more, and they were not counted. */
  readonly isWhole: boolean
  /** A neck, or a corner, keeps the others of the area apart from the door. */
  readonly isCut: boolean
}

function listAddresses(map: StreetMap, shape: BanShape): number[] {
  const { longitudesE7, latitudesE7 } = map.addresses
  return shapeBoxes(shape, 1)
    .flatMap((box) => map.addressIndex.search(box))
    .filter((address) => {
      const { longitude, latitude } = placeAt(longitudesE7, latitudesE7, address)
      return containsPosition(shape, longitude, latitude)
    })
}
