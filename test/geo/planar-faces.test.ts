import { describe, expect, it } from 'vitest'
import type { Position } from '../../geo/ban-shape.ts'
import { findFaces, outlineFaces, walkFace } from '../../geo/planar-faces.ts'
import { createRandom } from '../support/random.ts'

describe('faces between lines', () => {
  it('faces between lines that cross without a corner are cut there', () => {
    const faces = findFaces([
      [at(0, 10), at(30, 10)],
      [at(0, 20), at(30, 20)],
      [at(10, 0), at(10, 30)],
      [at(20, 0), at(20, 30)],
    ])
    expect(sizesOf(faces)).toEqual([100])
  })

  it('faces between lines do not know what ends nowhere, nor what is drawn twice', () => {
    const square = [at(0, 0), at(20, 0), at(20, 20), at(0, 20), at(0, 0)]
    const faces = findFaces([square, square.slice(1, 3), [at(20, 10), at(12, 10), at(12, 12)]])
    expect(sizesOf(faces)).toEqual([400])
    expect(faces.starts).toHaveLength(2 * 5)
  })

  it('faces between lines inside each other are each there, and an outline of both has no hole', () => {
    const ring = (from: number, to: number) => [
      at(from, from),
      at(to, from),
      at(to, to),
      at(from, to),
      at(from, from),
    ]
    const faces = findFaces([ring(0, 30), ring(10, 20)])
    expect(sizesOf(faces)).toEqual([100, 900])
    const rings = outlineFaces(faces, (face) => faces.faces[face]!.squareDegrees > 0)
    expect(rings.map((sides) => sides.length)).toEqual([4, 4])
  })

  it('an outline of faces that meet in a corner alone has two rings', () => {
    const square = (x: number, y: number) => [
      at(x, y),
      at(x + 10, y),
      at(x + 10, y + 10),
      at(x, y + 10),
      at(x, y),
    ]
    const faces = findFaces([square(0, 0), square(10, 10)])
    const rings = outlineFaces(faces, (face) => faces.faces[face]!.squareDegrees > 0)
    expect(rings).toHaveLength(2)
  })

  it('faces of a random drawing fill what lies within its outline, and each side has one', () => {
    const random = createRandom(12)
    for (let round = 0; round < 30; round++) {
      const place = () => at(Math.floor(random() * 1_000), Math.floor(random() * 1_000))
      const faces = findFaces(Array.from({ length: 25 }, () => [place(), place()]))
      for (const [side, follower] of faces.next.entries()) {
        expect(faces.starts[follower]).toEqual(faces.starts[side ^ 1])
        expect(faces.faceOf[follower]).toBe(faces.faceOf[side])
      }
      const sum = faces.faces.reduce((total, { squareDegrees }) => total + squareDegrees, 0)
      // What lies outside is counted the other way round.
      expect(Math.abs(sum) * 1e14).toBeLessThan(1)
    }
  })
})

/** Whole steps of 1e-7 degrees times a thousand, east and north of a town. */
function at(east: number, north: number): Position {
  return [5 + east * 1e-4, 52 + north * 1e-4]
}

function sizesOf(faces: ReturnType<typeof findFaces>): number[] {
  return faces.faces
    .filter((face) => face.squareDegrees > 0 && walkFace(faces, face).length > 2)
    .map(({ squareDegrees }) => Math.round(squareDegrees * 1e8))
    .toSorted((one, other) => one - other)
}
