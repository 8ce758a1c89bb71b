import type { Findings, GeometryFaultCode } from './geometry-findings.ts'
import { faultsMax } from './geometry-findings.ts'

/**
 * Reads whatever came over the wire into rings of [longitude, latitude],
 * closed and without repetitions.
 */
export function readGeometry(
  value: unknown,
  verticesMax: number,
  findings: Findings,
): { readonly isMulti: boolean; readonly parts: readonly ReadPart[] } | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fault(findings, '', 'not-an-object', 'A geometry is a JSON object with type and coordinates.')
    return null
  }
  const type = ownMember(value, 'type')
  const coordinates = ownMember(value, 'coordinates')
  if (type !== 'Polygon' && type !== 'MultiPolygon') {
    const text = 'Only the geometry types Polygon and MultiPolygon can be a ban.'
    fault(findings, '/type', 'type-unsupported', text)
    return null
  }
  for (const key of Object.keys(value)) {
    if (key === 'type' || key === 'coordinates' || key === 'bbox') continue
    const text =
      key === 'crs'
        ? 'A geometry has no crs: coordinates are WGS84 longitude and latitude.'
        : 'A geometry has no members other than type, coordinates and bbox.'
    fault(findings, '', 'member-unknown', text)
    return null
  }
  const reader: Reader = { findings, verticesLeft: verticesMax, verticesMax }
  const isMulti = type === 'MultiPolygon'
  const polygons = isMulti ? readArray(reader, coordinates, '/coordinates') : [coordinates]
  if (polygons === null) return null
  const parts: ReadPart[] = []
  for (const [number, polygon] of polygons.entries()) {
    const pointer = isMulti ? `/coordinates/${number}` : '/coordinates'
    const rings = readRings(reader, polygon, pointer, isMulti ? number : null)
    if (rings === null) return null
    parts.push({ rings })
  }
  return { isMulti, parts }
}

export type ReadPart = { readonly rings: readonly ReadRing[] }

export type ReadRing = {
  readonly pointer: string
  /** As a sentence begins with it: "Ring 0" or "Ring 1 of part 3". */
  readonly name: string
  readonly isShell: boolean
  readonly positions: [number, number][]
  /** The vertex each position had in what was sent, since faults name that. */
  readonly sources: number[]
}

type Reader = { readonly findings: Findings; verticesLeft: number; readonly verticesMax: number }

function fault(findings: Findings, pointer: string, code: GeometryFaultCode, detail: string): void {
  findings.faults.push({ pointer, code, detail })
}

/** Never what a prototype holds: the value may be hostile. */
function ownMember(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function readArray(reader: Reader, value: unknown, pointer: string): readonly unknown[] | null {
  if (!Array.isArray(value)) {
    fault(reader.findings, pointer, 'not-an-array', 'Expected an array here.')
    return null
  }
  if (value.length === 0) {
    fault(reader.findings, pointer, 'empty', 'Expected at least one element here.')
    return null
  }
  if (value.length > reader.verticesMax + 1) {
    tooMany(reader, pointer)
    return null
  }
  return value
}

function tooMany(reader: Reader, pointer: string): void {
  const text = `A ban has at most ${reader.verticesMax} vertices.`
  fault(reader.findings, pointer, 'too-many-vertices', text)
}

function readRings(
  reader: Reader,
  polygon: unknown,
  pointer: string,
  partNumber: number | null,
): ReadRing[] | null {
  const rings = readArray(reader, polygon, pointer)
  if (rings === null) return null
  const read: ReadRing[] = []
  for (const [number, ring] of rings.entries()) {
    const one: ReadRing = {
      pointer: `${pointer}/${number}`,
      name: partNumber === null ? `Ring ${number}` : `Ring ${number} of part ${partNumber}`,
      isShell: number === 0,
      positions: [],
      sources: [],
    }
    readRing(reader, ring, one)
    if (reader.findings.faults.length >= faultsMax || reader.verticesLeft < 0) return null
    read.push(one)
  }
  return read
}

function readRing(reader: Reader, value: unknown, ring: ReadRing): void {
  const given = readArray(reader, value, ring.pointer)
  if (given === null) return
  // The repeated last position does not count as a vertex.
  reader.verticesLeft -= Math.max(given.length - 1, 1)
  if (reader.verticesLeft < 0) {
    tooMany(reader, ring.pointer)
    return
  }
  const { findings } = reader
  const faultsBefore = findings.faults.length
  let altitudes = 0
  let duplicates = 0
  for (const [vertex, element] of given.entries()) {
    const position = readPosition(findings, element, `${ring.pointer}/${vertex}`, vertex, ring.name)
    if (findings.faults.length >= faultsMax) return
    if (position === null) continue
    if (Array.isArray(element) && element.length > 2) altitudes += 1
    const before = ring.positions.at(-1)
    if (before !== undefined && before[0] === position[0] && before[1] === position[1]) {
      duplicates += 1
      continue
    }
    ring.positions.push(position)
    ring.sources.push(vertex)
  }
  if (findings.faults.length > faultsBefore) return
  reportRepairs(findings, ring, altitudes, duplicates)
  closeRing(findings, ring)
  if (ring.positions.length < 4) {
    const text = `${ring.name} has fewer than three different vertices.`
    fault(findings, ring.pointer, 'too-few-vertices', text)
  }
}

function reportRepairs(
  findings: Findings,
  ring: ReadRing,
  altitudes: number,
  duplicates: number,
): void {
  if (altitudes > 0) {
    findings.repairs.push({
      pointer: ring.pointer,
      code: 'altitude-dropped',
      detail: `${ring.name} had ${altitudes} positions with an altitude, which was dropped.`,
    })
  }
  if (duplicates > 0) {
    findings.repairs.push({
      pointer: ring.pointer,
      code: 'duplicate-vertices-dropped',
      detail: `${ring.name} repeated the vertex before it ${duplicates} times; repetitions were dropped.`,
    })
  }
}

function closeRing(findings: Findings, ring: ReadRing): void {
  const first = ring.positions[0]
  const last = ring.positions.at(-1)
  if (first === undefined || last === undefined) return
  if (first[0] === last[0] && first[1] === last[1]) return
  ring.positions.push([first[0], first[1]])
  ring.sources.push(0)
  findings.repairs.push({
    pointer: ring.pointer,
    code: 'ring-closed',
    detail: `${ring.name} did not end where it began and was closed.`,
  })
}

function readPosition(
  findings: Findings,
  element: unknown,
  pointer: string,
  vertex: number,
  ringName: string,
): [number, number] | null {
  const spot = `Vertex ${vertex} of ${ringName.toLowerCase()}`
  if (!Array.isArray(element) || element.length < 2 || element.length > 3) {
    const text = `${spot} is not an array of longitude and latitude.`
    fault(findings, pointer, 'position-malformed', text)
    return null
  }
  const values: readonly unknown[] = element
  for (const value of values) {
    if (typeof value === 'number' && Number.isFinite(value)) continue
    const text = `${spot} has a coordinate that is not a finite number.`
    fault(findings, pointer, 'coordinate-not-finite', text)
    return null
  }
  const longitude = Number(values[0])
  const latitude = Number(values[1])
  if (!(longitude >= -180 && longitude <= 180)) {
    const text = `${spot} has a longitude outside -180 to 180.`
    fault(findings, pointer, 'longitude-out-of-range', text)
    return null
  }
  if (!(latitude >= -90 && latitude <= 90)) {
    const text = `${spot} has a latitude outside -90 to 90.`
    fault(findings, pointer, 'latitude-out-of-range', text)
    return null
  }
  // Adding zero turns -0 into 0, so that equal positions are equal however they were written.
  return [longitude + 0, latitude + 0]
}
