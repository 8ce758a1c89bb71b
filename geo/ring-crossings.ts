import type { Findings, GeometryFaultCode } from './geometry-findings.ts'
import { faultsMax, sides, type Side } from './geometry-findings.ts'
import { sideOf } from './exact-side.ts'
import type { ReadPart, ReadRing } from './read-geometry.ts'
import { continueLongitudes } from './ring.ts'

/**
 * Reports where borders cross or run along each other. Touching in a point is no crossing, unless
 * the border goes through it to the other side. Edges are swept from west to east, so that only
 * those whose stretches of longitude overlap meet; every decision is exact.
 */
export function findCrossings(parts: readonly ReadPart[], findings: Findings): void {
  const edges = collectEdges(parts)
  const { order, west, east, south, north } = edges
  for (let a = 0; a < order.length; a += 1) {
    const i = order[a]!
    const eastOfI = east[i]!
    const southOfI = south[i]!
    const northOfI = north[i]!
    for (let b = a + 1; b < order.length; b += 1) {
      const j = order[b]!
      if (west[j]! > eastOfI) break
      if (south[j]! > northOfI || north[j]! < southOfI) continue
      const meeting = meetingOf(edges, i, j)
      if (meeting === 'apart') continue
      report(edges, Math.min(i, j), Math.max(i, j), meeting, findings)
      if (findings.faults.length >= faultsMax) return
    }
  }
}

type Meeting = 'apart' | 'crossing' | 'overlap'

type Edges = {
  /** x, y of every ring's vertices without the repeated last, one ring after another. */
  readonly xy: Float64Array
  /** x, y of every edge's other end. */
  readonly ends: Float64Array
  readonly ringOfEdge: Uint16Array
  readonly rings: readonly PlacedRing[]
  readonly order: Uint32Array
  readonly west: Float64Array
  readonly east: Float64Array
  readonly south: Float64Array
  readonly north: Float64Array
}

type PlacedRing = {
  readonly ring: ReadRing
  readonly part: number
  readonly start: number
  readonly count: number
  /** Added to the last edge's end: a ring round a pole ends a whole turn from where it began. */
  readonly turn: number
}

function collectEdges(parts: readonly ReadPart[]): Edges {
  const rings: PlacedRing[] = []
  const values: number[] = []
  const ringNumbers: number[] = []
  let home: number | null = null
  for (const [part, { rings: read }] of parts.entries()) {
    for (const ring of read) {
      const flat = continueLongitudes(ring.positions)
      const middle = middleLongitude(flat)
      home ??= middle
      // Rings on the same side of the antimeridian must be compared on the same turn of the globe.
      const shift = 360 * Math.round((home - middle) / 360)
      const count = flat.length / 2 - 1
      const turn = flat[flat.length - 2]! - flat[0]!
      rings.push({ ring, part, start: values.length / 2, count, turn })
      for (let k = 0; k < count; k += 1) {
        values.push(flat[2 * k]! + shift, flat[2 * k + 1]!)
        ringNumbers.push(rings.length - 1)
      }
    }
  }
  const edges: Edges = {
    xy: Float64Array.from(values),
    ends: new Float64Array(values.length),
    ringOfEdge: Uint16Array.from(ringNumbers),
    rings,
    order: Uint32Array.from(ringNumbers.keys()),
    west: new Float64Array(ringNumbers.length),
    east: new Float64Array(ringNumbers.length),
    south: new Float64Array(ringNumbers.length),
    north: new Float64Array(ringNumbers.length),
  }
  for (let edge = 0; edge < ringNumbers.length; edge += 1) {
    const { xy } = edges
    const end = endOf(edges, edge)
    const endX = xy[2 * end]! + turnOf(edges, edge)
    edges.ends[2 * edge] = endX
    edges.ends[2 * edge + 1] = xy[2 * end + 1]!
    edges.west[edge] = Math.min(xy[2 * edge]!, endX)
    edges.east[edge] = Math.max(xy[2 * edge]!, endX)
    edges.south[edge] = Math.min(xy[2 * edge + 1]!, xy[2 * end + 1]!)
    edges.north[edge] = Math.max(xy[2 * edge + 1]!, xy[2 * end + 1]!)
  }
  edges.order.sort((a, b) => edges.west[a]! - edges.west[b]! || a - b)
  return edges
}

function middleLongitude(flat: readonly number[]): number {
  let west = Infinity
  let east = -Infinity
  for (let i = 0; i < flat.length; i += 2) {
    west = Math.min(west, flat[i]!)
    east = Math.max(east, flat[i]!)
  }
  return (west + east) / 2
}

/** An edge is numbered by its first vertex; this is its other one. */
function endOf(edges: Edges, edge: number): number {
  const { start, count } = edges.rings[edges.ringOfEdge[edge]!]!
  return edge + 1 === start + count ? start : edge + 1
}

function turnOf(edges: Edges, edge: number): number {
  const { start, count, turn } = edges.rings[edges.ringOfEdge[edge]!]!
  return edge + 1 === start + count ? turn : 0
}

function beforeOf(edges: Edges, vertex: number): number {
  const { start, count } = edges.rings[edges.ringOfEdge[vertex]!]!
  return vertex === start ? start + count - 1 : vertex - 1
}

/** Side of a point seen along the edge. */
function sideOfEdge(edges: Edges, edge: number, points: Float64Array, p: number): number {
  const { xy, ends } = edges
  return sideOf(
    xy[2 * edge]!,
    xy[2 * edge + 1]!,
    ends[2 * edge]!,
    ends[2 * edge + 1]!,
    points[2 * p]!,
    points[2 * p + 1]!,
  )
}

function meetingOf(edges: Edges, i: number, j: number): Meeting {
  const { xy, ends } = edges
  const j1 = sideOfEdge(edges, i, xy, j)
  const j2 = sideOfEdge(edges, i, ends, j)
  if ((j1 > 0 && j2 > 0) || (j1 < 0 && j2 < 0)) return 'apart'
  const i1 = sideOfEdge(edges, j, xy, i)
  const i2 = sideOfEdge(edges, j, ends, i)
  if ((i1 > 0 && i2 > 0) || (i1 < 0 && i2 < 0)) return 'apart'
  if (j1 === 0 && j2 === 0) return overlaps(edges, i, j) ? 'overlap' : 'apart'
  if (endOf(edges, i) === j || endOf(edges, j) === i) return 'apart'
  if (j1 !== 0 && j2 !== 0 && i1 !== 0 && i2 !== 0) return 'crossing'
  // They touch in a point that is a vertex of at least one. Does the border go through there? Every
  // vertex is asked about once, as the beginning of its edge, so that one spot is one fault.
  if (j1 === 0 && i1 === 0) return passesThrough(edges, i, j) ? 'crossing' : 'apart'
  if (j1 === 0) return i2 !== 0 && changesSide(edges, i, j) ? 'crossing' : 'apart'
  if (i1 === 0) return j2 !== 0 && changesSide(edges, j, i) ? 'crossing' : 'apart'
  return 'apart'
}

/** Two edges on one line: do they share more than a point? */
function overlaps(edges: Edges, i: number, j: number): boolean {
  const { west, east, south, north } = edges
  return (
    Math.min(east[i]!, east[j]!) > Math.max(west[i]!, west[j]!) ||
    Math.min(north[i]!, north[j]!) > Math.max(south[i]!, south[j]!)
  )
}

/** A vertex in the middle of an edge: do its neighbours lie on different sides? */
function changesSide(edges: Edges, edge: number, vertex: number): boolean {
  const before = sideOfEdge(edges, edge, edges.xy, beforeOf(edges, vertex))
  const after = sideOfEdge(edges, edge, edges.ends, vertex)
  return (before > 0 && after < 0) || (before < 0 && after > 0)
}

/** Two vertices in one spot: does one border lead from one side of the other to its other side? */
function passesThrough(edges: Edges, v: number, w: number): boolean {
  const before = beforeOf(edges, w)
  const after = endOf(edges, w)
  // Where they leave along each other, that is reported, and "side" means nothing.
  for (const a of [beforeOf(edges, v), endOf(edges, v)]) {
    if (isSameWay(edges, v, a, before) || isSameWay(edges, v, a, after)) return false
  }
  return isInSector(edges, v, before) !== isInSector(edges, v, after)
}

function isSameWay(edges: Edges, v: number, a: number, b: number): boolean {
  const { xy } = edges
  const vx = xy[2 * v]!
  const vy = xy[2 * v + 1]!
  const ax = xy[2 * a]!
  const ay = xy[2 * a + 1]!
  const bx = xy[2 * b]!
  const by = xy[2 * b + 1]!
  if (sideOf(vx, vy, ax, ay, bx, by) !== 0) return false
  return (ax - vx) * (bx - vx) + (ay - vy) * (by - vy) > 0
}

/**
 * Does the direction from v to p lie counter-clockwise between the next vertex and the one before?
 */
function isInSector(edges: Edges, v: number, p: number): boolean {
  const { xy } = edges
  const next = endOf(edges, v)
  const before = beforeOf(edges, v)
  const side = (a: number, b: number): number =>
    sideOf(xy[2 * v]!, xy[2 * v + 1]!, xy[2 * a]!, xy[2 * a + 1]!, xy[2 * b]!, xy[2 * b + 1]!)
  const opening = side(next, before)
  if (opening > 0) return side(next, p) > 0 && side(p, before) > 0
  if (opening < 0) return !(side(before, p) >= 0 && side(p, next) >= 0)
  return side(next, p) > 0
}

function report(
  edges: Edges,
  i: number,
  j: number,
  meeting: 'crossing' | 'overlap',
  findings: Findings,
): void {
  const a = edges.rings[edges.ringOfEdge[i]!]!
  const b = edges.rings[edges.ringOfEdge[j]!]!
  // A cut at the antimeridian, as RFC 7946 asks for, leaves two parts with one line in common.
  if (a.part !== b.part && meeting === 'overlap' && isOnAntimeridian(edges, i)) return
  const pointer = `${a.ring.pointer}/${a.ring.sources[i - a.start]!}`
  const code = codeOf(a, b, meeting)
  if (a.part !== b.part) {
    const [one, other] = [a.part + 1, b.part + 1]
    const isTold = findings.faults.some(
      ({ areas }) => areas !== undefined && areas.one === one && areas.other === other,
    )
    // One sentence for two areas, wherever else their borders meet.
    if (isTold) return
    const side = sideOfRing(edges, a, i, j)
    const verb = meeting === 'crossing' ? 'overlap' : 'share a border'
    const detail = `Area ${one} and area ${other} ${verb}, in the ${side} of area ${one}: draw them apart, or as one area.`
    findings.faults.push({ pointer, code, detail, areas: { one, other, side } })
    return
  }
  const spotA = `the edge after vertex ${a.ring.sources[i - a.start]!}`
  const spotB = `the edge after vertex ${b.ring.sources[j - b.start]!}`
  const verb = meeting === 'crossing' ? 'crosses' : 'runs along'
  const detail =
    a === b
      ? `${a.ring.name}: ${spotA} ${verb} ${spotB}.`
      : `${a.ring.name}: ${spotA} ${verb} ${spotB} of ${b.ring.name.toLowerCase()}.`
  findings.faults.push({ pointer, code, detail })
}

/** Where on its ring an edge meets another one, as somebody says it who may tell no coordinate. */
function sideOfRing(edges: Edges, { start, count }: PlacedRing, i: number, j: number): Side {
  const { xy, ends, west, east, south, north } = edges
  const [x1, y1, x2, y2] = [xy[2 * i]!, xy[2 * i + 1]!, ends[2 * i]!, ends[2 * i + 1]!]
  const [dx, dy] = [ends[2 * j]! - xy[2 * j]!, ends[2 * j + 1]! - xy[2 * j + 1]!]
  const across = (x2 - x1) * dy - (y2 - y1) * dx
  const along = ((xy[2 * j]! - x1) * dy - (xy[2 * j + 1]! - y1) * dx) / across
  // Where they run along each other, the middle of the edge is near enough.
  const part = along >= 0 && along <= 1 ? along : 0.5
  const share = (at: number, low: Float64Array, high: Float64Array): number => {
    let [least, most] = [Infinity, -Infinity]
    for (let edge = start; edge < start + count; edge += 1) {
      least = Math.min(least, low[edge]!)
      most = Math.max(most, high[edge]!)
    }
    // From -1 to 1 over the ring, however long and narrow it is.
    return (2 * at - least - most) / (most - least)
  }
  const angle = Math.atan2(
    share(y1 + part * (y2 - y1), south, north),
    share(x1 + part * (x2 - x1), west, east),
  )
  return sides[(Math.round(angle / (Math.PI / 4)) + 8) % 8]!
}

function isOnAntimeridian(edges: Edges, edge: number): boolean {
  const { west, east } = edges
  return west[edge] === east[edge] && Math.abs(west[edge]! % 360) === 180
}

function codeOf(a: PlacedRing, b: PlacedRing, meeting: 'crossing' | 'overlap'): GeometryFaultCode {
  const isCrossing = meeting === 'crossing'
  if (a === b) return isCrossing ? 'ring-crosses-itself' : 'ring-doubles-back'
  if (a.part === b.part) return isCrossing ? 'rings-cross' : 'rings-share-border'
  return isCrossing ? 'parts-overlap' : 'parts-share-border'
}
