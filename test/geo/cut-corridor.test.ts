import { expect, it } from 'vitest'
import { compilePolygon, type PolygonGeometry, type Position } from '../../geo/ban-shape.ts'
import { containsPosition } from '../../geo/containment.ts'
import { cutCorridor } from '../../geo/cut-corridor.ts'
import { ringAround } from '../../geo/ring-around.ts'
import { destination } from '../../geo/distance.ts'

const middle = { longitude: 5.1, latitude: 52.1 }
const at = (east: number, north: number): Position => {
  const one = destination(middle.longitude, middle.latitude, 90, east)
  const { longitude, latitude } = destination(one.longitude, one.latitude, 0, north)
  return [longitude, latitude]
}
const square: PolygonGeometry = {
  type: 'Polygon',
  coordinates: [[at(-500, -500), at(500, -500), at(500, 500), at(-500, 500), at(-500, -500)]],
}

it('a line through an area leaves two, and nothing within so many metres of it', () => {
  const cut = cutCorridor(square, [[at(-900, 0), at(0, 20), at(900, 0)]], 50)!
  expect(cut.type).toBe('MultiPolygon')
  const shape = compilePolygon(cut)
  const isInside = (east: number, north: number) => containsPosition(shape, ...at(east, north))
  expect([72, 68, 20, -28, -34].map((north) => isInside(0, north))).toEqual([
    true,
    false,
    false,
    false,
    true,
  ])
  expect(shape.areaSquareMeters).toBeGreaterThan(0.89e6)
  expect(shape.areaSquareMeters).toBeLessThan(0.91e6)
})

it('a line that ends inside leaves the area whole around its round end', () => {
  const shape = compilePolygon(cutCorridor(square, [[at(-900, 0), at(0, 0)]], 50)!)
  expect(containsPosition(shape, ...at(53, 0))).toBe(true)
  expect(containsPosition(shape, ...at(40, 0))).toBe(false)
})

it('a strip that the clipper cannot cut as it is drawn is cut on a grid', () => {
  const circle = ringAround(15.6678371, 48.4078175, 457)
  // Of a motorway at Krems: two ways that meet and cross almost along each other.
  const mended: Position[][] = [
    [
      [15.6672576, 48.406742099999995],
      [15.6655087, 48.406117599999995],
      [15.6642552, 48.405677399999995],
    ],
    [
      [15.662712299999999, 48.4050675],
      [15.6642552, 48.405677399999995],
    ],
    [
      [15.6642552, 48.405677399999995],
      [15.6603999, 48.404343999999995],
    ],
  ]
  const lost: Position[][] = [
    [
      [15.6672695, 48.4067457],
      [15.6655018, 48.4061052],
      [15.6642437, 48.4056827],
    ],
    [
      [15.6627276, 48.4050678],
      [15.6642437, 48.4056827],
    ],
    [
      [15.6642437, 48.4056827],
      [15.6603864, 48.4043327],
    ],
  ]
  for (const lines of [mended, lost]) {
    const shape = compilePolygon(cutCorridor(circle, lines, 100)!)
    for (const [longitude, latitude] of lines.flat()) {
      expect(containsPosition(shape, longitude, latitude)).toBe(false)
    }
    expect(containsPosition(shape, 15.6678371, 48.4078175)).toBe(true)
  }
})

it('an area without lines stays as it is, and one that is all corridor is none', () => {
  expect(cutCorridor(square, [], 50)).toBe(square)
  expect(cutCorridor(square, [[at(-900, 0), at(900, 0)]], 800)).toBeNull()
})

it('a circle that becomes an area with corners loses nothing of itself', () => {
  const shape = compilePolygon(ringAround(middle.longitude, middle.latitude, 1_000))
  for (let degrees = 0; degrees < 360; degrees += 1) {
    const { longitude, latitude } = destination(middle.longitude, middle.latitude, degrees, 999)
    expect(containsPosition(shape, longitude, latitude)).toBe(true)
    const beyond = destination(middle.longitude, middle.latitude, degrees, 1_003)
    expect(containsPosition(shape, beyond.longitude, beyond.latitude)).toBe(false)
  }
})
