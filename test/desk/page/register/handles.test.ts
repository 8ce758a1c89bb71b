import { expect, it } from 'vitest'
import { distanceMeters } from '../../../../geo/distance.ts'
import { emptyArea } from '../../../../src/desk/page/register/area.ts'
import { handlesOf, moveHandle } from '../../../../src/desk/page/register/handles.ts'

const circle = { ...emptyArea, longitude: '5.1', latitude: '52,1', radiusMeters: '300' }
const outline = [
  [5.1, 52.1],
  [5.2, 52.1],
  [5.2, 52.2],
  [5.1, 52.1],
]
const hole = [
  [5.15, 52.11],
  [5.16, 52.11],
  [5.16, 52.12],
  [5.15, 52.11],
]
const drawn = {
  ...emptyArea,
  kind: 'drawn' as const,
  geometry: JSON.stringify({ type: 'Polygon', coordinates: [outline, hole] }),
}

it('a circle is taken at its middle and at its edge in the east', () => {
  const [middle, edge, ...none] = handlesOf(circle)
  expect(none).toEqual([])
  expect(middle).toEqual({ id: 'middle', longitude: 5.1, latitude: 52.1 })
  if (edge === undefined) throw new Error('expected an edge, got none')
  expect(distanceMeters(5.1, 52.1, edge.longitude, edge.latitude)).toBeCloseTo(300, 0)
})

it('half a circle is taken at what there is of it', () => {
  expect(handlesOf(emptyArea)).toEqual([])
  expect(handlesOf({ ...circle, radiusMeters: '' }).map(({ id }) => id)).toEqual(['middle'])
})

it('the edge changes the radius by the metre, and the middle takes the circle along', () => {
  const place = { longitude: 5.1, latitude: 52.1 + 0.0045 }
  const meters = distanceMeters(5.1, 52.1, place.longitude, place.latitude)
  expect(moveHandle(circle, 'edge', place)).toEqual({
    ...circle,
    radiusMeters: String(Math.round(meters)),
  })
  const under = moveHandle(circle, 'edge', { longitude: 5.1, latitude: 52.1 })
  expect(under.radiusMeters).toBe('1')
  const moved = moveHandle(circle, 'middle', { longitude: 5.12345678, latitude: 52 })
  expect(moved).toEqual({ ...circle, longitude: '5.123457', latitude: '52' })
})

it('a corner goes where it is drawn, the first one too, and a hole stays a hole', () => {
  expect(handlesOf(drawn).map(({ id }) => id)).toEqual(['corner-0', 'corner-1', 'corner-2'])
  const moved = moveHandle(drawn, 'corner-0', { longitude: 5.05, latitude: 52.05 })
  const corners = [[5.05, 52.05], outline[1], outline[2], [5.05, 52.05]]
  expect(JSON.parse(moved.geometry)).toEqual({ type: 'Polygon', coordinates: [corners, hole] })
})

it('an outline of very many corners is not moved by hand', () => {
  const many = Array.from({ length: 61 }, (_, place) => [5 + place / 1000, 52 + (place % 2) / 100])
  const geometry = JSON.stringify({ type: 'Polygon', coordinates: [[...many, many[0]]] })
  expect(handlesOf({ ...drawn, geometry })).toEqual([])
})
