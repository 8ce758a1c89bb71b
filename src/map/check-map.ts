import { walkLine } from '../core/roads/points-on-edges.ts'
import { roadClasses } from '../core/model/road-classes.ts'
import { featureKinds, type Lines, type RoadGraph } from '../core/roads/street-map.ts'
import type { StoredMap } from './index-map.ts'
import { MapFault } from './map-fault.ts'

/**
 * Whether the numbers of a map fit together, before a search walks by them: a hash proves that a
 * file is as it was written, not that it was written by us. Each number is looked at once.
 *
 * @throws MapFault that says which does not
 */
export function checkMap({ sourceSeconds, roads, features, addresses, names }: StoredMap): void {
  const isNamed = Array.isArray(names) && names.every((name) => typeof name === 'string')
  if (!isNamed || names.length === 0) throw unfit('names', 'are no list of texts')
  if (sourceSeconds !== null && !isMoment(sourceSeconds)) {
    throw unfit('sourceSeconds', 'is no moment')
  }
  checkRoads(roads, names.length)
  const featureCount = features.kinds.length
  checkLines('featureShapes', features.shapes, featureCount, 1)
  checkBelow('features.kinds', features.kinds, featureCount, featureKinds.length)
  checkBelow('features.names', features.names, featureCount, names.length)
  const { longitudesE7, latitudesE7, ...texts } = addresses
  checkPlaces('addresses', longitudesE7, latitudesE7)
  for (const [key, values] of Object.entries(texts)) {
    checkBelow(`addresses.${key}`, values, longitudesE7.length, names.length)
  }
}

/** A text would compare as the number that it spells. */
function isMoment(seconds: unknown): boolean {
  return typeof seconds === 'number' && seconds > 0 && seconds < latestSeconds
}

/** The year 2100. */
const latestSeconds = 4_102_444_800

function checkRoads(roads: RoadGraph, nameCount: number): void {
  const { vertexLongitudesE7, vertexLatitudesE7, edgeFrom, edgeTo, edgeMeters } = roads
  const vertexCount = vertexLongitudesE7.length
  const edgeCount = edgeFrom.length
  if (edgeCount === 0) throw unfit('roads', 'are none')
  checkPlaces('roads.vertices', vertexLongitudesE7, vertexLatitudesE7)
  checkBelow('roads.edgeFrom', edgeFrom, edgeCount, vertexCount)
  checkBelow('roads.edgeTo', edgeTo, edgeCount, vertexCount)
  checkBelow('roads.edgeClass', roads.edgeClass, edgeCount, roadClasses.length)
  checkBelow('roads.edgeName', roads.edgeName, edgeCount, nameCount)
  checkLength('roads.edgeSign', roads.edgeSign, edgeCount)
  checkLength('roads.edgeMeters', edgeMeters, edgeCount)
  for (let edge = 0; edge < edgeCount; edge++) {
    const meters = edgeMeters[edge] ?? Number.NaN
    if (!(meters >= 0 && meters < longestMeters))
      throw unfit(`roads.edgeMeters ${edge}`, 'is no length')
  }
  checkLines('roadShapes', roads.shapes, edgeCount, 2)
  checkEnds(roads)
  checkLengths(roads)
  checkAdjacent(roads, vertexCount)
}

/** A shape elsewhere would put the crossing of a border where there is none. */
function checkEnds({ edgeFrom, edgeTo, shapes, ...roads }: RoadGraph): void {
  const { starts, longitudesE7, latitudesE7 } = shapes
  const isAt = (vertex: number, at: number): boolean =>
    roads.vertexLongitudesE7[vertex] === longitudesE7[at] &&
    roads.vertexLatitudesE7[vertex] === latitudesE7[at]
  for (let edge = 0; edge < edgeFrom.length; edge++) {
    const [first, behind] = [starts[edge] ?? 0, starts[edge + 1] ?? 0]
    if (!isAt(edgeFrom[edge] ?? 0, first) || !isAt(edgeTo[edge] ?? 0, behind - 1))
      throw unfit(`roadShapes ${edge}`, 'does not lead from junction to junction')
  }
}

/** A road that is longer than its shape would promise time that nobody needs for it. */
function checkLengths({ edgeMeters, shapes }: RoadGraph): void {
  for (let edge = 0; edge < edgeMeters.length; edge++) {
    let shapeMeters = 0
    walkLine(shapes, edge, ({ meters }) => (shapeMeters += meters))
    const meters = edgeMeters[edge] ?? 0
    if (Math.abs(meters - shapeMeters) > lengthShareMax * shapeMeters + lengthSlackMeters)
      throw unfit(`roads.edgeMeters ${edge}`, 'is not the length of its shape')
  }
}

const lengthShareMax = 0.01
/** What rounding does to a road of a step. */
const lengthSlackMeters = 0.02

/** No ferry is as long. */
const longestMeters = 10_000_000

function checkAdjacent(
  { adjacentStarts, adjacent, edgeFrom, edgeTo }: RoadGraph,
  vertexCount: number,
): void {
  checkLength('roads.adjacent', adjacent, 2 * edgeFrom.length)
  checkStarts('roads.adjacentStarts', adjacentStarts, vertexCount, adjacent.length, 0)
  // As many entries as ends: one that stands twice hides the road that stands nowhere.
  const isListed = new Uint8Array(adjacent.length)
  for (let vertex = 0; vertex < vertexCount; vertex++) {
    for (let at = adjacentStarts[vertex] ?? 0; at < (adjacentStarts[vertex + 1] ?? 0); at++) {
      const entry = adjacent[at] ?? 0
      const ends = (entry & 1) === 0 ? edgeFrom : edgeTo
      if (ends[entry >>> 1] !== vertex)
        throw unfit(`roads.adjacent ${at}`, 'is no road of its junction')
      if (isListed[entry] === 1) throw unfit(`roads.adjacent ${at}`, 'stands twice')
      isListed[entry] = 1
    }
  }
}

function checkLines(name: string, lines: Lines, count: number, placesMin: number): void {
  checkPlaces(name, lines.longitudesE7, lines.latitudesE7)
  checkStarts(`${name}.starts`, lines.starts, count, lines.longitudesE7.length, placesMin)
}

/** From the first place to behind the last, each row with so many at least. */
function checkStarts(
  name: string,
  starts: Uint32Array,
  count: number,
  end: number,
  rowMin: number,
): void {
  checkLength(name, starts, count + 1)
  if (starts[0] !== 0 || starts[count] !== end) throw unfit(name, 'do not cover what they begin')
  for (let row = 0; row < count; row++) {
    if ((starts[row + 1] ?? 0) < (starts[row] ?? 0) + rowMin)
      throw unfit(`${name} ${row}`, 'is out of order')
  }
}

function checkPlaces(name: string, longitudesE7: Int32Array, latitudesE7: Int32Array): void {
  checkLength(`${name}.latitudesE7`, latitudesE7, longitudesE7.length)
  for (let at = 0; at < longitudesE7.length; at++) {
    const isOnEarth =
      Math.abs(longitudesE7[at] ?? Number.NaN) <= 180e7 &&
      Math.abs(latitudesE7[at] ?? Number.NaN) <= 90e7
    if (!isOnEarth) throw unfit(`${name} ${at}`, 'is no place')
  }
}

function checkBelow(
  name: string,
  values: Uint8Array | Uint32Array,
  count: number,
  limit: number,
): void {
  checkLength(name, values, count)
  for (let at = 0; at < count; at++) {
    const value = values[at] ?? limit
    if (value >= limit) throw unfit(`${name} ${at}`, `is ${value}, and there are ${limit}`)
  }
}

function checkLength(name: string, values: ArrayLike<number>, count: number): void {
  if (values.length !== count) throw unfit(name, `are ${values.length} and not ${count}`)
}

function unfit(what: string, fault: string): MapFault {
  return new MapFault(`its ${what} ${fault}`)
}
