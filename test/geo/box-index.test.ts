import { describe, expect, it } from 'vitest'
import { compileCircle, compilePolygon } from '../../geo/ban-shape.ts'
import type { BanShape } from '../../geo/ban-shape.ts'
import { createBoxIndex, shapeBoxes } from '../../geo/box-index.ts'
import { signedDistanceMeters } from '../../geo/containment.ts'
import { destination } from '../../geo/distance.ts'
import { createRandom } from '../support/random.ts'
import { starPolygon } from './support/random-shapes.ts'

const seed = 37_110_409

describe(`the box index (seed ${seed})`, () => {
  it('the box index leaves few candidates of 2,000 bans, and never the wrong few', () => {
    const random = createRandom(seed)
    const index = createBoxIndex<number>()
    const shapes: BanShape[] = []
    for (let k = 0; k < 2_000; k += 1) {
      const x = 3.5 + 3.5 * random()
      const y = 50.8 + 2.6 * random()
      const shape =
        k % 2 === 0 ? compileCircle(x, y, 500) : compilePolygon(starPolygon(random, x, y, 600, 12))
      shapes.push(shape)
      index.insert(shapeBoxes(shape, 500), k)
    }
    let candidates = 0
    for (let k = 0; k < 60; k += 1) {
      const x = 3.5 + 3.5 * random()
      const y = 50.8 + 2.6 * random()
      const found = new Set(index.search(x, y))
      candidates += found.size
      for (const [number, shape] of shapes.entries()) {
        if (signedDistanceMeters(shape, x, y) <= 500) expect(found.has(number)).toBe(true)
      }
    }
    // By area a position lies in 0.12 boxes; an index that filters nothing would give 2,000.
    expect(candidates / 60).toBeLessThan(0.5)
    expect(candidates).toBeGreaterThan(0)
  })

  it('the box index answers a corner of the box as a candidate and leaves the decision to the exact test', () => {
    const circle = compileCircle(5, 52, 500)
    const index = createBoxIndex<string>()
    index.insert(shapeBoxes(circle, 0), 'ban')
    const corner = destination(5, 52, 45, 500 * 1.4)
    expect(index.search(corner.longitude, corner.latitude)).toEqual(['ban'])
    expect(signedDistanceMeters(circle, corner.longitude, corner.latitude)).toBeGreaterThan(190)
  })

  it('the box index holds every position at the full distance, at any latitude, over antimeridian and pole', () => {
    const random = createRandom(seed)
    for (const latitude of [0, 30, -52, 70, 85, 89.99, -90]) {
      for (const longitude of [0, 179.999, -180]) {
        const index = createBoxIndex<string>()
        index.insert(shapeBoxes(compileCircle(longitude, latitude, 2_000), 1_000), 'ban')
        for (let k = 0; k < 60; k += 1) {
          const rim = destination(longitude, latitude, 360 * random(), 3_000)
          expect(index.search(rim.longitude, rim.latitude)).toEqual(['ban'])
        }
        const beyond = destination(longitude, latitude, latitude < 0 ? 0 : 180, 3_200)
        expect(index.search(beyond.longitude, beyond.latitude)).toEqual([])
      }
    }
  })

  it('the box index forgets a ban that ended and replaces one that changed', () => {
    const index = createBoxIndex<string>()
    const here = shapeBoxes(compileCircle(180, 10, 500), 0)
    index.insert(here, 'ban')
    expect(index.search(180, 10)).toEqual(['ban'])
    expect(index.search(-180, 10)).toEqual(['ban'])
    index.insert(shapeBoxes(compileCircle(5, 52, 500), 0), 'ban')
    expect(index.search(180, 10)).toEqual([])
    expect(index.size).toBe(1)
    expect(index.remove('ban')).toBe(true)
    expect(index.remove('ban')).toBe(false)
    expect(index.search(5, 52)).toEqual([])
    expect(index.size).toBe(0)
  })

  it('the box index removes in logarithmic time: 20,000 changes among 20,000 bans stay quick', () => {
    const random = createRandom(seed)
    const index = createBoxIndex<number>()
    const place = (): BanShape => compileCircle(3.5 + 3.5 * random(), 50.8 + 2.6 * random(), 500)
    for (let k = 0; k < 20_000; k += 1) index.insert(shapeBoxes(place(), 500), k)
    const start = process.threadCpuUsage()
    for (let k = 0; k < 20_000; k += 1) index.insert(shapeBoxes(place(), 500), k)
    expect(index.size).toBe(20_000)
    const spent = process.threadCpuUsage(start)
    expect(spent.user + spent.system).toBeLessThan(3_000_000)
  })

  it('the box index finds by area, once each, across the antimeridian', () => {
    const index = createBoxIndex<string>()
    index.insert(shapeBoxes(compileCircle(179.99, 10, 5_000), 0), 'across')
    index.insert(shapeBoxes(compileCircle(0, 10, 5_000), 0), 'elsewhere')
    expect(index.searchBox({ west: 179, south: 9, east: 181, north: 11 })).toEqual(['across'])
    expect(index.searchBox({ west: -181, south: 9, east: -179, north: 11 })).toEqual(['across'])
    expect(index.searchBox({ west: -180, south: -90, east: 180, north: 90 })).toHaveLength(2)
  })
})
