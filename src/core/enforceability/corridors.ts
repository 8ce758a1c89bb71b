import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes, type Box } from '../../../geo/box-index.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { cutCorridor } from '../../../geo/cut-corridor.ts'
import { metersBetween } from '../../../geo/distance.ts'
import type { Limits } from '../model/limits.ts'
import { roadClasses } from '../model/road-classes.ts'
import { boxAround } from '../roads/enter-network.ts'
import { featuresIn, middleOf } from '../roads/near-features.ts'
import { junctionAt, readLine, type Place } from '../roads/points-on-edges.ts'
import type { StreetMap } from '../roads/street-map.ts'
import { keptMeters } from './hold-protected.ts'
import type { EnforceabilityProposal, ProposedBan } from './proposal.ts'
import { compileBan, geometryOfBan } from './reach.ts'

/**
 * Motorways and railways through a ban, by name, and whether each can be excepted: who is on one
 * can be held to pass only where the ban has no exit, junction or station of it inside, and where
 * every protected address keeps its distance.
 */
export function findCorridors(
  { ban, victimAddresses }: Pick<EnforceabilityProposal, 'ban' | 'victimAddresses'>,
  map: StreetMap,
  limits: Limits,
): Corridor[] {
  const shape = compileBan(ban)
  if (shape === null) return []
  const halfMeters = limits.corridorHalfMeters
  const boxes = shapeBoxes(shape, halfMeters)
  const found = [...listMotorways(map, shape, boxes), ...listRailways(map, shape, boxes)]
  const byName = Map.groupBy(found, ({ kind, name }) => `${kind} ${name}`)
  const sorted = [...byName].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return sorted.flatMap(([, ways]) => {
    const [first] = ways
    if (first === undefined) return []
    const lines = ways.map(({ line }) => line)
    const about = { kind: first.kind, name: first.name, lines }
    if (!lines.some((line) => isThrough(shape, line))) return []
    const obstacle = ways.some(({ isLeft }) => isLeft)
      ? obstacleOf[first.kind]
      : (victimAddresses ?? []).some((place) =>
            isNearAny(lines, [place], halfMeters + keptMeters(shape, place, limits)),
          )
        ? 'address-beside'
        : null
    return [{ ...about, obstacle }]
  })
}

export type Corridor = {
  readonly kind: 'motorway' | 'rail'
  readonly name: string
  /** Why it cannot be excepted; null: it can. */
  readonly obstacle: CorridorObstacle | null
  readonly lines: readonly (readonly Place[])[]
}

export const corridorObstacles = [
  'exit-inside',
  'station-inside',
  'address-beside',
  'not-drawable',
] as const
export type CorridorObstacle = (typeof corridorObstacles)[number]

const obstacleOf = { motorway: 'exit-inside', rail: 'station-inside' } as const

/** The ban without what lies beside these; null where that is nothing, or cannot be drawn. */
export function exceptCorridors(
  ban: ProposedBan,
  corridors: readonly Corridor[],
  { corridorHalfMeters }: Limits,
): ProposedBan | null {
  const whole = geometryOfBan(ban)
  if (whole === null) return null
  const lines = corridors.flatMap((corridor) =>
    corridor.lines.map((line) =>
      thin(line).map(({ longitude, latitude }) => [longitude, latitude] as const),
    ),
  )
  const geometry = cutCorridor(whole, lines, corridorHalfMeters)
  return geometry === null ? null : { kind: 'polygon', geometry }
}

type FoundWay = {
  readonly kind: Corridor['kind']
  readonly name: string
  readonly line: readonly Place[]
  /** It can be left inside the ban. */
  readonly isLeft: boolean
}

const corridorClassMax = roadClasses.indexOf('trunk')

function listMotorways(map: StreetMap, shape: BanShape, boxes: readonly Box[]): FoundWay[] {
  const { roads, names } = map
  const edges = new Set(
    boxes
      .flatMap((box) => map.roadIndex.search(box))
      .filter((edge) => (roads.edgeClass[edge] ?? Infinity) <= corridorClassMax),
  )
  return [...edges].map((edge) => ({
    kind: 'motorway',
    name: names[roads.edgeName[edge] ?? 0] ?? '',
    line: readLine(roads.shapes, edge),
    isLeft: [roads.edgeFrom[edge] ?? 0, roads.edgeTo[edge] ?? 0].some((vertex) => {
      const { longitude, latitude } = junctionAt(map, vertex)
      return leadsElsewhere(map, vertex) && containsPosition(shape, longitude, latitude)
    }),
  }))
}

/** To a road that is no motorway. */
function leadsElsewhere({ roads }: StreetMap, vertex: number): boolean {
  const end = roads.adjacentStarts[vertex + 1] ?? 0
  for (let at = roads.adjacentStarts[vertex] ?? 0; at < end; at++) {
    const edge = (roads.adjacent[at] ?? 0) >> 1
    if ((roads.edgeClass[edge] ?? 0) > corridorClassMax) return true
  }
  return false
}

function listRailways(map: StreetMap, shape: BanShape, boxes: readonly Box[]): FoundWay[] {
  const stations = boxes
    .flatMap((box) => featuresIn(map, box, ['station']))
    .map(middleOf)
    .filter(({ longitude, latitude }) => containsPosition(shape, longitude, latitude))
  return boxes
    .flatMap((box) => featuresIn(map, box, ['rail']))
    .map(({ name, line }) => ({
      kind: 'rail',
      name,
      line,
      isLeft: isNearAny([line], stations, platformMeters),
    }))
}

/** A station belongs to the line that it lies along. */
const platformMeters = 150

function isNearAny(
  lines: readonly (readonly Place[])[],
  places: readonly Place[],
  meters: number,
): boolean {
  return places.some((place) => lines.some((line) => isNearLine(line, place, meters)))
}

function isNearLine(line: readonly Place[], place: Place, meters: number): boolean {
  const { west, east, south, north } = boxAround(place, meters)
  return steps(line).some(
    (one) =>
      one.longitude >= west &&
      one.longitude <= east &&
      one.latitude >= south &&
      one.latitude <= north &&
      metersBetween(one, place) <= meters,
  )
}

function isThrough(shape: BanShape, line: readonly Place[]): boolean {
  return steps(line).some(({ longitude, latitude }) => containsPosition(shape, longitude, latitude))
}

/** Corners may lie far apart. */
const stepMeters = 20

function steps(line: readonly Place[]): Place[] {
  return line.flatMap((to, index) => {
    const from = line[index - 1]
    if (from === undefined) return []
    const count = Math.max(1, Math.round(metersBetween(from, to) / stepMeters))
    return Array.from({ length: count }, (_, step) => ({
      longitude: from.longitude + (step / count) * (to.longitude - from.longitude),
      latitude: from.latitude + (step / count) * (to.latitude - from.latitude),
    }))
  })
}

/** Of corners that lie close together one is enough: clipping takes time by the corner. */
function thin(line: readonly Place[]): Place[] {
  const kept: Place[] = []
  for (const [index, place] of line.entries()) {
    const last = kept.at(-1)
    if (last === undefined || index === line.length - 1 || metersBetween(last, place) >= thinMeters)
      kept.push(place)
  }
  return kept
}

const thinMeters = 15
