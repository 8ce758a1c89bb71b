import { metersBetween } from '../../../geo/distance.ts'
import { partLatitudeDegrees, partLongitudeDegrees } from '../belief/mirrored.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { FoldContext } from '../judge/fold.ts'
import { maxOf } from '../model/lists.ts'
import type { BanRule } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'

/**
 * A box around this place, borders left out, in which no fix and no path from one to the next is
 * near any ban but the open ones, and no position can be a mirrored one. Null where there is none.
 *
 * Any ban: the newest version's boxes, grown by all that a fix may be near by, are what both judges
 * of areas ask first. A box is convex, so a path between two places in it stays in it.
 *
 * Mirrored: a position is asked about only when no ban and no address of the person's orders is
 * within `mirrorFarMetersMin` (300 km), or when there is none at all. No corner of a box of 1.5 and
 * 2 degrees about the middle of a ban's box is further from it than 280 km (`mirrored.ts`). Whoever
 * is not in one has a box about themselves, with no corner further from the nearest middle.
 */
export function findQuietBox(
  { longitude, latitude }: CaseFix,
  { banRules, pairRules }: FoldContext,
  isOffender: boolean,
  isOpen: (rule: BanRule) => boolean,
): QuietBox | null {
  const homes = listHomes(banRules)
  if (homes.length === 0 && !hasAddresses(pairRules)) homes.push({ longitude, latitude })
  // Any of them will do: one alone is near enough that nothing is asked.
  const place = { longitude, latitude }
  const box =
    homes.map(boxAbout).find((one) => isWithin(one, longitude, latitude)) ??
    findFarBox(homes, place)
  if (box === null) return null
  if (!cutOff(box, nullIsland, 0, longitude, latitude)) return null
  if (!isOffender) return box
  for (const rule of banRules) {
    if (isOpen(rule)) continue
    const { nearBoxes } = findVersion(rule.versions, Infinity)
    for (let at = 0; at < nearBoxes.length; at += 4) {
      if (!cutOff(box, nearBoxes, at, longitude, latitude)) return null
    }
  }
  return box
}

export type QuietBox = { west: number; south: number; east: number; north: number }

/** No position is one within a hundredth of a degree of 0, 0: with room to spare. */
const nullIsland = Float64Array.of(-0.02, -0.02, 0.02, 0.02)

/** The middles of the bans in force or to come: within 300 km of one nothing is mirrored. */
function listHomes(banRules: readonly BanRule[]): Home[] {
  const homes: Home[] = []
  for (const { versions } of banRules) {
    const { nearBoxes, isRemoved } = findVersion(versions, Infinity)
    const [west, south, east, north] = nearBoxes
    if (isRemoved || west === undefined || south === undefined) continue
    if (east === undefined || north === undefined) continue
    homes.push({ longitude: (west + east) / 2, latitude: (south + north) / 2 })
  }
  return homes
}

function boxAbout({ longitude, latitude }: Home): QuietBox {
  return {
    west: longitude - partLongitudeDegrees,
    south: latitude - partLatitudeDegrees,
    east: longitude + partLongitudeDegrees,
    north: latitude + partLatitudeDegrees,
  }
}

/** About the place itself, as far as 280 km from the nearest home let it. */
function findFarBox(homes: readonly Home[], place: Home): QuietBox | null {
  const nearestMeters = homes.reduce((m, home) => Math.min(m, metersBetween(home, place)), Infinity)
  // Corners are √2 as far off as sides.
  const degrees = (homeMetersMax - nearestMeters) / (Math.SQRT2 * metersPerDegreeMax)
  if (!(degrees > 0)) return null
  const { longitude, latitude } = place
  return {
    west: longitude - degrees,
    south: latitude - degrees,
    east: longitude + degrees,
    north: latitude + degrees,
  }
}

/** Less than `mirrorFarMetersMin` (300 km), by more than any distance here errs by. */
const homeMetersMax = 280_000

/** No degree is longer. */
const metersPerDegreeMax = 112_000

type Home = { readonly longitude: number; readonly latitude: number }

function hasAddresses(pairRules: FoldContext['pairRules']): boolean {
  return pairRules.some(
    ({ versions }) => findVersion(versions, Infinity).ban.fixedAddresses !== undefined,
  )
}

function isWithin({ west, south, east, north }: QuietBox, lon: number, lat: number): boolean {
  return lon > west && lon < east && lat > south && lat < north
}

/**
 * Makes the box so small that it only touches the other one, on the side where most of it is left.
 * False when the place lies in that one.
 */
function cutOff(
  box: QuietBox,
  others: Float64Array,
  at: number,
  longitude: number,
  latitude: number,
): boolean {
  const west = others[at] ?? Number.NaN
  const south = others[at + 1] ?? Number.NaN
  const east = others[at + 2] ?? Number.NaN
  const north = others[at + 3] ?? Number.NaN
  if (west >= box.east || east <= box.west || south >= box.north || north <= box.south) return true
  const gaps = [longitude - east, west - longitude, latitude - north, south - latitude]
  const widest = maxOf(gaps)
  if (!(widest > 0)) return false
  if (widest === gaps[0]) box.west = east
  else if (widest === gaps[1]) box.east = west
  else if (widest === gaps[2]) box.south = north
  else box.north = south
  return true
}
