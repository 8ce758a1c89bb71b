import type { BanShape } from '../../../geo/ban-shape.ts'
import { compileCircle } from '../../../geo/ban-shape.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { placeAt, type Place } from '../roads/points-on-edges.ts'
import type { StreetMap } from '../roads/street-map.ts'
import { isWithin, reachWide } from './reach-wide.ts'

/** House numbers inside an area. */
export function countAddresses(map: StreetMap, shape: BanShape): number {
  return listAddresses(map, shape).length
}

/**
 * House numbers among which somebody would look who reads an area: those on the same side of every
 * neck that is narrower than 50 m. A strip of two metres to a town hides nobody in that town. More
 * closely looked at where they are fewer than enough, and fewer than was counted of another.
 */
export function countHiddenAmong(
  map: StreetMap,
  { shape, allCount }: CountedPart,
  { hidden, enoughCount, leastCount }: Sought,
): HiddenAmong {
  // A circle has no neck.
  if (shape.kind === 'circle') return { ...everywhere, count: allCount }
  const coarse = countWide(map, shape, hidden, 4 * squareMeters)
  if (coarse.count >= Math.min(enoughCount, leastCount)) return { ...coarse, isCut: false }
  const isCut = coarse.count < allCount
  // However wide its necks, there are too few.
  if (allCount < enoughCount) return { ...coarse, isWhole: true, isCut }
  return { ...countWide(map, shape, hidden, squareMeters), isCut }
}

/** An area in one piece, and the house numbers in all of it. */
export type CountedPart = { readonly shape: BanShape; readonly allCount: number }

type Sought = {
  readonly hidden: Place
  readonly enoughCount: number
  /** What is no fewer decides nothing. */
  readonly leastCount: number
}

const everywhere = { isWhole: true, isCut: false, holds: () => true } as const

/** Up to some five metres more than a neck is wide: see decision 0123. */
const squareMeters = 2
const neckMeters = 50

function countWide(map: StreetMap, shape: BanShape, hidden: Place, meters: number) {
  const fineness = { depthMeters: neckMeters / 2, squareMeters: meters }
  const { circles, isWhole } = reachWide(shape, hidden, fineness)
  const found = new Set<number>()
  for (const { longitude, latitude, radiusMeters } of circles) {
    const circle = compileCircle(longitude, latitude, radiusMeters)
    for (const address of listAddresses(map, circle)) found.add(address)
  }
  const holds = (place: Place) => circles.some((circle) => isWithin(circle, place))
  // In a strip that is narrow everywhere nobody looks further than the door.
  return { count: Math.max(1, found.size), isWhole, holds }
}

export type HiddenAmong = {
  readonly count: number
  /** Whoever stands there is hidden among all of these, or more. */
  readonly holds: (place: Place) => boolean
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
