import { hash } from 'node:crypto'
import type { BanShape } from '../../../geo/ban-shape.ts'
import { compileCircle, compilePolygon } from '../../../geo/ban-shape.ts'
import type { RingVertices } from '../../../geo/ring-vertices.ts'
import { latitudeAt, layVertices, longitudeAt, packVertices } from '../../../geo/ring-vertices.ts'
import type {
  BanArea,
  LocationBan,
  MultiPolygonGeometry,
  PolygonGeometry,
  ProtectionOrder,
  RegistryChange,
} from '../model/registry.ts'

/**
 * The same order with areas that are kept once, however many orders and versions have them, and
 * small: a municipality is the area of hundreds, and as GeoJSON it is seven times as large as its
 * numbers. What is read of an area is what was registered, number for number.
 */
export function shareAreas(order: ProtectionOrder): ProtectionOrder {
  const bans = Object.getOwnPropertyDescriptor(order, 'locationBans')
  // Read when it is first asked for, and shared by who reads it then.
  if (bans?.get !== undefined || order.locationBans.every(isShared)) return order
  return { ...order, locationBans: order.locationBans.map(shareArea) }
}

/** As detection takes it in. */
export function shareAreasOf(change: RegistryChange): RegistryChange {
  if (change.type !== 'protection-order') return change
  return { ...change, protectionOrder: shareAreas(change.protectionOrder) }
}

export function shareArea(ban: LocationBan): LocationBan {
  const { area } = ban
  if (area.type === 'circle' || isShared(ban)) return ban
  return { ...ban, area: findShared(area.geometry) }
}

function isShared({ area }: LocationBan): boolean {
  return area.type === 'circle' || shapes.has(area)
}

/** Compiled once for an area that is shared. */
export function compileArea(area: BanArea): BanShape {
  if (area.type === 'circle') {
    return compileCircle(area.longitude, area.latitude, area.radiusMeters)
  }
  return shapes.get(area) ?? compilePolygon(area.geometry)
}

type Geometry = PolygonGeometry | MultiPolygonGeometry
type Ring = PolygonGeometry['coordinates'][number]

const shapes = new WeakMap<BanArea, BanShape>()
/**
 * By content. Held by the orders that have them and by nobody else: which of two equal areas is
 * found, or whether one is made anew, cannot be told from outside.
 */
const known = new Map<string, WeakRef<BanArea>>()
const forgotten = new FinalizationRegistry<string>((key) => {
  if (known.get(key)?.deref() === undefined) known.delete(key)
})

function findShared(geometry: Geometry): BanArea {
  const packed = pack(geometry)
  const { whole, exact } = packed.vertices
  // In one go: an object for each hash took twice as long as the hash.
  const numbers = hash('sha256', whole ?? exact, 'base64')
  const ends = [geometry.type, packed.ringEnds, packed.partEnds, whole === null]
  const key = hash('sha256', `${JSON.stringify(ends)} ${numbers}`, 'base64')
  const found = known.get(key)?.deref()
  if (found !== undefined) return found
  const shape = compilePolygon(geometry)
  const read = keepGeometry(packed, shape)
  const area: BanArea = {
    type: 'geometry',
    get geometry() {
      return read()
    },
  }
  shapes.set(area, shape)
  known.set(key, new WeakRef(area))
  forgotten.register(area, key)
  return area
}

/** Numbers that the shape has are kept there alone. */
function keepGeometry(packed: Packed, shape: BanShape): () => Geometry {
  const turns = findTurns(packed, shape)
  if (turns === null) {
    const { vertices } = packed
    return () => unpack(packed, layVertices(vertices, 0, vertices.count))
  }
  const { type, ringEnds, partEnds } = packed
  return keepLaid({ type, ringEnds, partEnds }, shape, turns)
}

/** A function of its own, so that nothing else is kept by what it answers. */
function keepLaid(laid: Ends, shape: BanShape, turns: readonly boolean[]): () => Geometry {
  return () => unpack(laid, gather(laid, shape, turns))
}

/** Where rings and parts end in a row of all positions. */
type Ends = {
  readonly type: Geometry['type']
  /** In positions. */
  readonly ringEnds: readonly number[]
  /** In rings. */
  readonly partEnds: readonly number[]
}

type Packed = Ends & { readonly vertices: RingVertices }

function pack(geometry: Geometry): Packed {
  const parts: readonly (readonly Ring[])[] =
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const ringEnds: number[] = []
  const partEnds: number[] = []
  let positionCount = 0
  for (const rings of parts) {
    for (const ring of rings) {
      positionCount += ring.length
      ringEnds.push(positionCount)
    }
    partEnds.push(ringEnds.length)
  }
  const numbers = new Float64Array(2 * positionCount)
  let at = 0
  // Hot path while orders change: no callback for a number.
  for (const ring of parts.flat()) {
    for (const position of ring) {
      for (const degrees of position) numbers[at++] = degrees
    }
  }
  // Kept for as long as the area: a list that was pushed to has room for sixteen more.
  const ends = { ringEnds: ringEnds.slice(), partEnds: partEnds.slice() }
  return { type: geometry.type, vertices: packVertices(numbers), ...ends }
}

/** Of the longitude and latitude of every position in a row. */
function unpack({ type, ringEnds, partEnds }: Ends, numbers: Float64Array): Geometry {
  let position = 0
  const rings = ringEnds.map((end) => {
    const ring: [number, number][] = []
    for (; position < end; position += 1) {
      ring.push([numbers[2 * position] ?? Number.NaN, numbers[2 * position + 1] ?? Number.NaN])
    }
    return ring
  })
  const parts = partEnds.map((end, part) => rings.slice(partEnds[part - 1] ?? 0, end))
  return type === 'Polygon' ? { type, coordinates: parts[0] ?? [] } : { type, coordinates: parts }
}

/**
 * The way each ring lies in the shape, which has the same numbers: true is backwards. Null where it
 * has others, as over the antimeridian and about a pole.
 */
function findTurns(packed: Packed, shape: BanShape): readonly boolean[] | null {
  const { ringEnds, vertices } = packed
  const [forwards, backwards] = [false, true].map((isBackwards) =>
    gather(
      packed,
      shape,
      ringEnds.map(() => isBackwards),
    ),
  )
  const isSame = (numbers: Float64Array | undefined, from: number, end: number): boolean => {
    for (let position = from; position < end; position++) {
      if (!Object.is(longitudeAt(vertices, position), numbers?.[2 * position])) return false
      if (!Object.is(latitudeAt(vertices, position), numbers?.[2 * position + 1])) return false
    }
    return true
  }
  const turns: boolean[] = []
  for (const [ring, end] of ringEnds.entries()) {
    const from = ringEnds[ring - 1] ?? 0
    const isForwards = isSame(forwards, from, end)
    if (!isForwards && !isSame(backwards, from, end)) return null
    turns.push(!isForwards)
  }
  return turns.slice()
}

function gather(
  { ringEnds, partEnds }: Ends,
  shape: BanShape,
  turns: readonly boolean[],
): Float64Array {
  const numbers = new Float64Array(2 * (ringEnds.at(-1) ?? 0)).fill(Number.NaN)
  let into = 0
  for (const [part, end] of partEnds.entries()) {
    const vertices = shape.kind === 'polygon' ? shape.parts[part]?.vertices : undefined
    let from = 0
    for (let ring = partEnds[part - 1] ?? 0; ring < end; ring++) {
      const count = (ringEnds[ring] ?? 0) - (ringEnds[ring - 1] ?? 0)
      for (let nth = 0; nth < count; nth++, into += 2) {
        const vertex = from + (turns[ring] === true ? count - 1 - nth : nth)
        if (vertices === undefined || vertex >= vertices.count) continue
        numbers[into] = longitudeAt(vertices, vertex)
        numbers[into + 1] = latitudeAt(vertices, vertex)
      }
      // A pair of NaN keeps rings apart.
      from += count + 1
    }
  }
  return numbers
}
