import { expect, it } from 'vitest'
import { destination, metersBetween } from '../../../../geo/distance.ts'
import { fitProjection, placeLabels, roundScale } from '../../../../src/desk/page/map/projection.ts'

const middle = { longitude: 5.1214, latitude: 52.0907 }

it('every place is in the picture, and a length in it is true to one in two hundred', () => {
  const places = [0, 90, 180, 270].map((bearing) =>
    destination(middle.longitude, middle.latitude, bearing, 1_500),
  )
  const projection = fitProjection([middle, ...places], 800, 480)
  const start = projection.toPixels(middle)
  for (const place of places) {
    const { x, y } = projection.toPixels(place)
    expect(x).toBeGreaterThanOrEqual(0)
    expect(x).toBeLessThanOrEqual(800)
    expect(y).toBeGreaterThanOrEqual(0)
    expect(y).toBeLessThanOrEqual(480)
    const meters = Math.hypot(x - start.x, y - start.y) / projection.pixelsPerMeter
    expect(Math.abs(meters / metersBetween(middle, place) - 1)).toBeLessThan(0.005)
  }
})

it('north is up and east is right', () => {
  const north = { ...middle, latitude: middle.latitude + 0.001 }
  const east = { ...middle, longitude: middle.longitude + 0.001 }
  const { toPixels } = fitProjection([middle, north, east], 800, 480)
  expect(toPixels(north).y).toBeLessThan(toPixels(middle).y)
  expect(toPixels(east).x).toBeGreaterThan(toPixels(middle).x)
})

it('the scale is a round length that fits a quarter of the picture', () => {
  const projection = fitProjection([middle], 800, 480)
  const meters = roundScale(projection)
  expect(String(meters)).toMatch(/^[125]0*$/)
  expect(meters * projection.pixelsPerMeter).toBeLessThanOrEqual(200)
})

it('times of two places near each other stand on both sides of them, and of others above', () => {
  expect(heights([100, 100], [301, 100])).toEqual([-12, -12])
  expect(heights([100, 100], [100, 100])).toEqual([-12, 30])
  expect(heights([100, 110], [120, 100])).toEqual([30, -12])
  expect(heights([100, 100], [100, 145])).toEqual([-12, -12])
})

it('a time lies over no fix of the way where there is a side without any', () => {
  const fromAbove = [20, 40, 60, 80, 100].map((y) => ({ x: 400, y: y + 100 }))
  const place = ([one]: ReturnType<typeof placeLabels>) => one
  const last = { x: 400, y: 200 }
  expect(place(placeLabels([last], { ...ground, fixes: fromAbove }))).toMatchObject({ y: 230 })
  const upAndDown = [...fromAbove, { x: 400, y: 220 }, { x: 400, y: 230 }]
  expect(place(placeLabels([last], { ...ground, fixes: upAndDown }))).toEqual({
    x: 412,
    y: 206,
    anchor: 'start',
  })
  const westAlone = [...upAndDown, { x: 430, y: 200 }]
  expect(place(placeLabels([last], { ...ground, fixes: westAlone }))?.anchor).toBe('end')
})

it('a time is cut at no border of the picture', () => {
  expect(heights([400, 20])).toEqual([30])
  expect(heights([400, 466], [400, 452])).toEqual([6, -12])
  const atCorner = placeLabels([{ x: 795, y: 475 }], { ...ground, fixes: [] })
  expect(atCorner).toEqual([{ x: 800, y: 463, anchor: 'end' }])
  const atOther = placeLabels([{ x: 20, y: 5 }], { ...ground, fixes: [] })
  expect(atOther).toEqual([{ x: 0, y: 35, anchor: 'start' }])
})

const ground = { fixes: [], widthPixels: 800, heightPixels: 480 }

function heights(...spots: readonly (readonly [number, number])[]): readonly number[] {
  const pixels = spots.map(([x, y]) => ({ x, y }))
  return placeLabels(pixels, { ...ground, fixes: pixels }).map(
    ({ y }, place) => y - (spots[place]?.[1] ?? 0),
  )
}
