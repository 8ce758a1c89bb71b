import { describe, expect, it } from 'vitest'
import { destination, distanceMeters, geodesicMeters, metersPerDegree } from '../../geo/distance.ts'
import { readShared, readSharedCsv, itWithSharedData } from './support/shared-data.ts'

describe('distance', () => {
  itWithSharedData(
    'agrees with GeographicLib on 2,000 Dutch pairs and at the ends of the earth',
    () => {
      let worst = 0
      const rows = readSharedCsv('vectors/geodesic-nl-inverse.csv').map((row) => row.map(Number))
      expect(rows.length).toBeGreaterThan(2_000)
      for (const [latA, lonA, latB, lonB, meters] of rows) {
        const error = Math.abs(distanceMeters(lonA!, latA!, lonB!, latB!) - meters!)
        worst = Math.max(worst, (error - 5e-7) / Math.max(meters!, 1))
        expect(error).toBeLessThanOrEqual(meters! * 0.001 + 1e-6)
      }
      process.stdout.write(`largest error, Dutch pairs: ${(worst * 100).toExponential(1)} %\n`)
      expect(worst).toBeLessThan(1.5e-4)
    },
  )

  itWithSharedData('agrees with GeodTest on geodesics all over the globe', () => {
    const rows = readShared('vectors/GeodTest-100.dat').trim().split('\n')
    expect(rows).toHaveLength(100)
    let worst = 0
    for (const row of rows) {
      const [latA, lonA, , latB, lonB, , meters] = row.split(' ').map(Number)
      const error = Math.abs(distanceMeters(lonA!, latA!, lonB!, latB!) - meters!) / meters!
      worst = Math.max(worst, error)
    }
    process.stdout.write(`largest error, GeodTest: ${(worst * 100).toExponential(1)} %\n`)
    expect(worst).toBeLessThan(1e-3)
  })

  it('distance in the plane is within 0.015 % of the geodesic wherever the plane is used, and 0.001 % up to half a degree', () => {
    let worst = 0
    for (const latitude of [0, 15, 30, 45, 52, 60, 70, 79.4]) {
      for (const longitude of [0, 179.9]) {
        for (const step of [0.001, 0.01, 0.1, 0.3, 0.499, 1, 1.999]) {
          for (const [dx, dy] of [
            [step, 0],
            [0, step],
            [step, step],
            [step, -step],
            [step, step / 7],
          ] as const) {
            const exact = geodesicMeters(longitude, latitude, longitude + dx, latitude + dy)
            const quick = distanceMeters(longitude, latitude, longitude + dx, latitude + dy)
            const error = Math.abs(quick / exact - 1)
            worst = Math.max(worst, error)
            if (step < 0.5) expect(error).toBeLessThan(1e-5)
          }
        }
      }
    }
    process.stdout.write(`largest error of the plane: ${(worst * 100).toExponential(1)} %\n`)
    expect(worst).toBeLessThan(1.5e-4)
  })

  it('distance is the geodesic itself wherever the plane would be off by more', () => {
    for (const [longitude, latitude] of [
      [8, 52],
      [5, 54.5],
      [10, 60],
      [24, 60],
      [-70, -33],
    ] as const) {
      const exact = geodesicMeters(5, 52, longitude, latitude)
      expect(Math.abs(distanceMeters(5, 52, longitude, latitude) / exact - 1)).toBeLessThan(1e-12)
    }
  })

  it('distance crosses the antimeridian the short way, however the longitude is written', () => {
    const across = distanceMeters(179.9999, 52, -179.9999, 52)
    expect(across).toBeCloseTo(13.7356, 3)
    expect(distanceMeters(179.9999, 52, 180.0001, 52)).toBeCloseTo(across, 6)
    expect(distanceMeters(180, 10, -180, 10)).toBe(0)
  })

  it('distance crosses a pole', () => {
    expect(distanceMeters(0, 89.9999, 180, 89.9999)).toBeCloseTo(22.3388, 3)
    expect(distanceMeters(0, 90, 123, 90)).toBeCloseTo(0, 6)
  })

  it('distance is not a number when a coordinate is not one', () => {
    expect(distanceMeters(Number.NaN, 52, 5, 52)).toBeNaN()
    expect(distanceMeters(5, Number.NaN, 5, 52)).toBeNaN()
    expect(distanceMeters(5, 52, Number.NaN, Number.NaN)).toBeNaN()
  })

  it('a destination is that far away which was asked for', () => {
    const end = destination(5, 52, 30, 1_234)
    expect(distanceMeters(5, 52, end.longitude, end.latitude)).toBeCloseTo(1_234, 2)
    expect(metersPerDegree(52).latitude).toBeCloseTo(111_267, -1)
    expect(metersPerDegree(52).longitude).toBeCloseTo(68_677, -1)
  })
})
