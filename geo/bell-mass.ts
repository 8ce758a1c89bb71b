import type { PolygonPart } from './ban-shape.ts'
import { chunksPerBlock, countBoxes, edgesPerChunk } from './edge-index.ts'
import { metersPerLatitudeDegree, metersPerLongitudeDegree } from './ellipsoid.ts'
import { gaussLegendre, owenT } from './normal.ts'
import { latitudeAt, layVertices, longitudeAt } from './ring-vertices.ts'
import type { RingVertices } from './ring-vertices.ts'

/**
 * The mass inside the rings, by Green's theorem in polar coordinates around the fix: 1 when inside,
 * less, for every edge, the mass of the wedge beyond it, which is a difference of two of Owen's T.
 * Edges beyond the reach have no mass behind them.
 */
export function massInPart(
  part: PolygonPart,
  longitude: number,
  latitude: number,
  sigmaMeters: number,
  isInside: boolean,
  toBorderMeters: number,
): number {
  const { vertices } = part
  const isKnifeEdge = toBorderMeters < knifeEdgeSigmas * sigmaMeters
  const turn = 360 * Math.round(((part.west + part.east) / 2 - longitude) / 360)
  const kx = metersPerLongitudeDegree(latitude) / sigmaMeters
  const ky = metersPerLatitudeDegree(latitude) / sigmaMeters
  const x = longitude + turn
  if (isKnifeEdge) return clamp(massAround(vertices, x, latitude, kx, ky))
  const isInChunks = part.rows !== null
  const beyond = isInChunks
    ? massBeyondChunks(vertices, x, latitude, kx, ky)
    : massBeyondEdges(vertices, 0, vertices.count - 1, x, latitude, kx, ky)
  return clamp((isInside ? 1 : 0) - beyond)
}

/** Farther than this from every border, the probability is 0 or 1 to nine digits. */
export const certainSigmas = 6.2

/**
 * This near to the border, "which side" and "at what angle" must be taken from
 * the same rounded numbers.
 */
const knifeEdgeSigmas = 1e-4

function clamp(mass: number): number {
  return mass < 0 ? 0 : mass > 1 ? 1 : mass
}

function massBeyondChunks(
  vertices: RingVertices,
  x: number,
  y: number,
  kx: number,
  ky: number,
): number {
  const { chunkCount } = countBoxes(vertices.count)
  let beyond = 0
  for (let chunk = 0; chunk < chunkCount; chunk += 1) {
    const isFirst = chunk % chunksPerBlock === 0
    if (isFirst && isFarBox(vertices, chunkCount + chunk / chunksPerBlock, x, y, kx, ky)) {
      chunk += chunksPerBlock - 1
    } else if (!isFarBox(vertices, chunk, x, y, kx, ky)) {
      const from = chunk * edgesPerChunk
      const end = Math.min(from + edgesPerChunk, vertices.count - 1)
      beyond += massBeyondEdges(vertices, from, end, x, y, kx, ky)
    }
  }
  return beyond
}

function isFarBox(
  vertices: RingVertices,
  box: number,
  x: number,
  y: number,
  kx: number,
  ky: number,
): boolean {
  const corner = vertices.count + 2 * box
  return (
    (longitudeAt(vertices, corner) - x) * kx > certainSigmas ||
    (x - longitudeAt(vertices, corner + 1)) * kx > certainSigmas ||
    (latitudeAt(vertices, corner) - y) * ky > certainSigmas ||
    (y - latitudeAt(vertices, corner + 1)) * ky > certainSigmas
  )
}

/** Of the edges up to `end`, which is left out. */
function massBeyondEdges(
  vertices: RingVertices,
  from: number,
  end: number,
  x: number,
  y: number,
  kx: number,
  ky: number,
): number {
  const c = layVertices(vertices, from, end + 1)
  let beyond = 0
  for (let i = 0, last = 2 * (end - from); i < last; i += 2) {
    const ax = (c[i]! - x) * kx
    const ay = (c[i + 1]! - y) * ky
    const bx = (c[i + 2]! - x) * kx
    const by = (c[i + 3]! - y) * ky
    if (!isFarEdge(ax, ay, bx, by)) beyond += massBeyond(ax, ay, bx, by)
  }
  return beyond
}

/**
 * On the knife edge: how often the rings go round the fix, summed from the same
 * rounded numbers as the wedges.
 */
function massAround(vertices: RingVertices, x: number, y: number, kx: number, ky: number): number {
  const edgeCount = vertices.count - 1
  const c = layVertices(vertices, 0, vertices.count)
  let angle = 0
  for (let i = 0; i < 2 * edgeCount; i += 2) {
    const ax = (c[i]! - x) * kx
    const ay = (c[i + 1]! - y) * ky
    angle += angleOf(ax, ay, (c[i + 2]! - x) * kx, (c[i + 3]! - y) * ky)
  }
  return angle / (2 * Math.PI) - massBeyondEdges(vertices, 0, edgeCount, x, y, kx, ky)
}

/**
 * Signed angle at which the origin sees a→b; none when it lies on the
 * edge, like the mass beyond it.
 */
function angleOf(ax: number, ay: number, bx: number, by: number): number {
  const cross = ax * (by - ay) - ay * (bx - ax)
  if (cross === 0 || Number.isNaN(cross)) return 0
  return Math.atan2(cross, ax * bx + ay * by)
}

/** By its box, which is cheap; also true for the NaN that keeps rings apart. */
function isFarEdge(ax: number, ay: number, bx: number, by: number): boolean {
  return !(
    (ax < certainSigmas || bx < certainSigmas) &&
    (ax > -certainSigmas || bx > -certainSigmas) &&
    (ay < certainSigmas || by < certainSigmas) &&
    (ay > -certainSigmas || by > -certainSigmas)
  )
}

/** Signed mass of the standard normal in the wedge from the origin to a→b, beyond that edge. */
function massBeyond(ax: number, ay: number, bx: number, by: number): number {
  const ex = bx - ax
  const ey = by - ay
  const lengthSquared = ex * ex + ey * ey
  const cross = ax * ey - ay * ex
  if (!(lengthSquared > 0) || cross === 0) return 0
  const length = Math.sqrt(lengthSquared)
  const h = Math.abs(cross) / length
  if (h > certainSigmas) return 0
  const sign = cross > 0 ? 1 : -1
  const s1 = (ax * ex + ay * ey) / length
  const s2 = (bx * ex + by * ey) / length
  const nearest = h * h + (s1 > 0 ? s1 * s1 : s2 < 0 ? s2 * s2 : 0)
  if (nearest > certainSigmas * certainSigmas) return 0
  // A short edge, spanning little of the bell and seen from afar, needs two or
  // four points instead of forty.
  if (lengthSquared < 0.04 && lengthSquared < nearest) {
    const rule = lengthSquared < 0.001 && lengthSquared < 0.01 * nearest ? shortest : short
    let sum = 0
    for (let i = 0; i < rule.nodes.length; i += 1) {
      const s = s1 + length * rule.nodes[i]!
      const q = h * h + s * s
      sum += (rule.weights[i]! * Math.exp(-q / 2)) / q
    }
    return (sign * sum * length * h) / (2 * Math.PI)
  }
  return sign * (owenT(h, s2 / h) - owenT(h, s1 / h))
}

const shortest = gaussLegendre(2)
const short = gaussLegendre(4)
const arc = gaussLegendre(40)

/**
 * Mass of the standard normal in a disc of radius b whose centre is a away: (1/2π) ∮ (1 -
 * exp(-r²/2)) dθ over its rim. Where the rim is near, the integrand is smooth and integrated; where
 * it is far, the exponential is nothing and what is left is an angle.
 */
export function massInDisc(a: number, b: number): number {
  const ab = a * b
  // r² = (a-b)² + 4ab sin²(ψ/2); beyond this ψ it exceeds 80.
  const w = ab > 20 ? 2 * Math.asin(Math.sqrt(20 / ab)) : Math.PI
  const gap = (a - b) * (a - b)
  let sum = 0
  for (let i = 0; i < 40; i += 1) {
    const sine = Math.sin((w * arc.nodes[i]!) / 2)
    const lift = 2 * ab * sine * sine
    const squared = gap + 2 * lift
    const ratio = squared > 1e-12 ? -Math.expm1(-squared / 2) / squared : 0.5
    sum += arc.weights[i]! * ratio * (b * (b - a) + lift)
  }
  const half = Math.sin(w / 2)
  const rest = w >= Math.PI ? 0 : Math.atan2(b * Math.sin(w), a - b + 2 * b * half * half)
  const mass = (rest + sum * w) / Math.PI
  return mass < 0 ? 0 : mass > 1 ? 1 : mass
}
