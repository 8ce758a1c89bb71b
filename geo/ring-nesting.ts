import type { Findings, GeometryFaultCode } from './geometry-findings.ts'
import { crossing, inside, onBorder } from './containment.ts'
import type { ReadPart, ReadRing } from './read-geometry.ts'
import { unwrapRing } from './ring.ts'

/**
 * Reports holes outside their shell, holes in holes and parts in parts. Asked only when no
 * border crosses another: then one point of a ring that is not on the other's border
 * speaks for the whole ring.
 */
export function findMisplacedRings(parts: readonly ReadPart[], findings: Findings): void {
  const placed = parts.map((part) => part.rings.map(place))
  for (const rings of placed) checkHoles(rings, findings)
  for (const [p, rings] of placed.entries()) {
    for (const [q, others] of placed.entries()) {
      if (p === q || !isWithinPart(others[0]!, rings)) continue
      const [one, other] = [q + 1, p + 1]
      findings.faults.push({
        pointer: others[0]!.ring.pointer,
        code: 'parts-overlap',
        detail: `Area ${one} lies within area ${other}: leave it out.`,
        areas: { one, other, side: 'within' },
      })
    }
  }
}

type PlacedRing = {
  readonly ring: ReadRing
  readonly xy: Float64Array
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

function place(ring: ReadRing): PlacedRing {
  const xy = Float64Array.from(unwrapRing(ring.positions))
  let west = Infinity
  let east = -Infinity
  let south = Infinity
  let north = -Infinity
  for (let i = 0; i < xy.length; i += 2) {
    west = Math.min(west, xy[i]!)
    east = Math.max(east, xy[i]!)
    south = Math.min(south, xy[i + 1]!)
    north = Math.max(north, xy[i + 1]!)
  }
  return { ring, xy, west, east, south, north }
}

function checkHoles(rings: readonly PlacedRing[], findings: Findings): void {
  const shell = rings[0]!
  for (let h = 1; h < rings.length; h += 1) {
    const hole = rings[h]!
    if (!isWithin(hole, shell)) {
      const text = `${hole.ring.name} is a hole but does not lie within ring 0.`
      add(findings, hole, 'hole-outside-shell', text)
      continue
    }
    for (let g = 1; g < rings.length; g += 1) {
      if (g === h || !isWithin(hole, rings[g]!)) continue
      const text = `${hole.ring.name} is a hole within the hole that is ring ${g}.`
      add(findings, hole, 'holes-nested', text)
    }
  }
}

function add(
  findings: Findings,
  placed: PlacedRing,
  code: GeometryFaultCode,
  detail: string,
): void {
  findings.faults.push({ pointer: placed.ring.pointer, code, detail })
}

function isWithinPart(ring: PlacedRing, part: readonly PlacedRing[]): boolean {
  return isWithin(ring, part[0]!) && !part.slice(1).some((hole) => isWithin(ring, hole))
}

/**
 * By the first vertex or middle of an edge that is not on the other's border; all on it is within.
 */
function isWithin(ring: PlacedRing, other: PlacedRing): boolean {
  const turn = 360 * Math.round((other.west + other.east - ring.west - ring.east) / 720)
  if (ring.west + turn < other.west || ring.east + turn > other.east) return false
  if (ring.south < other.south || ring.north > other.north) return false
  const { xy } = ring
  for (let i = 0; i + 3 < xy.length; i += 2) {
    const atVertex = locate(other.xy, xy[i]! + turn, xy[i + 1]!)
    if (atVertex !== onBorder) return atVertex === inside
  }
  for (let i = 0; i + 3 < xy.length; i += 2) {
    const x = (xy[i]! + xy[i + 2]!) / 2 + turn
    const atMiddle = locate(other.xy, x, (xy[i + 1]! + xy[i + 3]!) / 2)
    if (atMiddle !== onBorder) return atMiddle === inside
  }
  return true
}

function locate(xy: Float64Array, x: number, y: number): 0 | 1 | 2 {
  let parity: 0 | 1 = 0
  for (let i = 0; i + 3 < xy.length; i += 2) {
    const found = crossing(xy[i]!, xy[i + 1]!, xy[i + 2]!, xy[i + 3]!, x, y)
    if (found === onBorder) return onBorder
    parity = (parity ^ found) as 0 | 1
  }
  return parity
}
