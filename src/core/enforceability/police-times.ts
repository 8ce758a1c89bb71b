import type { BanShape } from '../../../geo/ban-shape.ts'
import { bordersCross } from '../../../geo/borders-cross.ts'
import { shapeBoxes } from '../../../geo/box-index.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { metersPerDegree } from '../../../geo/distance.ts'
import { isTouched } from './alternatives.ts'
import { maxOf } from '../model/lists.ts'
import {
  areasAt,
  areasNear,
  municipalityCode,
  type NamedArea,
  type NamedAreas,
} from './named-areas.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { compileBan, geometryOfBan } from './reach.ts'

/** Within what time police are there at 85 of 100 urgent calls, as somebody published it. */
export type PoliceTime = {
  readonly municipalityCode: string
  readonly year: number
  readonly seconds: number
  /** Who published it and where, as it is printed in an advice. */
  readonly source: string
}

export type PoliceTimes = {
  /** Follows from its content. */
  readonly id: string
  readonly rows: readonly PoliceTime[]
}

export type OfferedPoliceTime = PoliceTime & {
  readonly municipality: string
  readonly tableId: string
}

/**
 * The police time of the municipality of the protected addresses, or where none is given of the
 * area: the newest, and of several municipalities the slowest. Null where one of them has none. It
 * is offered and never taken by itself.
 */
export function offerPoliceTime(
  proposal: EnforceabilityProposal,
  areas: NamedAreas | null,
  times: PoliceTimes | null,
): OfferedPoliceTime | null {
  if (areas === null || times === null) return null
  let slowest: OfferedPoliceTime | null = null
  for (const { code, name } of municipalitiesOf(proposal, areas)) {
    const newest = lately(times)
      .filter((row) => row.municipalityCode === code)
      .reduce<PoliceTime | null>((a, b) => (a !== null && a.year > b.year ? a : b), null)
    if (newest === null) return null
    const offered = { ...newest, municipality: name, tableId: times.id }
    if (slowest === null || offered.seconds > slowest.seconds) slowest = offered
  }
  return slowest
}

/** What was so long before the rest of the table says nothing of today. */
function lately({ rows }: PoliceTimes): readonly PoliceTime[] {
  const lastYear = maxOf(rows.map(({ year }) => year))
  return rows.filter(({ year }) => year > lastYear - policeTimeYearsMax)
}

const policeTimeYearsMax = 5

type Municipality = { readonly code: string; readonly name: string }

/** Of an address, or a part of the area, that lies in none that is known: one without a name. */
function municipalitiesOf(proposal: EnforceabilityProposal, areas: NamedAreas): Municipality[] {
  const { ban, victimAddresses } = proposal
  if (victimAddresses !== null) {
    return victimAddresses.flatMap(({ longitude, latitude }) => {
      const held = areasAt(areas, longitude, latitude)
      const whose: readonly Municipality[] = newestOf(
        held.filter(({ code }) => code.startsWith(municipalityCode)),
      )
      return whose.length > 0 ? whose : [unknownOne]
    })
  }
  const shape = compileBan(ban)
  if (shape === null) return []
  const near = areasNear(areas, municipalityCode, shapeBoxes(shape, 1))
  const held = listPlacesIn(shape).map(({ longitude, latitude }) =>
    near.filter((area) => containsPosition(area.shape, longitude, latitude)),
  )
  const touched = near.filter((area) =>
    held.some((found) => found.includes(area))
      ? held.some((found) => newestOf(found).includes(area))
      : isTouched(area, shape, proposal) || isCrossed(area, ban),
  )
  const isAllKnown =
    held.length > 0 && held.every((found) => found.length > 0) && !hasGap(near, shape)
  return isAllKnown ? touched : [...touched, unknownOne]
}

/** Of divisions of several years that lie over each other: municipalities merge. */
function newestOf(areas: readonly NamedArea[]): readonly NamedArea[] {
  const lastYear = maxOf(areas.map(({ year }) => year ?? 0))
  return areas.filter(({ year }) => (year ?? 0) === lastYear)
}

/** A strip may be narrower than what lies between two places, and have no corner in the ban. */
function isCrossed({ geometry }: NamedArea, ban: EnforceabilityProposal['ban']): boolean {
  const asked = geometryOfBan(ban)
  return asked !== null && bordersCross(geometry, asked)
}

const unknownOne: Municipality = { code: '', name: '' }

/** Beside a border of what is known something lies in the ban that is in nothing known. */
function hasGap(near: readonly NamedArea[], shape: BanShape): boolean {
  const boxes = shapeBoxes(shape, gapMeters)
  const isUnknown = (longitude: number, latitude: number): boolean =>
    containsPosition(shape, longitude, latitude) &&
    !near.some((area) => containsPosition(area.shape, longitude, latitude))
  return near.some(({ geometry }) =>
    listEdges(geometry).some(([from, to]) => {
      const isAway = boxes.every(
        ({ west, south, east, north }) =>
          Math.max(from[0], to[0]) < west ||
          Math.min(from[0], to[0]) > east ||
          Math.max(from[1], to[1]) < south ||
          Math.min(from[1], to[1]) > north,
      )
      return !isAway && listBeside(from, to).some(([x, y]) => isUnknown(x, y))
    }),
  )
}

/** On both sides of an edge, all along it. */
function listBeside(from: Corner, to: Corner): Corner[] {
  const per = metersPerDegree(from[1])
  const [east, north] = [(to[0] - from[0]) * per.longitude, (to[1] - from[1]) * per.latitude]
  const length = Math.hypot(east, north)
  if (length === 0) return []
  const stepCount = Math.ceil(length / gapStepMeters)
  const [aside, up] = [
    (north / length / per.longitude) * gapMeters,
    (-east / length / per.latitude) * gapMeters,
  ]
  return Array.from({ length: stepCount }, (_, step) => (step + 0.5) / stepCount).flatMap(
    (share): Corner[] => {
      const [x, y] = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
      return [
        [x + aside, y + up],
        [x - aside, y - up],
      ]
    },
  )
}

function listEdges(geometry: NamedArea['geometry']): [Corner, Corner][] {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons
    .flat()
    .flatMap((ring) => ring.slice(1).map((to, index): [Corner, Corner] => [ring[index] ?? to, to]))
}

type Corner = readonly [number, number]

/** Less is how outlines of two sources differ along one border. */
const gapMeters = 15
const gapStepMeters = 25

/** All over it, so that a strip of another municipality through its middle is seen too. */
function listPlacesIn(shape: BanShape): Place[] {
  return shapeBoxes(shape, 0)
    .flatMap(({ west, south, east, north }) => {
      const shareOf = (step: number): number => (step + 0.5) / stepCount
      const steps = Array.from({ length: stepCount }, (_, step) => step)
      return steps.flatMap((column) =>
        steps.map((row) => ({
          longitude: west + shareOf(column) * (east - west),
          latitude: south + shareOf(row) * (north - south),
        })),
      )
    })
    .filter(({ longitude, latitude }) => containsPosition(shape, longitude, latitude))
}

/** Each way: of a ban of two kilometres a strip of forty metres. */
const stepCount = 48

type Place = { readonly longitude: number; readonly latitude: number }
